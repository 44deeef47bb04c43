"""Documents and passages in one SQLite database: the truth that everything else is derived from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus import Block, Document, Passage, Sentence
from index.lexical import CREATE_LEXICAL, index_passage, unindex_passage
from index.spelling import CREATE_INITIALS, CREATE_VOCABULARY

__all__ = [
    "DocumentRecord",
    "create_store",
    "delete_document",
    "insert_document",
    "insert_passage",
    "open_store",
    "replace_skipped",
    "select_checksums",
    "select_document",
    "select_ids",
    "select_ids_as_added",
    "select_number_beside",
    "select_numbers_of",
    "select_origin",
    "select_passage_numbers",
    "select_passages",
    "select_records",
    "select_sentences",
    "select_skipped",
]

_CREATE = (
    """CREATE TABLE document (
        number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
        sha256 TEXT NOT NULL, characters INTEGER NOT NULL, text TEXT NOT NULL, blocks TEXT NOT NULL,
        added TEXT NOT NULL, fingerprint TEXT NOT NULL)""",
    "CREATE TABLE skipped (source TEXT PRIMARY KEY, reason TEXT NOT NULL)",
    # Passage numbers are never used again: the vectors of a removed passage can't become another's.
    """CREATE TABLE passage (
        id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES document(number),
        context TEXT NOT NULL, headings TEXT NOT NULL, page INTEGER, text TEXT NOT NULL,
        start INTEGER NOT NULL, end INTEGER NOT NULL)""",
    "CREATE INDEX passage_document ON passage(document)",
    # A sentence's number is that of its vector.
    """CREATE TABLE sentence (
        id INTEGER PRIMARY KEY AUTOINCREMENT, passage INTEGER NOT NULL REFERENCES passage(id),
        start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL, page INTEGER, place TEXT NOT NULL)""",
    "CREATE INDEX sentence_passage ON sentence(passage)",
    CREATE_LEXICAL,
    CREATE_VOCABULARY,
    CREATE_INITIALS,
)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What `list` shows of a document; `added` is an ISO 8601 time in UTC, `characters` its length."""

    id: str
    title: str
    source: str
    sha256: str
    characters: int
    passages: int
    added: str


def create_store(path: Path) -> sqlite3.Connection:
    """A new, empty database in that file."""
    database = sqlite3.connect(path)
    for statement in _CREATE:
        database.execute(statement)
    return database


def open_store(path: Path) -> sqlite3.Connection:
    """The database in that file, which must not change while it is open; usable from any thread."""
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    database.execute("PRAGMA query_only = 1")
    return database


def insert_document(database: sqlite3.Connection, document: Document, added: str) -> int:
    """Store a document; gives its number."""
    blocks = json.dumps([[b.kind, b.start, b.end, b.level, b.page, b.place] for b in document.blocks])
    cursor = database.execute(
        "INSERT INTO document(id, title, source, sha256, characters, text, blocks, added, fingerprint) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (document.id, document.title, document.source, document.sha256, len(document.text), document.text, blocks,
         added, document.fingerprint),
    )
    return int(cursor.lastrowid or 0)


def insert_passage(database: sqlite3.Connection, document: int, passage: Passage) -> tuple[int, list[int]]:
    """Store a passage of that document number; gives its number and its sentences' numbers."""
    cursor = database.execute(
        "INSERT INTO passage(document, context, headings, page, text, start, end) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (document, passage.context, json.dumps(passage.headings), passage.page, passage.text,
         passage.start, passage.end),
    )
    number = int(cursor.lastrowid or 0)
    index_passage(database, number, passage.context, passage.text)
    sentences = [
        int(database.execute(
            "INSERT INTO sentence(passage, start, end, kind, page, place) VALUES (?, ?, ?, ?, ?, ?)",
            (number, s.start, s.end, s.kind, s.page, s.place),
        ).lastrowid or 0)
        for s in passage.sentences
    ]
    return number, sentences


def delete_document(database: sqlite3.Connection, document_id: str) -> tuple[list[int], list[int]]:
    """Remove a document in every form; gives the numbers of its passages and sentences."""
    passages = database.execute(
        "SELECT p.id, p.context, p.text FROM passage p JOIN document d ON d.number = p.document WHERE d.id = ?",
        (document_id,),
    ).fetchall()
    sentences: list[int] = []
    for passage, context, text in passages:
        unindex_passage(database, passage, context, text)
        sentences += [row[0] for row in database.execute("SELECT id FROM sentence WHERE passage = ?", (passage,))]
        database.execute("DELETE FROM sentence WHERE passage = ?", (passage,))
        database.execute("DELETE FROM passage WHERE id = ?", (passage,))
    database.execute("DELETE FROM document WHERE id = ?", (document_id,))
    return [row[0] for row in passages], sentences


def select_records(database: sqlite3.Connection) -> list[DocumentRecord]:
    """All documents, in the order of their ids."""
    return [
        DocumentRecord(*row)
        for row in database.execute(
            "SELECT d.id, d.title, d.source, d.sha256, d.characters, "
            "(SELECT count(*) FROM passage p WHERE p.document = d.number), d.added FROM document d ORDER BY d.id"
        )
    ]


