"""The database gives back what was stored, and finds words with the scores that BM25 gives them."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from word_embedder import document

from corpus import Block, Document, Passage, Sentence
from index import DocumentRecord
from index.lexical import count, idf, search_lexical
from index.owners import Owners
from index.store import (
    create_store,
    delete_document,
    insert_document,
    insert_passage,
    open_store,
    select_document,
    select_ids,
    select_passage_numbers,
    select_passages,
    select_records,
    select_sentences,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    database = create_store(tmp_path / "store.sqlite")
    yield database
    database.close()


def passage(text: str, id: str = "a.md", title: str = "", headings: tuple[str, ...] = (), start: int = 0) -> Passage:
    sentences = (Sentence(start, start + len(text)),)
    return Passage(id, title, f"docs/{id}", headings, None, text, start, start + len(text), sentences, "")


def store(database: sqlite3.Connection, *texts: str, id: str = "a.md", title: str = "") -> list[int]:
    """A document of one passage for each text; gives the passages' numbers."""
    row = insert_document(database, document(id, "\n\n".join(texts), title), "2026-01-01T00:00:00+00:00")
    return [insert_passage(database, row, passage(text, id, title))[0] for text in texts]


def test_a_document_comes_back_as_it_was(database: sqlite3.Connection) -> None:
    blocks = (Block("heading", 0, 4, 2, 1), Block("item", 7, 12, 1), Block("paragraph", 13, 16, page=7))
    stored = Document("ä/b.md", "A “title”", "https://example.org/?a=b#c", "Head\n\n- item\nend", blocks)
    insert_document(database, stored, "2026-01-01T00:00:00+00:00")
    assert select_document(database, "ä/b.md") == stored
    assert select_document(database, "b.md") is None


@pytest.mark.parametrize("text", ["a\x00b", "\ufeffa", "a\r\nb\rc", "\U0001f600 ok", "\N{COMBINING ACUTE ACCENT}"])
def test_no_character_of_a_text_is_changed(database: sqlite3.Connection, text: str) -> None:
    store(database, text)
    found = select_document(database, "a.md")
    assert found is not None
    assert found.text == text
    assert select_records(database)[0].characters == len(text)
    assert next(iter(select_passages(database, [1]).values())).text == text


def test_records_are_in_the_order_of_ids(database: sqlite3.Connection) -> None:
    store(database, "one two", "three", id="b.md", title="B")
    store(database, "x", id="a.md")
    a, b = document("a.md", "x"), document("b.md", "one two\n\nthree")
    assert select_ids(database) == ["a.md", "b.md"]
    assert select_records(database) == [
        DocumentRecord("a.md", "", "docs/a.md", a.sha256, 1, 1, "2026-01-01T00:00:00+00:00"),
        DocumentRecord("b.md", "B", "docs/b.md", b.sha256, 14, 2, "2026-01-01T00:00:00+00:00"),
    ]


def test_a_passage_comes_back_with_its_sentences_and_its_document(database: sqlite3.Connection) -> None:
    whole = document("a.md", "One. Two.\n\nThree.", "Title")
    row = insert_document(database, whole, "2026-01-01T00:00:00+00:00")
    sentences = (Sentence(0, 4), Sentence(5, 9, "item"))
    stored = Passage("a.md", "Title", "docs/a.md", ("H", "I"), 3, "One. Two.", 0, 9, sentences, whole.sha256)
    assert insert_passage(database, row, stored) == (1, [1, 2])
    assert select_passages(database, [1]) == {1: stored}
    assert select_passages(database, []) == {}


def test_sentences_are_found_by_their_own_numbers_and_by_their_passages(database: sqlite3.Connection) -> None:
    store(database, "one", "two", "three")
    assert select_sentences(database, [3, 1]) == [(1, 1), (3, 3)]
    assert select_sentences(database, [2, 3], by="passage") == [(2, 2), (3, 3)]


def test_more_numbers_than_a_statement_takes_are_all_looked_up(database: sqlite3.Connection) -> None:
    numbers = store(database, *(f"word{i}" for i in range(1201)))
    assert list(select_passages(database, numbers)) == numbers
    assert len(select_sentences(database, numbers)) == 1201


