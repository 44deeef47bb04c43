"""An answer shows both sides where documents disagree, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_answerer import made

from corpus import Document
from index import update_index
from qa import Answerer, AnswerSettings, open_answerer
from qa.ask_command import render


def policy(id: str, refund: str, parcel: str) -> Document:
    return made(
        id,
        "Refund policy",
        ("heading", 1, "Refunds"),
        ("paragraph", 0, refund),
        ("heading", 1, "Parcels"),
        ("paragraph", 0, parcel),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = (
        policy("new.md", "A refund takes 14 days.", "Parcels to Austria travel for 3 days."),
        policy("old.md", "A refund takes 30 days.", "Parcels to Iceland travel for 9 days."),
    )
    update_index(tmp_path / "index", documents)
    return tmp_path / "index"


@pytest.fixture
def answerer(folder: Path) -> Iterator[Answerer]:
    opened = open_answerer(folder)
    yield opened
    opened.searcher.close()  # type: ignore[attr-defined]


def test_the_sentence_that_contradicts_is_quoted_too(answerer: Answerer) -> None:
    answer = answerer.ask("How long does a refund take?")
    assert {citation.quote for citation in answer.citations} == {"A refund takes 14 days.", "A refund takes 30 days."}
    (one,) = answer.disagreements
    for number, said in zip(one.numbers, one.said, strict=True):
        assert said in answer.citations[number - 1].quote
    assert set(one.said) == {"14 days", "30 days"}
    assert answer.to_json()["disagreements"] == [{"citations": list(one.numbers), "said": list(one.said)}]


def test_nothing_is_said_where_documents_speak_of_different_things(answerer: Answerer) -> None:
    answer = answerer.ask("How long do parcels to Austria travel?")
    assert answer.answered and answer.disagreements == ()


def test_the_remark_can_be_switched_off(folder: Path) -> None:
    answerer = open_answerer(folder, settings=AnswerSettings(disagreements=False))
    answer = answerer.ask("How long does a refund take?")
    assert answer.disagreements == () and len(answer.citations) == 1
    answerer.searcher.close()  # type: ignore[attr-defined]


def test_what_one_document_says_twice_is_no_disagreement(tmp_path: Path) -> None:
    update_index(tmp_path / "index", [policy("one.md", "A refund takes 14 days.", "A refund takes 30 days.")])
    answerer = open_answerer(tmp_path / "index")
    assert answerer.ask("How long does a refund take?").disagreements == ()
    answerer.searcher.close()  # type: ignore[attr-defined]


def test_the_terminal_says_it(answerer: Answerer) -> None:
    shown = render(answerer.ask("How long does a refund take?")).splitlines()
    (line,) = (one for one in shown if one.startswith("The documents disagree"))
    assert line in (
        "The documents disagree: “14 days” [1] against “30 days” [2]",
        "The documents disagree: “30 days” [1] against “14 days” [2]",
    )
