"""Rows of a large file of vectors in 16-bit floats, read where they lie."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np

__all__ = ["HalfFile"]

# Then what was seen of the file is let go: these are of two or three questions, some 50 MB with the pages around.
_MOST_ROWS = 5_000


class HalfFile:
    """The `count` vectors that begin at that byte of a file, which must not change; safe from many threads.

    The file is mapped, but little of it counts to the process's memory, whatever was asked for. Rows that the system
    hasn't in memory are fetched all at the same time, where otherwise each would wait for the one before.
    """

    def __init__(self, path: Path, start: int, count: int, dimension: int) -> None:
        with path.open("rb") as file:
            self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._start, self._width = start, 2 * dimension
        self._rows = np.frombuffer(self._mapped, np.float16, count * dimension, start).reshape(count, dimension)
        self._seen = 0

    @staticmethod
    def is_possible() -> bool:
        """Whether this system can be told what of a file is needed."""
        return hasattr(mmap, "MADV_WILLNEED") and hasattr(mmap, "MADV_DONTNEED")

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """float16, shape (len(rows), dimension)."""
        if not len(rows):
            return self._rows[rows]
        self._fetch(rows)
        found = self._rows[rows]
        self._seen += len(rows)
        if self._seen > _MOST_ROWS:
            self._seen = 0
            self._mapped.madvise(mmap.MADV_DONTNEED)
        return found

    def _fetch(self, rows: np.ndarray) -> None:
        """Have the system begin to read these rows."""
        # Sentences of a passage lie side by side.
        first = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
        last = np.append(first[1:], len(rows)) - 1
        begins = (self._start + rows[first] * self._width) // mmap.PAGESIZE * mmap.PAGESIZE
        lengths = self._start + (rows[last] + 1) * self._width - begins
        for begin, length in zip(begins.tolist(), lengths.tolist(), strict=True):
            self._mapped.madvise(mmap.MADV_WILLNEED, begin, length)
