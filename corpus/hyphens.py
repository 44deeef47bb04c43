"""Lines put together again: words that the end of a line cuts, with their hyphen where it is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Vocabulary", "joined_lines"]

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"[\w-]+$")
_FIRST = re.compile(r"[\w-]+")
_HYPHENATED = frozenset({"self", "well", "ex", "quasi", "half"})
# Han, kana and what stands among them are written without spaces; their marks bring their own.
_IDEOGRAPH = re.compile("[\u2e80-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff01-\uff9f\U00020000-\U0003ffff]")
_WIDE_MARK = re.compile("[\u3001-\u3020\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]")


def joined_lines(left: str, right: str) -> str:
    """Two lines of a paragraph as one: with a space between them, but for scripts that have none."""
    a, b = left[-1:], right[:1]
    unspaced = (_IDEOGRAPH.match(a) and _IDEOGRAPH.match(b)) or _WIDE_MARK.match(a) or _WIDE_MARK.match(b)
    return f"{left}{right}" if unspaced else f"{left} {right}"


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
