"""Where a quotation stands in a document, however it was copied from there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["locate", "nearest"]

# What word processors and browsers exchange for one another; one character each, so offsets hold.
_SAME = str.maketrans("‘’‚‛“”„«»‐‑‒–—―−", "''''\"\"\"\"\"-------")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_IGNORED = re.compile(rf"[\s{_INVISIBLE}]")


def locate(text: str, quote: str) -> list[tuple[int, int]]:
    """Every range of `text` that says `quote`, in order; [] where there is none.

    Space of any kind, invisible characters and the style of quotation marks and dashes don't
    matter; everything else does.
    """
    wanted = _IGNORED.sub("", quote.translate(_SAME))
    if not wanted:
        return []
    bare, places = _without_space(text)
    found = []
    at = bare.find(wanted)
    while at >= 0:
        found.append((places[at], places[at + len(wanted) - 1] + 1))
        at = bare.find(wanted, at + 1)
    return found


def nearest(quote: str, candidates: Iterable[str]) -> str | None:
    """The candidate that shares most words with the quote (by Jaccard); None if none shares any."""
    wanted = _words(quote)

    def likeness(candidate: str) -> float:
        words = _words(candidate)
        return len(words & wanted) / (len(words | wanted) or 1)

    best = max(candidates, key=likeness, default=None)
    return best if best is not None and likeness(best) > 0 else None


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@lru_cache(maxsize=256)
def _without_space(text: str) -> tuple[str, list[int]]:
    """`text` without space, and where each character that is left stood."""
    plain = text.translate(_SAME)
    places = [place for place, character in enumerate(plain) if not _IGNORED.match(character)]
    return "".join(plain[place] for place in places), places
