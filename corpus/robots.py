"""What a site allows robots: robots.txt, and what a page says of itself. The only file that knows protego."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.decoding import decode
from corpus.errors import UnreadableDocument
from corpus.fetching import AGENT, Fetched

__all__ = ["Robots", "robots_of", "said_of_itself"]

_LONGEST = 500_000
_DIRECTIVES = re.compile(r"[\w-]+")


class Robots:
    """The rules of one robots.txt, for this program."""

    def __init__(self, rules: str, everything_forbidden: bool = False) -> None:
        from protego import Protego

        self._rules = Protego.parse(rules)
        self._forbidden = everything_forbidden

    def allows(self, address: str) -> bool:
        """Whether a page may be fetched."""
        return not self._forbidden and bool(self._rules.can_fetch(address, AGENT))

    @property
    def delay(self) -> float:
        """The seconds between two requests that the site asks for; 0 where it doesn't."""
        found = self._rules.crawl_delay(AGENT)
        return float(found) if found and found > 0 else 0.0


def robots_of(answer: Fetched | None) -> Robots:
    """The rules in the answer for a robots.txt; as RFC 9309 has it, everything is allowed where there
    is none (4xx) and nothing where the server fails (5xx, or no answer at all: None).
    """
    if answer is None or answer.status >= 500 or answer.status == 429:
        return Robots("", everything_forbidden=True)
    if answer.status != 200 or not answer.body.strip():
        return Robots("")
    try:
        return Robots(decode(answer.body[:_LONGEST], answer.address, answer.charset))
    except UnreadableDocument:
        return Robots("")


def said_of_itself(sayings: Iterable[str]) -> frozenset[str]:
    """What headers (X-Robots-Tag) or elements (meta name=robots) tell this program: 'noindex', 'nofollow'.

    A saying that begins with the name of another robot, `otherbot: noindex`, is not meant.
    """
    found: set[str] = set()
    for saying in sayings:
        meant = True
        for part in saying.lower().split(","):
            name, colon, rest = part.partition(":")
            if colon and name.strip() not in ("unavailable_after", "max-snippet", "max-image-preview"):
                meant, part = name.strip() == AGENT.lower(), rest
            if meant:
                found.update(_DIRECTIVES.findall(part))
    if "none" in found:
        found |= {"noindex", "nofollow"}
    return frozenset(found & {"noindex", "nofollow"})
