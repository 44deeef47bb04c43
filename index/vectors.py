"""Vectors to neighbours: the seam, and FAISS behind it (this file alone imports it)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

__all__ = ["FaissStore", "VectorStore"]

# Up to here float32 answers in about a millisecond; beyond, 16-bit floats are several times faster
# at a recall of .999 and half the memory.
_FLAT_UP_TO = 20_000


class VectorStore(Protocol):
    """Unit vectors under ids of the caller's choosing."""

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """Add float32 vectors of shape (len(ids), dimension); ValueError where shapes or ids clash."""
        ...

    def remove(self, ids: Sequence[int]) -> None:
        """Remove those ids; ids that aren't there are none."""
        ...

    def search(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """(ids, cosines) of the k nearest, best first; fewer where there are fewer."""
        ...

    def __len__(self) -> int: ...


class FaissStore:
    """Exact search over all vectors, in float32, or in 16-bit floats beyond 20,000."""

    def __init__(self, dimension: int, capacity: int = 0) -> None:
        faiss = _faiss()
        flat = (
            faiss.IndexFlatIP(dimension)
            if capacity <= _FLAT_UP_TO
            else faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
        )
        self._index: Any = faiss.IndexIDMap2(flat)
        self._rows: dict[int, int] = {}

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def ids(self) -> np.ndarray:
        """int64, in the order in which they were added."""
        return _faiss().vector_to_array(self._index.id_map)

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        vectors = np.ascontiguousarray(vectors, np.float32)
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"vectors of shape {vectors.shape}, expected {(len(ids), self.dimension)}")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors must be finite numbers")
        first = len(self)
        fresh = {id: first + row for row, id in enumerate(ids)}
        if len(fresh) != len(ids) or not self._rows.keys().isdisjoint(fresh):
            raise ValueError("each id can be added once")
        if len(ids):
            self._index.add_with_ids(vectors, np.asarray(ids, np.int64))
            self._rows.update(fresh)

    def remove(self, ids: Sequence[int]) -> None:
        """Remove those ids; ids that aren't there are none."""
        if len(ids):
            self._index.remove_ids(np.asarray(ids, np.int64))
            self._rows = {int(id): row for row, id in enumerate(self.ids)}

    def search(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        vector = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        if vector.shape[1] != self.dimension:
            raise ValueError(f"a vector of width {vector.shape[1]}, expected {self.dimension}")
        if not len(self) or k < 1 or not np.isfinite(vector).all():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, ids = self._index.search(vector, min(k, len(self)))
        # FAISS pads missing places with -1, which would index the last passage.
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]

    def vectors(self, ids: Sequence[int]) -> np.ndarray:
        """float32, shape (len(ids), dimension); KeyError for an id that isn't there."""
        rows = [self._rows[id] for id in ids]
        if not rows:
            return np.zeros((0, self.dimension), np.float32)
        return self._index.index.reconstruct_batch(np.asarray(rows, np.int64))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def save(self, path: Path) -> None:
        """Write the store to one file."""
        _faiss().write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """The store in that file; RuntimeError where it isn't one."""
        store = cls.__new__(cls)
        store._index = _faiss().read_index(str(path))
        store._rows = {int(id): row for row, id in enumerate(store.ids)}
        return store


def _faiss() -> Any:
    import faiss

    # Torch brings its own OpenMP: with one thread here the two don't fight over the cores.
    faiss.omp_set_num_threads(1)
    return faiss
