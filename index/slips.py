"""What it takes to write one word for another, and the other forms that a word may have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

__all__ = ["allowed_slips", "relatives", "slips"]

# What slips may cost in a word that is shorter than _LONG, and in a longer one.
_LONG, _MOST_IN_SHORT, _MOST_IN_LONG = 8, 1, 2
# A wrong letter is a likely slip between letters that sound alike and between neighbours on the
# keyboard; any other is as rare as two slips.
_ALIKE = ("aeiouyäëïöüáéíóúàèìòùâêîôû", "csz", "ckq", "dt", "bp", "mn", "gj", "vwf")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Endings, and what stands in their place in another form of the word.
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("es", "e"), ("ed", "e"), ("er", "e"), ("ing", "e"), ("es", ""), ("s", ""), ("ed", ""),
    ("er", ""), ("est", ""), ("est", "e"), ("ing", ""), ("ly", ""), ("ness", ""), ("e", "ed"), ("e", "ing"),
    ("", "s"), ("", "ed"), ("", "ing"), ("", "er"), ("nt", ""), ("ant", "an"),
    ("al", "e"), ("al", ""), ("or", ""), ("or", "e"), ("ity", ""), ("ity", "e"), ("ment", ""), ("less", ""),
    ("ful", ""), ("able", ""), ("able", "e"),
)  # fmt: skip
# Beginnings that turn a word into another, which the word without them is no slip of: "unproven".
# What is left has so many letters at least: "destory" is no "de-story".
_BEGINNINGS = {
    "counter": 3, "inter": 4, "under": 3, "over": 4, "super": 4, "anti": 4, "semi": 4, "non": 4, "dis": 5, "mis": 5,
    "pre": 5, "sub": 5, "un": 6, "in": 6, "im": 6, "de": 6, "re": 6, "co": 6, "a": 8,
}  # fmt: skip
_SHORTEST = 3


def allowed_slips(word: str, meant: str) -> int:
    """What slips may cost to take one word for the other; nothing where a short one begins otherwise."""
    if len(word) >= _LONG:
        return _MOST_IN_LONG
    return _MOST_IN_SHORT if word[:1] == meant[:1] else 0


def slips(written: str, meant: str) -> int:
    """What it takes to write one word for the other: 1 for each letter missing, added, swapped or wrong.

    A wrong letter that is no likely slip counts 2 (optimal string alignment, weighted).
    """
    last: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(written, 1):
        following = [i]
        for j, other in enumerate(meant, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + _mistaken(letter, other))
            if i > 1 and j > 1 and letter == meant[j - 2] and other == written[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            following.append(cost)
        last, row = row, following
    return row[-1]


def relatives(word: str) -> Iterator[str]:
    """The word with other endings, as far as rules tell: 'lend' of 'lends', and 'have' of 'havent'.

    And what is left of it without a beginning: 'proven' of 'unproven'.
    """
    for beginning, fewest in _BEGINNINGS.items():
        if word.startswith(beginning) and len(word) >= len(beginning) + fewest:
            yield word[len(beginning) :]
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if len(stem + instead) >= _SHORTEST and word.endswith(ending):
            yield stem + instead
            if ending and not instead and len(stem) > _SHORTEST and stem[-1] == stem[-2]:
                yield stem[:-1]


@lru_cache(maxsize=4096)
def _mistaken(letter: str, other: str) -> int:
    if letter == other:
        return 0
    return 1 if any(letter in some and other in some for some in _ALIKE) or _are_neighbours(letter, other) else 2


def _are_neighbours(letter: str, other: str) -> bool:
    """Whether two keys touch; each row stands half a key further to the right than the one above it."""
    places = sorted((row, keys.find(one)) for one in (letter, other) for row, keys in enumerate(_ROWS) if one in keys)
    if len(places) < 2:
        return False
    (upper, first), (lower, second) = places
    return second - first == 1 if upper == lower else lower - upper == 1 and first - second in (0, 1)
