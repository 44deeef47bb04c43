"""Proves an index: every part of it agrees with every other."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from corpus import QuidError
from index.late_interaction import searchable
from index.layers import StoredVectors
from index.manifest import Manifest, check_file
from index.searching import Index
from index.spelling import recount_words
from index.store import select_checksums, select_document, select_passage_numbers, select_passages, select_sentences

__all__ = ["SAME", "SAMPLE", "WRONG_VECTOR", "check"]

# What is said of a vector that stands for something else.
WRONG_VECTOR = "is not that of its text"

# As many passages and sentences, spread over all, are embedded anew and compared.
SAMPLE = 16
# Less than this is another text or another model, not another way of rounding.
SAME = 0.98


def check(index: Index) -> Iterator[str]:
    """One line for each fault; none when the index is whole.

    Files are what the manifest says; each document's text has its SHA-256; each passage's text is
    its document's slice, with its sentences within it; passages and sentences have a vector each,
    of length 1, and vectors a passage or sentence each; the lexical half and the vocabulary hold the
    same passages; and the model, tried on a sample, makes the vectors that are stored.
    """
    database, passages, sentences = index.parts()
    yield from _check_files(index.generation_folder, index.manifest)
    yield from _check_counts(database, index.manifest)
    yield from _check_documents(database)
    yield from _check_vectors(database, "passage", passages)
    yield from _check_vectors(database, "sentence", sentences)
    yield from _check_lexical(database)
    yield from _check_words(database)
    yield from _check_model(index)


def _check_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name, written in manifest.files.items():
        if fault := check_file(folder / name, written):
            yield fault


def _check_counts(database: sqlite3.Connection, manifest: Manifest) -> Iterator[str]:
    for row in database.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"passages.sqlite: {row[0]}"
    for table, said in (
        ("document", manifest.documents), ("passage", manifest.passages), ("sentence", manifest.sentences)
    ):  # fmt: skip
        found = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        if found != said:
            yield f"{found} {table}s instead of the {said} that the manifest says"
    for table, owner, key in (("passage", "document", "number"), ("sentence", "passage", "id")):
        orphans = f"SELECT count(*) FROM {table} WHERE {owner} NOT IN (SELECT {key} FROM {owner})"
        if count := database.execute(orphans).fetchone()[0]:
            yield f"{count} {table}s of no {owner}"


def _check_documents(database: sqlite3.Connection) -> Iterator[str]:
    for id, recorded in select_checksums(database).items():
        document = select_document(database, id)
        if document is None or document.sha256 != recorded:
            yield f"{id}: the text is not that of its SHA-256"
            continue
        for number, passage in select_passages(database, select_passage_numbers(database, id)).items():
            if document.text[passage.start : passage.end] != passage.text:
                yield f"{id}: passage {number} is not the text's characters {passage.start} to {passage.end}"
            if not passage.sentences:
                yield f"{id}: passage {number} has no sentences"
            elif not all(passage.start <= s.start < s.end <= passage.end for s in passage.sentences):
                yield f"{id}: passage {number} has sentences outside it"


def _check_vectors(database: sqlite3.Connection, table: str, store: StoredVectors) -> Iterator[str]:
    stored = {row[0] for row in database.execute(f"SELECT id FROM {table}")}
    embedded = set(store.ids.tolist())
    yield from (f"{table} {id} has no vector" for id in sorted(stored - embedded))
    yield from (f"the vector of {table} {id} belongs to nothing" for id in sorted(embedded - stored))
    both = sorted(stored & embedded)
    for start in range(0, len(both), 10_000):
        some = both[start : start + 10_000]
        for id, length in zip(some, np.linalg.norm(store.vectors(some), axis=1), strict=True):
            if not abs(length - 1) < 0.01:
                yield f"the vector of {table} {id} has length {length:.3f} instead of 1"


def _check_lexical(database: sqlite3.Connection) -> Iterator[str]:
    # FTS5 compares its index with the passages' text only where it may write.
    with tempfile.TemporaryDirectory() as folder:
        copy = sqlite3.connect(Path(folder) / "copy.sqlite")
        try:
            database.backup(copy)
            copy.execute("INSERT INTO lexical(lexical, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield f"the lexical half does not agree with the passages ({error})"
        finally:
            copy.close()


def _check_words(database: sqlite3.Connection) -> Iterator[str]:
    texts = database.execute("SELECT context, text FROM passage")
    counted = recount_words(texts)
    stored = dict(database.execute("SELECT word, passages FROM word WHERE passages != 0"))
    if wrong := sorted(word for word in counted.keys() | stored.keys() if counted.get(word) != stored.get(word)):
        yield f"{len(wrong)} words are counted wrongly, {wrong[0]!r} among them"


def _check_model(index: Index) -> Iterator[str]:
    names, texts, vectors = _sample(index)
    try:
        anew = index.embedder.embed_passages(texts)
    except QuidError as error:
        yield str(error)
        return
    for name, cosine in zip(names, (anew * vectors).sum(axis=1), strict=True):
        if not cosine > SAME:
            yield f"the vector of {name} {WRONG_VECTOR} (cosine {cosine:.3f})"


def _sample(index: Index) -> tuple[list[str], list[str], np.ndarray]:
    """Names, embedded texts and stored vectors of some passages, and of the first sentence of each."""
    database, passage_vectors, sentence_vectors = index.parts()
    numbers = select_passage_numbers(database)
    numbers = numbers[:: max(1, len(numbers) // SAMPLE)][:SAMPLE]
    first = {passage: sentence for passage, sentence in reversed(select_sentences(database, numbers, by="passage"))}
    names, texts, vectors = [], [], [np.zeros((0, passage_vectors.dimension), np.float32)]
    for number, passage in select_passages(database, numbers).items():
        pairs = [("passage", number, passage_vectors, passage.text)]
        for sentence in passage.sentences[:1]:
            text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
            pairs.append(("sentence", first[number], sentence_vectors, text))
        for table, id, store, text in pairs:
            if id in store.ids:  # what has no vector was said before
                names.append(f"{table} {id}")
                texts.append(searchable(passage.context, text))
                vectors.append(store.vectors([id]))
    return names, texts, np.concatenate(vectors)
