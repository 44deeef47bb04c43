"""Words without their endings, and how far a heading asks what a question asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from index.words import content_words, words

__all__ = ["likeness", "said_of", "stem", "stems"]

_ENDINGS = ("ies", "es", "s", "ing", "ed", "ly", "e", "y")
_BY_LAST_LETTER = {last: tuple(ending for ending in _ENDINGS if ending[-1] == last) for last in "sgdey"}


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its commonest English endings, so that 'talks' and 'talking' agree."""
    if len(word) <= 4:
        return word.rstrip("s")
    for ending in _BY_LAST_LETTER.get(word[-1], ()):
        if word.endswith(ending):
            return word.removesuffix(ending)
    return word


def stems(text: str) -> set[str]:
    """The stems of all words of a text."""
    return {stem(word) for word in words(text)}


def said_of(asked: Collection[str], text: str) -> set[str]:
    """Which of those stems stand in a text: of hundreds of sentences hardly one in two holds any."""
    lowered = text.lower()
    # A word begins with its stem.
    if not any(one in lowered for one in asked):
        return set()
    return stems(text).intersection(asked)


def likeness(weights: Mapping[str, float], heading: str) -> float:
    """F1 of the question's content words, {stem: rarity}, and those of a heading; 0 to 1."""
    said = _stems_of_heading(heading)
    shared = weights.keys() & said
    if not shared:
        return 0.0
    usual = sum(weights.values()) / len(weights)
    both = 2 * sum(weights[word] for word in shared)
    return both / (sum(weights.values()) + sum(weights.get(word, usual) for word in said))


@lru_cache(maxsize=10_000)
def _stems_of_heading(heading: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(heading)) if heading else frozenset()
