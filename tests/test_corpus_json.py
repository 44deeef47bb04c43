"""A record is a section with its fields, found by its number or line."""

from __future__ import annotations

import json

import pytest
from blocks_of import parts, places, refusal

from corpus import Document
from corpus.json_records import read_json, read_json_lines

LONG = "She wrote the first program that was ever published. It was meant for a machine that nobody had built. " * 2


def read(value: object) -> Document:
    return read_json(json.dumps(value).encode(), "d", "data/people.json")


def lines(text: str) -> Document:
    return read_json_lines(text.encode(), "d", "people.jsonl")


def test_each_record_of_a_list_is_a_section_named_by_one_of_its_fields() -> None:
    document = read([{"id": 7, "name": "Ada", "born": 1815}, {"id": 8, "born": 1912}, {"x": True, "y": None}])
    assert document.title == "People"
    assert parts(document) == [
        ("heading1", "Ada"),
        ("row", "id: 7 | name: Ada | born: 1815"),
        ("heading1", "8"),
        ("row", "id: 8 | born: 1912"),
        ("heading1", "Record 3"),
        ("row", "x: true"),
    ]
    assert places(document) == ["record 1", "record 1", "record 2", "record 2", "record 3", "record 3"]


def test_the_list_may_lie_within_an_object_with_fields_of_its_own() -> None:
    document = read({"count": 1, "data": [{"name": "Ada", "city": "London"}]})
    assert parts(document) == [("row", "count: 1"), ("heading1", "Ada"), ("row", "name: Ada | city: London")]
    assert places(document) == ["count", "record 1", "record 1"]


def test_nested_fields_are_named_with_dots() -> None:
    record = {"name": "Ada", "address": {"city": "London", "geo": {"lat": 51.5}}, "tags": ["x", "y"], "ids": [{"n": 1}]}
    expected = "name: Ada | address.city: London | address.geo.lat: 51.5 | tags: x, y | ids.1.n: 1"
    assert parts(read([record]))[1] == ("row", expected)


def test_long_fields_are_paragraphs_and_all_but_the_body_stand_under_their_name() -> None:
    document = read([{"title": "Ada", "history": LONG, "text": f"One.\n\n{LONG}"}])
    assert parts(document) == [
        ("heading1", "Ada"),
        ("paragraph", "One."),
        ("paragraph", LONG.strip()),
        ("heading2", "history"),
        ("paragraph", LONG.strip()),
    ]
    assert set(places(document)) == {"record 1"}


def test_a_question_is_the_heading_of_its_answer_and_isnt_repeated() -> None:
    document = read([{"question": "Who pays?", "answer": "You do.", "tags": "money"}])
    assert parts(document) == [("heading1", "Who pays?"), ("row", "tags: money"), ("paragraph", "You do.")]


def test_html_in_a_field_is_read_as_such() -> None:
    document = read([{"title": "A", "body": "<h1>In</h1><p>One &amp; two.</p><ul><li>Three</li></ul>"}])
    assert parts(document)[1:] == [("heading6", "In"), ("paragraph", "One & two."), ("item1", "Three")]
    assert set(places(document)) == {"record 1"}


def test_other_json_is_read_as_nested_headings_and_rows() -> None:
    document = read({"name": "zone", "server": {"port": 80, "tls": {"on": True}}, "hosts": ["a", "b"]})
    assert parts(document) == [
        ("row", "name: zone"),
        ("row", "hosts: a, b"),
        ("heading1", "server"),
        ("row", "port: 80"),
        ("heading2", "tls"),
        ("row", "on: true"),
    ]
    assert places(document) == ["name", "hosts", "server", "server.port", "server.tls", "server.tls.on"]


def test_lists_of_lists_are_tables_and_lists_of_words_are_items() -> None:
    assert parts(read([["Name", "Age"], ["Ada", 36]])) == [("row", "Name: Ada | Age: 36")]
    assert parts(read(["one", "two"])) == [("item1", "one"), ("item1", "two")]


def test_numbers_are_shown_as_the_file_writes_them() -> None:
    text = '[{"a": 1.50, "b": 1e999, "c": 123456789012345678901234567890, "d": -0}]'
    assert parts(read_json(text.encode(), "d", "a.json"))[1] == (
        "row",
        "a: 1.50 | b: 1e999 | c: 123456789012345678901234567890 | d: -0",
    )


