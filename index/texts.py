"""The texts of a large index: one database for many generations, changed where it lies.

    FOLDER/texts/000007.sqlite   what is in passages.sqlite otherwise; written whole by generation 7
    FOLDER/texts/000007.lock     held by who changes it, and shared by who reads it without SQLite's own locks

A change is one transaction of SQLite's write-ahead log. The database says which generation it holds: that is what
makes the generation current, whatever else was written by then. A reader keeps the transaction in which it found
that, and so sees the same generation for as long as it is open. What the last change took away and what it brought
are kept in tables of their own, so that it can be undone. A smaller index has a passages.sqlite in each generation.
"""

from __future__ import annotations

import fcntl
import sqlite3
import tempfile
from pathlib import Path
from typing import IO

from index.lexical import index_passage
from index.store import delete_document

__all__ = [
    "TEXTS",
    "Change",
    "copy_shared",
    "held_by",
    "is_shared",
    "log_of",
    "make_shared",
    "open_before",
    "open_shared",
    "undo_last",
]

TEXTS = "texts"
# Up to so many passages the database is copied and read through in less than a tenth of a second.
IN_PLACE_FROM = 20_000
# What readers don't let the log give up stays in it: a log longer than a quarter of the database, and than so
# many bytes, is left behind with it, for a copy.
_LONGEST_LOG = 64 * 1024 * 1024

_KEPT = ("document", "passage", "sentence", "skipped")
_UNDOING = (
    "CREATE TABLE held (generation INTEGER NOT NULL, before INTEGER)",
    "CREATE TABLE came (document INTEGER PRIMARY KEY)",
    *(f"CREATE TABLE old_{table} AS SELECT * FROM {table} LIMIT 0" for table in _KEPT),
)
# What goes is kept, unless it came in this very change.
_NOTING = (
    "CREATE TEMP TRIGGER note_came AFTER INSERT ON main.document BEGIN INSERT INTO came VALUES (NEW.number); END",
    *(
        f"CREATE TEMP TRIGGER note_{table} BEFORE DELETE ON main.{table} "
        f"WHEN {owner} NOT IN (SELECT document FROM came) "
        f"BEGIN INSERT INTO old_{table} SELECT * FROM {table} WHERE {key} = OLD.{key}; END"
        for table, key, owner in (
            ("document", "number", "OLD.number"),
            ("passage", "id", "OLD.document"),
            ("sentence", "id", "(SELECT document FROM passage WHERE id = OLD.passage)"),
        )
    ),
    "CREATE TEMP TRIGGER forget_came AFTER DELETE ON main.document "
    "BEGIN DELETE FROM came WHERE document = OLD.number; END",
)


def is_shared(passages: int) -> bool:
    """Whether the texts of an index of so many passages are shared by its generations, from the next one on."""
    return passages > IN_PLACE_FROM


def make_shared(database: sqlite3.Connection, generation: int) -> None:
    """Make a private database of that generation one that can be changed where it lies; what was written is kept."""
    _drop_notes(database)
    for statement in _UNDOING:
        database.execute(statement)
    database.execute("INSERT INTO held VALUES (?, NULL)", (generation,))
    database.commit()
    database.execute("PRAGMA journal_mode = WAL")


def open_shared(path: Path) -> tuple[sqlite3.Connection, IO[bytes] | None]:
    """The database in that file as it is now, for as long as it is open; to be read, from any thread.

    Where SQLite can't make the files by which readers and writers tell of one another, since the disk is full or the
    folder isn't ours, it is opened as one that nobody changes; what is open beside it keeps it from being changed.
    """
    place = f"{path.resolve().as_uri()}?mode=ro"
    try:
        return _begun(place), None
    except sqlite3.OperationalError:
        if not path.exists() or log_of(path) or not _lock_file(path).exists():
            raise
    lock = _lock_file(path).open("rb")
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return _begun(f"{place}&immutable=1"), lock
    except BaseException:
        lock.close()
        raise


def held_by(database: sqlite3.Connection) -> tuple[int, int | None]:
    """The generation that the database holds, and the one that its last change can be undone to."""
    return database.execute("SELECT generation, before FROM held").fetchone() or (0, None)


