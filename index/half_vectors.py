"""Rows of a large file of vectors in 16-bit floats, read where they lie."""

from __future__ import annotations

import os
import weakref
from pathlib import Path

import numpy as np

__all__ = ["HalfFile"]


class HalfFile:
    """The vectors that begin at that byte of a file, which must not change; safe from many threads.

    Rows are read, not mapped: a process then has none of the file in its memory, whatever was asked for,
    and a row that isn't in the system's memory yet is fetched alone, where a mapped one brings 32 pages
    of others along.
    """

    def __init__(self, path: Path, start: int, dimension: int) -> None:
        self._start, self._dimension = start, dimension
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    @staticmethod
    def is_possible() -> bool:
        """Whether this system reads at a place of a file."""
        return hasattr(os, "preadv")

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """float16, shape (len(rows), dimension); OSError where the file ends before."""
        if not len(rows):
            return np.zeros((0, self._dimension), np.float16)
        found = np.empty((len(rows), self._dimension), np.float16)
        room, width = memoryview(found).cast("B"), 2 * self._dimension
        # Sentences of a passage lie side by side.
        begins = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
        ends = np.append(begins[1:], len(rows))
        offsets = self._start + rows[begins] * width
        runs = zip((begins * width).tolist(), (ends * width).tolist(), offsets.tolist(), strict=True)
        for begin, end, offset in runs:
            if os.preadv(self._file, [room[begin:end]], offset) != end - begin:
                raise OSError("the file of vectors ends before the last of them")
        return found
