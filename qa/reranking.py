"""The order of the best passages, after a closer look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from index import Hit, Searcher
from qa.closer_look import Look, look_at
from qa.stems import likeness, stem

__all__ = ["CloserLookReranker", "Reranker"]

# A linear ranker, fitted with a softmax over each question's passages (ListNet: Cao et al., ICML
# 2007) to FeedbackQA's training questions; fitted to other collections, its weights come out alike.
_SCORE, _BEST, _HEADING, _CLOSENESS = 0.25, 0.5, 0.6, 1.0


class Reranker(Protocol):
    """Puts the best passages in another order."""

    def rerank(self, question: str, hits: Sequence[Hit], rarity: Mapping[str, float]) -> list[Hit]:
        """The same hits, best first; `rarity` holds the question's content words."""
        ...


class CloserLookReranker:
    """Ranks by fused score, best sentence, heading, and word by word."""

    def __init__(self, searcher: Searcher, most: int) -> None:
        self._searcher, self._most = searcher, most

    def rerank(self, question: str, hits: Sequence[Hit], rarity: Mapping[str, float]) -> list[Hit]:
        """The first `most` in a new order, the rest as they were; scores stay from 0 to 1, best first."""
        first, rest = hits[: self._most], hits[self._most :]
        if len(first) < 2:
            return list(hits)
        look = look_at(self._searcher, question, [hit.passage for hit in first], rarity)
        weights = {stem(word): weight for word, weight in rarity.items()}
        found = [_rank(hit, look, weights) for hit in first]
        low, high = min(found), max(found)
        # The same span of scores as before, so that those that weren't looked at stay below.
        bottom, top = min(hit.score for hit in first), max(hit.score for hit in first)
        scale = (top - bottom) / (high - low) if high > low else 0.0
        scored = [replace(hit, score=bottom + scale * (rank - low)) for hit, rank in zip(first, found, strict=True)]
        return [*sorted(scored, key=lambda hit: -hit.score), *rest]


def _rank(hit: Hit, look: Look, weights: Mapping[str, float]) -> float:
    passage = hit.passage
    heading = likeness(weights, passage.headings[-1] if passage.headings else passage.title)
    best = max(hit.sentences, default=hit.similarity)
    return _SCORE * hit.score + _BEST * best + _HEADING * heading + _CLOSENESS * look.passage(passage)
