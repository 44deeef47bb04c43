"""The same text at several addresses is answered once, and all its places are cited."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_embedder import WordEmbedder

from corpus import Document, plain_document
from index import Index, open_index, update_index
from qa.answer import Citation
from qa.answering import open_answerer
from qa.twins import elsewhere, fold, keep_sayings, search_distinct

CAT = "The old cat sleeps on the warm roof. It wakes up at noon."
DOG = "The old dog sleeps on the warm roof. It wakes up at noon."


def made(id: str, text: str) -> Document:
    return plain_document(id, "", id, text)


def index_of(folder: Path, *documents: Document) -> Index:
    update_index(folder, documents, embedder=WordEmbedder())
    return open_index(folder, embedder=WordEmbedder())


def test_a_passage_that_says_nothing_new_is_a_twin(tmp_path: Path) -> None:
    twins = [made(f"{name}.md", CAT) for name in "abcde"]
    with index_of(tmp_path / "index", *twins, made("dog.md", DOG), made("c2.md", CAT.upper())) as index:
        hits = fold(index.search("cat", 10))
    assert [hit.passage.document_id for hit in hits] == ["a.md", "dog.md"]
    assert sorted(also.document_id for also in hits[0].also) == ["b.md", "c.md", "c2.md", "d.md", "e.md"]
    assert hits[1].also == ()


@pytest.mark.parametrize("other", ["at noon or later", "at one", "never at noon", "at $ 12", "at € 12"])
def test_one_word_that_differs_makes_another_text(tmp_path: Path, other: str) -> None:
    texts = [made("a.md", CAT.replace("at noon", "at $ 12")), made("b.md", CAT.replace("at noon", other))]
    with index_of(tmp_path / "index", *texts) as index:
        assert len(fold(index.search("cat", 10))) == (1 if other == "at $ 12" else 2)


def test_what_stands_a_hundred_times_leaves_room_for_the_rest(tmp_path: Path) -> None:
    copies = [made(f"copy{number:03}.md", CAT) for number in range(100)]
    with index_of(tmp_path / "index", *copies, made("other.md", "A cat drinks water from the bowl.")) as index:
        assert "other.md" not in [hit.passage.document_id for hit in index.search("old cat sleeps", 12)]
        found = search_distinct(index, "old cat sleeps", 12)
    assert [hit.passage.document_id for hit in found] == ["copy000.md", "other.md"]
    assert len(found[0].also) == 99


def test_a_sentence_is_found_in_every_passage_that_has_it(tmp_path: Path) -> None:
    longer = made("long.md", f"The dog is out. {CAT} The bird sings a song.")
    with index_of(tmp_path / "index", made("a.md", CAT), longer, made("dog.md", DOG)) as index:
        hits = index.search("cat", 10)
        short = next(hit.passage for hit in hits if hit.passage.document_id == "a.md")
        places = list(elsewhere(Citation(3, short, 0, len(CAT)), hits))
        noon = list(elsewhere(Citation(1, short, 37, len(CAT)), hits))
    assert [(one.number, one.passage.document_id, one.quote) for one in places] == [(3, "long.md", CAT)]
    assert [one.quote for one in noon] == ["It wakes up at noon."] * 2


def test_an_answer_cites_all_places_once(tmp_path: Path) -> None:
    text = "The ferry to the island leaves at nine o'clock in the morning."
    documents = [made(f"{name}.md", text) for name in ("north", "south", "west")]
    update_index(tmp_path / "index", [*documents, made("park.md", "The park closes at sunset.")])
    answerer = open_answerer(tmp_path / "index")
    answer = answerer.ask("When does the ferry leave?")
    assert [citation.quote for citation in answer.citations] == [text]
    shown = answer.citations[0].to_json()
    assert [shown["document"], *(one["document"] for one in shown["also"])] == ["north.md", "south.md", "west.md"]
    assert shown["also"][0]["end"] == len(text)
    answerer.searcher.close()  # type: ignore[attr-defined]


def test_of_three_that_say_each_other_s_sentences_the_first_that_says_all_is_the_twin(tmp_path: Path) -> None:
    cat, dog = CAT.partition(". ")[0] + ".", DOG.partition(". ")[0] + "."
    first, both = made("1.md", cat), made("2.md", f"{dog} {cat}")
    with index_of(tmp_path / "index", first, both, made("3.md", dog)) as index:
        by_id = {hit.passage.document_id: hit for hit in index.search("cat dog", 10)}
    hits = fold(by_id[name] for name in ("1.md", "2.md", "3.md"))
    assert [(hit.passage.document_id, [also.document_id for also in hit.also]) for hit in hits] == [
        ("1.md", []), ("2.md", ["3.md"])]  # fmt: skip


def test_sentences_that_stand_in_several_passages_but_in_none_together_make_no_twin(tmp_path: Path) -> None:
    cat, dog = CAT.partition(". ")[0] + ".", DOG.partition(". ")[0] + "."
    with index_of(tmp_path / "index", made("1.md", cat), made("2.md", dog), made("3.md", f"{cat} {dog}")) as index:
        by_id = {hit.passage.document_id: hit for hit in index.search("cat dog", 10)}
    assert all(not hit.also for hit in fold(by_id[name] for name in ("1.md", "2.md", "3.md")))


def test_passages_are_folded_alike_where_what_they_say_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [made(f"{name}.md", text) for name, text in zip("abcd", (CAT, DOG, CAT, DOG), strict=True)]
    with index_of(tmp_path / "index", *documents) as index:
        found = index.search("cat", 10)
        plain = fold(found)
        monkeypatch.setattr("qa.twins._sayings", None)
        keep_sayings(3)
        index.keep_passages()
        assert fold(index.search("cat", 10)) == fold(index.search("cat", 10)) == plain


def test_three_words_and_a_full_stop_apart_say_too_little_to_be_missed(tmp_path: Path) -> None:
    with index_of(tmp_path, made("a.md", "See the table ."), made("b.md", "See the table .")) as index:
        assert len(fold(index.search("table", 10))) == 2
