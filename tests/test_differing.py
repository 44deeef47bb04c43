"""What changed in the documents is shown by the answers that it changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus import plain_document
from corpus.command import dispatch
from index import update_index
from qa.__main__ import COMMANDS
from qa.feedback import FILE_NAME, Feedback, FeedbackStore

FERRY = "The ferry to the island leaves at {hour} o'clock in the morning.\n"
PARK = "The park closes at sunset. Dogs are welcome in the park.\n"
QUESTIONS = [
    {"question": "When does the ferry leave?", "document": "ferry.md", "quote": "leaves at nine o'clock"},
    {"question": "Are dogs welcome in the park?", "document": "park.md", "quote": "Dogs are welcome in the park."},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of two generations: the ferry leaves at another hour."""
    monkeypatch.chdir(tmp_path)
    park = plain_document("park.md", "Park", "park.md", PARK)
    for hour in ("nine", "ten"):
        update_index(tmp_path / "built", [park, plain_document("ferry.md", "Ferry", "f", FERRY.format(hour=hour))])
    lines = "\n".join(json.dumps(row) for row in QUESTIONS)
    (tmp_path / "judged.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "built"


def run(*arguments: str) -> int:
    return dispatch("qa", "", COMMANDS, ["diff", *arguments, "--index", "built"])


def test_only_the_question_whose_answer_changed_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("judged.jsonl") == 0
    assert capsys.readouterr().out == (
        "1 of 2 questions are answered differently (generation 1, now 2). 1 was right by its judgement and\n"
        "isn't any more.\n"
        "\n"
        "When does the ferry leave?\n"
        "  other words, which was right and isn't\n"
        "  before  The ferry to the island leaves at nine o'clock in the morning. [ferry.md]\n"
        "  now     The ferry to the island leaves at ten o'clock in the morning. [ferry.md]\n"
    )


def test_a_pipeline_is_told_by_json_and_by_the_exit_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("judged.jsonl", "--json", "--fail-on", "loss") == 1
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert (found["before"], found["now"], found["questions"]) == (1, 2, 2)
    only = found["differences"][0]
    assert (only["question"], only["change"], only["was_right"], only["is_right"]) == (
        "When does the ferry leave?", "other words", True, False,
    )  # fmt: skip
    assert only["before"]["citations"][0]["quote"].startswith("The ferry to the island leaves at nine")
    assert printed.err == "error: 1 of 2 questions were answered rightly and aren't any more\n"


def test_nothing_is_shown_where_nothing_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "asked.txt").write_text("Are dogs welcome in the park?\n\n", encoding="utf-8")
    assert run("asked.txt", "--fail-on", "change") == 0
    assert capsys.readouterr().out == "The question is answered as before (generation 1, now 2).\n"


def test_questions_that_people_asked_are_asked_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 1
    assert "no questions: built has kept none; name a file" in capsys.readouterr().err
    FeedbackStore(folder / FILE_NAME).add([Feedback("When does the ferry leave?", "wrong")])
    assert run("--fail-on", "change") == 1
    printed = capsys.readouterr()
    assert printed.out.startswith("1 of 1 questions are answered differently")
    assert printed.err == "error: 1 of 1 questions are answered differently\n"


def test_a_generation_that_is_gone_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("judged.jsonl", "--from", "7") == 1
    assert capsys.readouterr().err == "error: built has no generation 7; there are: 1, 2\n"
    assert run("judged.jsonl", "--from", "2") == 0
    assert capsys.readouterr().out == "All 2 questions are answered as before (generation 2, now 2).\n"