def test_vectors_are_left_out() -> None:
    assert parts(read([{"name": "A", "x": 1, "vector": [0.5] * 51}]))[1] == ("row", "name: A | x: 1")


def test_many_fields_make_several_rows() -> None:
    document = read([{f"field {i}": "word " * 9 for i in range(30)}])
    shown = [text for kind, text in parts(document) if kind == "row"]
    assert len(shown) > 1
    assert " | ".join(shown).count("field ") == 30
    assert max(map(len, shown)) <= 600


def test_lines_of_json_are_found_by_their_line() -> None:
    document = lines('{"name": "Ada", "born": 1815}\n\n{"name": "Alan", "born": 1912}\n"just text"\n[1, 2]\n')
    assert parts(document) == [
        ("heading1", "Ada"),
        ("row", "name: Ada | born: 1815"),
        ("heading1", "Alan"),
        ("row", "name: Alan | born: 1912"),
        ("item1", "just text"),
        ("heading1", "Line 5"),
        ("row", "1, 2"),
    ]
    assert places(document) == ["line 1", "line 1", "line 3", "line 3", "line 4", "line 5", "line 5"]


def test_a_broken_line_is_left_out_and_told_of() -> None:
    document = lines('{"name": "Ada", "born": 1}\n{broken\n{"name": "Alan", "born": 2}\n')
    assert [text for kind, text in parts(document) if kind == "heading1"] == ["Ada", "Alan"]
    assert document.notes == (
        "a line is no valid JSON and left out (line 2: Expecting property name enclosed in double quotes)",
    )
    assert lines('{"a": 1}\n{\n[\n').notes[0].startswith("2 lines are no valid JSON and left out (line 2: ")


def test_a_file_may_have_the_others_suffix() -> None:
    assert parts(lines('{\n"name":\n"zone"}')) == [("row", "name: zone")]
    document = read_json(b'{"name": "A", "x": 1}\n{"name": "B", "x": 2}\n', "d", "a.json")
    assert places(document) == ["line 1", "line 1", "line 2", "line 2"]


def test_what_is_no_character_is_replaced() -> None:
    document = read_json(rb'[{"name": "a\ud800\u0000b", "x": "\ud83d\ude00"}]', "d", "a.json")
    assert parts(document)[1] == ("row", "name: a\ufffd\ufffdb | x: \U0001f600")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            b'{"a": 1,\n "b": }',
            "is no valid JSON: expecting value at line 2, column 7; correct it there",
        ),
        (b"[" * 100_000 + b"]" * 100_000, "is JSON nested too deep to be read; it is no document"),
        (b"hello", "is no valid JSON: expecting value at line 1, column 1; correct it there"),
        (b'{"a": "\x00"}', "holds binary data, not text in an encoding that is known here"),
    ],
)
def test_what_is_no_json_is_refused_in_one_line(data: bytes, reason: str) -> None:
    assert refusal(read_json, data) == reason


def test_lines_without_any_json_are_refused() -> None:
    expected = "holds no line of JSON (line 1: Expecting value); write one object on each line"
    assert refusal(read_json_lines, b"one\ntwo\n") == expected
    assert refusal(read_json_lines, b"[" * 100_000).startswith("holds no line of JSON (line 1)")


def test_deep_nesting_is_read_and_its_places_stay_short() -> None:
    value: object = "here at last"
    for _ in range(500):
        value = {"a": value}
    document = read(value)
    assert document.text.endswith("here at last")
    assert max(map(len, places(document))) < 1000


def test_a_number_of_a_million_digits_is_only_text() -> None:
    document = read_json(b'{"a": ' + b"9" * 1_000_000 + b"}", "d", "a.json")
    assert len(document.text) == 1_000_003


@pytest.mark.parametrize("field", ["name.common", "title.rendered", "label.en"])
def test_a_name_that_is_an_object_names_its_record(field: str) -> None:
    outer, inner = field.split(".")
    document = read([{outer: {inner: "Aruba", "official": "Aruba (NL)"}, "area": 180}])
    assert parts(document) == [
        ("heading1", "Aruba"),
        ("row", f"{field}: Aruba | {outer}.official: Aruba (NL) | area: 180"),
    ]
    assert parts(read([{"owner": {"name": "Ada"}, "area": 180}]))[0] == ("heading1", "Record 1")
