"""What was embedded is never embedded again: vectors by the text they stand for."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.embedding import Embedder

__all__ = ["EmbeddingCache"]

# About 300 MB of 384-dimensional vectors; those used longest ago go first.
_MOST_ROWS = 200_000
_BATCH = 128


class EmbeddingCache:
    """An embedder that remembers, in a SQLite file, so that work that was stopped isn't lost.

    Vectors are kept under the model's name and the text's SHA-256. One process at a time writes.
    """

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        try:
            self._database = self._open(path)
        except sqlite3.DatabaseError:
            # It holds nothing that can't be made again.
            for leftover in path.parent.glob(path.name + "*"):
                leftover.unlink()
            self._database = self._open(path)

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] = lambda count: None) -> np.ndarray:
        """float32 unit vectors, shape (len(texts), dimension); `progress` is told of each batch's size."""
        keys = [self._key(text) for text in texts]
        known = self._recall(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        pending = sorted(missing, key=lambda key: len(missing[key]))
        progress(len(texts) - len(pending))
        for start in range(0, len(pending), _BATCH):
            batch = pending[start : start + _BATCH]
            vectors = self._embedder.embed_passages([missing[key] for key in batch])
            self._remember(batch, vectors)
            known.update(zip(batch, vectors, strict=True))
            progress(len(batch))
        if not keys:
            return np.zeros((0, self._embedder.dimension), np.float32)
        return np.stack([known[key] for key in keys])

    def prune(self) -> None:
        """Forget what was used longest ago where there is too much."""
        with self._database:
            self._database.execute(
                "DELETE FROM vector WHERE key IN (SELECT key FROM vector ORDER BY used DESC LIMIT -1 OFFSET ?)",
                (_MOST_ROWS,),
            )

    def close(self) -> None:
        self._database.close()

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        database = sqlite3.connect(path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER)")
        database.execute("SELECT count(*) FROM (SELECT 1 FROM vector LIMIT 1)").fetchone()
        return database

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._embedder.name}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _recall(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        known: dict[bytes, np.ndarray] = {}
        with self._database:
            for start in range(0, len(keys), 500):
                chunk = list(keys[start : start + 500])
                where = f"WHERE key IN ({','.join('?' * len(chunk))})"
                for key, value in self._database.execute(f"SELECT key, value FROM vector {where}", chunk):
                    known[key] = np.frombuffer(value, np.float32)
                self._database.execute(f"UPDATE vector SET used = ? {where}", [int(time.time()), *chunk])
        return known

    def _remember(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        now = int(time.time())
        rows = [(key, vector.tobytes(), now) for key, vector in zip(keys, vectors, strict=True)]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
