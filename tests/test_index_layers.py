"""A large store of vectors isn't written again for each change, and gives what one that is would give."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from word_embedder import WordEmbedder, document

from index import open_index, update_index
from index.checking import check
from index.layers import LayeredStore, begin_vectors, load_vectors
from index.repairing import repair
from index.vectors import FaissStore

EAST, NORTH, WEST, BETWEEN = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.6, 0.8)
LAYERS = ["sentences.faiss", "sentences.gone", "sentences.recent.faiss"]


def plane(*vectors: tuple[float, float]) -> np.ndarray:
    return np.array(vectors, np.float32)


@pytest.fixture
def store() -> LayeredStore:
    bulk = FaissStore(2)
    bulk.add([1, 2, 3], plane(EAST, NORTH, WEST))
    return LayeredStore(bulk, FaissStore(2), np.zeros(0, np.int64))


def found(store: LayeredStore, vector: tuple[float, float], k: int) -> list[tuple[int, float]]:
    ids, cosines = store.search(np.array(vector, np.float32), k)
    return [(int(id), round(float(cosine), 2)) for id, cosine in zip(ids, cosines, strict=True)]


def test_what_came_and_what_was_there_are_found_together_and_what_went_is_not(store: LayeredStore) -> None:
    store.add([7], plane(BETWEEN))
    store.remove([1, 99])
    assert found(store, EAST, 9) == [(7, 0.6), (2, 0.0), (3, -1.0)]
    assert found(store, EAST, 1) == [(7, 0.6)]
    assert (len(store), store.ids.tolist()) == (3, [2, 3, 7])
    store.remove([7])
    assert found(store, EAST, 9) == [(2, 0.0), (3, -1.0)]


@pytest.mark.parametrize("k", [0, -1])
def test_no_places_hold_nothing(store: LayeredStore, k: int) -> None:
    assert found(store, EAST, k) == []


def test_vectors_of_both_layers_come_in_the_order_that_was_asked_for(store: LayeredStore) -> None:
    store.add([7], plane(BETWEEN))
    assert store.vectors([3, 7, 1]).tolist() == plane(WEST, BETWEEN, EAST).tolist()
    assert store.cosines([3, 7, 1], np.array(EAST)).tolist() == pytest.approx([-1.0, 0.6, 1.0])
    assert store.vectors([]).shape == (0, 2)
    assert store.cosines([], np.array(EAST)).shape == (0,)


@pytest.mark.parametrize("unknown", [1, 5])
def test_the_vector_of_an_id_that_went_or_never_was_is_an_error(store: LayeredStore, unknown: int) -> None:
    store.remove([1])
    with pytest.raises(KeyError, match=str(unknown)):
        store.vectors([2, unknown])
    with pytest.raises(KeyError, match=str(unknown)):
        store.cosines([2, unknown], np.array(EAST))


@pytest.mark.parametrize("id", [1, 7, -1])
def test_an_id_can_be_added_once(store: LayeredStore, id: int) -> None:
    store.add([7], plane(BETWEEN))
    with pytest.raises(ValueError, match="ids count from 0, and each can be added once"):
        store.add([id], plane(EAST))


def test_layers_are_the_same_after_being_saved_and_loaded_and_share_the_bulk(
    store: LayeredStore, tmp_path: Path
) -> None:
    bulk = FaissStore(2)
    bulk.add([1, 2, 3], plane(EAST, NORTH, WEST))
    bulk.save(tmp_path / "earlier.faiss")
    store.add([7], plane(BETWEEN))
    store.remove([1])
    store.save(tmp_path / "later.faiss", tmp_path / "earlier.faiss")
    assert (tmp_path / "later.faiss").samefile(tmp_path / "earlier.faiss")
    for loaded in (load_vectors(tmp_path / "later.faiss"), begin_vectors(tmp_path / "later.faiss")):
        assert isinstance(loaded, LayeredStore)
        assert found(loaded, EAST, 9) == [(7, 0.6), (2, 0.0), (3, -1.0)]
        merged = loaded.merged(FaissStore.load(tmp_path / "later.faiss"))
        assert merged.ids.tolist() == [2, 3, 7]
        assert merged.vectors([2, 3, 7]).tolist() == plane(NORTH, WEST, BETWEEN).tolist()


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of ten documents of two sentences each, where more than 15 vectors are many."""
    monkeypatch.setattr("index.layers.LAYERED_FROM", 15)
    monkeypatch.setattr("index.layers._MOST_BESIDE", 0.3)
    folder = tmp_path / "index"
    many = [document(f"{n}.md", f"The cat has {n}. The dog has {n}.") for n in range(10)]
    update_index(folder, many, embedder=WordEmbedder())
    return folder


def change(folder: Path, number: int, word: str) -> Path:
    """Change one document, prove the index, and give the folder of the new generation."""
    update_index(folder, [document(f"{number}.md", f"The bird has {word}. A fish.")], embedder=WordEmbedder())
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert list(check(index)) == []
        assert len(index.documents()) == 10
        assert index.search("bird")[0].passage.text == f"The bird has {word}. A fish."
        assert all(f" {number}." not in hit.passage.text for hit in index.search("cat dog", 20))
        return index.generation_folder


