"""Words that the end of a line cuts: put together again, with their hyphen where it is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Vocabulary"]

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"[\w-]+$")
_FIRST = re.compile(r"[\w-]+")
_HYPHENATED = frozenset({"self", "well", "ex", "quasi", "half"})


class Vocabulary:
    """The words of a document, by which it is told whether a hyphen belongs to a word."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = {word.lower() for text in texts for word in _WORD.findall(text)}

    def join(self, left: str, right: str) -> str:
        """Two lines as one, the first of which ends in a hyphen that was taken away."""
        before, after = _LAST.search(left), _FIRST.match(right)
        if not before or not after:
            return f"{left}-{right}"
        a, b = before.group().lower(), after.group().lower()
        if not a[-1].isalpha() or not right[0].islower():
            return f"{left}-{right}"
        kept = f"{a}-{b}" in self._words or a in _HYPHENATED
        return f"{left}-{right}" if kept and a + b not in self._words else left + right
