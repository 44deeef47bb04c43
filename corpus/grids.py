"""Tables as spreadsheets hold them: where each one begins, its title, its header, and its rows.

Nobody says where a table on a sheet begins, or whether it has a header. It is told by how the
cells stand; empty rows part tables, and one without a header of its own goes on with the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from corpus.building import DocumentBuilder
from corpus.grid_headers import Cell, find_header, is_form, split_remarks, split_titles
from corpus.records import add_record, is_long, is_question_and_answer, pairs_as_text

__all__ = ["Grid", "Row", "column_letters"]

Row = tuple[int, Sequence[Cell]]

# So many rows of a table are looked at to tell its header.
_LOOKED_AT = 30
_LONGEST_HEADING = 110
# From where a word begins: looked for from each letter of a text without a space, it would take hours.
_WORDS = re.compile(r"(?<!\S)\S+ \S+ ")
_SOURCE = re.compile(r"(?:source|note|notes|quelle)s?\b", re.IGNORECASE)


def column_letters(number: int) -> str:
    """A column's letters as spreadsheets name it: 1 gives 'A', 28 gives 'AB'."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Grid:
    """Gives the rows of a sheet to a builder, table after table.

    `place` words where a row stands, from its number and the numbers of its first and last filled
    column, all from 1. Titles above tables become headings of `level`.
    """

    def __init__(self, builder: DocumentBuilder, place: Callable[[int, int, int], str], level: int = 2) -> None:
        self._builder = builder
        self._place = place
        self._level = level
        self._names: list[str] = []
        self._kinds: list[set[str]] = []
        self._as_records = False

    def add(self, rows: Iterable[Row]) -> None:
        """Add a sheet's rows in order; what is held in memory is a table's first few."""
        rows = iter(rows)
        waiting: Row | None = None
        while first := _first_filled(rows):
            table = [first, *islice(_up_to_empty(rows), _LOOKED_AT - 1)]
            if waiting:
                self._add_title(*waiting)
                waiting = None
            if len(table) == 1 and len([cell for cell in first[1] if cell.text]) == 1:
                waiting = first
                continue
            self._add_table(table, rows if len(table) == _LOOKED_AT else iter(()))
        if waiting:
            self._add_row(*waiting, False)

    def _add_table(self, first: list[Row], rest: Iterator[Row]) -> None:
        titles, first = split_titles(first)
        for number, cells in titles:
            self._add_title(number, cells)
        remarks, first = split_remarks(first)
        if remarks:
            self._names = []
        for number, cells in remarks:
            self._add_row(number, cells, False)
        cells_only = [cells for _, cells in first]
        widest = max(len(_trimmed(cells)) for cells in cells_only)
        form = is_form(cells_only)
        goes_on = not titles and not form and 1 < widest <= len(self._names) and self._is_alike(cells_only[0])
        size, self._names = (0, []) if form else find_header(cells_only, self._names if goes_on else [])
        self._kinds = [
            {cells[i].kind for cells in cells_only[size:] if i < len(cells) and cells[i].text} for i in range(widest)
        ]
        self._as_records = is_question_and_answer(self._names)
        for number, cells in first[size:]:
            self._add_row(number, cells, form)
        for number, cells in _up_to_empty(rest):
            self._add_row(number, cells, form)

    def _is_alike(self, cells: Sequence[Cell]) -> bool:
        """Whether a row's cells are of the kinds that the columns of the table before it hold."""
        pairs = zip(cells, self._kinds, strict=False)
        return all(cell.kind in kinds or not kinds for cell, kinds in pairs if cell.text)

    def _add_title(self, number: int, cells: Sequence[Cell]) -> None:
        text = next(cell.text for cell in cells if cell.text)
        is_heading = len(text) <= _LONGEST_HEADING and not re.search(r"[.!:;,]$|^#|://|^\W*$", text)
        kind, level = ("heading", self._level) if is_heading else ("paragraph", 0)
        self._builder.add(kind, text, level, place=self._where(number, cells))
        self._names = []

    def _add_row(self, number: int, cells: Sequence[Cell], form: bool) -> None:
        place = self._where(number, cells)
        filled = [cell.text for cell in cells if cell.text]
        if len(filled) == 1 and len(self._names) != 1 and (is_long(filled[0]) or _is_prose(filled[0])):
            self._builder.add("paragraph", filled[0], place=place)
            return
        names = [filled[0].rstrip(" :")] if form else self._names
        texts = filled[1:] if form and len(filled) == 2 else [cell.text for cell in cells]
        if form and len(filled) != 2:
            names = []
        width = max(len(names), len(texts))
        names, texts = ([*row, *[""] * (width - len(row))] for row in (names, texts))
        fields = list(zip(names, texts, strict=True))
        if self._as_records or (width > 1 and any(map(is_long, texts))):
            short = next((text for text in texts if text and len(text) <= _LONGEST_HEADING), f"Row {number}")
            add_record(self._builder, fields, place, self._level + 1, short)
        else:
            self._builder.add("row", pairs_as_text(fields), place=place)

    def _where(self, number: int, cells: Sequence[Cell]) -> str:
        columns = [column for column, cell in enumerate(cells, start=1) if cell.text]
        return self._place(number, columns[0], columns[-1])


def _trimmed(cells: Sequence[Cell]) -> Sequence[Cell]:
    end = len(cells)
    while end and not cells[end - 1].text:
        end -= 1
    return cells[:end]


def _first_filled(rows: Iterator[Row]) -> Row | None:
    return next((row for row in rows if any(cell.text for cell in row[1])), None)


def _up_to_empty(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        if not any(cell.text for cell in row[1]):
            return
        yield row


def _is_prose(text: str) -> bool:
    """Whether a cell is a sentence or a note on the table, and no name or value."""
    is_sentence = text.endswith((".", "!", "?", ":", ")")) and _WORDS.search(text)
    return bool(is_sentence or _SOURCE.match(text))