def files(place: Path) -> list[str]:
    return sorted(path.name for path in place.glob("sentences.*"))


def test_one_changed_document_leaves_the_bulk_as_it_is(large: Path) -> None:
    first = large / "generations" / "000001"
    assert files(first) == ["sentences.faiss"]
    second = change(large, 3, "seed")
    assert files(second) == LAYERS
    assert (second / "sentences.faiss").samefile(first / "sentences.faiss")
    assert not (second / "passages.faiss").samefile(first / "passages.faiss")
    manifest = json.loads((second / "manifest.json").read_text())
    assert manifest["format"] == 5
    assert sorted(manifest["files"]) == ["passages.faiss", "passages.sqlite", *LAYERS]
    assert manifest["sentences"] == 20


def test_when_much_came_and_went_the_bulk_is_written_anew(large: Path) -> None:
    places = [change(large, number, "seed") for number in (3, 4)]
    assert [files(place) for place in places] == [LAYERS, ["sentences.faiss"]]
    manifest = json.loads((places[1] / "manifest.json").read_text())
    assert manifest["format"] == 4


def test_what_came_is_kept_in_layers_in_turn(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.layers._MOST_BESIDE", 0.9)
    monkeypatch.setattr("index.layers._LAYERED_BESIDE_FROM", 3)
    deeper = [*LAYERS, "sentences.recent.gone", "sentences.recent.recent.faiss"]
    places, formats, same, found = [], [], [], []
    for number in range(4):
        places.append(change(large, number, "seed"))
        manifest = json.loads((places[-1] / "manifest.json").read_text())
        formats.append(manifest["format"])
        found.append([name for name in manifest["files"] if name.startswith("sentences")])
        if number:
            before, now = (place / "sentences.recent.faiss" for place in places[-2:])
            same.append(now.samefile(before))
    assert found == [LAYERS, LAYERS, deeper, LAYERS]
    assert same == [False, True, False]
    assert formats == [5, 5, 6, 5]


def test_vectors_in_layers_beside_layers_are_found_changed_and_merged(store: LayeredStore, tmp_path: Path) -> None:
    bulk, recent = FaissStore(2), FaissStore(2)
    bulk.add([1, 2, 3], plane(EAST, NORTH, WEST))
    recent.add([4, 5], plane(WEST, NORTH))
    deep = LayeredStore(bulk, LayeredStore(recent, FaissStore(2), np.zeros(0, np.int64)), np.array([2]))
    deep.add([7], plane(BETWEEN))
    deep.remove([3, 4, 99])
    assert found(deep, EAST, 9) == [(1, 1.0), (7, 0.6), (5, 0.0)]
    assert (len(deep), deep.ids.tolist()) == (3, [1, 5, 7])
    assert deep.holds(np.array([1, 2, 3, 4, 5, 6, 7])).tolist() == [True, False, False, False, True, False, True]
    assert deep.vectors([7, 1, 5]).tolist() == plane(BETWEEN, EAST, NORTH).tolist()
    with pytest.raises(KeyError, match="4"):
        deep.vectors([4])
    with pytest.raises(ValueError, match="each can be added once"):
        deep.add([5], plane(EAST))
    assert deep.merged(bulk).ids.tolist() == [1, 5, 7]


def test_where_files_cannot_be_linked_they_are_copied(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("links are not supported")

    monkeypatch.setattr("os.link", refuse)
    place = change(large, 3, "seed")
    assert files(place) == LAYERS
    assert not (place / "sentences.faiss").samefile(large / "generations" / "000001" / "sentences.faiss")


def test_a_damaged_bulk_is_never_written_anew_as_if_it_were_whole(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = change(large, 3, "seed")
    content = bytearray((place / "sentences.faiss").read_bytes())
    content[len(content) // 2] ^= 1
    (place / "sentences.faiss").write_bytes(content)
    monkeypatch.setattr("index.opening._READ_ON_OPENING", 10)
    update_index(large, [document("4.md", "The bird has bones.")], embedder=WordEmbedder())
    with open_index(large, embedder=WordEmbedder()) as index:
        assert files(index.generation_folder) == LAYERS
        assert "sentences.faiss is not what was written" in list(check(index))
    repair(large, embedder=WordEmbedder())
    with open_index(large, embedder=WordEmbedder()) as index:
        assert list(check(index)) == []
        assert files(index.generation_folder) == ["sentences.faiss"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_numbers_that_went_and_find_no_room_are_an_error(store: LayeredStore, tmp_path: Path) -> None:
    FaissStore(2).save(tmp_path / "earlier.faiss")
    (tmp_path / "sentences.gone").symlink_to("/dev/full")
    store.remove([1])
    with pytest.raises(OSError, match="No space left on device"):
        store.save(tmp_path / "sentences.faiss", tmp_path / "earlier.faiss")
