"""What was embedded is never embedded again: vectors by the text they stand for."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from index.embedding import Embedder
from index.packed_tokens import PackedTokens, pack
from index.token_store import TokenWriter

__all__ = ["EmbeddingCache"]

# About 300 MB of 384-dimensional vectors; the oldest go first.
_MOST_ROWS = 200_000
_CREATE = "CREATE TABLE IF NOT EXISTS {} (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)"
# What is lost, at most, of a work that is stopped: some seconds.
_BATCH = 256


class EmbeddingCache:
    """An embedder that remembers, in a SQLite file, so that work that was stopped isn't lost.

    Vectors are kept under the model's name and the text's SHA-256. One process at a time writes.
    A damaged file is thrown away: it holds nothing that can't be made again. `tokens` keeps those of
    passages.
    """

    def __init__(self, path: Path, embedder: Embedder, tokens: TokenWriter | None = None) -> None:
        self._path, self._embedder, self._tokens = path, embedder, tokens
        self._database: sqlite3.Connection | None = None

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda count: None, passages: int = 0
    ) -> np.ndarray:
        """float32 unit vectors, shape (len(texts), dimension); `progress` is told of each batch's size.

        Of the first `passages` texts the tokens are kept as well.
        """
        keys = [self._key(text) for text in texts]
        places: dict[bytes, list[int]] = {}
        for place, key in enumerate(keys):
            places.setdefault(key, []).append(place)
        vectors = np.zeros((len(texts), self._embedder.dimension), np.float32)
        unread = self._tokens.unknown(texts[:passages]) if self._tokens else set()
        for key, vector in self._recall(list(places)):
            vectors[places[key]] = vector
            if texts[places[key][0]] not in unread:
                del places[key]
        pending = sorted(places, key=lambda key: len(texts[places[key][0]]))
        progress(len(texts) - len(pending))
        for start in range(0, len(pending), _BATCH):
            batch = pending[start : start + _BATCH]
            embedded = self._embed([texts[places[key][0]] for key in batch], unread)
            self._remember(batch, embedded)
            for key, vector in zip(batch, embedded, strict=True):
                vectors[places[key]] = vector
            progress(len(batch))
        return vectors

    def tokens(self, texts: Sequence[str]) -> list[PackedTokens]:
        """The tokens of each text, those that were kept or made now."""
        known = self._tokens.recall(texts, self._embedder.dimension) if self._tokens else {}
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        made = zip(missing, self._embedder.embed_tokens(missing), strict=True) if missing else ()
        known |= {text: pack(tokens) for text, tokens in made}
        return [known[text] for text in texts]

    def prune(self) -> None:
        """Forget what was embedded longest ago where there is too much; a disk that is full lets it be."""
        if self._database is None:
            return
        with suppress(sqlite3.OperationalError):
            # Rows are numbered as they come: counting them would read the whole file.
            lowest, highest = (
                self._database.execute(f"SELECT {end}(rowid) FROM embedding").fetchone()[0] or 0
                for end in ("min", "max")
            )
            if highest - lowest >= 2 * _MOST_ROWS:
                self._write_anew(highest - _MOST_ROWS)
            else:
                with self._database:
                    self._database.execute("DELETE FROM embedding WHERE rowid <= ?", (highest - _MOST_ROWS,))

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _write_anew(self, after: int) -> None:
        """Go over to a file of the rows behind that one: to delete very many takes longer, and frees no disk."""
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        database = self._open()
        try:
            database.execute("ATTACH ? AS fresh", (str(fresh),))
            database.execute(_CREATE.format("fresh.embedding"))
            rows = "SELECT rowid, key, value FROM embedding WHERE rowid > ? ORDER BY rowid"
            database.execute(f"INSERT INTO fresh.embedding(rowid, key, value) {rows}", (after,))
            database.commit()
            database.execute("DETACH fresh")
            # With the last connection its log goes, which must not be taken for one of the new file.
            self.close()
            if not self._path.with_name(f"{self._path.name}-wal").exists():
                fresh.replace(self._path)
        finally:
            fresh.unlink(missing_ok=True)

    def _embed(self, texts: list[str], unread: set[str]) -> np.ndarray:
        """A vector for each text, with the tokens kept of those that are `unread`."""
        rows = [row for row, text in enumerate(texts) if text in unread]
        if not rows or not self._tokens:
            return self._embedder.embed_passages(texts)
        others = [row for row, text in enumerate(texts) if text not in unread]
        vectors = np.zeros((len(texts), self._embedder.dimension), np.float32)
        vectors[rows], tokens = self._embedder.embed_with_tokens([texts[row] for row in rows])
        self._tokens.remember([texts[row] for row in rows], [pack(one) for one in tokens])
        if others:
            vectors[others] = self._embedder.embed_passages([texts[row] for row in others])
        return vectors

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._database = sqlite3.connect(self._path)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            # Keys lie anywhere among the others: each page of theirs is written once for many of them.
            self._database.execute("PRAGMA wal_autocheckpoint = 16384")
            self._database.execute("PRAGMA cache_size = -65536")
            self._database.execute(_CREATE.format("embedding"))
        return self._database

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._embedder.name}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _recall(self, keys: list[bytes]) -> list[tuple[bytes, np.ndarray]]:
        try:
            return list(self._known(keys))
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self.close()
            for leftover in self._path.parent.glob(self._path.name + "*"):
                leftover.unlink()
            return []

    def _known(self, keys: list[bytes]) -> Iterator[tuple[bytes, np.ndarray]]:
        for start in range(0, len(keys), 500):
            chunk = keys[start : start + 500]
            rows = self._open().execute(
                f"SELECT key, value FROM embedding WHERE key IN ({','.join('?' * len(chunk))})", chunk
            )
            for key, value in rows:
                vector = np.frombuffer(value, np.float32) if len(value) % 4 == 0 else np.zeros(0, np.float32)
                # A disk that lies must not bring another vector into the index.
                if vector.shape == (self._embedder.dimension,) and abs(float(vector @ vector) - 1) < 0.01:
                    yield key, vector

    def _remember(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        rows = [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        with self._open() as database:
            database.executemany("INSERT OR REPLACE INTO embedding VALUES (?, ?)", rows)
