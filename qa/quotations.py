"""Where a quotation stands in a document, however it was copied from there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["locate", "locate_pieces", "nearest", "pieces"]

# What word processors and browsers exchange for one another; one character each, so offsets hold.
_SAME = str.maketrans("‘’‚‛“”„«»‐‑‒–—―−", "''''\"\"\"\"\"-------")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LEFT_OUT = re.compile(r"\s*\[(?:\.\.\.|…)\]\s*")
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


def pieces(quote: str) -> list[str]:
    """What "[...]" parts in a quotation that leaves something out."""
    return [piece for piece in _LEFT_OUT.split(quote) if piece]


def locate_pieces(text: str, quote: str) -> list[tuple[int, int]]:
    """As `locate`, of a quotation that may leave something out: every range of each piece, in order.

    [] where one of them is missing.
    """
    if whole := locate(text, quote):
        return whole
    found = [locate(text, piece) for piece in pieces(quote)]
    return sorted({one for ranges in found for one in ranges}) if all(found) else []


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
