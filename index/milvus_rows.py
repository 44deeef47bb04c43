"""Documents and passages as rows of Milvus, and back."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from corpus import Document, Passage, Sentence
from corpus.wire import decode_document, encode_document
from index.milvus_collections import LONGEST, MOST_STEMS, Kind, blob_rows, key_of, record
from index.milvus_engine import Row
from index.packed_tokens import PackedTokens
from index.preparing import Prepared
from index.settings import IndexSettings
from index.store import DocumentRecord
from index.terms import Terms, dimension_of, weight

__all__ = [
    "GONE",
    "LIVE",
    "PENDING",
    "Entry",
    "decode_text",
    "entry_of",
    "number_of",
    "passage_in",
    "passage_rows",
    "text_rows",
    "tokens_in",
    "tokens_rows",
    "unspilled",
    "vectors_in",
    "version_of",
]

# What a document's record says in its number: its passages are being written, are found, are being removed.
PENDING, LIVE, GONE = range(3)
_SPILLED = ""
_LONGEST_SHOWN = 8_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is recorded of one version of a document; `length` are the words of its passages."""

    version: int
    id: str
    title: str
    source: str
    sha256: str
    fingerprint: str
    characters: int
    passages: int
    sentences: int
    length: int
    added: str
    state: int = LIVE

    def to_row(self, state: int, changed: float) -> Row:
        """The record; `changed` is a time, in seconds since 1970."""
        shown = {**asdict(self), "title": self.title[:_LONGEST_SHOWN], "changed": changed}
        value = json.dumps({name: shown[name] for name in shown if name not in ("state", "id")}, ensure_ascii=False)
        return record(key_of(Kind.DOCUMENT, self.version), value, self.version, state, self.id)

    @property
    def shown(self) -> DocumentRecord:
        """What `list` shows."""
        return DocumentRecord(
            self.id, self.title, self.source, self.sha256, self.characters, self.passages, self.added
        )


def entry_of(row: Row) -> tuple[Entry, float]:
    """What `to_row` was given, and when it changed."""
    fields = json.loads(row["value"])
    changed = fields.pop("changed")
    return Entry(**fields, id=row["name"], state=row["number"]), changed


def number_of(*parts: object) -> int:
    """63 bits of a hash of these, the same everywhere."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def version_of(document: Document, model: str, settings: IndexSettings) -> int:
    """A number for all that a document's rows are made of."""
    blocks = [[b.kind, b.start, b.end, b.level, b.page, b.place] for b in document.blocks]
    parts = (document.id, document.title, document.source, document.text, json.dumps(blocks))
    return number_of(*parts, model, settings.passage_tokens)


def passage_rows(
    prepared: Prepared, version: int, place: int, terms: Sequence[Terms], average: float, context: float,
    with_words: bool,
) -> tuple[list[Row], list[Row]]:  # fmt: skip
    """A row for each passage; and records of what is too long to stand in one.

    `place` is the first one's among all passages: what scores the same stands in that order. `average` (of
    passages' lengths) and `context` (the weight of titles) shape the sparse vectors, which find candidates;
    where the engine has none (not `with_words`), the numbers of the words do. Scores are computed from `terms`.
    """
    rows, spilled, begin = [], [], 0
    document = prepared.document
    of_document = {"version": version, "document": number_of(document.id), "source": number_of(document.source)}
    for ordinal, (passage, vector, counted) in enumerate(zip(prepared.passages, prepared.vectors, terms, strict=True)):
        end = begin + len(passage.sentences)
        key = number_of(version, ordinal)
        long = {
            "terms": counted.to_text(),
            "packed": _packed(vector, prepared.sentence_vectors[begin:end]),
            "body": _body(passage),
        }
        row: Row = {"key": key, "place": place + ordinal, "vector": np.asarray(vector, np.float32), **of_document}
        if with_words:
            row["words"] = _sparse(counted, average, context)
        else:
            row["stems"] = [number_of(stem) for stem in counted.counts][:MOST_STEMS]
        for name, text in long.items():
            fits = len(text) * 4 <= LONGEST or len(text.encode()) <= LONGEST
            row[name] = text if fits else _SPILLED
            if not fits:
                spilled += blob_rows(key_of(Kind.SPILLED, key, name), _squeezed(text), version)
        rows.append(row)
        begin = end
    return rows, spilled


def unspilled(kept: str) -> str:
    """The text that was too long for its row, from its record."""
    return zlib.decompress(base64.b64decode(kept)).decode()


def text_rows(document: Document, version: int) -> list[Row]:
    """The whole document, as records."""
    text = base64.b64encode(zlib.compress(encode_document(document))).decode()
    return blob_rows(key_of(Kind.TEXT, version), text, version)


def decode_text(kept: str) -> Document:
    """The document in those records."""
    return decode_document(zlib.decompress(base64.b64decode(kept)))


def tokens_rows(tokens: Sequence[PackedTokens], version: int) -> Iterator[Row]:
    """The packed tokens of a version's passages, in order, as records."""
    for ordinal, one in enumerate(tokens):
        text = base64.b64encode(one.to_bytes()).decode()
        yield from blob_rows(key_of(Kind.TOKENS, number_of(version, ordinal)), text, version)


def tokens_in(kept: str, dimension: int) -> PackedTokens | None:
    """The packed tokens in a record, or None where they can't be read."""
    return PackedTokens.from_bytes(base64.b64decode(kept), dimension)


def vectors_in(packed: Sequence[str], dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """float16 vectors of passages, each followed by those of its sentences; and how many each passage has."""
    raw = [base64.b64decode(one) for one in packed]
    vectors = np.frombuffer(b"".join(raw), np.float16).reshape(-1, dimension)
    return vectors, np.array([len(one) // (2 * dimension) for one in raw], np.int64)


def passage_in(body: str) -> Passage:
    """The passage that is shown."""
    id, title, source, headings, page, text, start, end, sha256, sentences = json.loads(body)
    return Passage(
        id, title, source, tuple(headings), page, text, start, end, tuple(Sentence(*one) for one in sentences), sha256
    )


def _body(passage: Passage) -> str:
    sentences = [[s.start, s.end, s.kind, s.page, s.place] for s in passage.sentences]
    fields: list[Any] = [passage.document_id, passage.title, passage.source, passage.headings, passage.page,
                         passage.text, passage.start, passage.end, passage.sha256, sentences]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _packed(vector: np.ndarray, sentences: np.ndarray) -> str:
    rows = np.concatenate([np.atleast_2d(vector), np.reshape(sentences, (-1, len(vector)))])
    return base64.b64encode(rows.astype(np.float16).tobytes()).decode()


def _sparse(terms: Terms, average: float, context: float) -> dict[int, float]:
    """The words' weights by their dimensions; where two share one, the higher."""
    found: dict[int, float] = {}
    for word, (in_context, in_text) in terms.counts.items():
        place = dimension_of(word)
        found[place] = max(found.get(place, 0.0), weight(in_context, in_text, terms.length, average, context))
    return found or {0: 1e-9}


def _squeezed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode())).decode()
