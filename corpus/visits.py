"""What is remembered from one visit of a site to the next, so that what is unchanged isn't sent again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Gone", "Unchanged", "Visit", "Visits"]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that is as it was at the last visit, and so is the document of that source."""

    source: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that was there at the last visit; the document of that source is to be removed, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What came from an address: it made, or repeats, the document of that `source` and SHA-256.

    `etag` and `modified` are the server's words for its state, `links` what it leads to, `sketch`
    what its text is compared by. It was found `depth` links from the page that the visit began with.
    """

    address: str
    source: str
    sha256: str
    start: str
    depth: int
    etag: str = ""
    modified: str = ""
    links: tuple[str, ...] = field(default=(), repr=False)
    sketch: tuple[int, ...] = field(default=(), repr=False)

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the page only if it has changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


class Visits:
    """The last visit's memory, and what this one adds to it.

    `now` are the pages that were seen, `gone` the addresses that are to be forgotten.
    """

    def __init__(self, earlier: Iterable[Visit] = ()) -> None:
        self.earlier = {visit.address: visit for visit in earlier}
        self.now: dict[str, Visit] = {}
        self.gone: set[str] = set()

    def remember(self, visit: Visit) -> None:
        """A page was seen."""
        self.now[visit.address] = visit
        self.gone.discard(visit.address)

    def forget(self, address: str) -> Visit | None:
        """A page is not there any more; gives what was known of it."""
        self.gone.add(address)
        return self.earlier.get(address)

    def of_start(self, start: str, depth: int) -> list[Visit]:
        """The pages that were found from there, up to that depth."""
        return [visit for visit in self.earlier.values() if visit.start == start and visit.depth <= depth]
