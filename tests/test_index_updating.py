"""An update changes what changed, embeds what is new, and publishes once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder, document

from corpus import Document
from index import Index, IndexMismatch, IndexSettings, Summary, open_index, update_index
from index.checking import check


class Kept:
    """An index in a folder, and the one embedder that it is made and searched with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.embedder = WordEmbedder()

    def update(self, *documents: Document, **options: object) -> Summary:
        self.embedder.embedded.clear()
        return update_index(self.folder, documents, embedder=self.embedder, **options)  # type: ignore[arg-type]

    def open(self) -> Index:
        return open_index(self.folder, embedder=self.embedder)

    def ids(self) -> list[str]:
        with self.open() as index:
            assert list(check(index)) == []
            return [record.id for record in index.documents()]

    def generations(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "generations").iterdir())


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "index")


def told(summary: Summary) -> tuple[list[str], list[str], list[str], list[str]]:
    return summary.added, summary.updated, summary.unchanged, summary.removed


def test_documents_are_added_and_can_be_found(kept: Kept) -> None:
    summary = kept.update(CAT, DOG)
    assert told(summary) == (["cat.md", "dog.md"], [], [], [])
    assert (summary.passages, summary.generation) == (2, 1)
    assert kept.ids() == ["cat.md", "dog.md"]
    with kept.open() as index:
        assert [hit.passage.text for hit in index.search("bone", 1)] == ["The dog has a bone. The dog drinks water."]
        manifest = index.manifest
    assert (manifest.documents, manifest.passages, manifest.sentences) == (2, 2, 3)
    assert (manifest.model, manifest.dimension, manifest.generation) == ("words@1", 9, 1)
    assert manifest.settings == IndexSettings()


def test_every_text_is_embedded_once_even_where_a_passage_is_one_sentence(kept: Kept) -> None:
    kept.update(CAT, DOG)
    assert sorted(kept.embedder.embedded) == [
        "The cat drinks milk.",
        "The dog drinks water.",
        "The dog has a bone.",
        "The dog has a bone. The dog drinks water.",
    ]


def test_a_title_is_embedded_before_the_text(kept: Kept) -> None:
    kept.update(replace(CAT, title="On fish"))
    assert kept.embedder.embedded == ["On fish\nThe cat drinks milk."]


def test_an_unchanged_document_embeds_nothing_and_publishes_nothing(kept: Kept) -> None:
    kept.update(CAT, DOG)
    before = {path: path.stat().st_mtime_ns for path in (kept.folder / "generations").rglob("*")}
    summary = kept.update(CAT, DOG, only=True)
    assert told(summary) == ([], [], ["cat.md", "dog.md"], [])
    assert (summary.passages, summary.generation) == (0, 1)
    assert kept.embedder.embedded == []
    assert {path: path.stat().st_mtime_ns for path in (kept.folder / "generations").rglob("*")} == before


