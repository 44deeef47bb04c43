"""The one path from question to answer; page, widget, API, terminal and evaluation all walk it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from corpus import QuidError
from index import DEFAULT_FOLDER, Searcher, SearchSettings, open_index
from index.words import words
from qa.answer import Answer, Citation
from qa.follow_up import stand_alone
from qa.reading import Reader, SentenceReader
from qa.settings import AnswerSettings

__all__ = ["MOST_CHARACTERS", "Answerer", "BadQuestion", "open_answerer"]

MOST_CHARACTERS = 2_000
_NOT_ANSWERED = "The documents do not seem to answer that."


class BadQuestion(QuidError):
    """A question that can't be asked: empty or far too long."""


class Answerer:
    """Answers questions with citations, or says that the documents don't; safe from many threads."""

    def __init__(self, searcher: Searcher, reader: Reader, settings: AnswerSettings | None = None) -> None:
        self.searcher, self.reader = searcher, reader
        self.settings = settings or AnswerSettings()

    def ask(self, question: str, earlier: Sequence[str] = ()) -> Answer:
        """The answer to a question, asked after `earlier` ones (oldest first).

        BadQuestion where it is blank or longer than 2,000 characters.
        """
        asked = " ".join(question.split())
        if not asked:
            raise BadQuestion("the question is empty; ask something, in a sentence or a few words")
        if len(asked) > MOST_CHARACTERS:
            raise BadQuestion(f"the question has {len(asked):,} characters; ask with at most {MOST_CHARACTERS:,}")
        started = time.perf_counter()
        searched_for = self._understand(asked, earlier)
        understood = time.perf_counter()
        hits = self.searcher.search(searched_for, self.settings.passages)
        found = time.perf_counter()
        chosen = self.reader.read(searched_for, hits, self.searcher)
        citations = tuple(Citation(number, *place) for number, place in enumerate(chosen.places, 1))
        finished = time.perf_counter()
        return Answer(
            question=question,
            searched_for=searched_for,
            citations=citations,
            confidence=chosen.confidence,
            hits=tuple(hits),
            text=_quote(citations) if citations else _NOT_ANSWERED,
            milliseconds={
                "understand": 1000 * (understood - started),
                "search": 1000 * (found - understood),
                "read": 1000 * (finished - found),
                "total": 1000 * (finished - started),
            },
        )


    def _understand(self, asked: str, earlier: Sequence[str]) -> str:
        """The question spelt right and made to stand alone."""
        if self.settings.spelling:
            asked, *earlier = (_respell(text, self.searcher) for text in (asked, *earlier))
        return stand_alone(asked, earlier) if self.settings.follow_ups else asked


def open_answerer(
    folder: Path = DEFAULT_FOLDER, search: SearchSettings | None = None, settings: AnswerSettings | None = None
) -> Answerer:
    """Answers from the index in that folder, with the sentence reader; raises what `open_index` raises."""
    settings = settings or AnswerSettings()
    index = open_index(folder, search)
    return Answerer(index, SentenceReader(settings, index.embedder), settings)


def _respell(text: str, searcher: Searcher) -> str:
    """The text with its misspelt words put right, as far as the documents tell."""
    corrections = searcher.correct(words(text))
    if not corrections:
        return text
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, corrections))})\b", re.IGNORECASE)
    return pattern.sub(lambda match: corrections.get(match[0].lower(), match[0]), text)


def _quote(citations: Sequence[Citation]) -> str:
    """The quotations with their markers, white space collapsed."""
    return " ".join(f"{' '.join(citation.quote.split())} [{citation.number}]" for citation in citations)