def test_passages_of_a_document_are_in_the_order_of_its_text(database: sqlite3.Connection) -> None:
    row = insert_document(database, document("a.md", "one two"), "")
    insert_passage(database, row, passage("two", start=4))
    insert_passage(database, row, passage("one"))
    assert select_passage_numbers(database, "a.md") == [2, 1]
    assert select_passage_numbers(database) == [1, 2]
    assert select_passage_numbers(database, "b.md") == []


def test_a_removed_document_is_gone_in_every_form_and_its_numbers_stay_unused(database: sqlite3.Connection) -> None:
    store(database, "zebra one", "zebra two")
    store(database, "zebra three", id="b.md")
    assert delete_document(database, "a.md") == ([1, 2], [1, 2])
    assert delete_document(database, "a.md") == ([], [])
    assert select_ids(database) == ["b.md"]
    assert select_passage_numbers(database) == [3]
    assert select_sentences(database, [1, 2, 3]) == [(3, 3)]
    assert list(search_lexical(database, "zebra one two", 10)) == [3]
    assert store(database, "zebra four", id="a.md") == [4]


def test_a_stored_database_can_be_read_and_not_written(database: sqlite3.Connection, tmp_path: Path) -> None:
    store(database, "one")
    database.commit()
    reader = open_store(tmp_path / "store.sqlite")
    assert select_ids(reader) == ["a.md"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM document")
    reader.close()


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    place = tmp_path / "what? 100% #1"
    place.mkdir()
    create_store(place / "store.sqlite").close()
    reader = open_store(place / "store.sqlite")
    assert select_ids(reader) == []
    reader.close()


def test_bm25_scores_are_those_of_the_formula(database: sqlite3.Connection) -> None:
    store(database, "zebra grass", "lion meat", "lion zebra zebra lion")
    store(database, "fish water", "fish seed", "bird seed", id="b.md")
    # 6 passages of 14 words, 2 of them with zebra: k1 = 1.2, b = 0.75.
    inverse = math.log((6 - 2 + 0.5) / (2 + 0.5))

    def score(times: int, length: int) -> float:
        return inverse * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / (14 / 6)))

    found = search_lexical(database, "zebra", 10)
    assert found == pytest.approx({1: score(1, 2), 3: score(2, 4)})
    assert list(found) == [3, 1]


# Passages 1, 3 and 5 hold the rarest word, 1 to 4 the frequent one.
HERD = ("lion zebra", "zebra", "zebra lion zebra", "zebra grass", "lion", "bird", "fish", "seed", "bone")


@pytest.mark.parametrize(
    ("enough", "most", "found"),
    [
        (10, 0, [1, 5, 3, 2, 4]),  # too few hold the rare word: all that hold the other are looked at too
        (1, 6, [1, 5, 3]),
        (1, 7, [1, 5, 3, 2, 4]),  # one word more is affordable
    ],
)
def test_where_enough_hold_a_rare_word_a_frequent_one_adds_to_their_scores_and_brings_none(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, enough: int, most: int, found: list[int]
) -> None:
    store(database, *HERD)
    exact = search_lexical(database, "zebra lion", 10)
    assert list(exact) == [1, 5, 3, 2, 4]
    monkeypatch.setattr("index.lexical._ENOUGH", enough)
    monkeypatch.setattr("index.lexical._MOST", most)
    looked_at = search_lexical(database, "zebra lion", 10)
    assert looked_at == {number: exact[number] for number in found}
    assert list(looked_at) == found
    assert list(search_lexical(database, "zebra lion", 1)) == [1]


# The rarest word, lion, is in 1 to 4; zebra in 2 to 5 and in 6.
PRIDE = ("lion", "zebra lion", "lion zebra seed", "lion zebra seed seed", "zebra", "zebra", *["bird"] * 9)


