"""The reading: which sentences answer, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Hit, Searcher
from index.words import content_words
from qa.background import USUAL
from qa.closer_look import look_at
from qa.composing import Neighbour, Place, compose
from qa.confidence import Signals, confidence_of, signals_of
from qa.contesting import Conflict, contest
from qa.evidence import Evidence, gather, look_closer
from qa.question import Expected, expected_of, is_small_talk
from qa.settings import AnswerSettings

__all__ = ["Choice", "Reader", "Reading", "SentenceReader", "rarity_of"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose, in the order to quote it; nothing is a refusal.

    `confidence` is the probability, 0 to 1, that quoting the best sentences is right. `conflicts` are
    between places, by their positions.
    """

    places: tuple[Place, ...]
    confidence: float
    conflicts: tuple[Conflict, ...] = ()


class Reader(Protocol):
    """Chooses the sentences that answer; owns its threshold, since it alone knows its scale."""

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        """The choice among the sentences of the hits, which are best first."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of the hits' sentences: all of them, and the best ones looked at closely, best first."""

    expected: Expected
    rarity: Mapping[str, float]
    gathered: Sequence[Evidence]
    ranked: Sequence[Evidence]
    background: float = USUAL

    def signals(self) -> Signals:
        """What tells how sure it is; `ranked` must not be empty."""
        return signals_of(self.ranked, self.rarity, self.expected, self.background)


class SentenceReader:
    """Chooses by the similarity of question and sentence, by what is asked for, and word by word."""

    def __init__(self, settings: AnswerSettings, background: Callable[[], float] = lambda: USUAL) -> None:
        """`background` gives how near the documents come to a question about something else."""
        self._settings, self._background = settings, background

    def make_ready(self) -> None:
        """Find out now what else the first question would have to wait for."""
        self._background()

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        if self._settings.small_talk and is_small_talk(question):
            return Choice((), 0.0)
        reading = self.examine(question, hits, searcher)
        if not reading.ranked:
            return Choice((), 0.0)
        confidence = confidence_of(reading.signals())
        if confidence < self._settings.refuses_below:
            return Choice((), confidence)
        most = self._settings.sentences
        before, after = _neighbours(searcher)
        places = compose(reading.ranked, question, reading.expected, confidence, most, before, after)
        if not self._settings.disagreements:
            return Choice(places, confidence)
        places, conflicts = contest(places, reading.ranked)
        return Choice(places, confidence, conflicts)

    def examine(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Reading:
        """The sentences of the hits as they are ranked before any is chosen."""
        settings = self._settings
        expected = expected_of(question) if settings.expected_type else Expected("anything")
        rarity = rarity_of(question, searcher)
        gathered = gather(question, hits, rarity, expected)
        ranked = gathered[: settings.looked_at or None]
        if ranked and settings.closer_look and settings.looked_at:
            look = look_at(searcher, question, [piece.hit.passage for piece in ranked], rarity)
            ranked = look_closer(ranked, expected, look)
        return Reading(expected, rarity, gathered, ranked, self._background() if ranked else USUAL)


def _neighbours(searcher: Searcher) -> tuple[Neighbour, Neighbour]:
    """What stands before and after a passage, from an engine that tells; others do without."""
    return getattr(searcher, "before", lambda passage: None), getattr(searcher, "after", lambda passage: None)


def rarity_of(question: str, searcher: Searcher) -> dict[str, float]:
    """{content word of the question: how rare it is in the documents}."""
    asked = content_words(question)
    return dict(zip(asked, searcher.rarity(asked), strict=True))
