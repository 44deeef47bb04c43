"""A check finds every fault that can be put into an index behind its back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder

from index import open_index, update_index
from index.checking import check
from index.manifest import FILES, Manifest, measure, read_manifest, write_manifest
from index.vectors import FaissStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    update_index(tmp_path / "index", [CAT, DOG, BIRD], embedder=WordEmbedder())
    return tmp_path / "index"


def tampered(folder: Path, change: Callable[[Path], object], **said: object) -> list[str]:
    """The faults that are found once the generation was changed, and its manifest made to agree."""
    place = folder / "generations" / "000001"
    change(place)
    with (place / "manifest.json").open(encoding="utf-8") as file:
        found = read_manifest(file, folder)
    fields = {name: getattr(found, name) for name in Manifest.__dataclass_fields__}
    fields |= {"files": {name: measure(place / name) for name in FILES}, **said}
    write_manifest(Manifest(**fields), place / "manifest.json")
    with open_index(folder, embedder=WordEmbedder()) as index:
        return list(check(index))


def sql(*statements: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        database = sqlite3.connect(place / "passages.sqlite")
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()

    return change


def vectors(name: str, edit: Callable[[FaissStore], None]) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        store = FaissStore.load(place / name)
        edit(store)
        store.save(place / name)

    return change


def axis(store: FaissStore, place: int, length: float = 1.0) -> np.ndarray:
    vector = np.zeros((1, store.dimension), np.float32)
    vector[0, place] = length
    return vector


def replace_vector(store: FaissStore, id: int, vector: np.ndarray) -> None:
    store.remove([id])
    store.add([id], vector)


def test_a_whole_index_has_no_faults(folder: Path) -> None:
    assert tampered(folder, lambda place: None) == []


def test_a_changed_text_is_found(folder: Path) -> None:
    assert tampered(folder, sql("UPDATE document SET text = 'The cat drinks wine.' WHERE id = 'cat.md'")) == [
        "cat.md: the text is not that of its SHA-256"
    ]


def test_a_passage_that_is_not_its_slice_is_found(folder: Path) -> None:
    faults = tampered(folder, sql("UPDATE passage SET start = 1, end = 21 WHERE id = 1"))
    assert faults == [
        "cat.md: passage 1 is not the text's characters 1 to 21",
        "cat.md: passage 1 has sentences outside it",
        "the vector of sentence 1 is not that of its text (cosine 0.000)",
    ]


def test_a_passage_whose_words_are_not_those_that_were_indexed_is_found(folder: Path) -> None:
    faults = tampered(folder, sql("UPDATE passage SET text = 'The cow drinks milk.' WHERE id = 1"))
    assert faults[0] == "cat.md: passage 1 is not the text's characters 0 to 20"
    assert faults[1].startswith("the lexical half does not agree with the passages (")
    assert faults[2] == "2 words are counted wrongly, 'cat' among them"
    assert faults[3] == "the vector of passage 1 is not that of its text (cosine 0.707)"


def test_sentences_that_are_missing_or_outside_are_found(folder: Path) -> None:
    assert tampered(folder, sql("DELETE FROM sentence WHERE passage = 1")) == [
        "3 sentences instead of the 4 that the manifest says",
        "cat.md: passage 1 has no sentences",
        "the vector of sentence 1 belongs to nothing",
    ]


def test_passages_and_sentences_without_an_owner_are_found(folder: Path) -> None:
    faults = tampered(folder, sql("DELETE FROM document WHERE id = 'cat.md'"), documents=2)
    assert faults == ["1 passages of no document"]


def test_sentences_of_no_passage_are_found(folder: Path) -> None:
    faults = tampered(folder, sql("UPDATE sentence SET passage = 99 WHERE id = 1"))
    assert faults == ["1 sentences of no passage", "cat.md: passage 1 has no sentences"]


@pytest.mark.parametrize(
    ("file", "table", "id"), [("passages.faiss", "passage", 3), ("sentences.faiss", "sentence", 4)]
)
def test_a_missing_and_an_orphaned_vector_are_found(folder: Path, file: str, table: str, id: int) -> None:
    def edit(store: FaissStore) -> None:
        store.remove([id])
        store.add([77], axis(store, 0))

    assert tampered(folder, vectors(file, edit)) == [
        f"{table} {id} has no vector",
        f"the vector of {table} 77 belongs to nothing",
    ]


def test_a_vector_of_another_length_is_found(folder: Path) -> None:
    bird = WordEmbedder().embed_passages([BIRD.text])
    assert tampered(folder, vectors("passages.faiss", lambda store: replace_vector(store, 3, bird * 1.5))) == [
        "the vector of passage 3 has length 1.500 instead of 1"
    ]


def test_a_vector_of_another_text_is_found(folder: Path) -> None:
    assert tampered(folder, vectors("sentences.faiss", lambda store: replace_vector(store, 1, axis(store, 1)))) == [
        "the vector of sentence 1 is not that of its text (cosine 0.000)"
    ]


def test_words_that_the_lexical_half_lost_are_found(folder: Path) -> None:
    lost = "INSERT INTO lexical(lexical, rowid, context, text) VALUES ('delete', 1, '', 'The cat drinks milk.')"
    (fault,) = tampered(folder, sql(lost))
    assert fault.startswith("the lexical half does not agree with the passages (")


def test_a_passage_that_the_lexical_half_never_had_is_found(folder: Path) -> None:
    (fault,) = tampered(
        folder, sql("INSERT INTO lexical(rowid, context, text) VALUES (55, '', 'Words of no passage.')")
    )
    assert fault.startswith("the lexical half does not agree with the passages (")


def test_words_that_are_counted_wrongly_are_found(folder: Path) -> None:
    assert tampered(folder, sql("UPDATE word SET passages = 9 WHERE word = 'milk'")) == [
        "1 words are counted wrongly, 'milk' among them"
    ]


def test_counts_that_are_not_those_of_the_manifest_are_found(folder: Path) -> None:
    assert tampered(folder, lambda place: None, documents=5, passages=6) == [
        "3 documents instead of the 5 that the manifest says",
        "3 passages instead of the 6 that the manifest says",
    ]


def test_another_model_is_found(folder: Path) -> None:
    (fault,) = tampered(folder, lambda place: None, model="words@2")
    assert fault.startswith(f"the index in {folder} was made with the model words@2, this would search it with words@1")


def test_a_file_that_changes_after_it_was_opened_is_found(folder: Path) -> None:
    with open_index(folder, embedder=WordEmbedder()) as index:
        path = folder / "generations" / "000001" / "sentences.faiss"
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert list(check(index)) == ["sentences.faiss is not what was written"]


def test_a_large_file_is_read_whole_by_the_check_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.opening._READ_ON_OPENING", 10)
    path = folder / "generations" / "000001" / "passages.faiss"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert "passages.faiss is not what was written" in list(check(index))


def test_a_manifest_says_what_it_is_made_of(folder: Path) -> None:
    raw = json.loads((folder / "generations" / "000001" / "manifest.json").read_text())
    assert (raw["format"], raw["generation"], raw["model"]) == (4, 1, "words@1")
    assert (raw["documents"], raw["passages"], raw["sentences"], raw["dimension"]) == (3, 3, 4, 9)
    assert sorted(raw["files"]) == sorted(FILES)
    assert sorted(raw["versions"]) == ["faiss-cpu", "numpy", "sentence-transformers", "torch"]