@pytest.mark.parametrize(("k", "found"), [(3, [2, 3, 4]), (4, [2, 3, 1, 4])])
def test_where_all_words_are_frequent_passages_that_hold_two_of_them_come_first(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, k: int, found: list[int]
) -> None:
    store(database, *PRIDE)
    exact = search_lexical(database, "zebra lion", 10)
    assert list(exact)[:4] == [2, 3, 1, 4]
    monkeypatch.setattr("index.lexical._ENOUGH", 1)
    monkeypatch.setattr("index.lexical._MOST", 1)
    asked: list[str] = []
    database.set_trace_callback(asked.append)
    looked_at = search_lexical(database, "zebra lion", k)
    assert looked_at == {number: exact[number] for number in found}
    assert list(looked_at) == found
    assert sum("bm25" in statement for statement in asked) == k - 2  # the other only where there are too few
    assert list(search_lexical(database, "lion", 1)) == [1]


def test_equal_scores_are_in_the_order_of_the_passages(database: sqlite3.Connection) -> None:
    store(database, "lion", "zebra", "zebra", "zebra", "lion", "lion", "lion", "lion")
    assert list(search_lexical(database, "zebra", 10)) == [2, 3, 4]
    assert list(search_lexical(database, "zebra", 2)) == [2, 3]


def test_words_of_a_title_count_as_much_as_they_are_told_to(database: sqlite3.Connection) -> None:
    store(database, "lion meat", id="a.md", title="zebra")
    store(database, "zebra meat", id="b.md", title="lion")
    for number in range(4):
        store(database, "other words", id=f"{number}.md", title="more")
    assert list(search_lexical(database, "zebra", 10, context_weight=3.0)) == [1, 2]
    assert list(search_lexical(database, "zebra", 10, context_weight=0.1)) == [2, 1]


@pytest.mark.parametrize(
    "question",
    ["RUNS", "running?", "who runs", "run's", "“run”", 'run" OR x', "run*", "NEAR(run", "text:run", "-run", "rún"],
)
def test_a_word_is_found_in_any_form_and_whatever_stands_around_it(
    database: sqlite3.Connection, question: str
) -> None:
    store(database, "He ran.", "They run.", "Nothing else.", "Nothing more.", "Nothing.")
    assert list(search_lexical(database, question, 10)) == [2]


@pytest.mark.parametrize("question", ["", "?!", "unheard", "\x00", "\ud800"])
def test_a_question_without_words_of_the_documents_finds_nothing(database: sqlite3.Connection, question: str) -> None:
    store(database, "one", "two", "three")
    assert search_lexical(database, question, 10) == {}


def test_no_places_hold_nothing(database: sqlite3.Connection) -> None:
    store(database, "one", "two", "three")
    assert search_lexical(database, "one", 0) == {}


def test_rarity_is_the_inverse_of_how_many_passages_hold_a_word(database: sqlite3.Connection) -> None:
    store(database, "zebra lion", "zebra", "zebra lion", "zebra")
    counted = [count(database, word) for word in ("zebra", "lions", "unheard")]
    assert counted == [4, 2, 0]
    assert idf(counted, 4) == pytest.approx(
        [math.log(1 + 0.5 / 4.5), math.log(1 + 2.5 / 2.5), math.log(1 + 4.5 / 0.5)]
    )


def test_sentences_and_their_passages_are_known_to_one_another(database: sqlite3.Connection) -> None:
    row = insert_document(database, document("a.md", "One. Two. Three. Four."), "")
    for spans in ([(0, 4), (5, 9)], [], [(10, 16)], [(17, 22)]):
        sentences = tuple(Sentence(*span) for span in spans)
        insert_passage(database, row, Passage("a.md", "", "", (), None, "x", 0, 22, sentences, ""))
    owners = Owners(database)
    assert owners.passages(np.array([4, 1, 2, 3])).tolist() == [4, 1, 1, 3]
    found, counts = owners.sentences([1, 2, 4])
    assert (found.tolist(), counts.tolist()) == ([1, 2, 4], [2, 0, 1])
    found, counts = owners.sentences([2])
    assert (found.tolist(), counts.tolist()) == ([], [0])
    delete_document(database, "a.md")
    assert Owners(database).sentences([1])[1].tolist() == [0]