def select_checksums(database: sqlite3.Connection) -> dict[str, str]:
    """{id: SHA-256 of the text, as it was stored} of all documents, in the order of their ids."""
    return dict(database.execute("SELECT id, sha256 FROM document ORDER BY id"))


def select_ids(database: sqlite3.Connection) -> list[str]:
    """The ids of all documents, in order."""
    return [row[0] for row in database.execute("SELECT id FROM document ORDER BY id")]


def select_ids_as_added(database: sqlite3.Connection) -> list[str]:
    """The ids of all documents, in the order in which they were added."""
    return [row[0] for row in database.execute("SELECT id FROM document ORDER BY number")]


def select_document(database: sqlite3.Connection, document_id: str) -> Document | None:
    """The document as it was read, or None."""
    row = database.execute(
        "SELECT id, title, source, text, blocks, fingerprint FROM document WHERE id = ?", (document_id,)
    ).fetchone()
    if row is None:
        return None
    return Document(*row[:4], tuple(Block(*block) for block in json.loads(row[4])), row[5])


def select_origin(database: sqlite3.Connection, document_id: str) -> tuple[str, str] | None:
    """Source and fingerprint of a document, or None: what it was read from."""
    row = database.execute("SELECT source, fingerprint FROM document WHERE id = ?", (document_id,)).fetchone()
    return row and (row[0], row[1])


def replace_skipped(database: sqlite3.Connection, skipped: Mapping[str, str]) -> None:
    """Store what was found and not read, {source: reason}, in place of what was stored before."""
    database.execute("DELETE FROM skipped")
    database.executemany("INSERT INTO skipped VALUES (?, ?)", skipped.items())


def select_skipped(database: sqlite3.Connection) -> dict[str, str]:
    """{source: reason} of what was found and not read, in the order of the sources."""
    return dict(database.execute("SELECT source, reason FROM skipped ORDER BY source"))


def select_passages(database: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Passage]:
    """The passages of those numbers."""
    return {number: passage for chunk in _chunks(list(numbers)) for number, passage in _select_chunk(database, chunk)}


def select_sentences(
    database: sqlite3.Connection, numbers: Sequence[int], by: Literal["id", "passage"] = "id"
) -> list[tuple[int, int]]:
    """(passage, sentence) numbers, in order, of those sentences, or by="passage" of those passages."""
    return [
        row
        for chunk in _chunks(list(numbers))
        for row in database.execute(
            f"SELECT passage, id FROM sentence WHERE {by} IN ({','.join('?' * len(chunk))}) ORDER BY id", chunk
        )
    ]


def select_passage_numbers(database: sqlite3.Connection, document_id: str | None = None) -> list[int]:
    """The numbers of a document's passages in order, or of all passages."""
    if document_id is None:
        return [row[0] for row in database.execute("SELECT id FROM passage ORDER BY id")]
    return [
        row[0]
        for row in database.execute(
            "SELECT p.id FROM passage p JOIN document d ON d.number = p.document WHERE d.id = ? ORDER BY p.start",
            (document_id,),
        )
    ]


def select_number_beside(database: sqlite3.Connection, document_id: str, start: int, behind: bool) -> int | None:
    """The number of the document's nearest passage that begins behind that character, or else before it."""
    which = "p.start > ? ORDER BY p.start" if behind else "p.start < ? ORDER BY p.start DESC"
    row = database.execute(
        f"SELECT p.id FROM passage p JOIN document d ON d.number = p.document WHERE d.id = ? AND {which} LIMIT 1",
        (document_id, start),
    ).fetchone()
    return row and row[0]


def select_numbers_of(database: sqlite3.Connection, ids: Sequence[str], sources: Sequence[str]) -> list[int]:
    """The numbers of the passages of documents with one of those ids or from one of those sources, in order."""
    query = (
        "SELECT p.id FROM passage p JOIN document d ON d.number = p.document "
        "WHERE d.id IN (SELECT value FROM json_each(?)) OR d.source IN (SELECT value FROM json_each(?)) ORDER BY p.id"
    )
    return [row[0] for row in database.execute(query, (json.dumps(list(ids)), json.dumps(list(sources))))]


def _select_chunk(database: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[tuple[int, Passage]]:
    holes = ",".join("?" * len(numbers))
    sentences: dict[int, list[Sentence]] = {number: [] for number in numbers}
    for passage, *fields in database.execute(
        f"SELECT passage, start, end, kind, page, place FROM sentence WHERE passage IN ({holes}) ORDER BY id", numbers
    ):
        sentences[passage].append(Sentence(*fields))
    for number, headings, page, text, start, end, id, title, source, sha256 in database.execute(
        "SELECT p.id, p.headings, p.page, p.text, p.start, p.end, d.id, d.title, d.source, d.sha256 "
        f"FROM passage p JOIN document d ON d.number = p.document WHERE p.id IN ({holes})", numbers
    ):
        yield number, Passage(
            document_id=id, title=title, source=source, headings=tuple(json.loads(headings)), page=page,
            text=text, start=start, end=end, sentences=tuple(sentences[number]), sha256=sha256,
        )


def _chunks(numbers: list[int], size: int = 500) -> Iterator[list[int]]:
    return (numbers[i : i + size] for i in range(0, len(numbers), size))
