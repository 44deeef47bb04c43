"""Workers write what they make into Milvus themselves, once, and touch nothing that readers see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from milvus_server import emptied
from word_embedder import BIRD, CAT, DOG, WordEmbedder

from bench.milvus_server import MilvusServer
from bench.ray_nodes import ray_nodes
from bench.synthetic import make_document
from corpus import Document
from index import MilvusAddress, index_place, open_index, update_index
from index.cache import EmbeddingCache
from index.milvus_checking import check_milvus
from index.milvus_collections import Kind, key_of
from index.milvus_editions import current_edition, writing
from index.milvus_engine import Engine, connect
from index.milvus_rows import LIVE, PENDING, version_of
from index.milvus_shelf import MilvusShelf, Written
from index.preparing import Prepared, Shelved, prepare
from index.settings import IndexSettings
from index.token_store import TokenWriter

EMBEDDER, SETTINGS = WordEmbedder(), IndexSettings()
COUNT = 24


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An index of a cat in a file of milvus-lite."""
    monkeypatch.setattr("index.place.DEFAULT_FOLDER", tmp_path / "beside")
    place = index_place(f"milvus:{tmp_path}/lite.db/shelf")
    assert isinstance(place, MilvusAddress)
    update_index(place, [CAT], embedder=EMBEDDER)
    monkeypatch.setattr("index.milvus_shelf._FAILED", {})
    return connect(place).patient()


def prepared(*documents: Document) -> list[Prepared]:
    tokens = TokenWriter(Path(":memory:"), EMBEDDER.name)
    return prepare(documents, EMBEDDER, EmbeddingCache(Path(":memory:"), EMBEDDER, tokens), SETTINGS, with_tokens=True)


def shelf(engine: Engine, lease: str) -> MilvusShelf:
    build = current_edition(engine).build
    return MilvusShelf(engine.address, build, lease, EMBEDDER.name, SETTINGS, place=7, average=0.0)


def states(engine: Engine, *documents: Document) -> list[int | None]:
    """What the documents' records say, None where there is none."""
    keys = [key_of(Kind.DOCUMENT, version_of(one, EMBEDDER.name, SETTINGS)) for one in documents]
    rows = engine.query(current_edition(engine).build.records, ["key", "number"], ids=keys, strong=True)
    found = {row["key"]: row["number"] for row in rows}
    return [found.get(key) for key in keys]


def test_what_readers_see_is_left_alone_and_the_rest_is_written_for_later(engine: Engine) -> None:
    with writing(engine) as lease:
        cat, dog = shelf(engine, lease.id).put(prepared(CAT, DOG))
    assert not isinstance(cat, Shelved)
    assert isinstance(dog, Shelved) and isinstance(dog.receipt, Written)
    assert (dog.document, dog.why_not, dog.receipt.entry.id, dog.receipt.entry.passages) == (DOG, "", "dog.md", 1)
    assert states(engine, CAT, DOG, BIRD) == [LIVE, PENDING, None]
    with open_index(engine.address, embedder=EMBEDDER) as index:
        assert [hit.passage.document_id for hit in index.search("dog", 9)] == ["cat.md"]


def test_nothing_is_written_for_a_writer_that_may_not_write_any_more(engine: Engine) -> None:
    with writing(engine) as lease:
        pass
    (dog,) = shelf(engine, lease.id).put(prepared(DOG))
    assert not isinstance(dog, Shelved)
    assert states(engine, DOG) == [None]


def test_where_workers_cannot_reach_the_engine_their_work_comes_back_with_the_reason(engine: Engine) -> None:
    away = index_place("milvus://127.0.0.1:1/shelf")
    assert isinstance(away, MilvusAddress)
    there = MilvusShelf(away, current_edition(engine).build, "", EMBEDDER.name, SETTINGS, place=7, average=0.0)
    first, second = there.put(prepared(DOG)), there.put(prepared(BIRD))
    for one, document in zip([*first, *second], (DOG, BIRD), strict=True):
        assert isinstance(one, Shelved)
        assert (one.document, one.receipt) == (document, None)
        assert one.why_not.startswith("the engine at 127.0.0.1:1 can't be reached: ")


@pytest.fixture
def place(milvus_server: MilvusServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MilvusAddress:
    """Nothing yet, on a real server."""
    monkeypatch.setattr("index.place.DEFAULT_FOLDER", tmp_path / "beside")
    monkeypatch.setattr("index.workers._CHARACTERS", 1_000)
    place = index_place(f"milvus://{emptied(milvus_server).address}/shelf")
    assert isinstance(place, MilvusAddress)
    return place


def test_a_machine_that_dies_while_it_writes_into_the_engine_loses_nothing(
    place: MilvusAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def documents() -> list[Document]:
        return [make_document(number, passages=2, sentences=3) for number in range(COUNT)]

    def one_dies() -> Iterator[Document]:
        for number, document in enumerate(documents()):
            if number == COUNT // 2:
                nodes.kill()
            yield document

    written_here: list[Prepared] = []
    monkeypatch.setattr(
        "index.milvus_draft.write_prepared", lambda engine, build, some, *rest: written_here.extend(some) or []
    )
    said: list[str] = []
    with ray_nodes(2) as nodes:
        summary = update_index(place, one_dies(), workers=nodes.address, notice=said.append)
    assert (len(summary.added), summary.skipped, written_here) == (COUNT, [], [])
    assert not any("can't write" in line for line in said)
    update_index(tmp_path / "here", documents())
    question = "what is said of all this?"
    with open_index(place) as there, open_index(tmp_path / "here") as here:
        assert list(check_milvus(there)) == []
        assert [there.document(record.id) for record in there.documents()] == documents()
        found, expected = there.search(question, 2 * COUNT), here.search(question, 2 * COUNT)
        assert len(found) == len(expected) == here.manifest.passages == there.manifest.passages
        assert {hit.passage: round(hit.similarity, 2) for hit in found} == {
            hit.passage: round(hit.similarity, 2) for hit in expected
        }
