"""Proves an index on Milvus: every row agrees with every other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np

from corpus import Passage, QuidError
from index.checking import SAME, SAMPLE, WRONG_VECTOR
from index.late_interaction import searchable
from index.milvus_collections import Kind, key_of, read_blobs
from index.milvus_earlier import MilvusEarlier, unsettled
from index.milvus_editions import is_unfinished
from index.milvus_engine import Row
from index.milvus_reading import Reading
from index.milvus_rows import LIVE, decode_text, passage_in, vectors_in
from index.milvus_searching import MilvusIndex
from index.milvus_words import counts_of
from index.terms import Tokeniser

__all__ = ["check_milvus"]

_AT_ONCE = 500


def check_milvus(index: MilvusIndex) -> Iterator[str]:
    """One line for each fault; none when the index is whole.

    Each document's record names a text with its SHA-256, and as many passages as are there; each passage
    is there once, belongs to a document, is that one's slice, and has vectors of length 1, one for itself
    and one for each sentence; words are counted rightly; and the model, tried on a sample, makes the
    vectors that are stored.
    """
    yield from _Check(index).faults()


class _Check:
    def __init__(self, index: MilvusIndex) -> None:
        self._index, self._engine, self._build = index, index.engine, index.build
        self._earlier = MilvusEarlier(self._engine)
        self._versions = {entry.version: entry for entry in self._earlier.entries()}
        self._passages: dict[int, list[tuple[int, int, str]]] = {version: [] for version in self._versions}
        self._words: Counter[str] = Counter()
        self._sample: list[tuple[Passage, np.ndarray]] = []
        self._tokeniser = Tokeniser()

    def faults(self) -> Iterator[str]:
        if is_unfinished(self._engine, self._build):
            yield "a writer was stopped while it counted words; the next one counts them anew"
        for entry, _ in unsettled(self._engine, self._build):
            if entry.state < LIVE:
                yield f"{entry.id} was begun by a writer that was stopped, or that writes now"
        yield from self._check_passages()
        yield from self._check_counts()
        yield from self._check_texts()
        yield from self._check_words()
        yield from self._check_model()

    def _check_passages(self) -> Iterator[str]:
        seen: set[int] = set()
        fields = ["key", "version", "place", "vector", "terms", "packed", "body"]
        rows = self._engine.all_of(self._build.passages, fields, "key >= 0")
        reading = Reading(self._engine, self._build, frozenset())
        while some := list(islice(rows, _AT_ONCE)):
            for row in some:
                if row["key"] in seen:
                    yield f"passage {row['key']} is there twice"
                seen.add(row["key"])
            yield from self._check_rows(reading.whole(some, ("terms", "packed", "body")))

    def _check_rows(self, rows: list[Row]) -> Iterator[str]:
        dimension = self._index.manifest.dimension
        texts = []
        for row in rows:
            passage = passage_in(row["body"])
            name = f"passage {row['key']} of {passage.document_id}"
            if row["version"] not in self._versions:
                yield f"{name} belongs to no document"
                continue
            self._passages[row["version"]].append((passage.start, passage.end, passage.text))
            texts.append((passage.context, passage.text))
            vectors = vectors_in([row["packed"]], dimension)[0].astype(np.float32)
            if len(vectors) != 1 + len(passage.sentences):
                yield f"{name} has {len(vectors)} vectors for itself and {len(passage.sentences)} sentences"
            if not np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 0.01):
                yield f"{name} has vectors whose length is not 1"
            if float(np.asarray(row["vector"], np.float32) @ vectors[0]) < SAME:
                yield f"{name} is found by another vector than it is scored by"
            if len(self._sample) < SAMPLE:
                self._sample.append((passage, vectors[0]))
        self._words.update(counts_of(texts, self._tokeniser.terms(texts)))

    def _check_counts(self) -> Iterator[str]:
        manifest, entries = self._index.manifest, self._versions.values()
        for what, said, found in (
            ("documents", manifest.documents, len(entries)),
            ("passages", manifest.passages, sum(map(len, self._passages.values()))),
            ("sentences", manifest.sentences, sum(entry.sentences for entry in entries)),
        ):
            if said != found:
                yield f"{found:,} {what} instead of the {said:,} that the manifest says"
        for entry in entries:
            if (found := len(self._passages[entry.version])) != entry.passages:
                yield f"{entry.id}: {found} passages instead of {entry.passages}"

    def _check_texts(self) -> Iterator[str]:
        for entry in self._versions.values():
            key = key_of(Kind.TEXT, entry.version)
            kept = read_blobs(self._engine, self._build, [key]).get(key)
            document = decode_text(kept) if kept else None
            if document is None or document.sha256 != entry.sha256:
                yield f"{entry.id}: the text is not that of its SHA-256"
                continue
            for start, end, text in self._passages[entry.version]:
                if document.text[start:end] != text:
                    yield f"{entry.id}: a passage is not the text's characters {start} to {end}"

    def _check_words(self) -> Iterator[str]:
        where = f'kind in ["{Kind.WORD}", "{Kind.STEM}"] and number != 0'
        stored = {row["key"]: row["number"] for row in self._engine.all_of(
            self._build.records, ["key", "number"], where)}  # fmt: skip
        wrong = sorted(key for key in self._words.keys() | stored.keys() if self._words.get(key) != stored.get(key))
        if wrong:
            yield f"{len(wrong)} words are counted wrongly, {wrong[0][2:]!r} among them"

    def _check_model(self) -> Iterator[str]:
        texts = [searchable(passage.context, passage.text) for passage, _ in self._sample]
        try:
            anew = self._index.embedder.embed_passages(texts) if texts else ()
        except QuidError as error:
            yield str(error)
            return
        for (passage, stored), vector in zip(self._sample, anew, strict=True):
            if not (cosine := float(vector @ stored)) > SAME:
                yield f"the vector of a passage of {passage.document_id} {WRONG_VECTOR} (cosine {cosine:.3f})"
