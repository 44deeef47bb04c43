"""A large store of vectors that isn't written again for each change: what came and went lies beside it.

    sentences.faiss          the bulk, the same file in many generations (a hard link)
    sentences.recent.faiss   vectors that came since the bulk was written
    sentences.gone           numbers that the bulk holds and the store no longer does, int64
    passages.near.faiss      the inverted file of a very large bulk of passages (see index.neighbours)

A store of up to `LAYERED_FROM` vectors is the one file. What came is such a store in turn, once that is worth while:
sentences.recent.faiss is the bulk of its own sentences.recent.recent.faiss and sentences.recent.gone, and so on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.neighbours import Neighbours
from index.vectors import FaissStore

__all__ = [
    "LAYERED_FROM",
    "LayeredStore",
    "StoredVectors",
    "begin_vectors",
    "extra_files",
    "is_layered",
    "load_vectors",
    "near_file",
]

# Up to here a store is written whole in a tenth of a second, and has no use for layers.
LAYERED_FROM = 50_000
# Up to here that takes a hundredth of a second.
_LAYERED_BESIDE_FROM = 5_000
# The bulk is written anew when more than this share of it came and went: that costs each change a few
# times its own size, however large the store is.
_MOST_BESIDE = 0.1


class LayeredStore:
    """Vectors in a bulk that doesn't change, less those that went, and those that came."""

    def __init__(self, bulk: FaissStore, recent: StoredVectors, gone: np.ndarray) -> None:
        self._bulk, self._recent, self._gone = bulk, recent, np.unique(gone.astype(np.int64))

    @property
    def dimension(self) -> int:
        return self._bulk.dimension

    @property
    def ids(self) -> np.ndarray:
        """int64, those of the bulk first."""
        bulk = self._bulk.ids
        return np.concatenate([bulk[~np.isin(bulk, self._gone)], self._recent.ids])

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """As of FaissStore; an id that went can't come again."""
        if self._bulk.holds(np.asarray(ids, np.int64)).any():
            raise ValueError("ids count from 0, and each can be added once")
        self._recent.add(ids, vectors)

    def remove(self, ids: Sequence[int]) -> None:
        """Remove those ids; ids that aren't there are none."""
        gone = np.asarray(ids, np.int64)
        self._recent.remove(gone)
        self._gone = np.union1d(self._gone, gone[self._bulk.holds(gone)])

    def holds(self, ids: np.ndarray) -> np.ndarray:
        """For each of those int64 ids, whether it is there."""
        return self._recent.holds(ids) | (self._bulk.holds(ids) & ~np.isin(ids, self._gone))

    def search(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """(ids, cosines) of the k nearest, best first; none for a vector that isn't finite."""
        parts = [self._bulk.search(vector, k, without=self._gone), self._recent.search(vector, k)]
        ids, scores = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(-scores, kind="stable")[: max(k, 0)]
        return ids[order], scores[order]

    def vectors(self, ids: Sequence[int]) -> np.ndarray:
        """float32, shape (len(ids), dimension); KeyError for an id that isn't there."""
        wanted = np.asarray(ids, np.int64)
        is_recent, vectors = self._is_recent(wanted), np.zeros((len(wanted), self.dimension), np.float32)
        vectors[is_recent] = self._recent.vectors(wanted[is_recent])
        vectors[~is_recent] = self._bulk.vectors(wanted[~is_recent])
        return vectors

    def cosines(self, ids: Sequence[int], vector: np.ndarray) -> np.ndarray:
        """float32, the cosine of `vector` and each of those ids'; KeyError for an id that isn't there."""
        wanted = np.asarray(ids, np.int64)
        is_recent, cosines = self._is_recent(wanted), np.zeros(len(wanted), np.float32)
        cosines[is_recent] = self._recent.cosines(wanted[is_recent], vector)
        cosines[~is_recent] = self._bulk.cosines(wanted[~is_recent], vector)
        return cosines

    def __len__(self) -> int:
        return len(self._bulk) - len(self._gone) + len(self._recent)

    @property
    def is_lopsided(self) -> bool:
        """Whether so much came and went that the bulk should be written anew."""
        return len(self._recent) + len(self._gone) > _MOST_BESIDE * len(self._bulk)

    def save(self, path: Path, earlier: Path, is_whole: Callable[[Path], bool] = lambda path: True) -> list[Path]:
        """Write the layers beside `path`, to which the bulk in the file `earlier` is linked; gives all that is linked.

        `is_whole` tells of a file whether it is what was written: only then it is written anew with what came since.
        """
        linked = [path]
        _link(earlier, path)
        if near_file(earlier).exists():
            linked.append(near_file(path))
            _link(near_file(earlier), near_file(path))
        (recent, gone), (before, _) = extra_files(path), extra_files(earlier)
        if isinstance(self._recent, FaissStore):
            self._recent.save(recent)
        elif self._recent.is_lopsided and is_whole(before):
            self._recent.merged(FaissStore.load(before)).save(recent)
        else:
            linked += self._recent.save(recent, before, is_whole)
        gone.write_bytes(self._gone.tobytes())  # `tofile` doesn't tell when a short one found no room
        return linked

    def merged(self, bulk: FaissStore) -> FaissStore:
        """All in one store, made of `bulk`, which must be the same as this one's, and can be changed."""
        bulk.remove(self._gone)
        bulk.add(self._recent.ids, self._recent.vectors(self._recent.ids))
        return bulk

    def _is_recent(self, wanted: np.ndarray) -> np.ndarray:
        """For each of those ids, whether it came lately; KeyError for one that went."""
        if len(went := wanted[np.isin(wanted, self._gone)]):
            raise KeyError(int(went[0]))
        return self._recent.holds(wanted)


StoredVectors = FaissStore | LayeredStore


def is_layered(count: int) -> bool:
    """Whether so many vectors are changed in layers, and not written anew."""
    return count > LAYERED_FROM


def extra_files(path: Path) -> tuple[Path, Path]:
    """Where what came, and what went, is kept of the store in that file."""
    return path.with_suffix(".recent.faiss"), path.with_suffix(".gone")


def near_file(path: Path) -> Path:
    """Where the inverted file of the bulk in that file is."""
    return path.with_suffix(".near.faiss")


def load_vectors(path: Path) -> StoredVectors:
    """The store in that file, to be searched; RuntimeError or OSError where it isn't one."""
    bulk, (recent, gone) = FaissStore.load(path, mapped=True), extra_files(path)
    if near_file(path).exists():
        bulk.search_by(Neighbours(near_file(path)))
    if not recent.exists():
        return bulk
    return LayeredStore(bulk, load_vectors(recent), np.fromfile(gone, np.int64))


def begin_vectors(path: Path, is_beside: bool = False) -> StoredVectors:
    """The store in that file, to be changed: in layers where it is large, sooner where it is itself beside a bulk."""
    recent, gone = extra_files(path)
    bulk = FaissStore.load(path, mapped=True)
    if recent.exists():
        return LayeredStore(bulk, begin_vectors(recent, is_beside=True), np.fromfile(gone, np.int64))
    if len(bulk) <= (_LAYERED_BESIDE_FROM if is_beside else LAYERED_FROM):
        return FaissStore.load(path)
    return LayeredStore(bulk, FaissStore(bulk.dimension), np.zeros(0, np.int64))


def _link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where that can't be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