def copy_shared(database: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """A copy in that file, of the texts alone."""
    copy = sqlite3.connect(path)
    database.backup(copy)
    copy.execute("PRAGMA journal_mode = DELETE")
    _drop_notes(copy)
    return copy


def log_of(path: Path) -> int:
    """Bytes of what was written to the database and isn't in its file yet."""
    log = path.with_name(f"{path.name}-wal")
    return log.stat().st_size if log.exists() else 0


class Change:
    """One change of the database in that file: nothing, for anybody else, before `commit`; nothing at all without it.

    BlockingIOError where it can't be changed where it lies: somebody reads it as one that nobody changes, or its log
    has become too long, unless it is taken `however_long`.
    """

    def __init__(self, path: Path, however_long: bool = False) -> None:
        if not however_long and log_of(path) > max(_LONGEST_LOG, path.stat().st_size // 4):
            raise BlockingIOError
        self._lock = _lock_file(path).open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.database = sqlite3.connect(path, timeout=30, isolation_level=None)
        except BaseException:
            self._lock.close()
            raise
        try:
            self.database.execute("PRAGMA synchronous = FULL")
            # What the change before left in the log; during this one nobody waits for that.
            self.database.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self.database.execute("PRAGMA wal_autocheckpoint = 0")
            self.database.execute("BEGIN IMMEDIATE")
        except BaseException:
            self.close()
            raise

    def note(self) -> None:
        """Have what goes and comes from now on noted, to be undone; what was noted before is forgotten."""
        _forget(self.database)
        self.database.execute("INSERT INTO old_skipped SELECT * FROM skipped")
        for statement in _NOTING:
            self.database.execute(statement)

    def commit(self, generation: int, before: int | None) -> None:
        """From now on the database holds that generation, and can be led back to the one before."""
        self.database.execute("UPDATE held SET generation = ?, before = ?", (generation, before))
        self.database.execute("COMMIT")

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
        self._lock.close()


def undo_last(database: sqlite3.Connection) -> int:
    """Take back the last change, within a transaction; gives the generation that the database then holds."""
    came = "SELECT id FROM document WHERE number IN (SELECT document FROM came)"
    for (id,) in database.execute(came).fetchall():
        delete_document(database, id)
    for table in ("document", "passage", "sentence"):
        database.execute(f"INSERT INTO {table} SELECT * FROM old_{table}")
    for passage in database.execute("SELECT id, context, text FROM old_passage").fetchall():
        index_passage(database, *passage)
    database.execute("DELETE FROM skipped")
    database.execute("INSERT INTO skipped SELECT * FROM old_skipped")
    _forget(database)
    database.execute("UPDATE held SET generation = before, before = NULL")
    return held_by(database)[0]


def open_before(database: sqlite3.Connection) -> sqlite3.Connection:
    """A copy of the database as it was before its last change, of which nothing is left once it is closed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = sqlite3.connect(f"{folder}/texts.sqlite", check_same_thread=False)
        database.backup(copy)
        # It lies in a folder that is about to go: there is nothing to be protected.
        copy.execute("PRAGMA journal_mode = MEMORY")
        copy.execute("PRAGMA synchronous = OFF")
        undo_last(copy)
        copy.commit()
        copy.execute("PRAGMA query_only = 1")
    return copy


def _begun(place: str) -> sqlite3.Connection:
    database = sqlite3.connect(place, uri=True, timeout=30, check_same_thread=False, isolation_level=None)
    try:
        database.execute("PRAGMA query_only = 1")
        database.execute("BEGIN")
        held_by(database)
    except BaseException:
        database.close()
        raise
    return database


def _drop_notes(database: sqlite3.Connection) -> None:
    for table in ("held", "came", *(f"old_{table}" for table in _KEPT)):
        database.execute(f"DROP TABLE IF EXISTS {table}")


def _forget(database: sqlite3.Connection) -> None:
    for table in ("came", *(f"old_{table}" for table in _KEPT)):
        database.execute(f"DELETE FROM {table}")


def _lock_file(path: Path) -> Path:
    return path.with_suffix(".lock")
