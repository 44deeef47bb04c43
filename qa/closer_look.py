"""A closer look at the best passages: word by word, in context."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corpus import Passage
from index import Embedder, TokenVectors
from index.draft import searchable

__all__ = ["Closeness", "CloserLook", "Look", "closer_look"]

# What a function word, and a mark, of the question weighs beside its content words' rarity.
_FUNCTION_WORD = 0.3
# What a match in title or headings counts beside one in the sentence itself.
_HEADING = 0.8
# The share of the words' rarity in how near a passage comes.
_BY_RARITY = 0.65
# Of passages that were looked at: about 90 MB of 384-dimensional vectors in 16-bit floats.
_TOKENS_KEPT = 120_000


_Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near a sentence comes to a question, each -1 to 1, higher is nearer.

    `mean` is over the question's tokens, weighted by rarity, half with and half without the help of
    the headings; `least` is the word of the question, among those that carry its topic, that comes
    off worst, headings included.
    """

    mean: float
    least: float


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage's tokens with its title and headings before it; spans count from the passage's start.

    Those of title and headings are below 0. `vectors` are float16, shape (tokens, dimension).
    """

    spans: np.ndarray
    vectors: np.ndarray


class Look:
    """What was seen of some passages for one question: each of its words' nearest word, by cosine."""

    def __init__(self, asked: np.ndarray, weights: np.ndarray, read: Mapping[_Key, _Read]) -> None:
        self._weights, self._read = weights, read
        self._cosines = {key: asked @ one.vectors.astype(np.float32).T for key, one in read.items()}
        topical = weights > _FUNCTION_WORD
        self._topical = topical if topical.any() else weights > 0

    def passage(self, passage: Passage) -> float:
        """How near a passage comes with its title and headings, -1 to 1: over all words, and by their rarity."""
        cosines = self._cosines[_key(passage)]
        if not cosines.size:
            return 0.0
        nearest = cosines.max(axis=1)
        return float(_BY_RARITY * (nearest @ self._weights) / self._weights.sum() + (1 - _BY_RARITY) * nearest.mean())

    def sentence(self, passage: Passage, position: int) -> Closeness:
        """How near one of its sentences comes; a word may find its like in the headings, at a discount."""
        key, sentence = _key(passage), passage.sentences[position]
        cosines, spans = self._cosines[key], self._read[key].spans
        if not cosines.size:
            return Closeness(0.0, 0.0)
        start, end = sentence.start - passage.start, sentence.end - passage.start
        own = _nearest(cosines, (spans[:, 0] < end) & (spans[:, 1] > start) & (spans[:, 0] >= 0))
        either = np.maximum(own, _HEADING * _nearest(cosines, spans[:, 1] <= 0))
        mean = float((own + either) @ self._weights / 2 / self._weights.sum())
        return Closeness(mean, float(either[self._topical].min()))


class CloserLook:
    """The late interaction of a question with passages.

    Khattab and Zaharia, ColBERT (SIGIR 2020), here with the embedding model's own token vectors and
    weighted by rarity. What was read lately is kept; safe from many threads.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[_Key, _Read] = OrderedDict()
        self._tokens = 0
        self._lock = threading.Lock()

    def look(self, question: str, passages: Sequence[Passage], rarity: Mapping[str, float]) -> Look:
        """What is to be seen of these passages; `rarity` holds the question's content words in lower case."""
        with self._lock:
            known = {key: self._kept[key] for key in map(_key, passages) if key in self._kept}
            for key in known:
                self._kept.move_to_end(key)
        missing = {_key(passage): passage for passage in passages if _key(passage) not in known}
        texts = [searchable(passage, passage.text) for passage in missing.values()]
        asked, *read = self._embedder.embed_tokens([question, *texts])
        fresh = {key: _as_read(missing[key], tokens) for key, tokens in zip(missing, read, strict=True)}
        self._keep(fresh)
        return Look(asked.vectors, _weights(question, asked.spans, rarity), known | fresh)

    def _keep(self, fresh: Mapping[_Key, _Read]) -> None:
        with self._lock:
            for key, read in fresh.items():
                before = self._kept.get(key)
                self._tokens += len(read.vectors) - (len(before.vectors) if before else 0)
                self._kept[key] = read
            while self._tokens > _TOKENS_KEPT and self._kept:
                self._tokens -= len(self._kept.popitem(last=False)[1].vectors)


@lru_cache(maxsize=2)
def closer_look(embedder: Embedder) -> CloserLook:
    """The one closer look with that embedder: what was read stays, whoever looks."""
    return CloserLook(embedder)


def _key(passage: Passage) -> _Key:
    return passage.document_id, passage.sha256, passage.start, passage.end


def _as_read(passage: Passage, tokens: TokenVectors) -> _Read:
    spans = np.array(tokens.spans, np.int32).reshape(-1, 2) - len(searchable(passage, ""))
    return _Read(spans, tokens.vectors.astype(np.float16))


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
