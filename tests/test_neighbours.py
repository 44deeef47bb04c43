"""Very many passages are searched in a part of the cells that they are sorted into."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from word_embedder import WordEmbedder, document

from index import open_index, update_index
from index.checking import check
from index.neighbours import Neighbours, build
from index.vectors import FaissStore

NEAR = "passages.near.faiss"
NONE = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """4,000 unit vectors around 40 middles."""
    chance = np.random.default_rng(5)
    middles = chance.standard_normal((40, 32))
    found = middles[chance.integers(0, 40, 4000)] + 0.5 * chance.standard_normal((4000, 32))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def place(vectors: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inverted file of these, under even numbers."""
    path = tmp_path_factory.mktemp("near") / NEAR
    build(2 * np.arange(4000), lambda ids: vectors[ids // 2], path)
    return path


def test_each_vector_is_its_own_neighbour(place: Path, vectors: np.ndarray) -> None:
    near = Neighbours(place)
    asked = range(0, 4000, 40)
    assert sum(2 * row in near.search(vectors[row : row + 1], 3, NONE) for row in asked) == len(asked)


def test_nearly_all_of_the_ten_nearest_are_among_forty(place: Path, vectors: np.ndarray) -> None:
    near, found = Neighbours(place), 0
    for row in range(0, 4000, 40):
        nearest = 2 * np.argsort(-(vectors @ vectors[row]))[:10]
        found += len(np.intersect1d(nearest, near.search(vectors[row : row + 1], 40, NONE)))
    assert found > 0.95 * 1000


def test_what_went_is_not_found_and_others_take_its_place(place: Path, vectors: np.ndarray) -> None:
    gone = np.arange(0, 8000, 4)
    found = Neighbours(place).search(vectors[:1], 50, gone)
    assert len(found) == 50
    assert not np.isin(found, gone).any()


def test_the_same_vectors_give_the_same_file(place: Path, vectors: np.ndarray, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    build(2 * np.arange(4000), lambda ids: vectors[ids // 2], tmp_path / NEAR, lambda *done: told.append(done))
    assert (tmp_path / NEAR).read_bytes() == place.read_bytes()
    assert told == [(4000, 4000)]


def test_a_store_gives_exact_cosines_of_near_ones_and_compares_all_where_many_are_asked_for(
    place: Path, vectors: np.ndarray
) -> None:
    store = FaissStore(32)
    store.add((2 * np.arange(4000)).tolist(), vectors)
    exact = store.search(vectors[7], 3500)
    store.search_by(Neighbours(place))
    ids, cosines = store.search(vectors[7], 5)
    assert ids[0] == 14
    assert cosines == pytest.approx(vectors[ids // 2] @ vectors[7], abs=1e-5)
    assert (np.diff(cosines) <= 0).all()
    assert store.search(vectors[7], 3500)[0].tolist() == exact[0].tolist()


def test_a_file_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / NEAR).write_bytes(b"nothing")
    with pytest.raises(RuntimeError):
        Neighbours(tmp_path / NEAR)


def test_an_index_with_very_many_passages_is_sorted_once_and_changed_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.draft.APPROXIMATE_FROM", 10)
    monkeypatch.setattr("index.layers.LAYERED_FROM", 10)
    monkeypatch.setattr("index.vectors._FEW", 0)
    words = [f"word{number}" for number in range(30)]
    embedder, folder = WordEmbedder(words), tmp_path / "index"
    documents = [document(f"{word}.md", f"A {word}.") for word in words]

    def near() -> Path:
        return folder / "generations" / (folder / "CURRENT").read_text().strip() / NEAR

    def found(word: str) -> str:
        with open_index(folder, None, embedder) as index:
            assert list(check(index)) == []
            return index.search(word, 1)[0].passage.document_id

    update_index(folder, documents[:9], embedder=embedder)
    assert not near().exists()
    update_index(folder, documents[:28], embedder=embedder)
    first = near().stat().st_ino
    assert found("word20") == "word20.md"
    update_index(folder, [documents[28]], embedder=embedder)
    assert near().stat().st_ino == first
    assert (found("word28"), found("word3")) == ("word28.md", "word3.md")
    update_index(folder, [], remove=["word3.md"], embedder=embedder)
    assert near().stat().st_ino == first
    assert found("word3") != "word3.md"
    update_index(folder, [documents[29], documents[3], document("word1.md", "No word1.")], embedder=embedder)
    assert near().stat().st_ino != first
    assert (found("word3"), found("word29"), found("word1")) == ("word3.md", "word29.md", "word1.md")
