"""Vectors to neighbours: the seam, and FAISS behind it, which index.neighbours loads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.files import read_ahead
from index.half_vectors import HalfFile
from index.id_order import IdOrder
from index.neighbours import Neighbours, load_faiss

__all__ = ["FLAT_UP_TO", "FaissStore", "VectorStore", "half_file_head"]

# Up to here float32 answers in about a millisecond; beyond, 16-bit floats are several times faster
# at a recall of .999 and half the memory.
FLAT_UP_TO = 20_000
# Of so many vectors one at least is asked for: then all are compared, also where there is an inverted file.
_FEW = 20
# Of a larger file little is held in memory where single vectors are asked for.
_MOST_MAPPED = 256 * 1024 * 1024


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
    """Vectors in float32, or in 16-bit floats beyond `flat_up_to` of them; all are searched, but for `search_by`."""

    def __init__(self, dimension: int, flat_up_to: int = FLAT_UP_TO) -> None:
        self._flat_up_to = flat_up_to
        self._index: Any = load_faiss().IndexIDMap(_flat(dimension))
        self._order: IdOrder | None = None
        self._halves: np.ndarray | HalfFile | None = None
        self._neighbours: Neighbours | None = None

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def ids(self) -> np.ndarray:
        """int64, in the order in which they were added."""
        return load_faiss().vector_to_array(self._index.id_map)

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """Add vectors of shape (len(ids), dimension); ValueError where shapes or ids clash."""
        vectors = np.ascontiguousarray(vectors, np.float32)
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"vectors of shape {vectors.shape}, expected {(len(ids), self.dimension)}")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors must be finite numbers")
        fresh = np.asarray(ids, np.int64)
        # FAISS says -1 for a missing place and keeps an id as often as it is added.
        if (fresh < 0).any() or len(np.unique(fresh)) != len(fresh) or self.holds(fresh).any():
            raise ValueError("ids count from 0, and each can be added once")
        if len(self) + len(fresh) > self._flat_up_to:
            self._halve()
        if len(fresh):
            self._index.add_with_ids(vectors, fresh)
            self._order = None

    def remove(self, ids: Sequence[int]) -> None:
        """Remove those ids; ids that aren't there are none."""
        if len(ids):
            self._index.remove_ids(np.asarray(ids, np.int64))
            self._order = None

    def search(self, vector: np.ndarray, k: int, without: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(ids, cosines) of the k nearest, best first; none for a vector that isn't finite.

        Ids in `without` count as not there.
        """
        vector = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        if vector.shape[1] != self.dimension:
            raise ValueError(f"a vector of width {vector.shape[1]}, expected {self.dimension}")
        if not len(self) or k < 1 or not np.isfinite(vector).all():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        without = np.zeros(0, np.int64) if without is None else without
        if self._neighbours and k * _FEW < len(self):
            return self._search_nearly(vector, k, without)
        parameters = None
        if len(without):
            faiss = load_faiss()
            gone = faiss.IDSelectorBatch(without)
            there = faiss.IDSelectorNot(gone)
            parameters = faiss.SearchParameters(sel=there)
        scores, ids = self._index.search(vector, min(k, len(self)), params=parameters)
        # FAISS pads missing places with -1, which would index the last passage.
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]

    def search_by(self, neighbours: Neighbours) -> None:
        """Search few by an inverted file of these vectors from now on."""
        self._neighbours = neighbours

    def vectors(self, ids: Sequence[int]) -> np.ndarray:
        """float32, shape (len(ids), dimension); KeyError for an id that isn't there."""
        if not len(ids):
            return np.zeros((0, self.dimension), np.float32)
        return self._index.index.reconstruct_batch(self._by_id().rows(np.asarray(ids, np.int64)))

    def cosines(self, ids: Sequence[int], vector: np.ndarray) -> np.ndarray:
        """float32, the cosine of `vector` and each of those ids'; KeyError for an id that isn't there.

        As `vectors(ids) @ vector`, at a fraction of the time: thousands are decoded one by one there.
        """
        if not len(ids):
            return np.zeros(0, np.float32)
        rows, vector = self._by_id().rows(np.asarray(ids, np.int64)), np.ascontiguousarray(vector, np.float32)
        if self._halves is None:
            few = _flat(self.dimension)
            few.add(self._index.index.reconstruct_batch(rows))
        else:
            few = _half(self.dimension)
            few.add_sa_codes(self._halves[rows].view(np.uint8))
        scores, found = few.search(vector[None], len(rows))
        if (found < 0).any():  # no number is as near as another
            return self.vectors(ids) @ vector
        cosines = np.zeros(len(rows), np.float32)
        cosines[found[0]] = scores[0]
        return cosines

    def holds(self, ids: np.ndarray) -> np.ndarray:
        """For each of those int64 ids, whether it is there."""
        return self._by_id().holds(ids)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def save(self, path: Path) -> None:
        """Write the store to one file; OSError where that fails."""
        faiss = load_faiss()
        # FAISS, given a name, doesn't tell when the last few kilobytes found no room.
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))

    @classmethod
    def load(cls, path: Path, mapped: bool = False) -> FaissStore:
        """The store in that file; RuntimeError where it isn't one.

        `mapped`, it can't be changed, is there at once however large it is, and lies in memory once
        for all processes that search it. The file must not be written to meanwhile.
        """
        faiss = load_faiss()
        if mapped:
            read_ahead(path)
        store = cls.__new__(cls)
        store._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        store._flat_up_to, store._order, store._neighbours = FLAT_UP_TO, None, None
        store._halves = _halves_of(store._index, path) if mapped else None
        return store

    def _search_nearly(self, vector: np.ndarray, k: int, without: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert self._neighbours
        ids = self._neighbours.search(vector, k, without)
        cosines = self.cosines(ids.tolist(), vector[0])
        order = np.argsort(-cosines, kind="stable")
        return ids[order], cosines[order]

    def _by_id(self) -> IdOrder:
        if self._order is None:
            self._order = IdOrder(self.ids)
        return self._order

    def _halve(self) -> None:
        """Go over to 16-bit floats, once."""
        faiss = load_faiss()
        if not isinstance(faiss.downcast_index(self._index.index), faiss.IndexFlat):
            return
        ids, vectors = self.ids, self._index.index.reconstruct_n(0, len(self))
        self._index = faiss.IndexIDMap(_half(self.dimension))
        if len(ids):
            self._index.add_with_ids(vectors, ids)


def _flat(dimension: int) -> Any:
    return load_faiss().IndexFlatIP(dimension)


def _half(dimension: int) -> Any:
    faiss = load_faiss()
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _halves_of(index: Any, path: Path) -> np.ndarray | HalfFile | None:
    """The vectors of such an index where they lie, float16 of shape (n, dimension); None of another one."""
    faiss = load_faiss()
    stored = faiss.downcast_index(index.index)
    if not isinstance(stored, faiss.IndexScalarQuantizer) or stored.sq.qtype != faiss.ScalarQuantizer.QT_fp16:
        return None
    mapped = faiss.rev_swig_ptr(stored.codes.data(), stored.codes.size()).view(np.float16).reshape(-1, stored.d)
    if mapped.nbytes <= _MOST_MAPPED or not HalfFile.is_possible():
        return mapped
    read = HalfFile(path, len(half_file_head(stored.d, len(mapped))), len(mapped), stored.d)
    last = np.array([0, len(mapped) - 1])
    return read if np.array_equal(read[last].view(np.uint16), mapped[last].view(np.uint16)) else mapped


def half_file_head(dimension: int, count: int) -> bytes:
    """What the file of so many vectors in 16-bit floats begins with, always as long.

    The vectors follow, row by row; then an int64 with their count, and as many with their ids.
    """
    faiss = load_faiss()
    empty, other = (faiss.IndexIDMap(_half(dimension)) for _ in range(2))
    other.add_with_ids(np.zeros((1, dimension), np.float32), np.zeros(1, np.int64))
    head = bytearray(faiss.serialize_index(empty).tobytes()[:-16])
    one = faiss.serialize_index(other).tobytes()
    # Where the two differ the count stands: once for the ids, once for the vectors.
    for place in [place for place, byte in enumerate(head) if byte != one[place]]:
        head[place : place + 8] = count.to_bytes(8, "little")
    return bytes(head) + (2 * dimension * count).to_bytes(8, "little")
