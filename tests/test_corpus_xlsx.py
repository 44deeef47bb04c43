"""A row of a workbook is quoted with its header as its cells show it, and found by its range."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from blocks_of import changed, parts, places, refusal, zipped
from openpyxl import Workbook
from openpyxl.styles import Font

from corpus import Document
from corpus.grids import column_letters
from corpus.number_formats import shown_date, shown_number
from corpus.xlsx import read_xlsx


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def made(rows: list[list[Any]], name: str = "Sheet1", change: Callable[[Any], object] = lambda sheet: None) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    change(sheet)
    return saved(book)


def read(data: bytes) -> Document:
    return read_xlsx(data, "d", "data/guard_list.xlsx")


def test_a_row_is_quoted_with_its_header_and_found_by_its_range() -> None:
    document = read(made([["Name", "Born"], ["Ada", 1815], ["Alan", 1912]]))
    assert document.title == "Guard list"
    assert parts(document) == [
        ("heading1", "Sheet1"),
        ("row", "Name: Ada | Born: 1815"),
        ("row", "Name: Alan | Born: 1912"),
    ]
    assert places(document) == ["", "Sheet1!A2:B2", "Sheet1!A3:B3"]
    assert document.notes == ()


def test_a_place_is_what_excel_calls_it() -> None:
    document = read(made([[None, "Name", "Age"], [None, "Ada", 36], [None, "Bob"]], "Ada's list"))
    assert places(document)[1:] == ["'Ada''s list'!B2:C2", "'Ada''s list'!B3"]
    assert [column_letters(number) for number in (1, 26, 27, 702, 703, 16_384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_cells_are_shown_as_a_person_reads_them() -> None:
    def styled(sheet: Any) -> None:
        sheet["B2"].number_format = "0.0%"
        sheet["C2"].number_format = '#,##0.00 "€"'
        sheet["D2"].number_format = "mm-dd-yy"

    rows = [["A", "B", "C", "D", "E"], ["x", 0.1255, 1234.5, dt.date(2024, 3, 5), True]]
    row = "A: x | B: 12.6% | C: 1,234.50 € | D: 2024-03-05 | E: TRUE"
    assert parts(read(made(rows, change=styled)))[1] == ("row", row)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1843, "General", "1843"),
        (0.1 + 0.2, "General", "0.3"),
        (-1234.5, '"$"#,##0.00_);[Red]("$"#,##0.00)', "-$1,234.50"),
        (1234.5, "_-* #,##0.00 [$€-407]_-", "1,234.50 €"),
        (3, "[$£-809]#,##0.00", "£3.00"),
        (0.285, "0%", "29%"),
        (2.5, "0", "3"),
        (42, "00000", "00042"),
        (1.5, "0.##", "1.5"),
        (2.0, "0.##", "2"),
        (1_234_567, "#,##0,", "1,235"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (5, '0 "km"', "5 km"),
        (-0.001, "0.00", "0.00"),
        (7, "@", "7"),
        (0.5, "# ?/?", "0.5"),
    ],
)
def test_numbers_follow_their_formats(value: float, number_format: str, text: str) -> None:
    assert shown_number(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (dt.datetime(2024, 3, 5), "d/m/yyyy", "2024-03-05"),
        (dt.datetime(2024, 3, 5, 14, 29, 59, 999_999), "m/d/yy h:mm", "2024-03-05 14:30"),
        (dt.datetime(2024, 3, 1), "mmm-yy", "Mar 2024"),
        (dt.datetime(2024, 3, 1), "yyyy", "2024"),
        (dt.time(14, 30), "h:mm", "14:30"),
        (dt.timedelta(hours=26, minutes=15), "[h]:mm:ss", "26:15:00"),
    ],
)
def test_days_are_written_year_first_and_months_without_a_day(value: Any, number_format: str, text: str) -> None:
    assert shown_date(value, number_format) == text


def test_titles_forms_and_tables_on_one_sheet_are_told_apart() -> None:
    form = [["Chair", "Ada"], ["Staff", 250], ["Site", "Ulm"]]
    document = read(made([["Sales of the north"], [], ["Town", "Sum"], ["Bonn", 5], [], *form]))
    assert parts(document) == [
        ("heading1", "Sheet1"),
        ("heading2", "Sales of the north"),
        ("row", "Town: Bonn | Sum: 5"),
        ("row", "Chair: Ada"),
        ("row", "Staff: 250"),
        ("row", "Site: Ulm"),
    ]
    assert places(document)[1:3] == ["Sheet1!A1", "Sheet1!A4:B4"]


def test_bold_letters_tell_a_header_and_bold_keys_a_form() -> None:
    def bold(*cells: str) -> Callable[[Any], None]:
        def change(sheet: Any) -> None:
            for cell in cells:
                sheet[cell].font = Font(bold=True)

        return change

    rows = [["Term", "Meaning"], ["DMZ", "a zone"]]
    assert parts(read(made(rows, change=bold("A1", "B1"))))[1:] == [("row", "Term: DMZ | Meaning: a zone")]
    assert parts(read(made(rows, change=bold("A1", "A2"))))[1:] == [("row", "Term: Meaning"), ("row", "DMZ: a zone")]


def test_a_cell_merged_over_rows_is_repeated_in_each() -> None:
    rows = [["Region", "Town", "Sum"], ["North", "Kiel", 1], [None, "Lübeck", 2], [], ["South", "Ulm", 3]]
    document = read(made(rows, change=lambda sheet: sheet.merge_cells("A2:A4")))
    assert [text for kind, text in parts(document) if kind == "row"] == [
        "Region: North | Town: Kiel | Sum: 1",
        "Region: North | Town: Lübeck | Sum: 2",
        "Region: South | Town: Ulm | Sum: 3",
    ]


def test_what_is_hidden_is_left_out_and_told_of() -> None:
    book = Workbook()
    shown, hidden = book.active, book.create_sheet("Salaries")
    for row in (["Name", "Age", "Password"], ["Ada", 36, "secret"]):
        shown.append(row)
    shown.column_dimensions["C"].hidden = True
    hidden.append(["Ada", 1])
    hidden.sheet_state = "hidden"
    document = read(saved(book))
    assert parts(document) == [("heading1", "Sheet"), ("row", "Name: Ada | Age: 36")]
    assert document.notes == (
        "hidden columns of the sheet Sheet were left out",
        "the hidden sheet Salaries was left out",
    )


def test_a_formula_without_a_value_is_told_of() -> None:
    document = read(made([["Name", "Sum"], ["Ada", 1], ["All", "=SUM(B2:B2)"]]))
    assert parts(document)[1:] == [("row", "Name: Ada | Sum: 1"), ("row", "Name: All")]
    assert document.notes == (
        "a formula has no value in the sheet Sheet1: open it in a spreadsheet program and save it",
    )


def test_empty_sheets_make_no_heading_and_far_cells_take_no_time() -> None:
    def far(sheet: Any) -> None:
        sheet["XFD1048576"] = "far"

    assert parts(read(made([]))) == []
    document = read(made([["x"]], change=far))
    assert places(document)[-1] == "Sheet1!XFD1048576"


def test_the_title_of_the_properties_is_taken_unless_a_program_made_it_up() -> None:
    titles = {"The guards": "The guards", "Microsoft Excel - Book1": "Guard list", "": "Guard list"}
    for title, expected in titles.items():
        book = Workbook()
        book.active.append(["a", 1])
        book.properties.title = title
        assert read(saved(book)).title == expected


def test_what_is_no_workbook_is_refused_in_one_line() -> None:
    good = made([["a", 1]])
    damaged = "is damaged; open it in a spreadsheet program and save it anew"
    assert refusal(read_xlsx, zipped({"word/document.xml": ""})) == (
        "is no Excel workbook but a Word document; name it .docx"
    )
    assert refusal(read_xlsx, zipped({"a.txt": "x"})) == "is a zip archive, and no Excel workbook"
    assert refusal(read_xlsx, changed(good, **{"xl__workbook.xml": "<workbook"})) == damaged
    assert refusal(read_xlsx, changed(good, **{"xl__worksheets__sheet1.xml": "<worksheet><sheetData><row"})) == damaged
    assert refusal(read_xlsx, good[:1000]).startswith("is damaged")


def test_remarks_right_above_a_table_do_not_hide_its_header() -> None:
    rows = [
        ["People of note", None, None],
        ["some could not", "resist writing", None],
        ["above", None, "it"],
        ["Name", "Born", "Trade"],
        ["Ada", 1815, "mathematician"],
        ["Alan", 1912, "mathematician"],
    ]
    assert parts(read(made(rows))) == [
        ("heading1", "Sheet1"),
        ("heading2", "People of note"),
        ("row", "some could not | resist writing"),
        ("row", "above | it"),
        ("row", "Name: Ada | Born: 1815 | Trade: mathematician"),
        ("row", "Name: Alan | Born: 1912 | Trade: mathematician"),
    ]


def test_a_full_row_of_words_below_sparse_ones_is_no_header_unless_what_follows_shows_it() -> None:
    rows = [["a", "b", None], ["c", "d", "e"], ["f", "g", "h"], ["i", "k", "l"]]
    assert [text for _, text in parts(read(made(rows)))][1:] in (
        ["a: c | b: d | e", "a: f | b: g | h", "a: i | b: k | l"],
        ["a | b", "c | d | e", "f | g | h", "i | k | l"],
    )
