"""The reading: which sentences answer, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus import Passage
from index import Hit, Searcher
from qa.settings import AnswerSettings

__all__ = ["Choice", "Reader", "SentenceReader"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose: places (passage, start, end) in the order to quote them; none is a refusal.

    `confidence` is the probability, 0 to 1, that quoting the best of them is right.
    """

    places: tuple[tuple[Passage, int, int], ...]
    confidence: float


class Reader(Protocol):
    """Chooses the sentences that answer; owns its threshold, since it alone knows its scale."""

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        """The choice among the sentences of the hits, which are best first."""
        ...


class SentenceReader:
    """Chooses by the similarity of question and sentence."""

    def __init__(self, settings: AnswerSettings) -> None:
        self._settings = settings

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        ranked = sorted(
            ((cosine, hit.passage, s) for hit in hits for cosine, s in zip(hit.sentences, hit.passage.sentences, strict=True)),
            key=lambda row: -row[0],
        )
        if not ranked or ranked[0][0] < 0.45:
            return Choice((), ranked[0][0] if ranked else 0.0)
        return Choice(tuple((p, s.start, s.end) for _, p, s in ranked[:2]), min(1.0, ranked[0][0]))
