"""The one path from question to answer; page, widget, API, terminal and evaluation all walk it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from corpus import QuidError
from index import DEFAULT_FOLDER, Hit, OpenIndex, Searcher, SearchSettings, open_index
from index.place import Place as IndexPlace
from index.words import words
from qa.answer import Answer, Citation, Disagreement
from qa.background import Background
from qa.calibration import with_threshold
from qa.composing import Place
from qa.contesting import Conflict
from qa.follow_up import in_conversation
from qa.reading import Reader, SentenceReader, rarity_of
from qa.reranking import CloserLookReranker, Reranker
from qa.settings import AnswerSettings
from qa.twins import elsewhere, search_distinct

__all__ = ["MOST_CHARACTERS", "Answerer", "BadQuestion", "Heard", "answerer_over", "open_answerer"]

MOST_CHARACTERS = 2_000
# Told of each stage when it is done, by the stage's name and what it gave.
Heard = Callable[[str, Any], None]
_NOT_ANSWERED = "The documents do not seem to answer that."


class BadQuestion(QuidError):
    """A question that can't be asked: empty or far too long."""


class Answerer:
    """Answers questions with citations, or says that the documents don't; safe from many threads."""

    def __init__(
        self,
        searcher: Searcher,
        reader: Reader,
        settings: AnswerSettings | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.searcher, self.reader, self.reranker = searcher, reader, reranker
        self.settings = settings or AnswerSettings()

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer:
        """The answer to a question, asked after `earlier` ones (oldest first).

        `heard` is called with ("understand", what is searched for) and ("search", the hits) as soon
        as these are known. BadQuestion where the question is blank or longer than 2,000 characters.
        """
        heard = heard or _unheard
        asked = _checked(question)
        started = time.perf_counter()
        searched_for, before = self._understood(asked, earlier)
        understood = time.perf_counter()
        heard("understand", searched_for)
        searching = time.perf_counter()
        hits = self.rank(searched_for, self.settings.passages, before)
        found = time.perf_counter()
        heard("search", hits)
        reading = time.perf_counter()
        chosen = self.reader.read(searched_for, hits, self.searcher)
        citations = tuple(_cite(number, place, hits) for number, place in enumerate(chosen.places, 1))
        finished = time.perf_counter()
        return Answer(
            question=question,
            searched_for=searched_for,
            citations=citations,
            confidence=chosen.confidence,
            hits=tuple(hits),
            text=_quote(citations) if citations else _NOT_ANSWERED,
            disagreements=tuple(map(_disagreement, chosen.conflicts)),
            milliseconds={
                "understand": 1000 * (understood - started),
                "search": 1000 * (found - searching),
                "read": 1000 * (finished - reading),
                "total": 1000 * (finished - started),
            },
        )

    def make_ready(self) -> None:
        """Find out now what else the first question would have to wait for: a matter of seconds."""
        getattr(self.reader, "make_ready", lambda: None)()

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        """What is searched for, and the k best passages, best first: as far as `ask` goes before it reads.

        BadQuestion as of `ask`.
        """
        searched_for, before = self.understand(question, earlier)
        return searched_for, self.rank(searched_for, k, before)

    def understand(self, question: str, earlier: Sequence[str] = ()) -> tuple[str, str]:
        """What is searched for, and the question before it, both standing alone; "" where there is none before.

        BadQuestion as of `ask`.
        """
        return self._understood(_checked(question), earlier)

    def rank(self, searched_for: str, k: int, before: str = "") -> list[Hit]:
        """The k best passages for what is searched for, asked after `before`; each says something of its own."""
        if not self.reranker:
            return self._search(searched_for, k, before)
        hits = self._search(searched_for, max(k, self.settings.reranked), before)
        return self.reranker.rerank(searched_for, hits, rarity_of(searched_for, self.searcher))[:k]

    def _search(self, searched_for: str, k: int, before: str) -> list[Hit]:
        if not self.settings.twins:
            return self.searcher.search(searched_for, k, before)
        return search_distinct(self.searcher, searched_for, k, before)

    def _understood(self, asked: str, earlier: Sequence[str]) -> tuple[str, str]:
        """The question, and the one before it, spelt right and made to stand alone."""
        if self.settings.spelling:
            asked, *earlier = (_respell(text, self.searcher) for text in (asked, *earlier))
        return in_conversation(asked, earlier) if self.settings.follow_ups else (asked, "")


def open_answerer(
    folder: IndexPlace = DEFAULT_FOLDER, search: SearchSettings | None = None, settings: AnswerSettings | None = None
) -> Answerer:
    """Answers from the index at that place, with the sentence reader; raises what `open_index` raises."""
    return answerer_over(open_index(folder, search), settings)


def answerer_over(index: OpenIndex, settings: AnswerSettings | None = None) -> Answerer:
    """Answers from an index that is open, with the sentence reader; refuses as it was calibrated to."""
    settings = with_threshold(settings or AnswerSettings(), index)
    reranker = CloserLookReranker(index, settings.reranked) if settings.closer_look else None
    return Answerer(index, SentenceReader(settings, Background(index)), settings, reranker)


def _checked(question: str) -> str:
    """The question on one line."""
    asked = " ".join(question.split())
    if not asked:
        raise BadQuestion("the question is empty; ask something, in a sentence or a few words")
    if len(asked) > MOST_CHARACTERS:
        raise BadQuestion(f"the question has {len(asked):,} characters; ask with at most {MOST_CHARACTERS:,}")
    return asked


def _unheard(stage: str, result: Any) -> None:
    """Nobody listens."""


def _respell(text: str, searcher: Searcher) -> str:
    """The text with its misspelt words put right, as far as the documents tell."""
    corrections = searcher.correct(words(text))
    if not corrections:
        return text
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, corrections))})\b", re.IGNORECASE)
    return pattern.sub(lambda match: corrections.get(match[0].lower(), match[0]), text)


def _cite(number: int, place: Place, hits: Sequence[Hit]) -> Citation:
    citation = Citation(number, *place)
    return replace(citation, also=tuple(elsewhere(citation, hits)))


def _disagreement(conflict: Conflict) -> Disagreement:
    first, second = conflict.places
    return Disagreement((first + 1, second + 1), conflict.said)


def _quote(citations: Sequence[Citation]) -> str:
    """The quotations with their markers, white space collapsed."""
    return " ".join(f"{' '.join(citation.quote.split())} [{citation.number}]" for citation in citations)
