"""Nearest neighbours among very many vectors, nearly all of them, at a small part of the cost.

An inverted file (Jégou, Douze and Schmid, Product Quantization for Nearest Neighbor Search, PAMI
2011): vectors lie in cells around the middles that k-means finds, and only the cells nearest to the
question are searched, in 8 bits a dimension. It is derived from a store's vectors, which give the
exact cosines afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["APPROXIMATE_FROM", "Neighbours", "build", "load_faiss"]

# Up to here all vectors are compared, in some 25 ms.
APPROXIMATE_FROM = 200_000
# Of 117,000 sentences of SciFact, 300 questions find .97 of their ten nearest in a tenth of the cells.
_SHARE_SEARCHED = 0.1
_SAMPLE_OF_EACH, _ROUNDS = 48, 8
_AT_ONCE = 50_000


class Neighbours:
    """The inverted file at `path`, memory-mapped; RuntimeError where it isn't one."""

    def __init__(self, path: Path) -> None:
        faiss = load_faiss()
        self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)

    def search(self, vector: np.ndarray, k: int, without: np.ndarray) -> np.ndarray:
        """About the k nearest ids but those in `without`, int64, in no order."""
        faiss = load_faiss()
        parameters = faiss.SearchParametersIVF(nprobe=max(1, round(_SHARE_SEARCHED * self._index.nlist)))
        if len(without):
            gone = faiss.IDSelectorBatch(without)
            there = faiss.IDSelectorNot(gone)
            parameters.sel = there
        ids = self._index.search(vector, k, params=parameters)[1][0]
        return ids[ids >= 0]


def build(
    ids: np.ndarray,
    vectors: Callable[[np.ndarray], np.ndarray],
    path: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write the inverted file of the vectors that `vectors` gives for `ids`, float32 of length 1.

    The same vectors give the same file. OSError where it can't be written.
    """
    faiss = load_faiss()
    sample = vectors(ids[:1])
    cells = max(1, round(2 * len(ids) ** 0.5))
    index = faiss.index_factory(sample.shape[1], f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = _ROUNDS, _SAMPLE_OF_EACH, 1
    chosen = np.random.default_rng(0).permutation(len(ids))[: _SAMPLE_OF_EACH * cells]
    index.train(vectors(ids[np.sort(chosen)]))
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        index.add_with_ids(vectors(some), some)
        progress(start + len(some), len(ids))
    # Given a name, FAISS doesn't tell when the last few kilobytes found no room.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))


def load_faiss() -> Any:
    """FAISS, with one thread: torch brings its own OpenMP, and the two would fight over the cores."""
    import faiss

    faiss.omp_set_num_threads(1)
    return faiss
