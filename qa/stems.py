"""Words without their endings, and how far a heading asks what a question asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from index.words import content_words, words

__all__ = ["likeness", "stem", "stems"]

_ENDINGS = ("ies", "es", "s", "ing", "ed", "ly", "e", "y")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its commonest English endings, so that 'talks' and 'talking' agree."""
    if len(word) <= 4:
        return word.rstrip("s")
    return next((word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)), word)


def stems(text: str) -> set[str]:
    """The stems of all words of a text."""
    return {stem(word) for word in words(text)}


def likeness(weights: Mapping[str, float], heading: str) -> float:
    """F1 of the question's content words, {stem: rarity}, and those of a heading; 0 to 1."""
    said = {stem(word) for word in content_words(heading)} if heading else set()
    shared = weights.keys() & said
    if not shared:
        return 0.0
    usual = sum(weights.values()) / len(weights)
    both = 2 * sum(weights[word] for word in shared)
    return both / (sum(weights.values()) + sum(weights.get(word, usual) for word in said))
