"""Tables of a PDF: lines below each other whose parts stand below each other too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from corpus.hyphens import joined_lines
from corpus.pdf_lines import Cell, PdfLine

__all__ = ["PdfTable", "put_cells_together", "tables_and_lines"]

_NEAR = 4.0
_ALIGNED = 0.75
_TALLEST = 8  # lines of a cell
_MARKER = re.compile(r"[^\w\s&<=\\/|]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]|\[\d+\]")

_EDGES: tuple[Callable[[Cell], float], ...] = (
    lambda cell: cell.x0,
    lambda cell: cell.x1,
    lambda cell: (cell.x0 + cell.x1) / 2,
)


@dataclass(slots=True)
class PdfTable:
    """A table's cells, row by row; `headed` where the first row is its header."""

    lines: list[PdfLine]
    rows: list[list[str]]
    headed: bool


def put_cells_together(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """A page's lines, with cells of several lines, which the file gives one after the other, made one line a row.

    Only where a row above or below has its cells at the same places.
    """
    rows = list(_side_by_side(_stacks(lines)))
    merged = [_merged(row) if len(row) > 1 else None for row in rows]
    flat: list[PdfLine] = []
    for place, row in enumerate(rows):
        joined = merged[place]
        around = [_neighbour(rows, merged, place + step) for step in (-1, 1)]
        if joined and any(other and _fits(joined, other) for other in around):
            flat.append(joined)
        else:
            flat += [line for stack in row for line in stack]
    return flat


def tables_and_lines(frame: Sequence[PdfLine]) -> Iterator[PdfTable | PdfLine]:
    """A frame's lines in order, those that are clearly a table put together."""
    start = 0
    while start < len(frame):
        end = _end_of_run(frame, start)
        run = frame[start:end]
        if _is_table(run):
            yield _table(run)
            start = end
        else:
            yield frame[start]
            start += 1


def _stacks(lines: Sequence[PdfLine]) -> Iterator[list[PdfLine]]:
    """Lines right below each other that may be one cell."""
    stack: list[PdfLine] = []
    for line in lines:
        last = stack[-1] if stack else None
        gap = line.top - last.bottom if last else 0.0
        alike = last is not None and any(abs(edge(last.cells[0]) - edge(line.cells[0])) < _NEAR for edge in _EDGES)
        whole = last is not None and len(last.cells) == len(line.cells) == 1
        if last and not (alike and whole and -0.5 * line.size < gap < 0.35 * line.size and line.top > last.top):
            yield stack
            stack = []
        stack.append(line)
    if stack:
        yield stack


def _side_by_side(stacks: Iterator[list[PdfLine]]) -> Iterator[list[list[PdfLine]]]:
    row: list[list[PdfLine]] = []
    for stack in stacks:
        if row and not _stands_beside(row[-1], stack):
            yield row
            row = []
        row.append(stack)
    if row:
        yield row


def _stands_beside(left: Sequence[PdfLine], right: Sequence[PdfLine]) -> bool:
    if max(len(left), len(right)) > _TALLEST or left[-1].hyphenated:
        return False
    shared = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    height = min(left[-1].bottom - left[0].top, right[-1].bottom - right[0].top)
    return shared > 0.6 * height and min(line.x0 for line in right) > max(line.x1 for line in left) + 1


def _merged(row: Sequence[Sequence[PdfLine]]) -> PdfLine:
    cells = []
    for stack in row:
        if len(stack) == 1:
            cells += stack[0].cells
        else:
            text = reduce(joined_lines, (line.text for line in stack))
            cells.append(Cell(text, min(line.x0 for line in stack), max(line.x1 for line in stack)))
    lines = [line for stack in row for line in stack]
    top, bottom = min(line.top for line in lines), max(line.bottom for line in lines)
    return PdfLine(
        cells, top, bottom, lines[0].size, all(line.bold for line in lines), all(line.mono for line in lines)
    )


def _neighbour(rows: Sequence[list[list[PdfLine]]], merged: Sequence[PdfLine | None], place: int) -> PdfLine | None:
    """The row at a place, if it has cells; a header may have its last words on a line of their own."""
    if not 0 <= place < len(rows):
        return None
    return merged[place] or max((line for stack in rows[place] for line in stack), key=lambda line: len(line.cells))


def _fits(row: PdfLine, other: PdfLine) -> bool:
    aligned = [
        any(abs(edge(cell) - edge(near)) < _NEAR for near in other.cells[1:] for edge in _EDGES)
        for cell in row.cells[1:]
    ]
    return len(other.cells) > 1 and (sum(aligned) >= _ALIGNED * len(aligned) or _interlock(row, other))


def _interlock(row: PdfLine, other: PdfLine) -> bool:
    """Whether two rows have as many cells, three at least, with the same room between them.

    A header may be centred and its columns not.
    """
    if len(row.cells) != len(other.cells) or len(row.cells) < 3:
        return False
    gaps = [*zip(row.cells, other.cells[1:], strict=False), *zip(other.cells, row.cells[1:], strict=False)]
    return all(left.x1 < right.x0 for left, right in gaps)


def _end_of_run(frame: Sequence[PdfLine], start: int) -> int:
    """Where the run of lines with cells ends; a line below a cell but the first goes on with that."""
    end = start
    while end < len(frame):
        line = frame[end]
        if line.mono or not (_has_cells(line) or (end > start and _goes_on(line, frame[start:end]))):
            break
        end += 1
    return end


def _has_cells(line: PdfLine) -> bool:
    """Whether it has several parts; a bullet or number and its text are one."""
    return len(line.cells) > 2 or (len(line.cells) == 2 and not _MARKER.fullmatch(line.cells[0].text))


def _goes_on(line: PdfLine, run: Sequence[PdfLine]) -> bool:
    if len(line.cells) > 1 or line.top - run[-1].bottom > 0.5 * line.size:
        return False
    row = next((row for row in reversed(run) if _has_cells(row)), None)
    return row is not None and _column(row, line) > 0


def _column(row: PdfLine, line: PdfLine) -> int:
    """The cell of a row that a line stands below, or 0."""
    for place, cell in enumerate(row.cells[1:], start=1):
        after = row.cells[place + 1].x0 if place + 1 < len(row.cells) else float("inf")
        if row.cells[place - 1].x1 < line.x0 and line.x1 < after and min(cell.x1, line.x1) > max(cell.x0, line.x0):
            return place
    return 0


def _is_table(run: Sequence[PdfLine]) -> bool:
    rows = [line for line in run if _has_cells(line)]
    if len(rows) < 2 or (len(rows) == 2 and min(len(row.cells) for row in rows) < 3):
        return False
    pairs = [(cell, _nearest(rows, i)) for i, row in enumerate(rows) for cell in row.cells[1:]]
    by_edge = [
        [any(abs(edge(cell) - edge(near)) < _NEAR for near in others) for cell, others in pairs] for edge in _EDGES
    ]
    if max(len(row.cells) for row in rows) == 2:
        return max(map(sum, by_edge)) >= _ALIGNED * len(pairs)
    return sum(map(any, zip(*by_edge, strict=True))) >= _ALIGNED * len(pairs)


def _nearest(rows: Sequence[PdfLine], place: int) -> list[Cell]:
    """The cells, but the first, of the rows around one."""
    around = [*rows[max(0, place - 2) : place], *rows[place + 1 : place + 3]]
    return [cell for row in around for cell in row.cells[1:]]


def _table(run: Sequence[PdfLine]) -> PdfTable:
    rows: list[list[str]] = []
    shapes: list[PdfLine] = []
    for line in run:
        if _has_cells(line):
            rows.append([cell.text for cell in line.cells])
            shapes.append(line)
        else:
            column = _column(shapes[-1], line)
            rows[-1][column] = joined_lines(rows[-1][column], line.text)
    headed = len(shapes) > 1 and shapes[0].bold and not any(line.bold for line in shapes[1:])
    return PdfTable(list(run), rows, headed)
