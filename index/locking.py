"""One writer at a time, and one clear line where the index can't be written to."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexBusy, IndexUnwritable

__all__ = ["locked", "writable"]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the one writer to the index in that folder, which is made where it isn't there.

    The lock ends with the process that holds it, however it ends. IndexBusy names that process.
    """
    if folder.is_file():
        raise IndexUnwritable(folder, "it is a file, not a folder")
    with writable(folder):
        (folder / "generations").mkdir(parents=True, exist_ok=True)
        lock = (folder / "write.lock").open("a+", encoding="utf-8")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise IndexBusy(folder, lock.read().strip() or "another process") from None
        with writable(folder):
            lock.truncate(0)
            lock.write(f"process {os.getpid()} since {time.strftime('%H:%M:%S')}")
            lock.flush()
        yield


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """IndexUnwritable for whatever goes wrong with the index's files inside."""
    try:
        yield
    except OSError as error:
        raise IndexUnwritable(folder, (error.strerror or str(error)).lower()) from error
    except sqlite3.Error as error:
        raise IndexUnwritable(folder, str(error)) from error
