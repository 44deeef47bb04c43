"""What was once quoted, looked up again: intact, moved, changed or gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus import plain_document
from corpus.command import dispatch
from index import update_index
from qa.__main__ import COMMANDS
from qa.verifying import BadReceipts, read_receipts

PARK = "The park closes at sunset. Dogs are welcome in the park.\n"
FERRY = "The ferry to the island leaves at nine o'clock. It is called “Alma”.\n"


def cited(text: str, quote: str, document: str, number: int = 1) -> dict[str, Any]:
    start = text.index(quote)
    return {
        "number": number, "document": document, "title": "T", "source": document, "sha256": "0" * 64,
        "start": start, "end": start + len(quote), "quote": quote,
    }  # fmt: skip


def conversation(*turns: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    made = [{"question": question, "answered": bool(cited), "citations": cited} for question, cited in turns]
    return {"format": "quid-conversation", "version": 1, "title": "Saved", "turns": made}


def indexed(**documents: str) -> None:
    update_index(
        Path("built"), [plain_document(f"{id}.md", id.title(), f"{id}.md", text) for id, text in documents.items()],
        only=True,
    )  # fmt: skip


def run(*arguments: str) -> int:
    return dispatch("qa", "", COMMANDS, ["verify", *arguments, "--index", "built"])


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A conversation about the park and the ferry, as the chat page exports it; nothing is indexed yet."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "saved.json"
    said = conversation(
        ("Are dogs welcome?", [cited(PARK, "Dogs are welcome in the park.", "park.md")]),
        ("Who won?", []),
        (
            "When does it leave, and what is it called?",
            [
                cited(FERRY, "The ferry to the island leaves at nine o'clock.", "ferry.md", 1),
                cited(FERRY, "It is called “Alma”.", "ferry.md", 2),
            ],
        ),
    )
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_what_stands_where_it_stood_is_intact(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    indexed(park=PARK, ferry=FERRY)
    assert run("saved.json") == 0
    assert capsys.readouterr().out == (
        "Are dogs welcome?\n"
        "  intact  [1] park.md:27-56\n"
        "\n"
        "When does it leave, and what is it called?\n"
        "  intact  [1] ferry.md:0-47\n"
        "  intact  [2] ferry.md:48-68\n"
        "\n"
        "3 quotations: 3 intact\n"
    )


def test_the_same_words_elsewhere_have_moved_and_that_is_no_failure(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    indexed(park=f"News.\n\n{PARK}", boats='The ferry to the island leaves at\nnine o\'clock. It is called "Alma".\n')
    assert run("saved.json") == 0
    assert capsys.readouterr().out == (
        "Are dogs welcome?\n"
        "  moved   [1] park.md:27-56, now park.md:34-63\n"
        "\n"
        "When does it leave, and what is it called?\n"
        "  moved   [1] ferry.md:0-47, now boats.md:0-47\n"
        "  moved   [2] ferry.md:48-68, now boats.md:48-68\n"
        "\n"
        "3 quotations: 3 moved\n"
    )


def test_other_words_are_shown_beside_the_old_ones_and_fail(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    indexed(park=PARK.replace("are welcome", "must not run"))
    assert run("saved.json") == 1
    assert capsys.readouterr().out == (
        "Are dogs welcome?\n"
        "  changed [1] park.md:27-56\n"
        "          then  Dogs are welcome in the park.\n"
        "          now   Dogs must not run in the park.\n"
        "\n"
        "When does it leave, and what is it called?\n"
        "  gone    [1] ferry.md:0-47\n"
        "          then  The ferry to the island leaves at nine o'clock.\n"
        "  gone    [2] ferry.md:48-68\n"
        "          then  It is called “Alma”.\n"
        "\n"
        "3 quotations: 1 changed, 2 gone\n"
    )


def test_a_program_gets_json_with_both_places(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    indexed(park=f"News.\n\n{PARK}", ferry=FERRY.replace("nine", "ten"))
    assert run("saved.json", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert {name: value for name, value in found.items() if name != "checks"} == {
        "quotations": 3, "intact": 0, "moved": 2, "changed": 1, "gone": 0,
    }  # fmt: skip
    assert found["checks"][0] == {
        "question": "Are dogs welcome?",
        "number": 1,
        "quote": "Dogs are welcome in the park.",
        "standing": "moved",
        "then": {"document": "park.md", "start": 27, "end": 56, "sha256": "0" * 64},
        "now": {"document": "park.md", "start": 34, "end": 63},
        "nearest": None,
    }
    assert [one["standing"] for one in found["checks"]] == ["moved", "changed", "moved"]
    assert (found["checks"][1]["now"], found["checks"][1]["nearest"]) == (
        None, "The ferry to the island leaves at ten o'clock.",
    )  # fmt: skip


def test_a_conversation_without_an_answer_has_nothing_to_look_up(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    indexed(park=PARK)
    saved.write_text(json.dumps(conversation(("Who won?", []))), encoding="utf-8")
    assert run("saved.json") == 0
    assert capsys.readouterr().out == "no quotation to look up: nothing was answered\n"


def test_answers_of_the_terminal_can_be_looked_up_too_one_or_one_a_line(tmp_path: Path) -> None:
    answer = {"question": "Dogs?", "citations": [cited(PARK, "Dogs are welcome in the park.", "park.md")]}
    one, lines = tmp_path / "one.json", tmp_path / "lines.jsonl"
    one.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    lines.write_text(f"{json.dumps(answer)}\n{json.dumps(answer)}\n", encoding="utf-8-sig")
    assert [receipt.start for receipt in read_receipts(one)] == [27]
    assert [receipt.quote for receipt in read_receipts(lines)] == ["Dogs are welcome in the park."] * 2


EXPECTED = "; expected a conversation exported as JSON, or what `python -m qa ask --json` prints"
GOOD = cited(PARK, "Dogs", "park.md")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no answer is in it"),
        ('{"turns": ', "is not JSON (Expecting value, line 1)"),
        ("[]", "no answer is in it"),
        ('"words"', "no answer is in it"),
        (json.dumps(conversation(("Dogs?", [{"number": 1}]))),
         "a quotation of the answer to 'Dogs?' is damaged ('document')"),
        (json.dumps(conversation(("Dogs?", [{**GOOD, "start": "0"}]))),
         "quotation [1] of the answer to 'Dogs?' has no words or no place"),
        (json.dumps(conversation(("Dogs?", [{**GOOD, "quote": " "}]))),
         "quotation [1] of the answer to 'Dogs?' has no words or no place"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_told_in_one_line(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "saved.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadReceipts) as caught:
        read_receipts(path)
    assert str(caught.value) == f"{path}: {reason}{EXPECTED}"


def test_a_file_that_is_not_there_or_no_text_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadReceipts, match=r"none\.json: can't be read \(no such file or directory\)"):
        read_receipts(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    with pytest.raises(BadReceipts, match=r"bytes\.json: is not UTF-8"):
        read_receipts(tmp_path / "bytes.json")
