"""A row of a table as text is quoted with its header, and found by its number."""

from __future__ import annotations

import pytest
from blocks_of import parts, places, refusal
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document
from corpus.csv_tables import read_csv, read_tsv


def read(text: str) -> Document:
    return read_csv(text.encode(), "d", "data/price_list.csv")


def rows(text: str) -> list[str]:
    return [words for kind, words in parts(read(text)) if kind == "row"]


def test_a_row_is_quoted_with_its_header() -> None:
    document = read("Name,Year\nAda,1843\nAlan,1936\n")
    assert document.title == "Price list"
    assert parts(document) == [("row", "Name: Ada | Year: 1843"), ("row", "Name: Alan | Year: 1936")]
    assert places(document) == ["row 2", "row 3"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_what_gives_rows_of_the_same_width(delimiter: str) -> None:
    text = 'Name,Price;Note\nTea,"1,50;x";y\n' if delimiter not in ",;" else "Name,Price\nTea,2\nRum,3\n"
    text = text.replace(",", "\0").replace(";", ", ").replace("\0", delimiter)
    assert rows(text)[0].startswith("Name: Tea | Price")


def test_a_decimal_comma_does_not_part_cells() -> None:
    assert rows("Ware;Preis\nTee;1,50\nRum;2,75\n") == ["Ware: Tee | Preis: 1,50", "Ware: Rum | Preis: 2,75"]


def test_the_line_by_which_excel_names_the_delimiter_is_no_row() -> None:
    document = read("sep=;\nA;B\nx;1\ny;2\n")
    assert (parts(document)[0], places(document)) == (("row", "A: x | B: 1"), ["row 3", "row 4"])


def test_quoted_cells_hold_quotes_delimiters_and_line_breaks_and_count_as_one_row() -> None:
    document = read('Name,Born\n"Babbage, ""Charles""\nof London",1791\nAda,1815\n')
    assert parts(document)[0] == ("row", 'Name: Babbage, "Charles" of London | Born: 1791')
    assert places(document) == ["row 2", "row 3"]


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows() -> None:
    text = 'Name,Size\nPipe,"3\n' + "".join(f"Bolt {i},{i}\n" for i in range(600))
    assert rows(text)[:2] == ["Name: Pipe | Size: 3", "Name: Bolt 0 | Size: 0"]
    assert len(rows(text)) == 601


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ada,36\nAlan,41\n", "Ada: 36"),
        ("1,2,3\n4,5,6\n", "1 | 2 | 3"),
        ("London,yes,a\nParis,yes,b\nRome,no,c\n", "London | yes | a"),
        ("a@x.org,Ada,1\nb@x.org,Bob,2\n", "a@x.org | Ada | 1"),
        ("A-12,B-13,C-14\nA-22,B-23,C-24\n", "A-12 | B-13 | C-14"),
        ("Country,1990,2000\nChad,5,8\nMali,8,11\n", "Country: Chad | 1990: 5 | 2000: 8"),
        ("Ada,1815\nBob,1900\n", "Ada: 1815"),
        ("Name,,Age\nAda,x,36\n", "Name: Ada | x | Age: 36"),
        ("Name,Age\nAda,36,extra\n", "Name: Ada | Age: 36 | extra"),
    ],
)
def test_a_first_row_is_a_header_only_if_it_reads_as_one(text: str, first: str) -> None:
    assert rows(text)[0] == first


def test_names_and_values_are_pairs() -> None:
    assert rows("Company:,ACME\nFounded:,1999\n") == ["Company: ACME", "Founded: 1999"]


def test_a_title_above_the_table_is_a_heading_and_a_remark_a_paragraph() -> None:
    document = read("Sales of the north,,\nAll figures are in euro.,,\nTown,Q1,Q2\nBonn,1,2\n")
    assert parts(document) == [
        ("heading2", "Sales of the north"),
        ("paragraph", "All figures are in euro."),
        ("row", "Town: Bonn | Q1: 1 | Q2: 2"),
    ]
    assert places(document) == ["row 1", "row 2", "row 4"]


def test_two_header_rows_are_read_as_one() -> None:
    assert rows(",2019,,2020,\nRegion,Q1,Q2,Q1,Q2\nNorth,1,2,3,4\n") == [
        "Region: North | 2019 Q1: 1 | 2019 Q2: 2 | 2020 Q1: 3 | 2020 Q2: 4"
    ]


def test_empty_rows_part_tables_and_a_table_without_a_header_goes_on_with_the_last() -> None:
    document = read("Name,Age\nAda,36\n\nBob,41\n,\nTown,River\nBonn,Rhine\nUlm,Danube\n")
    assert parts(document) == [
        ("row", "Name: Ada | Age: 36"),
        ("row", "Name: Bob | Age: 41"),
        ("row", "Town: Bonn | River: Rhine"),
        ("row", "Town: Ulm | River: Danube"),
    ]
    assert places(document) == ["row 2", "row 4", "row 7", "row 8"]


def test_questions_and_answers_are_headings_with_their_text() -> None:
    document = read("Question,Answer\nWho pays?,You do.\nWhen?,On Friday. Not before.\n")
    assert parts(document) == [
        ("heading3", "Who pays?"),
        ("paragraph", "You do."),
        ("heading3", "When?"),
        ("paragraph", "On Friday. Not before."),
    ]
    assert [section.headings for section in document.sections] == [("Who pays?",), ("When?",)]


def test_long_cells_are_paragraphs_below_what_names_their_row() -> None:
    story = "It began in the spring of 1953. " * 6
    document = read(f"Name,Year,Story\nAda,1815,{story}\n")
    assert parts(document) == [
        ("heading3", "Ada"),
        ("row", "Name: Ada | Year: 1815"),
        ("paragraph", story.strip()),
    ]
    assert places(document) == ["row 2"] * 3


def test_tabs_part_the_cells_of_tsv_whatever_else_is_in_them() -> None:
    document = read_tsv(b"a,x\tb,x\n1,2\t3,4\n5,6\t7,8\n", "d", "a.tsv")
    assert parts(document)[0] == ("row", "a,x: 1,2 | b,x: 3,4")


def test_the_encoding_is_found_as_for_any_text() -> None:
    western = read_csv("Stadt;Höhe\nKöln;53\n".encode("cp1252"), "d", "a.csv")
    assert parts(western) == [("row", "Stadt: Köln | Höhe: 53")]
    assert parts(read_csv("A,B\nx,1\n".encode("utf-16"), "d", "a.csv")) == [("row", "A: x | B: 1")]


def test_what_is_no_table_is_refused_or_read_line_by_line() -> None:
    assert refusal(read_csv, b"PK\x03\x04" + bytes(99)) == "holds a zip archive or an office document, not text"
    assert refusal(read_csv, b"a,b\n" + b"," * 30_000) == "holds a row of 30,001 cells; at most 20,000 are read"
    assert parts(read("One line of prose.\nAnother one here.\n")) == [
        ("paragraph", "One line of prose."),
        ("paragraph", "Another one here."),
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(alphabet='ab1,;"\n |.', max_size=8), max_size=4), max_size=6))
def test_blocks_are_in_order_and_hold_something_whatever_the_cells(table: list[list[str]]) -> None:
    document = read("\n".join(",".join(row) for row in table))
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(document.text)
        assert block.place.startswith("row ")
        end = block.end
