"""What a static pack says: documents, passages and sentences, and which passages hold which words.

Offsets count UTF-16 units here, as a browser's strings do.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from corpus import Document, Passage
from index import Index

__all__ = ["Library", "Units", "pack_texts", "pack_words", "read_library"]


_WEB = re.compile(r"https?://", re.IGNORECASE)


class Units:
    """The places of a text in characters and in UTF-16 units, of which rare characters have two."""

    def __init__(self, text: str) -> None:
        self._wide = [place for place, character in enumerate(text) if character > "\uffff"]
        self._wide_units = [place + nth for nth, place in enumerate(self._wide)]

    def of(self, place: int) -> int:
        """The place in units of a place in characters."""
        return place + bisect_left(self._wide, place)

    def back(self, unit: int) -> int:
        """The place in characters of a place in units."""
        return unit - bisect_left(self._wide_units, unit)


@dataclass(frozen=True, slots=True)
class Library:
    """All that is packed of an index, in the order of its passages' numbers."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    passage_numbers: tuple[int, ...]
    sentence_numbers: tuple[int, ...]
    units: dict[str, Units] = field(default_factory=dict)


def read_library(index: Index) -> Library:
    """Everything of the index that a pack is made of; sentences are numbered passage by passage."""
    documents = tuple(index.document(record.id) for record in index.documents())
    passages = tuple(passage for one in documents for passage in index.passages(one.id))
    database = index.parts()[0]
    rows = database.execute(
        "SELECT d.id, p.start, p.id, s.id FROM passage p JOIN document d ON d.number = p.document "
        "LEFT JOIN sentence s ON s.passage = p.id ORDER BY d.id, p.start, s.id"
    ).fetchall()
    numbers = tuple(dict.fromkeys(row[2] for row in rows))
    assert [(one.document_id, one.start) for one in passages] == [key for key, _ in groupby(rows, lambda row: row[:2])]
    return Library(
        documents, passages, numbers, tuple(row[3] for row in rows if row[3] is not None),
        {one.id: Units(one.text) for one in documents},
    )  # fmt: skip


def pack_texts(library: Library) -> dict[str, Any]:
    """Documents with their blocks, and passages with their sentences, as rows of numbers and names."""
    places, units = {one.id: number for number, one in enumerate(library.documents)}, library.units
    return {
        "documents": [_document(one, units[one.id]) for one in library.documents],
        "passages": [_passage(one, places[one.document_id], units[one.document_id]) for one in library.passages],
    }


def _document(document: Document, units: Units) -> dict[str, Any]:
    """A document; where on the owner's machine it lies is nobody's business."""
    return {
        "id": _clean(document.id),
        "title": _clean(document.title),
        "source": _clean(document.source if _WEB.match(document.source) else document.id),
        "sha256": document.sha256,
        "text": _clean(document.text),
        "blocks": [
            _short([units.of(one.start), units.of(one.end), one.kind, one.level, one.page, _clean(one.place)])
            for one in document.blocks
        ],
    }


def _passage(passage: Passage, document: int, units: Units) -> list[Any]:
    """[document, start, end, page, headings, [start, end, kind, page, place] of each sentence]."""
    sentences = [
        _short([units.of(one.start), units.of(one.end), one.kind, one.page, _clean(one.place)])
        for one in passage.sentences
    ]
    headings = [_clean(heading) for heading in passage.headings]
    return [document, units.of(passage.start), units.of(passage.end), passage.page, headings, sentences]


def _short(row: list[Any]) -> list[Any]:
    """The row without what is usual at its end: a paragraph on no page and in no particular place."""
    usual: Sequence[Any] = ("paragraph", 0, None, "")
    while len(row) > 2 and row[-1] in usual:
        row.pop()
    return row


def _clean(text: str) -> str:
    """The text without lone surrogates, which no file can hold; as long as before."""
    return text.encode("utf-8", "replace").decode("utf-8")


def pack_words(index: Index, library: Library) -> tuple[dict[str, Any], bytes]:
    """The words as the index searches them, and for each the passages that hold it.

    The words are in order, one a line; `lengths` are the passages' words. The bytes hold, for each
    word, how many passages there are, and for each of these its distance from the one before, and how
    often title and headings and how often the text have the word: numbers in groups of seven bits,
    the lowest first.
    """
    database = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        index.parts()[0].backup(database)
        database.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, lexical, instance)")
        held = database.execute(
            "SELECT term, doc, sum(col = 'context'), sum(col = 'text') FROM temp.held "
            "GROUP BY term, doc ORDER BY term, doc"
        ).fetchall()
    finally:
        database.close()
    return _postings(held, library)


def _postings(held: Sequence[tuple[str, int, int, int]], library: Library) -> tuple[dict[str, Any], bytes]:
    places = {number: place for place, number in enumerate(library.passage_numbers)}
    lengths = [0] * len(places)
    terms: list[str] = []
    numbers = array("Q")
    for term, group in groupby(held, key=lambda row: row[0]):
        rows = sorted((places[passage], context, text) for _, passage, context, text in group)
        terms.append(term)
        numbers.append(len(rows))
        before = 0
        for passage, context, text in rows:
            lengths[passage] += context + text
            numbers.extend((passage - before, context, text))
            before = passage
    return {"terms": "\n".join(terms), "lengths": lengths}, bytes(_in_sevens(numbers))


def _in_sevens(numbers: Iterable[int]) -> Iterable[int]:
    for number in numbers:
        while number > 127:
            yield number & 127 | 128
            number >>= 7
        yield number
