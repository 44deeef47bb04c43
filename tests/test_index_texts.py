"""The texts of a large index are changed where they lie: readers see one generation, and each change can be undone."""

from __future__ import annotations

import errno
import json
import sqlite3
from pathlib import Path

import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder, document

import index.generations
from index import Index, IndexDamaged, IndexMismatch, IndexUnwritable, Summary, open_index, update_index
from index.checking import check
from index.generations import rollback
from index.health import health
from index.lexical import search_lexical
from index.repairing import repair

CAT_ANEW = document("cat.md", "The cat purrs, and has a fish.")
QUESTIONS = ["cat", "dog", "bird", "the cat has bones", "seeds or fish"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an index of more than one passage is a large one."""
    monkeypatch.setattr("index.texts.IN_PLACE_FROM", 1)
    return tmp_path / "index"


def update(folder: Path, *documents: object, **options: object) -> Summary:
    return update_index(folder, documents, embedder=WordEmbedder(), **options)  # type: ignore[arg-type]


def opened(folder: Path, generation: int | None = None) -> Index:
    index = open_index(folder, embedder=WordEmbedder(), generation=generation)
    assert isinstance(index, Index)
    return index


def ids(folder: Path) -> list[str]:
    with opened(folder) as index:
        assert list(check(index)) == []
        return [record.id for record in index.documents()]


def texts(folder: Path) -> list[str]:
    """The files, but for those by which SQLite's readers and writers tell of one another."""
    return sorted(path.name for path in (folder / "texts").iterdir() if path.suffix in (".lock", ".sqlite"))


def scores(folder: Path) -> list[list[tuple[str, float]]]:
    """What each question finds by its words: documents with their exact scores, in order."""
    with opened(folder) as index:
        database = index.parts()[0]
        of = dict(database.execute("SELECT p.id, d.id FROM passage p JOIN document d ON d.number = p.document"))
        return [
            [(of[number], score) for number, score in search_lexical(database, question, 10, 2.0).items()]
            for question in QUESTIONS
        ]


def test_a_change_leaves_the_database_where_it_is(folder: Path) -> None:
    update(folder, CAT, DOG)
    assert texts(folder) == ["000001.lock", "000001.sqlite"]
    place = (folder / "texts" / "000001.sqlite").stat().st_ino
    update(folder, BIRD)
    update(folder, CAT_ANEW, remove=["dog.md"])
    assert texts(folder) == ["000001.lock", "000001.sqlite"]
    assert (folder / "texts" / "000001.sqlite").stat().st_ino == place
    manifest = json.loads((folder / "generations" / "000003" / "manifest.json").read_text())
    assert (manifest["format"], manifest["texts"]) == (6, "000001.sqlite")
    assert sorted(manifest["files"]) == ["passages.faiss", "sentences.faiss"]
    assert ids(folder) == ["bird.md", "cat.md"]


def test_words_score_as_in_an_index_that_was_made_at_once(folder: Path, tmp_path: Path) -> None:
    update(folder, CAT, DOG)
    update(folder, BIRD)
    update(folder, CAT_ANEW, remove=["dog.md"])
    update(folder, DOG)
    update(tmp_path / "other", BIRD, CAT_ANEW, DOG)
    assert scores(folder) == scores(tmp_path / "other")
    update(folder, remove=["bird.md"])
    rollback(folder)
    assert scores(folder) == scores(tmp_path / "other")


def test_who_has_a_generation_open_sees_that_one_and_no_other(folder: Path) -> None:
    update(folder, CAT, DOG)
    with opened(folder) as first:
        update(folder, BIRD, remove=["cat.md"])
        with opened(folder) as second:
            update(folder, CAT_ANEW)
            found = [[record.id for record in index.documents()] for index in (first, second)]
            assert found == [["cat.md", "dog.md"], ["bird.md", "dog.md"]]
            assert [len(index.search("cat", 10)) for index in (first, second)] == [2, 2]
            assert not list(check(first))
            assert not list(check(second))
            assert (first.is_current(), second.is_current()) == (False, False)


def test_going_back_brings_what_was_taken_away_and_takes_what_came(folder: Path) -> None:
    update(folder, CAT, DOG)
    before = scores(folder)
    update(folder, CAT_ANEW, BIRD, remove=["dog.md"])
    assert rollback(folder) == 1
    assert ids(folder) == ["cat.md", "dog.md"]
    assert scores(folder) == before
    with opened(folder) as index:
        assert index.document("cat.md") == CAT
    with pytest.raises(IndexMismatch, match="has no generation before the current one to go back to"):
        rollback(folder)
    assert update(folder, BIRD).generation == 3
    assert ids(folder) == ["bird.md", "cat.md", "dog.md"]
    assert rollback(folder) == 1
    assert ids(folder) == ["cat.md", "dog.md"]


def test_the_generation_before_can_be_opened_beside_the_current_one(folder: Path) -> None:
    update(folder, CAT, DOG)
    update(folder, BIRD)
    update(folder, CAT_ANEW, remove=["dog.md"])
    with opened(folder, 2) as before, opened(folder, 3) as now:
        assert [record.id for record in before.documents()] == ["bird.md", "cat.md", "dog.md"]
        assert before.document("cat.md") == CAT
        assert before.manifest.generation == 2
        assert not list(check(before))
        assert [record.id for record in now.documents()] == ["bird.md", "cat.md"]
    with pytest.raises(IndexMismatch, match="has no generation 1; there are: 2, 3"):
        opened(folder, 1)


def test_what_was_skipped_comes_back_too(folder: Path) -> None:
    from corpus import Skipped

    update(folder, CAT, DOG, Skipped("a.pdf", "is empty"))
    update(folder, BIRD, Skipped("b.pdf", "is encrypted"), sought=lambda source: True)
    with opened(folder) as index:
        assert index.skipped() == {"b.pdf": "is encrypted"}
    rollback(folder)
    with opened(folder) as index:
        assert index.skipped() == {"a.pdf": "is empty"}


def test_an_index_of_the_format_before_goes_over_by_its_first_change(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.texts.IN_PLACE_FROM", 20)
    update(folder, CAT, DOG)
    assert not (folder / "texts").exists()
    monkeypatch.setattr("index.texts.IN_PLACE_FROM", 1)
    told: list[str] = []
    update(folder, CAT, notice=told.append)
    assert told == []
    update(folder, BIRD, notice=told.append)
    assert told == ["note: the texts are copied this once; from now on they are changed where they lie"]
    assert texts(folder) == ["000002.lock", "000002.sqlite"]
    assert ids(folder) == ["bird.md", "cat.md", "dog.md"]
    assert rollback(folder) == 1
    assert ids(folder) == ["cat.md", "dog.md"]
    update(folder, BIRD)
    assert texts(folder) == ["000003.lock", "000003.sqlite"]


def test_a_change_that_fails_before_the_last_step_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    update(folder, CAT, DOG)

    def stop(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for step in ("index.generations._point_to", "index.generations.measure", "index.texts.Change.commit"):
        with monkeypatch.context() as patch:
            patch.setattr(step, stop)
            with pytest.raises(IndexUnwritable, match="no space left on device"):
                update(folder, BIRD)
        assert ids(folder) == ["cat.md", "dog.md"]
        assert [place.name for place in (folder / "generations").iterdir()] == ["000001"]
    assert update(folder, BIRD).generation == 2


def test_a_writer_that_is_stopped_right_behind_the_last_step_has_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(folder, CAT, DOG)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", stop)
        with pytest.raises(KeyboardInterrupt):
            update(folder, BIRD)
    assert (folder / "CURRENT").read_text() == "000001\n"
    assert ids(folder) == ["bird.md", "cat.md", "dog.md"]
    with opened(folder) as index:
        assert index.is_current()
        assert index.manifest.generation == 2
        update(folder, CAT_ANEW)
        assert not index.is_current()
    assert (folder / "CURRENT").read_text() == "000003\n"
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", stop)
        with pytest.raises(KeyboardInterrupt):
            rollback(folder)
    with opened(folder) as index:
        assert index.document("cat.md") == CAT
    assert update(folder, remove=["dog.md"]).generation == 4
    assert ids(folder) == ["bird.md", "cat.md"]


def test_texts_that_no_generation_has_are_cleared_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    update(folder, CAT, DOG)
    (folder / "texts" / "000002.sqlite").write_bytes(b"half")
    update(folder, BIRD)
    assert texts(folder) == ["000001.lock", "000001.sqlite"]
    update(folder, CAT, DOG, BIRD, only=True, anew=True)
    assert texts(folder) == ["000001.lock", "000001.sqlite", "000003.lock", "000003.sqlite"]
    update(folder, CAT_ANEW)
    assert texts(folder) == ["000003.lock", "000003.sqlite"]


def test_a_log_that_readers_do_not_let_go_is_left_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.texts._LONGEST_LOG", 0)
    update(folder, CAT, DOG)
    with opened(folder) as early:
        update(folder, BIRD)
        update(folder, CAT_ANEW)
        assert "000003.sqlite" in texts(folder)
        assert [record.id for record in early.documents()] == ["cat.md", "dog.md"]
        assert ids(folder) == ["bird.md", "cat.md", "dog.md"]
        assert rollback(folder) == 2
    with opened(folder) as index:
        assert index.document("cat.md") == CAT


def test_where_a_reader_can_tell_nobody_of_itself_the_texts_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(folder, CAT, DOG)
    begin = index.texts._begun

    def refuse(place: str) -> sqlite3.Connection:
        if "immutable" not in place:
            raise sqlite3.OperationalError("unable to open database file")
        return begin(place)

    with monkeypatch.context() as patch:
        patch.setattr("index.texts._begun", refuse)
        early = opened(folder)
    with early:
        update(folder, BIRD)
        assert texts(folder) == ["000001.lock", "000001.sqlite", "000002.lock", "000002.sqlite"]
        assert [record.id for record in early.documents()] == ["cat.md", "dog.md"]
    update(folder, CAT_ANEW)
    assert ids(folder) == ["bird.md", "cat.md", "dog.md"]


@pytest.mark.parametrize("how", ["missing", "empty", "garbage"])
def test_damaged_texts_are_refused_in_one_line(folder: Path, how: str) -> None:
    update(folder, CAT, DOG)
    path = folder / "texts" / "000001.sqlite"
    path.unlink() if how == "missing" else path.write_bytes(b"garbage" * 9000 if how == "garbage" else b"")
    with pytest.raises(IndexDamaged) as refusal:
        opened(folder)
    assert str(refusal.value).startswith(f"the index in {folder} is damaged (texts/000001.sqlite: ")
    assert "\n" not in str(refusal.value)
    update(folder, CAT, DOG, only=True)
    assert ids(folder) == ["cat.md", "dog.md"]


def test_a_damaged_text_is_found_and_the_others_are_saved(folder: Path) -> None:
    update(folder, CAT, DOG)
    update(folder, BIRD)
    with sqlite3.connect(folder / "texts" / "000001.sqlite") as database:
        database.execute("UPDATE document SET text = 'Another.' WHERE id = 'cat.md'")
    database.close()
    with opened(folder) as index:
        assert "cat.md: the text is not that of its SHA-256" in list(check(index))
    assert repair(folder, embedder=WordEmbedder()).lost == ["cat.md"]
    assert ids(folder) == ["bird.md", "dog.md"]


def test_the_size_of_the_texts_is_told_with_the_others(folder: Path) -> None:
    update(folder, CAT, DOG)
    with opened(folder) as index:
        found = health(index)
    assert found.faults == []
    assert found.sizes["passages.sqlite"] >= (folder / "texts" / "000001.sqlite").stat().st_size
