"""Collections in which the sentences that answer are judged, as CLAPnq has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.datasets import Judgement, Question, read_dataset
from qa.judged import BadDataset
from qa.quotations import locate, locate_pieces

TEXT = "Tea is a drink . It is hot . Cats like milk . It grows in Assam . "


def row(id: str, question: str, *answers: list[str], text: str = TEXT, said: str | None = "So.") -> dict[str, Any]:
    outputs = [{"answer": said, "selected_sentences": sentences} for sentences in answers]
    passage = {"title": "Hot drinks", "text": text, "sentences": []}
    return {"id": id, "input": question, "passages": [passage], "output": outputs or [{"answer": None, "meta": None}]}


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


def test_the_selected_sentences_become_one_quotation_and_other_people_s_an_alternative(tmp_path: Path) -> None:
    answers = ["Tea is a drink .", "It grows in Assam ."], ["It is hot ."], ["It is hot ."]
    path = written(tmp_path / "drinks.jsonl", row("1", "what is tea ", *answers))
    dataset = read_dataset(path)
    assert (dataset.name, dataset.kind, dataset.problems) == ("drinks", "judged", ())
    judgements = (
        Judgement("Hot_drinks", quote="Tea is a drink . [...] It grows in Assam .", place=f"{path}:1"),
        Judgement("Hot_drinks", quote="It is hot .", place=f"{path}:1"),
    )
    assert dataset.questions == (Question("1", "what is tea", judgements),)


def test_a_folder_is_one_collection_over_the_passages_of_all_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "drinks"
    folder.mkdir()
    written(folder / "a.jsonl", row("1", "hot?", ["It is hot ."]), row("2", "cats?", ["Cats like milk ."]))
    written(folder / "b.jsonl", row("3", "cold?", text="Ice is cold ."))
    (folder / "questions.tsv").write_text("id\tquestion\n1\thot?\n")
    dataset = read_dataset(folder)
    assert dataset.name == "drinks"
    assert [(one.id, one.answerable) for one in dataset.questions] == [("1", True), ("2", True), ("3", False)]
    assert dataset.documents is not None
    assert [(one.id, one.title, one.text) for one in dataset.documents()] == [
        ("Hot_drinks", "Hot drinks", TEXT.strip()),
        ("Hot_drinks/2", "Hot drinks", "Ice is cold ."),
    ]
    assert dataset.corpus_files == (folder / "a.jsonl", folder / "b.jsonl")


def test_an_answer_without_sentences_is_left_out_and_said(tmp_path: Path) -> None:
    path = written(tmp_path / "drinks.jsonl", row("1", "hot?", ["It is hot ."]), row("2", "cats?", []))
    dataset = read_dataset(path)
    assert [one.id for one in dataset.questions] == ["1"]
    assert [str(one) for one in dataset.problems] == [f"{path}:2: an answer, but no sentence selected for it: 'cats?'"]


def test_what_a_row_lacks_is_named_with_its_line(tmp_path: Path) -> None:
    broken = {"id": "2", "input": "hot?", "passages": [{"title": "T"}], "output": []}
    path = written(tmp_path / "drinks.jsonl", row("1", "hot?", ["It is hot ."]), broken)
    with pytest.raises(BadDataset) as caught:
        read_dataset(path)
    assert str(caught.value).startswith(f"{path}:2: not as CLAPnq has it (KeyError('text')); expected {{")


def test_an_id_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "drinks.jsonl", row("1", "hot?", ["It is hot ."]), row("1", "cats?"))
    with pytest.raises(BadDataset, match=r"drinks\.jsonl:2: the question id '1' occurs twice; ids must differ$"):
        read_dataset(path)


def test_a_quotation_that_leaves_something_out_stands_where_its_pieces_do() -> None:
    text = "Tea is hot. Ice is cold. Cats sleep."
    assert locate_pieces(text, "Tea is hot. [...] Cats sleep.") == [(0, 11), (25, 36)]
    assert locate_pieces(text, "Tea is hot. […] Dogs sleep.") == []
    assert locate_pieces("He said [...] no.", "said [...] no") == [(3, 16)]
    assert locate(text, "Tea is hot. [...] Cats sleep.") == []
