from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import index.half_vectors
import index.vectors
from index.half_vectors import HalfFile
from index.id_order import IdOrder
from index.vectors import FaissStore


def test_rows_come_in_the_order_in_which_they_are_asked_for_however_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.half_vectors, "_MOST_ROWS", 7)
    path = tmp_path / "halves"
    path.write_bytes(b"head." + np.arange(12, dtype=np.float16).tobytes())
    vectors = HalfFile(path, 5, 6, 2)
    for _ in range(3):
        rows = vectors[np.array([4, 5, 0, 1, 2, 0])]
        assert rows.tolist() == [[8, 9], [10, 11], [0, 1], [2, 3], [4, 5], [0, 1]]
    assert vectors[np.zeros(0, np.int64)].shape == (0, 2)


def test_a_file_that_is_too_short_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "halves"
    path.write_bytes(b"1234567")
    with pytest.raises(ValueError, match="smaller than"):
        HalfFile(path, 0, 2, 2)


@pytest.mark.parametrize("most_mapped", [0, 1 << 30])
def test_cosines_are_alike_read_and_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_mapped: int) -> None:
    monkeypatch.setattr(index.vectors, "_MOST_MAPPED", most_mapped)
    store = FaissStore(2, flat_up_to=0)
    store.add([3, 4, 6], np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32))
    store.save(tmp_path / "v.faiss")
    loaded = FaissStore.load(tmp_path / "v.faiss", mapped=True)
    assert isinstance(loaded._halves, HalfFile) == (not most_mapped)
    np.testing.assert_allclose(loaded.cosines([6, 3, 4], np.array([0, 1], np.float32)), [0.8, 0, 1], atol=1e-3)
    with pytest.raises(KeyError, match="5"):
        loaded.cosines([3, 5], np.array([0, 1], np.float32))


@pytest.mark.parametrize(
    ("ids", "rows"), [([3, 4, 5], [2, 0]), ([3, 5, 9], [1, 0]), ([5, 9, 3], [0, 2]), ([9, 3, 5], [2, 1])]
)
def test_an_id_has_the_row_that_it_was_added_as(ids: list[int], rows: list[int]) -> None:
    order = IdOrder(np.array(ids))
    assert order.rows(np.array([5, 3])).tolist() == rows
    assert order.holds(np.array([2, 3, 7, 10])).tolist() == [False, True, False, False]
    with pytest.raises(KeyError, match="7"):
        order.rows(np.array([3, 7]))


def test_no_ids_hold_none() -> None:
    assert IdOrder(np.zeros(0, np.int64)).holds(np.array([0, -1])).tolist() == [False, False]
