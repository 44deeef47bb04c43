"""Proves an index: every part of it agrees with every other."""

from __future__ import annotations

import sqlite3

import numpy as np

from index.searching import Index
from index.store import select_document
from index.vectors import FaissStore

__all__ = ["check"]


def check(index: Index) -> list[str]:
    """One line for each fault; none when the index is whole.

    Each passage's text equals its document's slice, each text's checksum its document's, each
    passage and sentence has its vector of length 1 and each vector its passage or sentence, and
    lexical and vector halves hold the same passages. Checksums of the files are checked on opening.
    """
    database, passages, sentences = index.parts()
    return [
        *_check_documents(database),
        *_check_vectors(database, "passage", passages),
        *_check_vectors(database, "sentence", sentences),
        *_check_lexical(database),
    ]


def _check_documents(database: sqlite3.Connection) -> list[str]:
    faults = []
    for number, id, sha256 in database.execute("SELECT number, id, sha256 FROM document").fetchall():
        document = select_document(database, id)
        if document is None or document.sha256 != sha256:
            faults.append(f"{id}: the text is not that of its SHA-256")
            continue
        for passage, start, end, text in database.execute(
            "SELECT id, start, end, text FROM passage WHERE document = ?", (number,)
        ):
            if document.text[start:end] != text:
                faults.append(f"{id}: passage {passage} is not the text's characters {start} to {end}")
    orphans = database.execute(
        "SELECT count(*) FROM passage WHERE document NOT IN (SELECT number FROM document)"
    ).fetchone()[0]
    return faults + ([f"{orphans} passages of no document"] if orphans else [])


def _check_vectors(database: sqlite3.Connection, table: str, store: FaissStore) -> list[str]:
    stored = {row[0] for row in database.execute(f"SELECT id FROM {table}")}
    embedded = set(store.ids.tolist())
    faults = [f"{table} {id} has no vector" for id in sorted(stored - embedded)]
    faults += [f"the vector of {table} {id} belongs to nothing" for id in sorted(embedded - stored)]
    both = sorted(stored & embedded)
    lengths = np.linalg.norm(store.vectors(both), axis=1) if both else np.ones(0)
    return faults + [
        f"the vector of {table} {id} has length {length:.3f} instead of 1"
        for id, length in zip(both, lengths, strict=True)
        if abs(length - 1) > 0.01
    ]


def _check_lexical(database: sqlite3.Connection) -> list[str]:
    # FTS5 compares its index with the passages' text only on a connection that may write.
    copy = sqlite3.connect(":memory:")
    try:
        database.backup(copy)
        copy.execute("INSERT INTO lexical(lexical, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        return [f"the lexical half does not agree with the passages ({error})"]
    finally:
        copy.close()
    return []
