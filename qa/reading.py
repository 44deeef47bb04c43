"""The reading: which sentences answer, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Embedder, Hit, Searcher
from index.words import content_words
from qa.closer_look import CloserLook
from qa.composing import Place, compose
from qa.confidence import confidence_of, signals_of
from qa.evidence import gather, look_closer
from qa.question import expected_of
from qa.settings import AnswerSettings

__all__ = ["Choice", "Reader", "SentenceReader"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose, in the order to quote it; nothing is a refusal.

    `confidence` is the probability, 0 to 1, that quoting the best sentences is right.
    """

    places: tuple[Place, ...]
    confidence: float


class Reader(Protocol):
    """Chooses the sentences that answer; owns its threshold, since it alone knows its scale."""

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        """The choice among the sentences of the hits, which are best first."""
        ...


class SentenceReader:
    """Chooses by the similarity of question and sentence, by what is asked for, and word by word."""

    def __init__(self, settings: AnswerSettings, embedder: Embedder) -> None:
        self._settings, self._look = settings, CloserLook(embedder)

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        expected = expected_of(question)
        asked = content_words(question)
        rarity = dict(zip(asked, searcher.rarity(asked), strict=True))
        ranked = gather(question, hits, rarity, expected)[: self._settings.looked_at]
        if not ranked:
            return Choice((), 0.0)
        if self._settings.closer_look:
            ranked = look_closer(question, ranked, rarity, expected, self._look)
        confidence = confidence_of(signals_of(question, ranked, hits, rarity, expected))
        if confidence < self._settings.threshold:
            return Choice((), confidence)
        return Choice(compose(ranked, question, confidence, self._settings.sentences), confidence)
