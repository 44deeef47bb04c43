"""CSV and TSV: tables as text, each row quoted with the names of its columns, its place 'row 7'.

Rows are counted as a spreadsheet that opened the file counts them. What parts the cells is found
by trying: the sign that gives the most rows the same number of cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from corpus.building import DocumentBuilder
from corpus.decoding import decode
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.grid_headers import Cell, kind_of
from corpus.grids import Grid, Row
from corpus.naming import title_from_name
from corpus.prose import cleaned

__all__ = ["read_csv", "read_tsv"]

_DELIMITERS = ",;\t|"
_SAMPLED_ROWS = 300
_SAMPLED_CHARACTERS = 300_000
# A cell of more lines than these is what follows a quotation mark that was never closed.
_MOST_LINES = 500
_LARGEST_CELL = 10_000_000
_MOST_COLUMNS = 20_000


def read_csv(data: bytes, id: str, source: str) -> Document:
    """A table as text; its title is the file's name. Cells may be parted by , ; tab or |."""
    return _read(decode(data, source), id, source, _DELIMITERS)


def read_tsv(data: bytes, id: str, source: str) -> Document:
    """The same with tabs between the cells; where it holds none, another sign is looked for."""
    text = decode(data, source)
    return _read(text, id, source, "\t" if "\t" in text else _DELIMITERS)


def _read(text: str, id: str, source: str, delimiters: str) -> Document:
    declared = re.match(r"sep=([,;\t|])\n", text)
    delimiter = declared.group(1) if declared else _delimiter(text, delimiters)
    builder = DocumentBuilder()
    grid = Grid(builder, lambda row, first, last: f"row {row}")
    rows = enumerate(_rows(text, delimiter, source), start=1)
    grid.add(_cells(number, row) for number, row in rows if number > 1 or not declared)
    return builder.document(id, title_from_name(source), source)


def _cells(number: int, row: list[str]) -> Row:
    return number, [Cell(text, kind_of(text)) for text in (cleaned(cell).strip() for cell in row)]


def _delimiter(text: str, delimiters: str) -> str:
    """What parts the cells: first what gives most rows as many cells as the widest usual row has."""
    sample = text[:_SAMPLED_CHARACTERS]
    return max(delimiters, key=lambda delimiter: _fitness(sample, delimiter))


def _fitness(sample: str, delimiter: str) -> tuple[float, int]:
    try:
        rows = [row for row in islice(_parsed(sample, delimiter), _SAMPLED_ROWS) if any(row)]
    except csv.Error:
        return 0.0, 0
    if len(sample) == _SAMPLED_CHARACTERS and len(rows) < _SAMPLED_ROWS:
        rows = rows[:-1]
    counts = Counter(len(row) for row in rows if len(row) > 1)
    if not counts:
        return 0.0, 0
    width, times = counts.most_common(1)[0]
    return round(times / len(rows), 1), width


def _rows(text: str, delimiter: str, source: str) -> Iterator[list[str]]:
    quoting = csv.QUOTE_MINIMAL if _quotes_are_closed(text, delimiter) else csv.QUOTE_NONE
    try:
        for row in _parsed(text, delimiter, quoting):
            if len(row) > _MOST_COLUMNS:
                reason = f"holds a row of {len(row):,} cells; at most {_MOST_COLUMNS:,} are read"
                raise UnreadableDocument(source, reason)
            yield row if quoting == csv.QUOTE_MINIMAL else [cell.strip('" ') for cell in row]
    except csv.Error as error:
        reason = f"is no table in CSV: {error}; open it in a spreadsheet and save it anew"
        raise UnreadableDocument(source, reason) from error


def _quotes_are_closed(text: str, delimiter: str) -> bool:
    try:
        return all(cell.count("\n") <= _MOST_LINES for row in _parsed(text, delimiter) for cell in row)
    except csv.Error:
        return False


def _parsed(text: str, delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> Iterator[list[str]]:
    csv.field_size_limit(_LARGEST_CELL)
    return csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, quoting=quoting, skipinitialspace=True)
