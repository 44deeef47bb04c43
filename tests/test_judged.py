"""Judged questions as people keep them, and quotations as people copy them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.judged import BadDataset, JudgedQuestion, read_judged
from qa.quotations import locate, nearest


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_a_json_line_is_a_judged_question_that_knows_where_it_stands(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "q.jsonl",
        '{"question": "How wide?", "document": "zone.md", "quote": "4 kilometres", '
        '"earlier": ["What is it?"], "kind": "f"}\n'
        "\n"
        '{"question": "tell me a joke", "document": null, "quote": null}\n',
    )
    questions, problems = read_judged(path)
    assert questions == [
        JudgedQuestion("How wide?", "zone.md", "4 kilometres", ("What is it?",), "f"),
        JudgedQuestion("tell me a joke", None, None),
    ]
    assert [one.place for one in questions] == [f"{path}:1", f"{path}:3"]
    assert problems == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_out_of_a_spreadsheet_says_the_same(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ("Question", "Document", "Quote", "Earlier", "Owner"),
        ("How wide?", "zone.md", '"4, or ""four""; kilometres"', '"What is it?\nWhere is it?"', "me"),
        ("tell me a joke", "", "", "", ""),
    ]
    path = written(tmp_path, "q.csv", "\ufeff" + "\r\n".join(delimiter.join(row) for row in rows) + "\r\n")
    questions, problems = read_judged(path)
    assert questions == [
        JudgedQuestion("How wide?", "zone.md", '4, or "four"; kilometres', ("What is it?", "Where is it?")),
        JudgedQuestion("tell me a joke", None, None),
    ]
    assert [one.place for one in questions] == [f"{path}:2", f"{path}:4"]
    assert problems == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"question": "a"', "not JSON (Expecting ',' delimiter, column 17)"),
        ('["a"]', "a list where a JSON object belongs"),
        ('{"document": null, "quote": null}', "no question"),
        ('{"question": "a", "document": "d"}', "no 'quote' (null for both says that the documents do not answer)"),
        (
            '{"question": "a", "document": "d", "quote": null}',
            "document and quote belong together: both are given, or both are null",
        ),
        ('{"question": "a", "document": "d", "quote": ""}', "quote is ''"),
        (
            '{"question": "a", "document": null, "quote": null, "earlier": "b"}',
            'earlier is no list of questions ["oldest first", ...]',
        ),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(tmp_path: Path, line: str, reason: str) -> None:
    path = written(tmp_path, "q.jsonl", f'{{"question": "x", "document": null, "quote": null}}\n{line}\n')
    questions, problems = read_judged(path)
    assert questions == [JudgedQuestion("x", None, None)]
    assert [str(one) for one in problems] == [
        f'{path}:2: {reason}; expected {{"question": "...", "document": "its id", "quote": "the words that answer"}}'
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("q.jsonl", "", r"q.jsonl: no judged question in it; expected \{"),
        ("q.jsonl", "no json\n", r"q.jsonl: no judged question in it; .*q.jsonl:1: not JSON"),
        (
            "q.csv",
            "question,answer\na,b\n",
            r"q.csv:1: no column document nor quote; expected question, document, quote",
        ),
    ],
)
def test_a_file_without_any_question_is_an_error(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(BadDataset, match=message):
        read_judged(written(tmp_path, name, text))


def test_a_file_in_another_encoding_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_bytes("question,document,quote\nWie weit?,a,für\n".encode("latin-1"))
    with pytest.raises(BadDataset, match=r"q.csv:2: not UTF-8; save the file again with that encoding"):
        read_judged(path)


@pytest.mark.parametrize(
    "quote",
    ["the “zone”", 'the "zone"', "the\n  “zone”", "the “zo\u00adne”", "the\u00a0“zone”"],
)
def test_a_quotation_is_found_however_it_was_copied(quote: str) -> None:
    text = "Here:\n  the “zone” — of 4 km."
    assert locate(text, quote) == [(8, 18)]
    assert text[8:18] == "the “zone”"


def test_space_within_the_document_does_not_hide_a_quotation() -> None:
    text = "about 4\nkilo-\tmetres wide"
    (found,) = locate(text, "4 kilo-metres")
    assert text[slice(*found)] == "4\nkilo-\tmetres"


def test_every_place_that_says_it_is_found() -> None:
    assert locate("aXaXa", "aXa") == [(0, 3), (2, 5)]


def test_other_words_and_other_case_are_not_found() -> None:
    assert locate("The zone", "the zone") == []
    assert locate("The zone", " ") == []


def test_the_nearest_text_shares_most_words() -> None:
    assert nearest("the wide zone", ["a zone", "The zone is wide", "none"]) == "The zone is wide"
    assert nearest("the wide zone", ["nothing alike"]) is None