def test_an_unchanged_folder_loads_no_model(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.update(CAT)

    class Unloadable(WordEmbedder):
        @property
        def dimension(self) -> int:
            raise AssertionError("the model was loaded")

        @dimension.setter
        def dimension(self, value: int) -> None: ...

    assert update_index(kept.folder, [CAT], embedder=Unloadable(), only=True).unchanged == ["cat.md"]


def test_a_changed_document_embeds_only_its_new_texts(kept: Kept) -> None:
    kept.update(CAT, DOG)
    changed = document("dog.md", "The dog has a bone. The dog eats fish.")
    summary = kept.update(CAT, changed)
    assert told(summary) == ([], ["dog.md"], ["cat.md"], [])
    assert sorted(kept.embedder.embedded) == ["The dog eats fish.", "The dog has a bone. The dog eats fish."]
    assert kept.ids() == ["cat.md", "dog.md"]
    with kept.open() as index:
        assert index.document("dog.md") == changed


@pytest.mark.parametrize("change", [{"title": "Other"}, {"source": "elsewhere/cat.md"}])
def test_a_document_with_another_title_or_place_is_updated(kept: Kept, change: dict[str, str]) -> None:
    kept.update(CAT)
    assert kept.update(replace(CAT, **change)).updated == ["cat.md"]
    with kept.open() as index:
        assert index.document("cat.md") == replace(CAT, **change)
        assert [hit.passage.title for hit in index.search("cat")] == [change.get("title", "")]


@pytest.mark.parametrize("options", [{"remove": ["dog.md"]}, {"only": True}])
def test_a_removed_document_is_never_found_again_in_any_half(kept: Kept, options: dict[str, object]) -> None:
    kept.update(CAT, DOG)
    summary = kept.update(*([CAT] if "only" in options else []), **options)
    assert told(summary) == ([], [], ["cat.md"], ["dog.md"])
    assert kept.embedder.embedded == []
    assert kept.ids() == ["cat.md"]
    with kept.open() as index:
        assert [hit.passage.document_id for hit in index.search("The dog has a bone", 10)] == ["cat.md"]
        assert index.rarity(["bone"]) == index.rarity(["unheard"])
        database, passages, sentences = index.parts()
        assert (passages.ids.tolist(), sentences.ids.tolist()) == ([1], [1])
        assert database.execute("SELECT passages FROM word WHERE word = 'bone'").fetchall() in ([], [(0,)])


def test_a_document_that_was_removed_can_come_back(kept: Kept) -> None:
    kept.update(CAT, DOG)
    kept.update(remove=["dog.md"])
    assert kept.update(DOG).added == ["dog.md"]
    assert kept.embedder.embedded == []
    assert kept.ids() == ["cat.md", "dog.md"]


def test_a_document_that_is_there_and_named_for_removal_stays(kept: Kept) -> None:
    kept.update(CAT, DOG)
    assert told(kept.update(CAT, remove=["cat.md"])) == ([], [], ["cat.md", "dog.md"], [])


def test_removing_what_is_not_there_changes_nothing(kept: Kept) -> None:
    kept.update(CAT)
    assert kept.update(remove=["nobody.md"]).generation == 1


def test_all_documents_can_be_removed_and_the_index_still_answers(kept: Kept) -> None:
    kept.update(CAT)
    kept.update(remove=["cat.md"])
    assert kept.ids() == []
    with kept.open() as index:
        assert index.search("cat") == []
        assert index.correct(["catt"]) == {}
    kept.update(DOG)
    assert kept.ids() == ["dog.md"]


def test_the_same_document_twice_is_added_once(kept: Kept) -> None:
    summary = kept.update(CAT, CAT)
    assert (summary.added, summary.repeated) == (["cat.md"], [])


def test_another_document_of_the_same_id_is_left_out_and_said(kept: Kept) -> None:
    summary = kept.update(CAT, replace(DOG, id="cat.md"))
    assert (summary.added, summary.repeated) == (["cat.md"], ["cat.md"])
    with kept.open() as index:
        assert index.document("cat.md") == CAT


def test_a_document_without_sentences_is_kept_without_passages(kept: Kept) -> None:
    empty = document("empty.md", " \n\n ")
    assert kept.update(empty).passages == 0
    assert kept.ids() == ["empty.md"]
    assert kept.update(empty, CAT).passages == 1
    assert kept.ids() == ["cat.md", "empty.md"]
    assert kept.update(empty, CAT).unchanged == ["empty.md", "cat.md"]


def test_lone_surrogates_are_replaced_one_for_one(kept: Kept) -> None:
    odd = document("o\ud800.md", "A \udcff cat.", "T\ud800")
    kept.update(odd)
    with kept.open() as index:
        assert index.document("o\ufffd.md") == document("o\ufffd.md", "A \ufffd cat.", "T\ufffd", "docs/o\ufffd.md")
    assert kept.update(odd).unchanged == ["o\ufffd.md"]


@pytest.mark.parametrize("text", ["cat \x00 dog", "cat\r\ndog\r", "\ufeffcat \U0001f600 dog", "قطة cat 猫 dog"])
def test_no_character_is_lost(kept: Kept, text: str) -> None:
    kept.update(document("odd.md", text))
    assert kept.ids() == ["odd.md"]
    with kept.open() as index:
        assert index.document("odd.md").text == text
        assert index.search("cat")[0].passage.text in text


def test_other_settings_make_all_anew_from_the_documents_in_the_index(kept: Kept) -> None:
    kept.update(DOG, CAT)
    summary = kept.update(settings=IndexSettings(passage_tokens=6))
    assert told(summary) == ([], [], ["cat.md", "dog.md"], [])
    assert (summary.passages, summary.generation) == (3, 2)
    # They were sentences: their vectors are known, their tokens are not.
    assert sorted(kept.embedder.embedded) == ["The dog drinks water.", "The dog has a bone."]
    with kept.open() as index:
        assert [p.text for p in index.passages("dog.md")] == ["The dog has a bone.", "The dog drinks water."]
        assert index.document("cat.md") == CAT
        assert index.manifest.settings.passage_tokens == 6
    assert kept.update(BIRD).passages == 1
    assert kept.ids() == ["bird.md", "cat.md", "dog.md"]


def test_other_settings_with_other_documents_keep_remove_and_add(kept: Kept) -> None:
    kept.update(CAT, DOG)
    changed = document("dog.md", "The dog eats fish.")
    summary = kept.update(changed, BIRD, settings=IndexSettings(passage_tokens=50), only=True)
    assert told(summary) == (["bird.md"], ["dog.md"], [], ["cat.md"])
    assert kept.ids() == ["bird.md", "dog.md"]


def test_another_model_makes_all_anew(kept: Kept) -> None:
    kept.update(CAT)
    kept.embedder = WordEmbedder(name="words@2")
    assert kept.update().unchanged == ["cat.md"]
    assert kept.embedder.embedded == ["The cat drinks milk."]
    with kept.open() as index:
        assert index.manifest.model == "words@2"


def test_passages_that_the_model_cannot_see_whole_are_refused(kept: Kept) -> None:
    with pytest.raises(IndexMismatch) as refusal:
        kept.update(CAT, settings=IndexSettings(passage_tokens=255))
    assert str(refusal.value) == (
        "passages of 255 tokens are more than the 254 that the model all-MiniLM-L6-v2 sees; "
        "add --passage-tokens 254 or fewer"
    )


def test_an_index_without_documents_can_be_made(kept: Kept) -> None:
    assert kept.update().generation == 1
    assert kept.ids() == []


def test_many_documents_are_embedded_in_parts_and_told_on_the_way(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.changing._CHARACTERS_AT_A_TIME", 100)
    documents = [document(f"{number}.md", f"The cat has {number} bones.") for number in range(20)]
    calls: list[tuple[str, int, int | None]] = []
    summary = kept.update(*documents, progress=lambda *call: calls.append(call))
    assert len(summary.added) == 20
    done = [count for stage, count, _ in calls if stage == "documents"]
    assert done == sorted(done)
    assert done[-1] == 20
    assert len(set(done)) > 4
    assert [count for stage, count, _ in calls if stage == "texts"][-1] == 40
    assert len(kept.embedder.embedded) == 20
    assert len(kept.ids()) == 20


def test_the_vectors_of_many_removed_documents_go_with_them(kept: Kept) -> None:
    documents = [document(f"{number:02}.md", f"The cat has {number} bones.") for number in range(30)]
    kept.update(*documents)
    changed = [document(f"{number:02}.md", f"The dog has {number} bones.") for number in range(10)]
    summary = kept.update(*changed, *documents[10:20], only=True)
    assert (len(summary.updated), len(summary.unchanged), len(summary.removed)) == (10, 10, 10)
    with kept.open() as index:
        assert list(check(index)) == []
        assert len(index.parts()[1]) == 20
        assert {hit.passage.document_id for hit in index.search("dog", 10)} == {f"{n:02}.md" for n in range(10)}


@pytest.mark.parametrize("broken", [lambda: 1 / 0, lambda: (_ for _ in ()).throw(KeyboardInterrupt)])
def test_documents_that_fail_on_the_way_leave_the_index_as_it_was(
    kept: Kept, broken: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.changing._CHARACTERS_AT_A_TIME", 1)
    kept.update(CAT)

    def documents() -> object:
        yield DOG
        for _ in [broken()]:
            yield from _

    with pytest.raises((ZeroDivisionError, KeyboardInterrupt)):
        update_index(kept.folder, documents(), embedder=kept.embedder)  # type: ignore[arg-type]
    assert kept.ids() == ["cat.md"]
    assert kept.generations() == ["000001"]
    kept.update(DOG)
    assert kept.embedder.embedded == []
    assert kept.ids() == ["cat.md", "dog.md"]


def test_without_a_budget_each_section_is_one_passage(kept: Kept) -> None:
    long = document("long.md", "The cat drinks milk. " * 300)
    kept.update(long, settings=IndexSettings(passage_tokens=0))
    with kept.open() as index:
        (passage,) = index.passages("long.md")
        assert (passage.start, passage.end) == (0, len(long.text) - 1)
