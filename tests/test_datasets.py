"""Test collections in the forms that others keep them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus import Document
from qa.datasets import Judgement, Question, read_dataset
from qa.judged import BadDataset


def beir(folder: Path, **files: str) -> Path:
    """A BEIR folder of two documents and three questions, one of them unjudged."""
    texts = {
        "corpus": '{"_id": "d1", "title": "Tea", "text": "Tea is hot."}\n{"_id": "d2", "text": "Ice is cold."}\n',
        "queries": '{"_id": "q1", "text": "hot?"}\n{"_id": "q2", "text": "cold?"}\n{"_id": "q3", "text": "blue?"}\n',
        "qrels": "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td2\t1\n",
    } | files
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(texts["corpus"])
    (folder / "queries.jsonl").write_text(texts["queries"])
    (folder / "qrels" / "test.tsv").write_text(texts["qrels"])
    return folder


def squad(path: Path, *paragraphs: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Hot_drinks", "paragraphs": paragraphs}]}))
    return path


TEA = {
    "context": "Tea is hot. Ice is not.",
    "qas": [
        {
            "id": "a",
            "question": "What is hot?",
            "is_impossible": False,
            "answers": [{"text": "Tea", "answer_start": 0}, {"text": "Tea", "answer_start": 0}],
        },
        {"id": "b", "question": "What is blue?", "is_impossible": True, "answers": []},
    ],
}


def test_a_beir_folder_becomes_documents_questions_and_graded_judgements(tmp_path: Path) -> None:
    folder = beir(tmp_path / "drinks")
    dataset = read_dataset(folder)
    place = folder / "qrels" / "test.tsv"
    assert (dataset.name, dataset.kind) == ("drinks", "BEIR")
    assert dataset.questions == (
        Question("q1", "hot?", (Judgement("d1", 2, place=f"{place}:2"), Judgement("d2", 0, place=f"{place}:3"))),
        Question("q2", "cold?", (Judgement("d2", 1, place=f"{place}:4"),)),
        Question("q3", "blue?"),
    )
    assert dataset.documents is not None
    assert [(one.id, one.title, one.text) for one in dataset.documents()] == [
        ("d1", "Tea", "Tea is hot."),
        ("d2", "", "Ice is cold."),
    ]


def test_unjudged_questions_are_unanswerable_and_that_is_said(tmp_path: Path) -> None:
    dataset = read_dataset(beir(tmp_path / "drinks"))
    assert [one.answerable for one in dataset.questions] == [True, True, False]
    assert dataset.notes == (
        "1 of 3 questions have no judgement in test.tsv: taken as questions that the documents don't answer; "
        "--unjudged ignored leaves them out",
    )


def test_unjudged_questions_can_be_left_out(tmp_path: Path) -> None:
    dataset = read_dataset(beir(tmp_path / "drinks"), unjudged="ignored")
    assert [one.id for one in dataset.questions] == ["q1", "q2"]
    assert dataset.notes == ()


def test_questions_that_another_split_judges_are_not_unanswerable(tmp_path: Path) -> None:
    folder = beir(tmp_path / "drinks")
    (folder / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq3\td1\t1\n")
    assert [one.id for one in read_dataset(folder).questions] == ["q1", "q2"]
    assert [one.id for one in read_dataset(folder, split="train").questions] == ["q3"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"corpus": '{"_id": "d1", "text": "a"}\n{"_id": "d1", "text": "b"}\n'},
            r"corpus.jsonl:2: the id 'd1' is taken by line 1",
        ),
        ({"corpus": '{"_id": "d1"}\n'}, r"corpus.jsonl:1: no text; expected"),
        (
            {"queries": '{"_id": "q1", "text": "a"}\nbroken\n'},
            r"queries.jsonl:2: not JSON \(Expecting value, column 1\)",
        ),
        ({"queries": "\n"}, r"queries.jsonl: it is empty"),
        (
            {"qrels": "query-id\tcorpus-id\tscore\nq1 d1 1\n"},
            r"test.tsv:2: 'q1 d1 1'; expected query-id, corpus-id and a whole score",
        ),
        ({"qrels": "query-id\tcorpus-id\tscore\n"}, r"test.tsv: it holds no judgement"),
        ({"qrels": "q1\td1\t1\nq1\td1\t0\n"}, r"test.tsv:2: q1 d1 is judged 0 here and 1 in .*test.tsv:1"),
    ],
)
def test_a_fault_in_a_beir_folder_is_named_with_its_line(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(BadDataset, match=message):
        read_dataset(beir(tmp_path / "drinks", **files))


def test_missing_judgements_are_an_error_that_names_those_that_are_there(tmp_path: Path) -> None:
    folder = beir(tmp_path / "drinks")
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "dev.tsv")
    with pytest.raises(BadDataset, match=r"qrels/test.tsv: no such file, .*; there is --split dev"):
        read_dataset(folder)


def test_judgements_of_unknown_documents_and_questions_are_said(tmp_path: Path) -> None:
    folder = beir(tmp_path / "drinks", qrels="q1\td1\t1\nq1\td9\t1\nq8\td1\t1\nq2\td2\t1\nq3\td2\t1\n")
    dataset = read_dataset(folder)
    place = folder / "qrels" / "test.tsv"
    assert dataset.notes == (
        f"{place}:2: no document 'd9' in corpus.jsonl (1 such judgements); they count as never found, "
        "as trec_eval counts them",
        f"{place}:3: no question 'q8' in queries.jsonl (1 such questions); left out",
    )
    assert [len(one.judgements) for one in dataset.questions] == [2, 1, 1]


def test_a_folder_without_documents_or_questions_is_no_collection(tmp_path: Path) -> None:
    with pytest.raises(
        BadDataset, match=r"no corpus.jsonl in it; a BEIR folder has corpus.jsonl, queries.jsonl, qrels/"
    ):
        read_dataset(tmp_path)
    with pytest.raises(BadDataset, match="nowhere: there is no such folder or file"):
        read_dataset(tmp_path / "nowhere")


def test_a_squad_file_becomes_paragraphs_and_spans(tmp_path: Path) -> None:
    dataset = read_dataset(squad(tmp_path / "dev.json", TEA, {"context": "Ice is cold.", "qas": []}))
    assert (dataset.name, dataset.kind) == ("dev", "SQuAD")
    assert dataset.questions == (
        Question(
            "a", "What is hot?",
            (Judgement("Hot_drinks/1", quote="Tea", near=0, place=f"{tmp_path / 'dev.json'}, question a"),),
        ),
        Question("b", "What is blue?"),
    )  # fmt: skip
    assert dataset.documents is not None
    documents: list[Document] = list(dataset.documents())
    assert [(one.id, one.title, one.text) for one in documents] == [
        ("Hot_drinks/1", "Hot drinks", "Tea is hot. Ice is not."),
        ("Hot_drinks/2", "Hot drinks", "Ice is cold."),
    ]


def test_faults_in_a_squad_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    with pytest.raises(BadDataset, match="the question id 'a' occurs twice"):
        read_dataset(squad(path, TEA, TEA))
    with pytest.raises(
        BadDataset, match=r"a question of Hot_drinks/1 lacks what SQuAD 2.0 has \(KeyError\('answers'\)\)"
    ):
        read_dataset(squad(path, {"context": "x", "qas": [{"id": "a", "question": "b"}]}))
    with pytest.raises(BadDataset, match=r"not as SQuAD 2.0 has it"):
        read_dataset(squad(path, {"qas": []}))
    path.write_text('{"data": [\n{"paragraphs": ]}')
    with pytest.raises(BadDataset, match=r"dev.json:2: not JSON"):
        read_dataset(path)


def test_lines_of_the_same_question_are_alternatives(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(
        '{"question": "hot?", "document": "d1", "quote": "Tea", "kind": "plain"}\n'
        '{"question": "blue?", "document": null, "quote": null}\n'
        '{"question": "hot?", "document": "d2", "quote": "Soup"}\n'
        '{"question": "hot?", "document": "d2", "quote": "Soup", "earlier": ["cold?"]}\n'
    )
    dataset = read_dataset(path)
    assert [(one.text, one.earlier, one.kind, [j.quote for j in one.judgements]) for one in dataset.questions] == [
        ("hot?", (), "plain", ["Tea", "Soup"]),
        ("blue?", (), "", []),
        ("hot?", ("cold?",), "", ["Soup"]),
    ]
    assert len({one.id for one in dataset.questions}) == 3
    assert dataset.documents is None


def test_the_files_of_a_folder_of_judged_questions_are_one_collection(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"question": "hot?", "document": "d1", "quote": "Tea"}\n')
    (tmp_path / "b.csv").write_text("question,document,quote\nblue?,,\n")
    dataset = read_dataset(tmp_path)
    assert [(one.text, one.answerable) for one in dataset.questions] == [("hot?", True), ("blue?", False)]


def test_a_question_cannot_be_both_answered_and_unanswered(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(
        '{"question": "hot?", "document": "d1", "quote": "Tea"}\n'
        '{"question": "hot?", "document": null, "quote": null}\n'
    )
    with pytest.raises(
        BadDataset, match=r"q.jsonl:2: contradicts .*q.jsonl:1: the same question, once answered and once not"
    ):
        read_dataset(path)
