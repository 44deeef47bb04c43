"""The vectors of a new index, however many: what there is no end of isn't held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from index.vectors import FLAT_UP_TO, FaissStore, half_file_head

__all__ = ["GrowingStore"]


class GrowingStore:
    """Up to `flat_up_to` vectors in memory; beyond, all go to the file at `path` as they come.

    What is saved there is the file that a FaissStore would write.
    """

    def __init__(self, dimension: int, path: Path, flat_up_to: int = FLAT_UP_TO) -> None:
        self.dimension = dimension
        self._path, self._flat_up_to = path, flat_up_to
        self._first = FaissStore(dimension, flat_up_to)
        self._file: BinaryIO | None = None
        self._ids = np.zeros(0, np.int64)
        self._gone: list[int] = []

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """Add float32 vectors of shape (len(ids), dimension) under ids that are higher than all before.

        ValueError where shapes or ids are others.
        """
        fresh, vectors = np.asarray(ids, np.int64), np.ascontiguousarray(vectors, np.float32)
        if vectors.shape != (len(fresh), self.dimension) or not np.isfinite(vectors).all():
            raise ValueError(f"vectors of shape {vectors.shape}, expected {(len(fresh), self.dimension)}, finite")
        if (np.diff(np.concatenate([self._ids[-1:], fresh])) <= 0).any() or (fresh < 0).any():
            raise ValueError("ids count upwards, and each can be added once")
        if self._file is None and len(self._ids) + len(fresh) > self._flat_up_to:
            self._file = self._begin()
        if self._file is None:
            self._first.add(ids, vectors)
        else:
            self._file.write(vectors.astype("<f2").tobytes())
        self._ids = np.concatenate([self._ids, fresh])

    def remove(self, ids: Sequence[int]) -> None:
        """Remove those ids when the store is saved; ids that aren't there are none."""
        self._gone += ids

    def save(self, path: Path) -> None:
        """Write the store to its file, which `path` must be; OSError where that fails."""
        if path != self._path:
            raise ValueError(f"{path} is not {self._path}")
        if self._file is None:
            self._first.remove(self._gone)
            self._first.save(path)
            return
        with self._file as file:
            file.write(len(self._ids).to_bytes(8, "little") + self._ids.astype("<i8").tobytes())
            file.seek(0)
            file.write(half_file_head(self.dimension, len(self._ids)))
        self._file = None
        if np.isin(self._ids, self._gone).any():
            left = FaissStore.load(path)
            left.remove(self._gone)
            left.save(path)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __len__(self) -> int:
        return len(self._ids) - int(np.isin(self._ids, self._gone).sum())

    def _begin(self) -> BinaryIO:
        file = self._path.open("wb")
        file.write(half_file_head(self.dimension, 0))
        if len(self._ids):
            file.write(self._first.vectors(self._ids.tolist()).astype("<f2").tobytes())
            self._first = FaissStore(self.dimension)
        return file
