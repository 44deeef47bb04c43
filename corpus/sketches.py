"""Whether two texts say the same, from a few numbers of each."""

from __future__ import annotations

import re
import zlib

__all__ = ["are_alike", "sketch"]

_SIZE = 128
_WORD = re.compile(r"\w+")


def sketch(text: str) -> tuple[int, ...]:
    """The smallest checksums of a text's pairs of words, sorted: what Broder's bottom-k sketch keeps."""
    words = _WORD.findall(text.lower())
    pairs = {f"{one} {other}" for one, other in zip(words, words[1:] or words, strict=False)}
    return tuple(sorted({zlib.crc32(pair.encode("utf-8", "replace")) for pair in pairs})[:_SIZE])


def are_alike(one: tuple[int, ...], other: tuple[int, ...], share: float = 0.8) -> bool:
    """Whether the two texts have about that share of their pairs of words in common (Jaccard)."""
    smallest = sorted({*one, *other})[:_SIZE]
    common = set(one) & set(other)
    return bool(smallest) and sum(value in common for value in smallest) >= share * len(smallest)
