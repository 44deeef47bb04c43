"""Every vector store gives the nearest ids with their cosines, and refuses what it can't keep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.vectors import FaissStore, VectorStore

EAST, NORTH, WEST, BETWEEN = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.6, 0.8)
STORES: dict[str, Callable[[], FaissStore]] = {
    "float32": lambda: FaissStore(2),
    "float16": lambda: FaissStore(2, flat_up_to=0),
    "float16 after three": lambda: FaissStore(2, flat_up_to=3),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> FaissStore:
    return STORES[request.param]()


def plane(*vectors: tuple[float, float]) -> np.ndarray:
    return np.array(vectors, np.float32)


def found(store: VectorStore, vector: tuple[float, float], k: int) -> list[tuple[int, float]]:
    ids, cosines = store.search(np.array(vector, np.float32), k)
    return [(int(id), round(float(cosine), 2)) for id, cosine in zip(ids, cosines, strict=True)]


def test_the_nearest_come_first_with_their_cosines(store: FaissStore) -> None:
    store.add([70, 30, 50, 10], plane(EAST, NORTH, BETWEEN, WEST))
    assert found(store, EAST, 4) == [(70, 1.0), (50, 0.6), (30, 0.0), (10, -1.0)]
    assert found(store, NORTH, 2) == [(30, 1.0), (50, 0.8)]


def test_equal_vectors_are_all_found(store: FaissStore) -> None:
    store.add([4, 2, 9], plane(EAST, EAST, NORTH))
    assert sorted(found(store, EAST, 2)) == [(2, 1.0), (4, 1.0)]


def test_there_is_no_id_for_a_missing_place(store: FaissStore) -> None:
    store.add([0, 1], plane(EAST, NORTH))
    assert found(store, EAST, 100) == [(0, 1.0), (1, 0.0)]


def test_an_empty_store_finds_nothing(store: FaissStore) -> None:
    assert found(store, EAST, 5) == []
    assert len(store) == 0


@pytest.mark.parametrize("k", [0, -1])
def test_no_places_hold_nothing(store: FaissStore, k: int) -> None:
    store.add([1], plane(EAST))
    assert found(store, EAST, k) == []


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_a_question_that_is_no_number_finds_nothing(store: FaissStore, odd: float) -> None:
    store.add([1, 2], plane(EAST, NORTH))
    assert found(store, (odd, 0.0), 2) == []


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_a_vector_that_is_no_number_is_refused(store: FaissStore, odd: float) -> None:
    with pytest.raises(ValueError, match="vectors must be finite numbers"):
        store.add([1], plane((odd, 0.0)))
    assert len(store) == 0


def test_a_vector_of_another_width_is_refused(store: FaissStore) -> None:
    with pytest.raises(ValueError, match=r"vectors of shape \(1, 3\), expected \(1, 2\)"):
        store.add([1], np.ones((1, 3), np.float32))
    store.add([1], plane(EAST))
    with pytest.raises(ValueError, match="a vector of width 3, expected 2"):
        store.search(np.ones(3, np.float32), 1)


def test_as_many_ids_as_vectors_are_needed(store: FaissStore) -> None:
    with pytest.raises(ValueError, match=r"vectors of shape \(2, 2\), expected \(1, 2\)"):
        store.add([1], plane(EAST, NORTH))


def test_64_bit_floats_are_taken_for_what_they_are(store: FaissStore) -> None:
    store.add([1, 2], np.array([EAST, NORTH], np.float64))
    ids, cosines = store.search(np.array(BETWEEN, np.float64), 2)
    assert ids.tolist() == [2, 1]
    assert cosines == pytest.approx([0.8, 0.6], abs=1e-3)


def test_columns_of_a_larger_array_are_taken_for_what_they_are(store: FaissStore) -> None:
    store.add([1, 2], np.array([[1, 0], [0, 1], [9, 9]], np.float32).T[:, :2].T)
    assert found(store, NORTH, 1) == [(2, 1.0)]


@pytest.mark.parametrize("ids", [[5, 5], [1, 5], [-1, 5]])
def test_an_id_is_kept_once_and_is_never_negative(store: FaissStore, ids: list[int]) -> None:
    store.add([1], plane(EAST))
    with pytest.raises(ValueError, match="ids count from 0, and each can be added once"):
        store.add(ids, plane(NORTH, WEST))
    assert store.ids.tolist() == [1]


def test_a_removed_id_is_not_found_and_the_others_keep_theirs(store: FaissStore) -> None:
    store.add([1, 2, 3, 4], plane(EAST, NORTH, BETWEEN, WEST))
    store.remove([1, 3, 99])
    assert found(store, EAST, 4) == [(2, 0.0), (4, -1.0)]
    assert store.vectors([4, 2]).tolist() == [[-1.0, 0.0], [0.0, 1.0]]
    assert len(store) == 2


def test_an_id_can_be_used_again_once_it_was_removed(store: FaissStore) -> None:
    store.add([1, 2], plane(EAST, NORTH))
    store.remove([1])
    store.add([1], plane(WEST))
    assert found(store, WEST, 2) == [(1, 1.0), (2, 0.0)]


def test_nothing_can_be_added_and_removed(store: FaissStore) -> None:
    store.add([], np.zeros((0, 2), np.float32))
    store.remove([])
    assert store.vectors([]).shape == (0, 2)
    assert len(store) == 0


def test_vectors_come_back_in_the_order_that_was_asked_for(store: FaissStore) -> None:
    store.add([70, 30, 50], plane(EAST, NORTH, WEST))
    assert store.vectors([50, 70, 50]).tolist() == [[-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]


def test_cosines_come_in_the_order_that_was_asked_for(store: FaissStore) -> None:
    store.add([70, 30, 50, 9, 8, 7, 6, 5, 4], plane(EAST, NORTH, WEST, *[BETWEEN] * 6))
    assert store.cosines([50, 70, 4, 50, 30], np.array(EAST)).round(3).tolist() == pytest.approx(
        [-1.0, 1.0, 0.6, -1.0, 0.0], abs=1e-3
    )
    assert store.cosines([], np.array(EAST)).tolist() == []
    assert np.isnan(store.cosines([50, 70], np.array([np.nan, 0]))).all()
    with pytest.raises(KeyError, match="99"):
        store.cosines([70, 99], np.array(EAST))


@pytest.mark.parametrize("unknown", [2, 0, 31, 99])
def test_the_vector_of_an_unknown_id_is_an_error(store: FaissStore, unknown: int) -> None:
    with pytest.raises(KeyError, match=str(unknown)):
        store.vectors([unknown])
    store.add([70, 30], plane(EAST, NORTH))
    with pytest.raises(KeyError, match=str(unknown)):
        store.vectors([70, unknown])


def test_a_store_is_the_same_after_being_saved_and_loaded(store: FaissStore, tmp_path: Path) -> None:
    store.add([70, 30, 50, 10], plane(EAST, NORTH, BETWEEN, WEST))
    store.remove([30])
    store.save(tmp_path / "vectors")
    loaded = FaissStore.load(tmp_path / "vectors")
    assert loaded.ids.tolist() == [70, 50, 10]
    assert found(loaded, EAST, 3) == found(store, EAST, 3) == [(70, 1.0), (50, 0.6), (10, -1.0)]
    loaded.add([30], plane(NORTH))
    assert found(loaded, NORTH, 1) == [(30, 1.0)]


def test_many_vectors_take_half_the_space(tmp_path: Path) -> None:
    sizes = []
    for limit in (1000, 999):
        store = FaissStore(64, flat_up_to=limit)
        store.add(range(1000), np.eye(1000, 64, dtype=np.float32))
        store.save(tmp_path / "vectors")
        sizes.append((tmp_path / "vectors").stat().st_size - 8 * 1000)
    assert sizes == [pytest.approx(64 * 4 * 1000, abs=500), pytest.approx(64 * 2 * 1000, abs=500)]


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_a_file_that_holds_no_store_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vectors").write_bytes(content)
    with pytest.raises(RuntimeError):
        FaissStore.load(tmp_path / "vectors")


def test_a_store_that_cannot_be_written_is_an_error(store: FaissStore, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        store.save(tmp_path / "nowhere" / "vectors")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_store_that_finds_no_room_is_an_error_also_where_it_is_short(tmp_path: Path) -> None:
    store = FaissStore(2)
    store.add([1], np.array([[1.0, 0.0]], np.float32))
    with pytest.raises(OSError, match="No space left on device"):
        store.save(Path("/dev/full"))
