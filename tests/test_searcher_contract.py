"""The same index in a folder, in a milvus-lite file and on a real Milvus server: the same answers from all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from word_embedder import WordEmbedder, document

from corpus import Document, Passage
from index import (
    Hit,
    IndexBusy,
    IndexMismatch,
    IndexMissing,
    IndexSettings,
    Only,
    OpenIndex,
    Place,
    SearchSettings,
    UnknownDocument,
    index_place,
    open_index,
    update_index,
)
from index.locking import locked

ENGINES = ("folder", "milvus-lite", "milvus-server")
# Vectors are kept in half the bits on Milvus.
NEARLY = 2e-3
DOCUMENTS = (
    document("once.md", "zebra lion lion\n\nThe cat drinks milk. A dog has a bone."),
    document("twice.md", "zebra zebra lion"),
    document("same-b.md", "A bird eats seed."),
    document("same-a.md", "A bird eats seed."),
    document("garden/pond.md", "A fish swims in the water. It can't fly.", "The Pond"),
    document("grass.md", "grass"),
)
Home = Callable[[str], Place]


@pytest.fixture(scope="module", params=ENGINES)
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Places for indexes, by their names, on each engine in turn."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.place.DEFAULT_FOLDER", folder / "beside")
        if request.param == "folder":
            yield lambda name: folder / name
            return
        # Nobody else looks: there is no need to wait for them, and every question looks for changes.
        patch.setattr("index.milvus_updating._GRACE", 0.0)
        patch.setattr("index.milvus_searching.LOOKED_UP_EVERY", 0.0)
        if request.param == "milvus-lite":
            yield lambda name: index_place(f"milvus:{folder}/lite.db/{name}")
        else:
            server = request.getfixturevalue("milvus_server")
            yield lambda name: index_place(f"milvus://{server.address}/contract_{name}")


@pytest.fixture(scope="module")
def library(home: Home) -> Place:
    """An index of all documents, not to be changed."""
    update_index(home("library"), DOCUMENTS, embedder=WordEmbedder())
    return home("library")


@pytest.fixture(scope="module")
def index(library: Place) -> Iterator[OpenIndex]:
    with open_index(library, embedder=WordEmbedder()) as index:
        yield index


@pytest.fixture(scope="module")
def shelf(home: Home) -> Place:
    """A place for an index that each test changes, beginning with what it needs."""
    return home("shelf")


def filled(shelf: Place, *documents: Document) -> OpenIndex:
    update_index(shelf, documents, settings=IndexSettings(), embedder=WordEmbedder(), only=True)
    return open_index(shelf, embedder=WordEmbedder())


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.document_id for hit in hits]


def test_hits_carry_cosines_of_the_passage_and_of_each_sentence_and_the_score_of_their_words(index: OpenIndex) -> None:
    best, *others = index.search("fish", 6)
    assert best.passage.text == "A fish swims in the water. It can't fly."
    assert best.similarity == pytest.approx(math.sqrt(0.5), abs=NEARLY)
    assert best.sentences == pytest.approx((math.sqrt(0.5), 0.0), abs=NEARLY)
    assert best.score == pytest.approx(1.0)
    # BM25, k1 = 1.2, b = 0.75: in 1 of 6 passages, of which it has 11 words of 9.5 on average ("The Pond" too).
    lengths = {"once.md": 12, "twice.md": 3, "same-b.md": 4, "same-a.md": 4, "garden/pond.md": 12, "grass.md": 1}
    average = sum(lengths.values()) / 6
    assert best.lexical == pytest.approx(
        math.log(5.5 / 1.5) * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 12 / average)), abs=1e-6
    )
    assert [hit.lexical for hit in others] == [0.0] * 5


def test_words_rank_by_how_often_they_stand_there(library: Place) -> None:
    with open_index(library, SearchSettings(lexical_weight=1.0), WordEmbedder()) as index:
        first, second, *_ = index.search("zebras", 3)
    assert ids([first, second]) == ["twice.md", "once.md"]
    assert first.lexical > second.lexical > 0


def test_a_passage_is_found_by_its_words_where_others_are_nearer_by_their_vectors(library: Place) -> None:
    with open_index(library, SearchSettings(lexical_weight=1.0, depth=1), WordEmbedder()) as index:
        # Of vectors the nearest two are looked at: those with the fish and the cat.
        assert ids(index.search("fish cat grass", 1)) == ["grass.md"]


def test_equal_hits_come_in_the_order_in_which_they_were_added(index: OpenIndex) -> None:
    assert ids(index.search("bird seed", 2)) == ["same-b.md", "same-a.md"]


@pytest.mark.parametrize("question", ["", " ", "\n\t"])
def test_a_blank_question_finds_nothing(index: OpenIndex, question: str) -> None:
    assert index.search(question) == []


@pytest.mark.parametrize(("k", "found"), [(0, 0), (-1, 0), (1, 1), (6, 6), (99, 6)])
def test_there_are_as_many_hits_as_asked_for_where_there_are_as_many_passages(
    index: OpenIndex, k: int, found: int
) -> None:
    assert len(index.search("cat", k)) == found


@pytest.mark.parametrize(
    "question",
    ["the cat's milk", "Which dogs can't fly?", "zebra lion", "water", "bird OR seed", 'say "fish"', "e\\'x", "数"],
)
def test_scores_are_those_of_an_index_in_a_folder(index: OpenIndex, tmp_path: Path, question: str) -> None:
    update_index(tmp_path / "index", DOCUMENTS, embedder=WordEmbedder())
    with open_index(tmp_path / "index", embedder=WordEmbedder()) as reference:
        expected, found = reference.search(question, 6), index.search(question, 6)
    assert [hit.passage for hit in found] == [hit.passage for hit in expected]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=NEARLY)
    assert [hit.similarity for hit in found] == pytest.approx([hit.similarity for hit in expected], abs=NEARLY)
    assert [hit.lexical for hit in found] == pytest.approx([hit.lexical for hit in expected], abs=1e-6)


def test_rarity_counts_the_passages_that_hold_a_word_in_any_of_its_forms(index: OpenIndex) -> None:
    expected = [math.log(1 + (6 - n + 0.5) / (n + 0.5)) for n in (2, 2, 1, 0)]
    assert index.rarity(["zebra", "zebras", "swimming", "tiger"]) == pytest.approx(expected)


def test_a_misspelt_word_becomes_that_of_the_documents(index: OpenIndex) -> None:
    class Knowing(WordEmbedder):
        """Knows no word as one token."""

        def count_tokens(self, text: str) -> int:
            return 2

    with open_index(index.place, embedder=Knowing()) as other:
        assert other.correct(["zebar", "lion", "can't", "drinking"]) == {"zebar": "zebra"}


def test_documents_and_their_passages_are_given_as_they_were_read(index: OpenIndex) -> None:
    records = index.documents()
    assert [record.id for record in records] == sorted(one.id for one in DOCUMENTS)
    pond = next(record for record in records if record.id == "garden/pond.md")
    assert (pond.title, pond.source, pond.characters, pond.passages) == ("The Pond", "docs/garden/pond.md", 40, 1)
    assert pond.sha256 == DOCUMENTS[4].sha256
    assert index.document("once.md") == DOCUMENTS[0]
    assert [passage.text for passage in index.passages("once.md")] == [DOCUMENTS[0].text]
    assert index.passages("nothing.md") == []
    with pytest.raises(UnknownDocument, match=r"^no document 'nothing\.md' in the index; "):
        index.document("nothing.md")


def test_the_manifest_counts_what_is_there(index: OpenIndex) -> None:
    manifest = index.manifest
    assert (manifest.documents, manifest.passages, manifest.model, manifest.dimension) == (6, 6, "words@1", 9)
    assert manifest.sentences == sum(len(hit.passage.sentences) for hit in index.search("cat", 6))
    assert (manifest.generation, manifest.settings) == (1, IndexSettings())


def test_a_closer_look_needs_no_model_for_passages(library: Place) -> None:
    class Forgetful(WordEmbedder):
        def embed_tokens(self, texts: Sequence[str]) -> list:
            assert len(texts) == 1, "a passage was read"
            return super().embed_tokens(texts)

    with open_index(library, embedder=Forgetful()) as index:
        hits = index.search("fish", 6)
        seen = index.interact("fish", [hit.passage for hit in hits])
    words = hits[0].passage.text.split()
    assert len(seen.passages[0].spans) == len(words) + 3  # can't is two, and the title's are before the text
    row = [hits[0].passage.text[start:end] for start, end in seen.passages[0].spans if start >= 0].index("fish")
    assert seen.passages[0].cosines[0, row + 2] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (Only(documents=("same-a.md", "grass.md")), ["same-a.md", "grass.md"]),
        (Only(sources=("docs/once.md",)), ["once.md"]),
        (Only(("grass.md",), ("docs/once.md", "docs/nothing.md")), ["once.md", "grass.md"]),
        (Only(("O'Brien \"x\"",), ()), []),
        (Only(), []),
    ],
)
def test_only_documents_that_are_named_are_searched(index: OpenIndex, only: Only, found: list[str]) -> None:
    assert ids(index.narrowed(only).search("bird seed lion", 6)) == found
    assert len(index.search("bird seed lion", 6)) == 6


def test_what_was_removed_is_found_by_nobody(shelf: Place) -> None:
    with filled(shelf, *DOCUMENTS[:3]) as index:
        assert ids(index.search("zebra", 1)) == ["twice.md"]
        summary = update_index(shelf, [], remove=["twice.md"], embedder=WordEmbedder())
        assert (summary.removed, summary.unchanged) == (["twice.md"], ["once.md", "same-b.md"])
        assert not index.is_current()
        with open_index(shelf, embedder=WordEmbedder()) as fresh:
            assert ids(fresh.search("zebra", 9)) == ["once.md", "same-b.md"]
            assert [record.id for record in fresh.documents()] == ["once.md", "same-b.md"]
            assert fresh.passages("twice.md") == []
            assert fresh.manifest.documents == 2
            assert fresh.rarity(["zebra"]) == pytest.approx([math.log(1 + 1.5 / 1.5)])


def test_what_was_replaced_is_found_as_it_is_now_and_may_come_back(shelf: Place) -> None:
    cat, dog = document("pet.md", "A cat."), document("pet.md", "A dog.")
    filled(shelf, cat).close()
    for one, other, word in ((dog, cat, "dog"), (cat, dog, "cat")):
        assert update_index(shelf, [one], embedder=WordEmbedder()).updated == ["pet.md"]
        with open_index(shelf, embedder=WordEmbedder()) as index:
            (hit,) = index.search("cat dog", 9)
            assert (hit.passage.text, index.document("pet.md")) == (one.text, one)
            assert index.rarity([word]) == index.rarity(["a"])
            assert one.text != other.text


def test_what_is_unchanged_costs_nothing(shelf: Place) -> None:
    filled(shelf, *DOCUMENTS[:2]).close()
    embedder = WordEmbedder()
    with open_index(shelf, embedder=embedder) as index:
        summary = update_index(shelf, DOCUMENTS[:2], embedder=embedder)
        assert (summary.unchanged, summary.passages, embedder.embedded) == (["once.md", "twice.md"], 0, [])
        assert index.is_current()


def test_there_is_one_writer_at_a_time(shelf: Place) -> None:
    filled(shelf, DOCUMENTS[0]).close()
    if isinstance(shelf, Path):
        other = locked(shelf)
    else:
        from index.milvus_editions import writing
        from index.milvus_engine import connect

        other = writing(connect(shelf))
    with other, pytest.raises(IndexBusy, match=r"is being written by process \d+ .*; wait until it is done"):
        update_index(shelf, [DOCUMENTS[1]], embedder=WordEmbedder())
    assert update_index(shelf, [DOCUMENTS[1]], embedder=WordEmbedder()).added == ["twice.md"]


def test_where_there_is_no_index_one_line_says_how_to_make_it(home: Home) -> None:
    place = home("nothing")
    with pytest.raises(IndexMissing) as error:
        open_index(place)
    assert str(error.value) == (
        f"no index in {place}; make one with: python -m index sync FOLDER_OF_DOCUMENTS --index {place}"
    )


def test_another_model_makes_all_of_it_anew_and_is_never_seen_half_done(shelf: Place) -> None:
    with filled(shelf, *DOCUMENTS[:3]) as index:
        other = WordEmbedder(name="words@2")
        summary = update_index(shelf, [], embedder=other)
        assert (sorted(summary.unchanged), summary.passages) == (["once.md", "same-b.md", "twice.md"], 3)
        assert not index.is_current()
    with open_index(shelf, embedder=other) as index:
        assert sorted(ids(index.search("zebra", 9))) == ["once.md", "same-b.md", "twice.md"]
    with open_index(shelf, embedder=WordEmbedder()) as index, pytest.raises(IndexMismatch, match="the model words@2"):
        index.search("zebra")


def test_long_texts_come_back_as_they_were(shelf: Place) -> None:
    text = "\n\n".join(f"Überlänge {number}: “naïve” 数 🐟 {'milk ' * 40}." for number in range(400))
    long = document("long.md", text, "Über 'Länge' \"x\" \\")
    settings = IndexSettings(passage_tokens=0)
    update_index(shelf, [long], settings=settings, embedder=WordEmbedder(), only=True)
    with open_index(shelf, embedder=WordEmbedder()) as index:
        assert index.document("long.md") == long
        (hit,) = index.search("Überlänge 399", 9)
        assert hit.passage.text == text
        assert len(hit.sentences) == len(hit.passage.sentences) >= 400
        assert index.rarity(["überlänge"]) == index.rarity(["milk"])


def test_a_passage_knows_the_one_before_it(shelf: Place) -> None:
    text = "\n\n".join(f"Paragraph {number} of the cat. {'milk ' * 30}." for number in range(4))
    settings = IndexSettings(passage_tokens=40)
    update_index(shelf, [document("long.md", text)], settings=settings, embedder=WordEmbedder(), only=True)
    with open_index(shelf, embedder=WordEmbedder()) as index:
        passages: list[Passage] = index.passages("long.md")
        assert [index.before(passage) for passage in passages] == [None, *passages[:-1]]
        assert [index.after(passage) for passage in passages] == [*passages[1:], None]
    assert np.all(np.diff([passage.start for passage in passages]) > 0)


def test_of_the_question_before_a_little_of_the_meaning_is_kept_and_no_word(index: OpenIndex) -> None:
    alone, after = index.search("bird seed", 6), index.search("bird seed", 6, "bird")
    # (bird, seed) / √2 and a quarter of bird: (0.957, 0.707) before it is made 1 long.
    bird, seed = math.sqrt(0.5) + 0.25, math.sqrt(0.5)
    assert alone[0].similarity == pytest.approx(1.0, abs=NEARLY)
    assert after[0].similarity == pytest.approx((bird + seed) / math.sqrt(2) / math.hypot(bird, seed), abs=NEARLY)
    assert {hit.passage: hit.lexical for hit in after} == {hit.passage: hit.lexical for hit in alone}


@pytest.mark.parametrize("before", ["fish", "", " "])
def test_a_question_before_about_something_else_changes_nothing(index: OpenIndex, before: str) -> None:
    assert index.search("bird seed", 6, before) == index.search("bird seed", 6)
