"""A store that grows into its file holds what one in memory holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.growing import GrowingStore
from index.vectors import FaissStore


def unit(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, 24)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def grown(path: Path, *ids: list[int], flat_up_to: int = 3) -> GrowingStore:
    store = GrowingStore(24, path, flat_up_to)
    for number, some in enumerate(ids):
        store.add(some, unit(len(some), seed=number))
    return store


@pytest.mark.parametrize("flat_up_to", [3, 4, 100])
def test_the_file_is_the_one_that_a_store_in_memory_writes(tmp_path: Path, flat_up_to: int) -> None:
    ids = [1, 2], [5, 6, 9], [], [12, 20, 21]
    grown(tmp_path / "one.faiss", *ids, flat_up_to=flat_up_to).save(tmp_path / "one.faiss")
    other = FaissStore(24, flat_up_to)
    for number, some in enumerate(ids):
        other.add(some, unit(len(some), seed=number))
    other.save(tmp_path / "other.faiss")
    assert (tmp_path / "one.faiss").read_bytes() == (tmp_path / "other.faiss").read_bytes()
    found = FaissStore.load(tmp_path / "one.faiss", mapped=True)
    assert found.ids.tolist() == [1, 2, 5, 6, 9, 12, 20, 21]
    assert found.vectors([9])[0] == pytest.approx(unit(3, seed=1)[2], abs=1e-3)
    assert found.search(unit(3, seed=1)[2], 1)[0].tolist() == [9]


@pytest.mark.parametrize("flat_up_to", [1, 100])
def test_what_is_removed_is_not_in_the_file(tmp_path: Path, flat_up_to: int) -> None:
    store = grown(tmp_path / "v.faiss", [1, 2], [5, 6, 9], flat_up_to=flat_up_to)
    store.remove([2, 6, 77])
    assert len(store) == 3
    store.save(tmp_path / "v.faiss")
    assert FaissStore.load(tmp_path / "v.faiss").ids.tolist() == [1, 5, 9]


@pytest.mark.parametrize("ids", [[2, 3], [4, 4], [5, 3], [-1]])
def test_ids_that_do_not_count_upwards_are_refused(tmp_path: Path, ids: list[int]) -> None:
    with pytest.raises(ValueError, match="upwards"):
        grown(tmp_path / "v.faiss", [1, 2], ids)


def test_vectors_of_another_shape_or_without_end_are_refused(tmp_path: Path) -> None:
    store = GrowingStore(24, tmp_path / "v.faiss")
    for wrong in (np.zeros((1, 23)), np.zeros((2, 24)), np.full((1, 24), np.inf)):
        with pytest.raises(ValueError, match="shape"):
            store.add([1], wrong)


def test_an_empty_store_is_saved_as_one(tmp_path: Path) -> None:
    GrowingStore(24, tmp_path / "v.faiss").save(tmp_path / "v.faiss")
    assert len(FaissStore.load(tmp_path / "v.faiss")) == 0
