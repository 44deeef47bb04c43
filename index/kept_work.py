"""What workers have made and isn't published yet: an update that is stopped goes on from there, and not anew."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus import Document, Original, Skipped
from corpus.wire import decode_document, encode_document
from index.embedding import Embedder
from index.preparing import Prepared, passage_texts, split_up
from index.settings import IndexSettings
from index.token_store import TokenWriter

__all__ = ["KeptWork"]

_FILE = "unpublished.sqlite"


class KeptWork:
    """Documents and vectors in a file beside the index, their tokens in `tokens`; one process at a time writes.

    A damaged file is as good as none: it holds nothing that can't be made again.
    """

    def __init__(self, folder: Path, tokens: TokenWriter, embedder: Embedder, settings: IndexSettings) -> None:
        self._path, self._tokens = folder / _FILE, tokens
        self._embedder, self._settings = embedder, settings
        self._database: sqlite3.Connection | None = None

    def recall(self, item: Document | Original) -> Prepared | None:
        """What was made of it, or None where nothing was."""
        row = None
        with suppress(sqlite3.DatabaseError):
            query = "SELECT document, vectors FROM work WHERE key = ?"
            row = self._open().execute(query, (self._key(item),)).fetchone()
        if row is None:
            return None
        document = decode_document(row[0])
        passages = split_up(document, self._embedder, self._settings)
        vectors = np.frombuffer(row[1], np.float32).reshape(-1, self._embedder.dimension)
        if len(vectors) != len(passages) + sum(len(passage.sentences) for passage in passages):
            return None
        return Prepared(document, passages, vectors[: len(passages)], vectors[len(passages) :])

    def remember(
        self, items: Sequence[Document | Original], made: Sequence[Prepared | Skipped]
    ) -> list[Prepared | Skipped]:
        """Keep what was made of these; gives the same, whose tokens stand in the store of tokens now."""
        prepared = [(item, one) for item, one in zip(items, made, strict=True) if isinstance(one, Prepared)]
        for _, one in prepared:
            if one.tokens is not None:
                self._tokens.remember(passage_texts(one.passages), one.tokens)
        rows = [
            (self._key(item), encode_document(one.document), one.vectors.tobytes() + one.sentence_vectors.tobytes())
            for item, one in prepared
        ]
        with suppress(sqlite3.DatabaseError), self._open() as database:
            database.executemany("INSERT OR REPLACE INTO work VALUES (?, ?, ?)", rows)
        return [one if isinstance(one, Skipped) else replace(one, tokens=None) for one in made]

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def clear(self) -> None:
        """Take the file away: all is published."""
        self.close()
        for left in self._path.parent.glob(f"{_FILE}*"):
            left.unlink()

    def _key(self, item: Document | Original) -> bytes:
        found = item.fingerprint if isinstance(item, Original) else encode_document(item).hex()
        parts = (self._embedder.name, self._settings.passage_tokens, item.id, item.source, found)
        return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._database = sqlite3.connect(self._path)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS work (key BLOB PRIMARY KEY, document BLOB NOT NULL, vectors BLOB NOT NULL)"
            )
        return self._database
