"""What a question's judgements mean in the documents as they were read and split."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from corpus import Document, Passage
from index import DocumentRecord, UnknownDocument
from qa.datasets import Dataset, Judgement, Question
from qa.evaluation import Expected
from qa.judged import BadDataset, Problem
from qa.quotations import locate_pieces, nearest, pieces

__all__ = ["Library", "Shelf", "expect"]

Range = tuple[int, int]


class Library(Protocol):
    """What an evaluation needs of an index besides its search."""

    def documents(self) -> list[DocumentRecord]: ...

    def document(self, document_id: str) -> Document: ...

    def passages(self, document_id: str) -> list[Passage]: ...


@dataclass(slots=True)
class Shelf:
    """An index's documents, each taken out once."""

    library: Library
    ids: tuple[str, ...]
    _texts: dict[str, str] = field(default_factory=dict)
    _passages: dict[str, list[Passage]] = field(default_factory=dict)

    @staticmethod
    def of(library: Library) -> Shelf:
        return Shelf(library, tuple(record.id for record in library.documents()))

    def text(self, document_id: str) -> str:
        """The document's text; UnknownDocument where there is none of that id."""
        if document_id not in self._texts:
            self._texts[document_id] = self.library.document(document_id).text
        return self._texts[document_id]

    def passages(self, document_id: str) -> list[Passage]:
        if document_id not in self._passages:
            self._passages[document_id] = self.library.passages(document_id)
        return self._passages[document_id]

    def sentences(self, document_id: str, ranges: Sequence[Range]) -> set[tuple[str, int]]:
        """The document's sentences that share a character with a range, as (document, start)."""
        return {
            (document_id, sentence.start)
            for passage in self.passages(document_id)
            for sentence in passage.sentences
            if any(sentence.start < end and start < sentence.end for start, end in ranges)
        }

    def holding(self, expected: Sequence[Expected]) -> set[tuple[str, int, int]]:
        """The passages that hold one of the quotations whole, as (document, start, end)."""
        return {
            (one.document, passage.start, passage.end)
            for one in expected
            for passage in (self.passages(one.document) if one.ranges else ())
            if any(passage.start <= start and end <= passage.end for start, end in one.ranges)
        }


def expect(dataset: Dataset, shelf: Shelf) -> tuple[list[tuple[Question, tuple[Expected, ...]]], list[Problem]]:
    """Each question with its expectations in these documents, and what could not be found there.

    A judgement whose quotation stands nowhere in its document can't be judged by; a question that
    has no other is left out, and both are said. BadDataset where no question remains, or none of
    the judged documents is in the index.
    """
    if dataset.kind != "judged":
        _refuse_strangers(dataset, shelf)
    kept: list[tuple[Question, tuple[Expected, ...]]] = []
    problems: list[Problem] = []
    for question in dataset.questions:
        found = [_expected(judgement, shelf) for judgement in question.judgements]
        problems += [one for one in found if isinstance(one, Problem)]
        expected = tuple(one for one in found if isinstance(one, Expected))
        if expected or not question.judgements:
            kept.append((question, expected))
    if not kept:
        raise BadDataset(dataset.name, f"no question can be judged by these documents; {problems[0]}")
    return kept, problems


def _expected(judgement: Judgement, shelf: Shelf) -> Expected | Problem:
    if judgement.quote is None:
        return Expected(judgement.document, judgement.grade, text=_beginning(judgement.document, shelf))
    try:
        ranges = locate_pieces(shelf.text(judgement.document), judgement.quote)
    except UnknownDocument:
        return Problem(judgement.place, _no_document(judgement.document, shelf))
    if not ranges:
        return Problem(judgement.place, _no_quotation(judgement, shelf))
    if judgement.near is not None:
        ranges = [min(ranges, key=lambda one: abs(one[0] - (judgement.near or 0)))]
    return Expected(judgement.document, judgement.grade, judgement.quote, ranges=tuple(ranges))


def _beginning(document_id: str, shelf: Shelf) -> str:
    try:
        return _short(shelf.text(document_id))
    except UnknownDocument:
        return ""


def _no_document(name: str, shelf: Shelf) -> str:
    close = difflib.get_close_matches(name, shelf.ids, n=1, cutoff=0.4)
    hint = f"the nearest is {close[0]!r}" if close else "python -m index list shows those that are"
    return f"no document {name!r} in the index; {hint}"


def _no_quotation(judgement: Judgement, shelf: Shelf) -> str:
    quote = judgement.quote or ""
    for other in shelf.ids:
        if other != judgement.document and locate_pieces(shelf.text(other), quote):
            return f"not in {judgement.document!r} but in {other!r}: {_short(quote)!r}"
    text = shelf.text(judgement.document)
    sentences = (
        text[sentence.start : sentence.end]
        for passage in shelf.passages(judgement.document)
        for sentence in passage.sentences
    )
    missing = next((piece for piece in pieces(quote) if not locate_pieces(text, piece)), quote)
    close = nearest(missing, sentences)
    hint = f"the nearest there is: {_short(close)!r}" if close else "nothing there is like it"
    return f"{judgement.document!r} doesn't say {_short(missing)!r}; {hint}"


def _refuse_strangers(dataset: Dataset, shelf: Shelf) -> None:
    known = set(shelf.ids)
    named = [judgement.document for question in dataset.questions for judgement in question.judgements]
    if named and not known.intersection(named):
        raise BadDataset(
            dataset.name,
            f"none of its judged documents is in this index ({named[0]!r} is not); leave --index out to index them",
        )


def _short(text: str, limit: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
