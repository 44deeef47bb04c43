"""A closer look at the best sentences: word by word, in context."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index import Embedder, TokenVectors

__all__ = ["CloserLook", "Closeness"]

# What a function word, and a mark, of the question weighs beside its content words' rarity.
_FUNCTION_WORD = 0.3
# What a match in title or headings counts beside one in the sentence itself.
_HEADING = 0.8
# Of texts that were looked at: about 45 MB of 384-dimensional vectors in 16-bit floats.
_TOKENS_KEPT = 60_000


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near a sentence comes to a question, each -1 to 1, higher is nearer.

    `mean` is over the question's tokens, weighted by rarity, half with and half without the help of
    the headings; `least` is the word of the question, among those that carry its topic, that comes
    off worst, headings included.
    """

    mean: float
    least: float


class CloserLook:
    """The late interaction of a question with sentences: each word's nearest word, by cosine.

    Khattab and Zaharia, ColBERT (SIGIR 2020), here with the embedding model's own token vectors and
    weighted by rarity. What was read lately is kept; safe from many threads.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, np.ndarray] = OrderedDict()
        self._tokens = 0
        self._lock = threading.Lock()

    def compare(
        self, question: str, sentences: Sequence[str], contexts: Sequence[str], rarity: Mapping[str, float]
    ) -> list[Closeness]:
        """The closeness of each sentence; `contexts` are their titles and headings, as many.

        A word may find its like in the context too, at a discount. `rarity` holds the question's
        content words in lower case.
        """
        asked, vectors = self._read(question, [*sentences, *dict.fromkeys(contexts)])
        if not len(asked.vectors):
            return [Closeness(0.0, 0.0)] * len(sentences)
        above = {context: _HEADING * _nearest(asked, vectors[context]) for context in set(contexts)}
        weights = _weights(question, asked.spans, rarity)
        carries = weights > _FUNCTION_WORD if (weights > _FUNCTION_WORD).any() else weights > 0
        found = []
        for sentence, context in zip(sentences, contexts, strict=True):
            own = _nearest(asked, vectors[sentence])
            either = np.maximum(own, above[context])
            found.append(Closeness(float((own + either) @ weights / 2 / weights.sum()), float(either[carries].min())))
        return found

    def _read(self, question: str, texts: Sequence[str]) -> tuple[TokenVectors, dict[str, np.ndarray]]:
        """The question's tokens, and the token vectors of each different text."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
            for text in known:
                self._kept.move_to_end(text)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        asked, *read = self._embedder.embed_tokens([question, *missing])
        fresh = {text: tokens.vectors.astype(np.float16) for text, tokens in zip(missing, read, strict=True)}
        self._keep(fresh)
        return asked, known | fresh

    def _keep(self, fresh: Mapping[str, np.ndarray]) -> None:
        with self._lock:
            for text, vectors in fresh.items():
                self._tokens += len(vectors) - len(self._kept.get(text, ()))
                self._kept[text] = vectors
            while self._tokens > _TOKENS_KEPT and self._kept:
                self._tokens -= len(self._kept.popitem(last=False)[1])


def _nearest(asked: TokenVectors, read: np.ndarray) -> np.ndarray:
    """The cosine of each token of the question to its nearest one in a text, shape (tokens,)."""
    if not len(read):
        return np.zeros(len(asked.vectors), np.float32)
    return (asked.vectors @ read.astype(np.float32).T).max(axis=1)


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
