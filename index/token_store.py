"""The tokens of passages, packed, in a file beside the index: a closer look then needs no model."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from index.files import read_ahead
from index.packed_tokens import SCHEME, PackedTokens

__all__ = ["TOKENS", "TokenReader", "TokenWriter"]

TOKENS = "tokens.sqlite"
# Some 40,000 passages: more would push out of memory what is needed sooner.
_READ_AHEAD = 512 * 1024 * 1024


class _Keys:
    """Tokens are kept under the model's name and their text: those of another model are never found."""

    def __init__(self, path: Path, model: str) -> None:
        self._path, self._model = path, model
        self._database: sqlite3.Connection | None = None

    def key(self, text: str) -> bytes:
        """16 bytes."""
        return hashlib.sha256(f"{SCHEME}\0{self._model}\0{text}".encode("utf-8", "surrogatepass")).digest()[:16]

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        if self._database is not None:
            self._database.close()
            self._database = None


class TokenReader(_Keys):
    """What is in that file, as far as it is there, whole and not being written to; safe from many threads."""

    def __init__(self, path: Path, model: str, dimension: int) -> None:
        super().__init__(path, model)
        self._dimension = dimension
        self._lock = threading.Lock()

    def recall(self, texts: Sequence[str]) -> dict[str, PackedTokens]:
        """{text: its tokens} of those that are known."""
        texts_of = {self.key(text): text for text in texts}
        holes = ",".join("?" * len(texts_of))
        found: dict[str, PackedTokens] = {}
        # All of it can be made again, so that nothing about this file is worth an error.
        with self._lock, suppress(sqlite3.Error):
            query = f"SELECT key, value FROM tokens WHERE key IN ({holes})"
            for key, value in self._open().execute(query, list(texts_of)):
                if tokens := PackedTokens.from_bytes(value, self._dimension):
                    found[texts_of[key]] = tokens
        return found

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            super().close()

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            read_ahead(self._path, _READ_AHEAD)
            place = f"{self._path.resolve().as_uri()}?mode=ro"
            self._database = sqlite3.connect(place, uri=True, timeout=0.05, check_same_thread=False)
        return self._database


class TokenWriter(_Keys):
    """Writes that file; one process at a time. A damaged file is thrown away."""

    def unknown(self, texts: Iterable[str]) -> set[str]:
        """Those of the texts whose tokens are not there."""
        texts_of = {self.key(text): text for text in texts}
        try:
            return {text for key, text in texts_of.items() if not self._holds(key)}
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._throw_away()
            return set(texts_of.values())

    def remember(self, texts: Sequence[str], tokens: Sequence[PackedTokens]) -> None:
        """Keep the tokens of these texts."""
        rows = [(self.key(text), one.to_bytes()) for text, one in zip(texts, tokens, strict=True)]
        with self._open() as database:
            database.executemany("INSERT OR REPLACE INTO tokens VALUES (?, ?)", rows)

    def recall(self, texts: Iterable[str], dimension: int) -> dict[str, PackedTokens]:
        """{text: its tokens} of those that are known."""
        found: dict[str, PackedTokens] = {}
        for text in texts:
            row = self._open().execute("SELECT value FROM tokens WHERE key = ?", (self.key(text),)).fetchone()
            if row and (tokens := PackedTokens.from_bytes(row[0], dimension)):
                found[text] = tokens
        return found

    def exceeds(self, most: int) -> bool:
        """Whether there are tokens of more than so many texts; they aren't counted unless that may be."""
        database = self._open()
        # Rows are numbered as they come: counting them would read all of their keys.
        lowest, highest = (
            database.execute(f"SELECT {end}(rowid) FROM tokens").fetchone()[0] or 0 for end in ("min", "max")
        )
        return highest - lowest >= most and database.execute("SELECT count(*) FROM tokens").fetchone()[0] > most

    def forget_all_but(self, keys: Collection[bytes]) -> None:
        """Let go of all others; a disk that is full lets them be."""
        with suppress(sqlite3.OperationalError), self._open() as database:
            database.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (key BLOB PRIMARY KEY)")
            database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", [(key,) for key in keys])
            database.execute("DELETE FROM tokens WHERE key NOT IN (SELECT key FROM wanted)")
            database.execute("DROP TABLE wanted")

    def _holds(self, key: bytes) -> bool:
        return self._open().execute("SELECT 1 FROM tokens WHERE key = ?", (key,)).fetchone() is not None

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            # Readers look for some microseconds; a writer waits that long.
            database = sqlite3.connect(self._path, timeout=30)
            database.execute("PRAGMA page_size = 16384")
            database.execute("PRAGMA synchronous = OFF")
            database.execute("CREATE TABLE IF NOT EXISTS tokens (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)")
            self._database = database
        return self._database

    def _throw_away(self) -> None:
        self.close()
        for leftover in self._path.parent.glob(self._path.name + "*"):
            leftover.unlink()
