"""What a writer to Milvus leaves behind wherever it is stopped, and what `check` says of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder, document

from corpus import Skipped
from index import EngineUnavailable, MilvusAddress, index_place, open_index, update_index
from index.__main__ import COMMANDS
from index.copying import copy_index
from index.milvus_checking import check_milvus
from index.milvus_collections import Kind, key_of
from index.milvus_engine import connect
from index.milvus_rows import number_of

EMBEDDER = WordEmbedder()


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A milvus-lite file, in which nobody waits for readers elsewhere."""
    folder = tmp_path_factory.mktemp("lite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.place.DEFAULT_FOLDER", folder / "beside")
        patch.setattr("index.milvus_updating._GRACE", 0.0)
        patch.setattr("index.milvus_searching.LOOKED_UP_EVERY", 0.0)
        yield folder / "lite.db"


@pytest.fixture
def place(lite: Path, request: pytest.FixtureRequest) -> MilvusAddress:
    """An index of a cat and a dog, each test's own."""
    place = index_place(f"milvus:{lite}/test_{number_of(request.node.name)}")
    assert isinstance(place, MilvusAddress)
    update_index(place, [CAT, DOG], embedder=EMBEDDER)
    return place


def found(place: MilvusAddress) -> list[str]:
    with open_index(place, embedder=EMBEDDER) as index:
        return sorted(hit.passage.document_id for hit in index.search("cat dog bird", 9))


def faults(place: MilvusAddress) -> list[str]:
    with open_index(place, embedder=EMBEDDER) as index:
        return list(check_milvus(index))


@pytest.mark.parametrize("step", ["write_prepared", "add_counts", "leave_unfinished"])
def test_a_writer_stopped_before_it_tells_of_documents_leaves_nothing_that_is_found(
    place: MilvusAddress, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def stop(*arguments: object) -> None:
        raise EngineUnavailable("here", "it was stopped")

    with monkeypatch.context() as patch, pytest.raises(EngineUnavailable):
        patch.setattr(f"index.milvus_draft.{step}", stop)
        update_index(place, [BIRD], remove=["dog.md"], embedder=EMBEDDER)
    assert found(place) == ["cat.md", "dog.md"]
    summary = update_index(place, [BIRD], remove=["dog.md"], embedder=EMBEDDER)
    assert (summary.added, summary.removed) == (["bird.md"], ["dog.md"])
    assert (found(place), faults(place)) == (["bird.md", "cat.md"], [])


def test_a_writer_stopped_before_it_publishes_is_made_up_for_by_the_next_one(
    place: MilvusAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object) -> None:
        raise EngineUnavailable("here", "it was stopped")

    with monkeypatch.context() as patch, pytest.raises(EngineUnavailable):
        patch.setattr("index.milvus_draft.publish", stop)
        update_index(place, [BIRD], remove=["dog.md"], embedder=EMBEDDER)
    assert "a writer was stopped while it counted words; the next one counts them anew" in faults(place)
    assert update_index(place, [BIRD], embedder=EMBEDDER).unchanged == ["bird.md", "cat.md"]
    assert (found(place), faults(place)) == (["bird.md", "cat.md"], [])
    with open_index(place, embedder=EMBEDDER) as index:
        assert (index.manifest.documents, index.manifest.generation) == (2, 2)


def test_another_model_leaves_no_collection_of_the_one_before(place: MilvusAddress) -> None:
    other = WordEmbedder(name="words@2")
    before = connect(place).ask("list_collections")
    update_index(place, [], embedder=other)
    now = connect(place).ask("list_collections")
    assert len(now) == len(before)
    assert len(set(now) - set(before)) == 3


def test_check_names_what_does_not_hold(place: MilvusAddress) -> None:
    engine = connect(place)
    with open_index(place, embedder=EMBEDDER) as index:
        build = index.build
        version = next(row["owner"] for row in engine.all_of(build.records, ["owner", "name"], 'kind == "d"')
                       if row["name"] == "cat.md")  # fmt: skip
    assert faults(place) == []
    engine.delete(build.records, f'key == "{key_of(Kind.STEM, "cat")}"')
    assert faults(place) == ["1 words are counted wrongly, 'cat' among them"]
    engine.delete(build.records, f'key == "{key_of(Kind.TEXT, version)}/0"')
    assert faults(place)[0] == "cat.md: the text is not that of its SHA-256"
    engine.delete(build.passages, f"key == {number_of(version, 0)}")
    first, second, *_ = faults(place)
    assert first == "1 passages instead of the 2 that the manifest says"
    assert second == "cat.md: 0 passages instead of 1"


def test_a_copy_is_the_same_index_and_embeds_nothing(place: MilvusAddress, tmp_path: Path) -> None:
    documents = [document(f"{name}.md", f"A {name}. A fish.") for name in ("dog", "cat", "bird")]
    update_index(tmp_path / "index", [*documents, Skipped("x.bin", "is no document")], embedder=EMBEDDER)

    class Forgetful(WordEmbedder):
        def embed_with_tokens(self, texts: object) -> tuple:
            raise AssertionError("a text was embedded")

        embed_tokens = embed_passages = embed_with_tokens

    with open_index(tmp_path / "index", embedder=Forgetful()) as index:
        summary = copy_index(index, place)  # type: ignore[arg-type]
        assert (summary.added, summary.updated, summary.removed) == (["bird.md"], ["dog.md", "cat.md"], [])
        with open_index(place, embedder=EMBEDDER) as copy:
            hits, expected = copy.search("fish", 9), index.search("fish", 9)
            assert [hit.passage for hit in hits] == [hit.passage for hit in expected]
            assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], abs=2e-3)
            assert copy.skipped() == index.skipped() == {"x.bin": "is no document"}
            assert (copy.manifest.documents, copy.manifest.sentences) == (3, 6)
        assert copy_index(index, place).unchanged == ["dog.md", "cat.md", "bird.md"]  # type: ignore[arg-type]
    assert faults(place) == []


