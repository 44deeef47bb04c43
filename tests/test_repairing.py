"""A faulty index is made whole again of what it still holds, and what is lost is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder

from corpus import Document, Skipped
from index import IndexDamaged, open_index, update_index
from index.checking import check
from index.repairing import repair
from index.vectors import FaissStore

IDS = ["bird.md", "cat.md", "dog.md"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    skipped = Skipped("docs/odd.bin", "no reader for .bin")
    update_index(tmp_path / "index", [CAT, DOG, BIRD, skipped], embedder=WordEmbedder())
    return tmp_path / "index"


def newest(folder: Path) -> Path:
    return sorted((folder / "generations").glob("0*"))[-1]


def cut(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = newest(folder) / name
        path.write_bytes(path.read_bytes()[:-100])

    return change


def sql(statement: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with sqlite3.connect(newest(folder) / "passages.sqlite") as database:
            database.execute(statement)
        database.close()

    return change


def write(name: str, content: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(content, encoding="utf-8") and None


def lose_vectors(folder: Path) -> None:
    store = FaissStore.load(newest(folder) / "sentences.faiss")
    store.remove(store.ids[:2].tolist())
    store.save(newest(folder) / "sentences.faiss")


@pytest.mark.parametrize(
    "damage",
    [
        cut("passages.faiss"),
        cut("manifest.json"),
        lose_vectors,
        sql("UPDATE passage SET text = 'It was never said.'"),
        sql("DELETE FROM sentence"),
        sql("INSERT INTO lexical(lexical) VALUES ('delete-all')"),
        sql("UPDATE word SET passages = 17"),
        write("CURRENT", "\x00"),
        lambda folder: (newest(folder) / "manifest.json").unlink(),
        lambda folder: (newest(folder) / "sentences.faiss").unlink(),
    ],
)
def test_documents_that_are_whole_make_a_whole_index(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    done = repair(folder, embedder=WordEmbedder())
    assert (done.lost, done.summary.generation) == ([], 2)
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert list(check(index)) == []
        assert [record.id for record in index.documents()] == IDS
        assert index.document("cat.md") == CAT
        assert index.skipped() == {"docs/odd.bin": "no reader for .bin"}


def test_a_damaged_text_is_taken_from_an_earlier_generation_if_it_is_the_same(folder: Path) -> None:
    newer = Document("dog.md", DOG.title, DOG.source, "A dog.", DOG.blocks[:0])
    update_index(folder, [newer], embedder=WordEmbedder())
    sql("UPDATE document SET text = 'It was never said.' WHERE id IN ('cat.md', 'dog.md')")(folder)
    done = repair(folder, embedder=WordEmbedder())
    assert done.lost == ["dog.md"]
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert list(check(index)) == []
        assert [record.id for record in index.documents()] == ["bird.md", "cat.md"]
        assert index.document("cat.md") == CAT


def test_a_document_that_was_removed_is_not_brought_back(folder: Path) -> None:
    update_index(folder, [], remove=["cat.md"], embedder=WordEmbedder())
    cut("sentences.faiss")(folder)
    repair(folder, embedder=WordEmbedder())
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert [record.id for record in index.documents()] == ["bird.md", "dog.md"]


def test_what_was_embedded_wrongly_is_embedded_anew(folder: Path) -> None:
    lying = WordEmbedder()
    with sqlite3.connect(folder / "embeddings.sqlite") as database:
        for key, value in database.execute("SELECT key, value FROM embedding").fetchall():
            turned = value[4:] + value[:4]
            database.execute("UPDATE embedding SET value = ? WHERE key = ?", (turned, key))
    database.close()
    repair(folder, embedder=lying)
    assert lying.embedded == []
    repair(folder, forget_vectors=True, embedder=lying)
    assert lying.embedded != []
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert list(check(index)) == []


def test_what_holds_nothing_cannot_be_repaired(tmp_path: Path) -> None:
    (tmp_path / "generations" / "000001").mkdir(parents=True)
    with pytest.raises(IndexDamaged, match="none of its generations can be read"):
        repair(tmp_path, embedder=WordEmbedder())
