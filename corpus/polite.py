"""Requests to a site as its robots.txt allows, with pauses between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from corpus.addresses import origin_of, resolved
from corpus.errors import UnreadableDocument
from corpus.fetching import Fetched, Fetcher
from corpus.robots import Robots, robots_of
from corpus.site_limits import SiteLimits

__all__ = ["REDIRECTS", "Polite"]

REDIRECTS = frozenset((301, 302, 303, 307, 308))
_BUSY = frozenset((429, 503))
_ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2


class Polite:
    """Asks for pages one after the other; `sleep` stands in for waiting in tests."""

    def __init__(self, fetcher: Fetcher, limits: SiteLimits, sleep: Callable[[float], None] = time.sleep) -> None:
        self._fetcher, self._limits, self._sleep = fetcher, limits, sleep
        self._robots: dict[str, Robots | UnreadableDocument] = {}
        self._asked: dict[str, float] = {}

    def ask(self, address: str, conditions: Mapping[str, str], wanted: Callable[[Fetched], bool]) -> Fetched:
        """The answer of one address, after the pause that is due; a busy server is asked once more.

        Raises UnreadableDocument where robots.txt doesn't allow it, or nothing comes.
        """
        robots = self._rules(address)
        if not robots.allows(address):
            raise UnreadableDocument(address, "may not be read by robots: its site's robots.txt does not allow it")
        pause = min(max(self._limits.delay, robots.delay), max(self._limits.delay, self._limits.longest_delay))
        answer = self._ask(address, conditions, wanted, pause)
        if answer.status in _BUSY:
            asked = answer.headers.get("retry-after", "")
            longer = float(asked) if asked.isascii() and asked.isdecimal() else 2 * pause
            if longer <= self._limits.longest_delay:
                answer = self._ask(address, conditions, wanted, max(pause, longer))
        return answer

    def _ask(
        self, address: str, conditions: Mapping[str, str], wanted: Callable[[Fetched], bool], pause: float
    ) -> Fetched:
        origin = origin_of(address)
        if origin in self._asked and (left := self._asked[origin] + pause - time.monotonic()) > 0:
            self._sleep(left)
        try:
            return self._fetcher.get(address, conditions, wanted)
        finally:
            self._asked[origin] = time.monotonic()

    def _rules(self, address: str) -> Robots:
        origin = origin_of(address)
        if origin not in self._robots:
            try:
                self._robots[origin] = self._fetch_rules(f"{origin}/robots.txt")
            except UnreadableDocument as error:
                self._robots[origin] = error
        rules = self._robots[origin]
        if isinstance(rules, UnreadableDocument):
            raise type(rules)(address, rules.reason)
        return rules

    def _fetch_rules(self, address: str) -> Robots:
        for _ in range(_ROBOTS_REDIRECTS + 1):
            answer = self._fetcher.get(address)
            target = resolved(address, answer.headers.get("location", ""))
            if answer.status not in REDIRECTS or not target:
                return robots_of(answer)
            address = target
        return robots_of(None)
