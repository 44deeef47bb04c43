"""A closer look at the best passages: word by word, in context."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Passage
from index import Searcher, TokenCosines
from index.late_interaction import searchable

__all__ = ["Closeness", "Look", "look_at"]

# What a function word, and a mark, of the question weighs beside its content words' rarity.
_FUNCTION_WORD = 0.3
# What a match in title or headings counts beside one in the sentence itself.
_HEADING = 0.8
# How near a word must come to count as found.
_FOUND = 0.9
# The share of the words' rarity in how near a passage comes.
_BY_RARITY = 0.65

# To the model one year is much like another; who asks for one means no other.
_YEAR = re.compile(r"\b(?:1[0-9]|20)[0-9][0-9]\b")
_ANOTHER_YEAR = 0.2

_Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near a sentence comes to a question, each -1 to 1, higher is nearer.

    `mean` is over the question's tokens, weighted by rarity, half with and half without the help of
    the headings; `least` is the word of the question, among those that carry its topic, that comes
    off worst, headings included. `unmet` is how far those words are from being found, weighted by
    rarity: 0, all are there, to 0.9.
    """

    mean: float
    least: float
    unmet: float


class Look:
    """What was seen of some passages for one question: each of its words' nearest word, by cosine."""

    def __init__(self, weights: np.ndarray, seen: Mapping[_Key, TokenCosines]) -> None:
        self._weights, self._seen = weights, seen
        self._above: dict[_Key, np.ndarray] = {}
        topical = weights > _FUNCTION_WORD
        self._topical = topical if topical.any() else weights > 0

    def passage(self, passage: Passage) -> float:
        """How near a passage comes with its title and headings, -1 to 1: over all words, and by their rarity."""
        cosines = self._seen[_key(passage)].cosines
        if not cosines.size:
            return 0.0
        nearest = cosines.max(axis=1)
        return float(_BY_RARITY * (nearest @ self._weights) / self._weights.sum() + (1 - _BY_RARITY) * nearest.mean())

    def sentence(self, passage: Passage, position: int) -> Closeness:
        """How near one of its sentences comes; a word may find its like in the headings, at a discount."""
        key = _key(passage)
        sentence, seen = passage.sentences[position], self._seen[key]
        cosines, spans = seen.cosines, seen.spans
        if not cosines.size:
            return Closeness(0.0, 0.0, _FOUND)
        start, end = sentence.start - passage.start, sentence.end - passage.start
        own = _nearest(cosines, (spans[:, 0] < end) & (spans[:, 1] > start) & (spans[:, 0] >= 0))
        if key not in self._above:
            self._above[key] = _HEADING * _nearest(cosines, spans[:, 1] <= 0)
        either = np.maximum(own, self._above[key])
        mean = float((own + either) @ self._weights / 2 / self._weights.sum())
        topical, weights = either[self._topical], self._weights[self._topical]
        unmet = float(np.maximum(0, _FOUND - topical) @ weights / weights.sum())
        return Closeness(mean, float(topical.min()), unmet)


def look_at(searcher: Searcher, question: str, passages: Sequence[Passage], rarity: Mapping[str, float]) -> Look:
    """What is to be seen of these passages; `rarity` holds the question's content words in lower case."""
    distinct = {_key(passage): passage for passage in passages}
    seen = searcher.interact(question, list(distinct.values()))
    found = [
        _with_years(question, seen.asked, passage, one)
        for passage, one in zip(distinct.values(), seen.passages, strict=True)
    ]
    return Look(_weights(question, seen.asked, rarity), dict(zip(distinct, found, strict=True)))


def _with_years(
    question: str, asked: Sequence[tuple[int, int]], passage: Passage, seen: TokenCosines
) -> TokenCosines:
    """The same cosines, but that a year of the question is found only where that very year stands."""
    years = list(_YEAR.finditer(question))
    if not years or not seen.cosines.size:
        return seen
    cosines, before = seen.cosines.copy(), len(searchable(passage.context, ""))
    text = searchable(passage.context, passage.text)
    for year in years:
        rows = [row for row, (start, end) in enumerate(asked) if start < year.end() and end > year.start()]
        elsewhere = np.ones(len(seen.spans), bool)
        for match in re.finditer(rf"\b{year[0]}\b", text):
            start, end = match.start() - before, match.end() - before
            elsewhere &= (seen.spans[:, 0] >= end) | (seen.spans[:, 1] <= start)
        among = np.ix_(rows, elsewhere)
        cosines[among] = np.minimum(cosines[among], _ANOTHER_YEAR)
    return TokenCosines(seen.spans, cosines)


def _key(passage: Passage) -> _Key:
    return passage.document_id, passage.sha256, passage.start, passage.end


def _nearest(cosines: np.ndarray, among: np.ndarray) -> np.ndarray:
    """The highest cosine of each of the question's tokens among some of a passage's, 0 where there are none."""
    return cosines[:, among].max(axis=1) if among.any() else np.zeros(len(cosines), np.float32)


def _weights(question: str, spans: Sequence[tuple[int, int]], rarity: Mapping[str, float]) -> np.ndarray:
    """The weight of each token: the rarity of the word that it is a piece of, float64, shape (tokens,)."""
    lowered = question.lower()
    weights = np.full(len(spans), _FUNCTION_WORD)
    for word, weight in rarity.items():
        at = lowered.find(word)
        while at >= 0:
            for row, (start, end) in enumerate(spans):
                if start < at + len(word) and end > at:
                    weights[row] = max(weight, _FUNCTION_WORD)
            at = lowered.find(word, at + len(word))
    return weights
