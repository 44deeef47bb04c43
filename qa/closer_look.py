"""A closer look at the best sentences: word by word, in context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index import Embedder, TokenVectors

__all__ = ["Closeness", "compare_words"]

# What a function word, and a mark, of the question weighs beside its content words' rarity.
_FUNCTION_WORD = 0.3
# What a match in title or headings counts beside one in the sentence itself.
_HEADING = 0.8


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near a sentence comes to a question, each -1 to 1, higher is nearer.

    `mean` is over the question's tokens, weighted by rarity, half with and half without the help of
    the headings; `least` is the word of the question,
    among those that carry its topic, that comes off worst, headings included.
    """

    mean: float
    least: float


def compare_words(
    question: str,
    sentences: Sequence[str],
    contexts: Sequence[str],
    rarity: Mapping[str, float],
    embedder: Embedder,
) -> list[Closeness]:
    """The late interaction of a question with each sentence: each word's nearest word, by cosine.

    Khattab and Zaharia, ColBERT (SIGIR 2020), here with the embedding model's own token vectors and
    weighted by rarity. `contexts` are the sentences' titles and headings; a word may find its like
    there too, at a discount. `rarity` holds the question's content words in lower case.
    """
    different = list(dict.fromkeys(contexts))
    asked, *read = embedder.embed_tokens([question, *sentences, *different])
    if not len(asked.vectors):
        return [Closeness(0.0, 0.0)] * len(sentences)
    above = {context: _nearest(asked, tokens) for context, tokens in zip(different, read[len(sentences) :], strict=True)}
    weights = _weights(question, asked.spans, rarity)
    carries = weights > _FUNCTION_WORD if (weights > _FUNCTION_WORD).any() else weights > 0
    found = []
    for tokens, context in zip(read[: len(sentences)], contexts, strict=True):
        own = _nearest(asked, tokens)
        either = np.maximum(own, _HEADING * above[context])
        found.append(Closeness(float((own + either) @ weights / 2 / weights.sum()), float(either[carries].min())))
    return found


def _nearest(asked: TokenVectors, read: TokenVectors) -> np.ndarray:
    """The cosine of each token of the question to its nearest one in a text, shape (tokens,)."""
    if not len(read.vectors):
        return np.zeros(len(asked.vectors), np.float32)
    return (asked.vectors @ read.vectors.T).max(axis=1)


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