def test_the_commands_take_an_address(
    place: MilvusAddress, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import argparse
    import importlib

    monkeypatch.setattr("index.milvus_updating.load_embedder", lambda *names: EMBEDDER)
    monkeypatch.setattr("index.milvus_searching.load_embedder", lambda *names: EMBEDDER)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "fish.md").write_text("A fish swims.\n")

    def run(command: str, *words: str) -> str:
        module = importlib.import_module(COMMANDS[command][0])
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        assert module.run(parser.parse_args([*words, "--index", str(place)])) == 0
        return capsys.readouterr().out

    assert run("add", str(tmp_path / "docs")).startswith(f"{place}: 1 added, 2 unchanged; 1 new passages, ")
    assert run("remove", "cat.md").startswith(f"{place}: 1 removed, 2 unchanged; 0 new passages, ")
    assert [line.split()[0] for line in run("list").splitlines()] == ["dog.md", "fish.md", "2"]
    assert run("sync", str(tmp_path / "docs")).startswith(f"{place}: 1 removed, 1 unchanged; 0 new passages, ")
    assert run("check") == f"{place}: whole; 1 documents, 1 passages, 1 sentences, generation 4\n"


def test_a_word_that_was_meant_is_one_that_the_current_edition_has(place: MilvusAddress) -> None:
    class Speller(WordEmbedder):
        def count_tokens(self, text: str) -> int:
            return len(text)

    with open_index(place, embedder=Speller()) as index:
        update_index(place, [document("zebra.md", "A zebra grazes.")], embedder=EMBEDDER)
        assert index.correct(["zebrra"]) == {"zebrra": "zebra"}
        update_index(place, [document("whale.md", "A whale dives.")], remove=["zebra.md"], embedder=EMBEDDER)
        assert index.search("whale", 9)
        assert index.correct(["zebrra"]) == {}
        until = time.monotonic() + 30
        while index.correct(["whalle"]) != {"whalle": "whale"}:
            assert time.monotonic() < until
