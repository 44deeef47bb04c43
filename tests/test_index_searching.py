"""A search gives passages with scores that follow from words and vectors alone."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import numpy as np
import pytest
from word_embedder import WordEmbedder, document

from corpus import Document
from corpus.markdown import read_markdown
from index import (
    Hit,
    Index,
    IndexDamaged,
    IndexMismatch,
    IndexSettings,
    SearchSettings,
    UnknownDocument,
    open_index,
    update_index,
)
from index.layers import load_vectors
from index.vectors import FaissStore

VECTORS_ALONE = SearchSettings(lexical_weight=0.0, sentence_weight=0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def opened(folder: Path, *documents: Document, settings: SearchSettings | None = None) -> Index:
    update_index(folder, documents, embedder=WordEmbedder())
    return open_index(folder, settings, WordEmbedder())


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.document_id for hit in hits]


def test_hits_carry_cosines_of_the_passage_and_of_each_sentence(folder: Path) -> None:
    with opened(folder, document("a.md", "A cat. A dog."), document("b.md", "A fish.")) as index:
        hit, other = index.search("cat", 5)
        assert ids([hit, other]) == ["a.md", "b.md"]
        assert hit.similarity == pytest.approx(math.sqrt(0.5))
        assert hit.sentences == pytest.approx((1.0, 0.0))
        assert (other.similarity, other.sentences, other.lexical) == (0.0, (0.0,), 0.0)
        assert hit.lexical > 0
        assert (hit.score, other.score) == (pytest.approx(1.0), pytest.approx(0.0))


def test_vectors_alone_rank_by_cosine(folder: Path) -> None:
    documents = [document("half.md", "cat dog"), document("whole.md", "cat cat"), document("none.md", "fish")]
    with opened(folder, *documents, settings=VECTORS_ALONE) as index:
        hits = index.search("cat", 5)
        assert ids(hits) == ["whole.md", "half.md", "none.md"]
        assert [hit.similarity for hit in hits] == pytest.approx([1.0, math.sqrt(0.5), 0.0])
        assert [hit.score for hit in hits] == pytest.approx([1.0, math.sqrt(0.5), 0.0])


def test_of_very_many_sentences_those_of_passages_that_were_found_otherwise_are_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = ("cat dog milk", "cat bone", "cat seed", "cat cat water")
    documents = [document(f"{place}.md", text) for place, text in enumerate(others)]
    settings = SearchSettings(lexical_weight=0.0, sentence_weight=1.0, depth=2)
    with opened(folder, document("one.md", "A cat. A dog. A fish. A bird."), *documents, settings=settings) as index:
        assert ids(index.search("cat", 1)) == ["one.md"]
        monkeypatch.setattr("index.nearness._SENTENCES_SEARCHED", 7)
        assert ids(index.search("cat", 1)) == ["3.md"]


def test_the_best_sentence_counts_as_much_as_it_is_told_to(folder: Path) -> None:
    documents = [document("one.md", "A cat. A dog. A fish. A bird."), document("two.md", "cat dog milk")]
    with opened(folder, *documents, settings=VECTORS_ALONE) as index:
        assert ids(index.search("cat")) == ["two.md", "one.md"]
        assert [hit.similarity for hit in index.search("cat")] == pytest.approx([math.sqrt(1 / 3), 0.5])
    sentences_alone = SearchSettings(lexical_weight=0.0, sentence_weight=1.0)
    with open_index(folder, sentences_alone, WordEmbedder()) as index:
        assert ids(index.search("cat")) == ["one.md", "two.md"]


def test_words_alone_rank_by_bm25(folder: Path) -> None:
    documents = [document("once.md", "zebra lion lion"), document("twice.md", "zebra zebra lion")]
    others = [document(f"{number}.md", "grass") for number in range(5)]
    with opened(folder, *documents, *others, settings=SearchSettings(lexical_weight=1.0)) as index:
        hits = index.search("zebra", 2)
        assert ids(hits) == ["twice.md", "once.md"]
        assert hits[0].lexical > hits[1].lexical > 0
        assert hits[0].score == pytest.approx(1.0)


def test_equal_hits_come_in_the_order_in_which_they_were_added(folder: Path) -> None:
    with opened(folder, *(document(f"{name}.md", "A cat.") for name in "dacb")) as index:
        assert ids(index.search("cat")) == ["d.md", "a.md", "c.md", "b.md"]


@pytest.mark.parametrize("question", ["", " ", "\n\t"])
def test_a_blank_question_finds_nothing(folder: Path, question: str) -> None:
    with opened(folder, document("a.md", "A cat.")) as index:
        assert index.search(question) == []


@pytest.mark.parametrize(("k", "found"), [(0, 0), (-1, 0), (1, 1), (2, 2), (3, 3), (99, 3)])
def test_there_are_as_many_hits_as_asked_for_where_there_are_as_many_passages(
    folder: Path, k: int, found: int
) -> None:
    with opened(folder, *(document(f"{name}.md", f"A {name}.") for name in ("cat", "dog", "fish"))) as index:
        assert len(index.search("cat", k)) == found


def test_more_hits_than_the_depth_can_be_asked_for(folder: Path) -> None:
    documents = [document(f"{number}.md", f"A cat, number {number}.") for number in range(30)]
    with opened(folder, *documents, settings=SearchSettings(depth=3)) as index:
        assert len(index.search("cat", 30)) == 30


@pytest.mark.parametrize("question", ["?!", "\x00", "\ud800", "cat " * 5000, '"(cat* OR', "unheard of"])
def test_any_question_can_be_asked(folder: Path, question: str) -> None:
    with opened(folder, document("a.md", "A cat.")) as index:
        assert ids(index.search(question)) == ["a.md"]


def test_scores_are_numbers_between_0_and_1(folder: Path) -> None:
    documents = [document(f"{name}.md", f"A {name}. A cat.") for name in ("dog", "fish", "bird", "milk")]
    with opened(folder, *documents) as index:
        for question in ("cat", "dog", "cat dog fish", "unheard"):
            assert all(0 <= hit.score <= 1 + 1e-6 for hit in index.search(question))


def test_documents_and_passages_can_be_looked_up(folder: Path) -> None:
    whole = document("a.md", "A cat.\n\nA dog.", "Pets")
    with opened(folder, whole) as index:
        assert index.document("a.md") == whole
        assert [passage.text for passage in index.passages("a.md")] == ["A cat.\n\nA dog."]
        assert index.passages("b.md") == []
        with pytest.raises(UnknownDocument, match=r"no document 'b\.md' in the index; python -m index list shows"):
            index.document("b.md")


def test_the_passages_before_and_after_one_are_given_within_its_section(folder: Path) -> None:
    text = b"# One\n\nA cat sat here. A dog sat there.\n\n# Two\n\nA bird sang.\n"
    settings = IndexSettings(passage_tokens=6)
    update_index(folder, [read_markdown(text, "a.md", "a.md")], settings=settings, embedder=WordEmbedder())
    with open_index(folder, None, WordEmbedder()) as index:
        cat, dog, bird = index.passages("a.md")
        assert (cat.text, dog.text, bird.text) == ("A cat sat here.", "A dog sat there.", "A bird sang.")
        assert [index.before(one) for one in (cat, dog, bird)] == [None, cat, None]
        assert [index.after(one) for one in (cat, dog, bird)] == [dog, None, None]


def test_a_question_is_never_embedded_by_another_model(folder: Path) -> None:
    opened(folder, document("a.md", "A cat.")).close()
    with (
        open_index(folder, embedder=WordEmbedder(name="words@2")) as index,
        pytest.raises(IndexMismatch, match="was made with the model words@1, this would search it with words@2"),
    ):
        index.search("cat")


def test_many_threads_can_search_at_once(folder: Path) -> None:
    names = ("cat", "dog", "fish", "bird")
    found: dict[str, list[str]] = {}
    with opened(folder, *(document(f"{name}.md", f"A {name}.") for name in names)) as index:

        def ask(name: str) -> None:
            found[name] = [ids(index.search(name, 1))[0] for _ in range(50)]

        threads = [threading.Thread(target=ask, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {name: [f"{name}.md"] * 50 for name in names}


def test_a_hit_as_json_has_the_shape_that_others_rely_on(folder: Path) -> None:
    with opened(folder, document("a.md", "A cat.", "Pets")) as index:
        (hit,) = index.search("cat")
    assert hit.to_json() == {
        "document": "a.md", "title": "Pets", "source": "docs/a.md", "headings": [], "page": None,
        "start": 0, "end": 6, "score": 1.0, "text": "A cat.",
    }  # fmt: skip


@pytest.mark.parametrize(("ids", "number"), [([15], 1), ([1, 15], 15)], ids=["another id", "one that went"])
def test_vectors_that_are_not_the_passages_are_said_to_be_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, ids: list[int], number: int
) -> None:
    def load_damaged(path: Path) -> object:
        store = load_vectors(path)
        if path.name != "passages.faiss":
            return store
        damaged = FaissStore(store.dimension)
        damaged.add(ids, np.repeat(store.vectors([1]), len(ids), axis=0))
        return damaged

    monkeypatch.setattr("index.searching.load_vectors", load_damaged)
    with opened(folder, document("a.md", "A cat.")) as index:
        with pytest.raises(IndexDamaged, match=rf"is damaged \(its parts don't agree about number {number}\)"):
            index.search("cat")
        assert index.search("") == []
