"""The pages that are still to be fetched: each once, the nearest first, and no endless mazes."""

from __future__ import annotations

import mimetypes
from collections import Counter, deque
from urllib.parse import urlsplit

from corpus.addresses import origin_of
from corpus.site_limits import SiteLimits

__all__ = ["Frontier"]

_REPEATED = 3
_MOST_WAITING = 100_000
_NEVER_TEXT = ("image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript")


class Frontier:
    """The addresses of one site, in the order in which they are to be fetched.

    `left_out` counts, by reason, those that are not.
    """

    def __init__(self, start: str, limits: SiteLimits) -> None:
        self._limits = limits
        self._origin = origin_of(start)
        self._folder = self._origin + urlsplit(start).path.rpartition("/")[0] + "/"
        self._queue: deque[tuple[str, int]] = deque()
        self._seen: set[str] = set()
        self._fetched: set[str] = set()
        self._variants: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._queue)

    def adopted(self, address: str) -> str | None:
        """The address as one of this site, whose http or www. pages are the same; None where it is another's."""
        if origin_of(address) != self._origin:
            if _bare_host(address) != _bare_host(self._origin):
                return None
            address = self._origin + address[len(origin_of(address)) :]
        return address

    def add(self, address: str, depth: int) -> None:
        """To be fetched, unless it was or will be, lies elsewhere, or leads into a maze."""
        own = self.adopted(address)
        if own is None or own in self._seen or _is_never_text(own):
            return
        if self._limits.below and not own.startswith(self._folder):
            return
        self._seen.add(own)
        if reason := self._reason(own):
            self.left_out[reason] += 1
        else:
            self._queue.append((own, depth))

    def begin(self, address: str) -> bool:
        """Whether a page has not been fetched before; from now on it has."""
        is_new = address not in self._fetched
        self._fetched.add(address)
        self._seen.add(address)
        return is_new

    def pop(self) -> tuple[str, int] | None:
        """The next address and its depth, which begins; None where there is none left."""
        while self._queue:
            address, depth = self._queue.popleft()
            if self.begin(address):
                return address, depth
        return None

    def _reason(self, address: str) -> str:
        if len(self._queue) >= _MOST_WAITING:
            return "beyond the number that may wait"
        parts = urlsplit(address)
        segments = [segment for segment in parts.path.split("/") if segment]
        if len(segments) > self._limits.segments or max(Counter(segments).values(), default=0) > _REPEATED:
            return "too deep in folders, or in circles"
        if parts.query:
            self._variants[parts.path] += 1
            if self._variants[parts.path] > self._limits.variants:
                return "of the same page with other parameters"
        return ""


def _bare_host(address: str) -> str:
    parts = urlsplit(address)
    return parts.netloc.removeprefix("www.")


def _is_never_text(address: str) -> bool:
    kind = mimetypes.guess_type(urlsplit(address).path)[0] or ""
    return kind.startswith(_NEVER_TEXT)
