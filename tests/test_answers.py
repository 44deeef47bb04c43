"""What answers must be worth, with the real model: on an article, and on the documents that ship."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from article_questions import ANSWERABLE, EIGHT, UNANSWERABLE

from corpus import read
from index import Index, update_index
from qa import Answer, Answerer, open_answerer
from qa.judged import read_judged

QUESTIONS = Path(__file__).resolve().parents[1] / "qa" / "questions"


def plain(text: str) -> str:
    return " ".join(text.split())


def opened(folder: Path) -> Iterator[Answerer]:
    answerer = open_answerer(folder)
    assert isinstance(answerer.searcher, Index)
    yield answerer
    answerer.searcher.close()


@pytest.fixture(scope="module")
def of_article(article: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    folder = tmp_path_factory.mktemp("article") / "index"
    update_index(folder, [read(article)])
    yield from opened(folder)


@pytest.fixture(scope="module")
def of_documents(shipped_index: Path) -> Iterator[Answerer]:
    yield from opened(shipped_index)


def test_each_question_that_is_a_heading_of_the_article_is_answered_from_the_section_under_it(
    of_article: Answerer,
) -> None:
    for question in EIGHT:
        headings = {citation.passage.headings[-1] for citation in of_article.ask(question).citations}
        assert question in headings, f"{question} is answered from {headings or 'nothing'}"


def test_nineteen_of_twenty_questions_about_the_article_cite_a_passage_that_holds_the_answer(
    of_article: Answerer,
) -> None:
    wrong = [
        question
        for question, fragments in ANSWERABLE
        if not any(
            plain(fragment) in plain(citation.passage.text)
            for citation in of_article.ask(question).citations
            for fragment in fragments
        )
    ]
    assert len(wrong) <= 0.05 * len(ANSWERABLE), wrong


def test_nine_of_ten_questions_that_the_article_does_not_answer_are_refused(of_article: Answerer) -> None:
    answered = [question for question in UNANSWERABLE if of_article.ask(question).answered]
    assert len(answered) <= 0.1 * len(UNANSWERABLE), answered


def judged(name: str) -> Iterator[tuple[str, Sequence[str], list[tuple[str, str]]]]:
    """(question, earlier ones, the places that answer it: document and quotation) of a shipped file."""
    places: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = defaultdict(list)
    questions, problems = read_judged(QUESTIONS / name)
    assert problems == []
    for line in questions:
        key = (line.question, tuple(line.earlier))
        places[key] += [(line.document, plain(line.quote))] if line.document and line.quote else []
    for (question, earlier), quotations in places.items():
        yield question, earlier, quotations


def cites_the_passage(answer: Answer, places: list[tuple[str, str]]) -> bool:
    """Whether a cited passage holds a judged quotation, or a part of it that is cited."""
    return any(
        document == citation.passage.document_id
        and (quotation in plain(citation.passage.text) or plain(citation.quote) in quotation)
        for citation in answer.citations
        for document, quotation in places
    )


def test_nineteen_of_twenty_questions_about_the_documents_are_answered_rightly(of_documents: Answerer) -> None:
    questions = list(judged("answerable.jsonl"))
    assert len(questions) >= 60
    wrong = [question for question, _, places in questions if not cites_the_passage(of_documents.ask(question), places)]
    assert len(wrong) <= 0.05 * len(questions), wrong


def test_six_of_seven_questions_that_the_documents_do_not_answer_are_refused(of_documents: Answerer) -> None:
    questions = list(judged("unanswerable.jsonl"))
    assert len(questions) >= 20
    answered = [question for question, _, _ in questions if of_documents.ask(question).answered]
    assert len(answered) <= 0.15 * len(questions), answered


def test_nine_of_ten_follow_ups_are_answered_rightly(of_documents: Answerer) -> None:
    questions = list(judged("follow-ups.jsonl"))
    assert len(questions) >= 10
    wrong = [
        question
        for question, earlier, places in questions
        if not cites_the_passage(of_documents.ask(question, earlier), places)
    ]
    assert len(wrong) <= 0.1 * len(questions), wrong


def test_every_quotation_is_a_slice_of_its_document(of_documents: Answerer) -> None:
    for question, _, _ in judged("answerable.jsonl"):
        for citation in of_documents.ask(question).to_json()["citations"]:
            text = of_documents.searcher.document(citation["document"]).text
            assert citation["quote"] == text[citation["start"] : citation["end"]]
