"""Excel workbooks (.xlsx): each visible sheet a section, each row with its header and the range of its cells.

The only file that knows openpyxl. What the owner hid (sheets, columns) is left out and told of in
the document's notes; pictures, charts and comments are not read.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

from corpus.archives import DAMAGED, check_archive
from corpus.building import DocumentBuilder
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.grid_headers import Cell
from corpus.grids import Grid, Row, column_letters
from corpus.naming import title_from_name
from corpus.noting import with_notes
from corpus.number_formats import shown_date, shown_number
from corpus.office import core_title, expect_part
from corpus.prose import cleaned
from corpus.sheet_marks import SheetMarks, marks_of

__all__ = ["read_xlsx"]

# Bold letters tell headers: they are looked for in so many rows of a sheet.
_STYLED_ROWS = 60
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EMPTY = Cell("")


def read_xlsx(data: bytes, id: str, source: str) -> Document:
    """A workbook; its title is that in its properties, else the file's name."""
    from openpyxl import load_workbook

    archive = check_archive(data, source)
    expect_part(archive, "xl/workbook.xml", source, "Excel workbook")
    builder, notes = DocumentBuilder(), []
    try:
        with warnings.catch_warnings(), archive:
            warnings.simplefilter("ignore")
            title = core_title(archive, source)
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    notes.append(f"the hidden sheet {sheet.title} was left out")
                else:
                    notes += _add_sheet(builder, sheet)
    except (*DAMAGED, LookupError, TypeError, AttributeError, SyntaxError) as error:
        raise UnreadableDocument(source, "is damaged; open it in a spreadsheet program and save it anew") from error
    return with_notes(builder.document(id, title or title_from_name(source), source), notes)


def _add_sheet(builder: DocumentBuilder, sheet: Any) -> Iterator[str]:
    """Add a sheet's rows under its name, and give what is to be told of it."""
    with sheet._get_source() as file:
        marks = marks_of(file.read())
    sheet.reset_dimensions()
    name = cleaned(sheet.title)
    quoted = name if _PLAIN_NAME.fullmatch(name) else "'" + name.replace("'", "''") + "'"

    def place(row: int, first: int, last: int) -> str:
        cells = f"{column_letters(first)}{row}" + (f":{column_letters(last)}{row}" if last > first else "")
        return f"{quoted}!{cells}"

    if marks.has_values:
        builder.add("heading", name, 1)
    Grid(builder, place).add(_rows(sheet, marks))
    if marks.hidden_columns:
        yield f"hidden columns of the sheet {name} were left out"
    if marks.uncomputed:
        what = "a formula has" if marks.uncomputed == 1 else f"{marks.uncomputed:,} formulas have"
        yield f"{what} no value in the sheet {name}: open it in a spreadsheet program and save it"


def _rows(sheet: Any, marks: SheetMarks) -> Iterator[Row]:
    """The sheet's rows; a cell merged over several rows is repeated in each one that holds anything else."""
    formats: dict[int, str] = {}
    spread: dict[int, tuple[int, Cell]] = {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [
            _EMPTY if cell.value is None or marks.is_hidden(column) else _cell(cell, formats, number <= _STYLED_ROWS)
            for column, cell in enumerate(cells, start=1)
        ]
        if spread and any(cell.text for cell in row):
            for column, (last, cell) in spread.items():
                row += [_EMPTY] * (column - len(row))
                row[column - 1] = cell if number <= last and not row[column - 1].text else row[column - 1]
        for column, last in marks.merged.get(number, ()):
            if column <= len(row) and row[column - 1].text:
                spread[column] = last, row[column - 1]
        if spread:
            spread = {column: (last, cell) for column, (last, cell) in spread.items() if last > number}
        yield number, row


def _cell(cell: Any, formats: dict[int, str], styled: bool) -> Cell:
    value = cell.value
    bold = bool(styled and cell.font and cell.font.b)
    if isinstance(value, str):
        text = "" if cell.data_type == "e" else _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), value)
        return Cell(cleaned(text.replace("\r", "")).strip(), "text", bold)
    if isinstance(value, bool):
        return Cell(str(value).upper(), "text", bold)
    if cell._style_id not in formats:
        formats[cell._style_id] = cell.number_format or "General"
    if isinstance(value, int | float):
        return Cell(shown_number(value, formats[cell._style_id]), "number", bold)
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return Cell(shown_date(value, formats[cell._style_id]), "date", bold)
    return Cell(cleaned(str(value)), "text", bold)
