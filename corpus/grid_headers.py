"""What in a grid of cells is a title, a header or a form, told by how the cells stand and of what kind they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

__all__ = ["Cell", "find_header", "is_form", "kind_of", "split_remarks", "split_titles"]

_LONGEST_NAME = 150
_LONGEST_KEY = 60
_MOST_REMARKS = 8
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d|2100")
_NO_NAME = re.compile(r"://|\S@\S|^[\d\W]+$|\w+ .*\.$")

_CURRENCY = "(?:[$€£¥]|[A-Z]{3})"
_NUMBER = re.compile(
    rf"[-+−(]?\s?(?:{_CURRENCY}\s?)?\d[\d.,' \u00a0\u202f]*(?:[eE][-+]?\d+)?\s?(?:%|{_CURRENCY})?\)?"
)
_DATE = re.compile(
    r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d\S*)?)?"
    r"|\d{1,2}([./-])\d{1,2}\1\d{2,4}(?: \d\d?:\d\d\S*)?"
    r"|\d{1,2}:\d\d(?::\d\d)?"
)


class Cell(NamedTuple):
    """A cell as a person sees it: its text, empty for an empty one; what the text is; how it is set."""

    text: str
    kind: Literal["text", "number", "date"] = "text"
    bold: bool = False


Cells = Sequence[Cell]


def kind_of(text: str) -> Literal["text", "number", "date"]:
    """Whether a cell's text is a number, a date or other text."""
    if text[:1].isalpha() or len(text) > 40:
        return "text"
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"


def split_titles(rows: Sequence[tuple[int, Cells]]) -> tuple[list[tuple[int, Cells]], list[tuple[int, Cells]]]:
    """The numbered rows of one cell that stand above a table, and the others."""
    count = 0
    while count < len(rows) and len(_filled(rows[count][1])) == 1:
        count += 1
    if count == len(rows):
        count = 0
    return list(rows[:count]), list(rows[count:])


def split_remarks(rows: Sequence[tuple[int, Cells]]) -> tuple[list[tuple[int, Cells]], list[tuple[int, Cells]]]:
    """The numbered rows of remarks that stand above a table's header without an empty row between, and the others.

    Such a header is fuller than all above it, as full as any row below it, and what stands below it shows it to be one.
    """
    cells = [row for _, row in rows]
    fullest = max((len(_filled(row)) for row in cells), default=0)
    first_full = next((i for i, row in enumerate(cells) if len(_filled(row)) == fullest), 0)
    if not 0 < first_full <= _MOST_REMARKS or fullest < 3 or _names_surely(cells) or _of_two_rows(cells):
        return [], list(rows)
    count = first_full if _names_surely(cells[first_full:]) else 0
    return list(rows[:count]), list(rows[count:])


def is_form(rows: Sequence[Cells]) -> bool:
    """Whether two columns hold names and values, a pair on each row, rather than a table.

    So it is where most names end with a colon or are all bold, or where the values are of several
    kinds or a number from the first row on.
    """
    pairs = [_filled(cells) for cells in rows]
    if len(pairs) < 2 or max(map(len, pairs)) != 2 or min(map(len, pairs)) < 1:
        return False
    keys = [pair[0] for pair in pairs]
    values = [pair[1] for pair in pairs if len(pair) == 2]
    if len({_first_column(cells) for cells in rows}) > 1 or len({key.text.lower() for key in keys}) < len(keys):
        return False
    if any(key.kind != "text" or len(key.text) > _LONGEST_KEY for key in keys):
        return False
    if sum(key.text.endswith(":") for key in keys) * 2 >= len(keys):
        return True
    if all(key.bold for key in keys) and not all(value.bold for value in values):
        return True
    if values[0].kind != "text":
        return True
    texts = sum(value.kind == "text" for value in values[1:])
    return not keys[0].bold and min(texts, len(values) - 1 - texts) * 4 >= len(values) - 1 > 0


def find_header(rows: Sequence[Cells], before: Sequence[str]) -> tuple[int, list[str]]:
    """How many rows are a header, and the columns' names; (0, `before`) where the table has none of its own.

    `before` names the columns of the table above. Two rows make a header where the upper one
    groups what the lower one names.
    """
    if (names := _of_two_rows(rows)):
        return 2, names
    if not rows or not _may_be_names(rows[0], rows[1:]):
        return 0, list(before)
    names = [cell.text for cell in rows[0]]
    while names and not names[-1]:
        names.pop()
    if names == list(before):
        return 1, names
    score = _score(rows[0], rows[1:])
    if score < 0 or (before and score == 0) or len(rows) < 2:
        return 0, list(before)
    return 1, names


def _of_two_rows(rows: Sequence[Cells]) -> list[str]:
    if len(rows) < 3:
        return []
    upper, lower, body = rows[0], rows[1], rows[2:]
    width = max(len(upper), len(lower))
    groups, names = (_texts(cells, width) for cells in (upper, lower))
    if not all(_is_name(cell) or _is_year(cell) for cells in (upper, lower) for cell in _filled(cells)):
        return []
    if any(cell.kind != "text" for cell in _filled(lower)) or len(_filled(lower)) < 2 or len(_filled(upper)) < 2:
        return []
    joined, group = [], ""
    for above, name in zip(groups, names, strict=True):
        group = above or group
        joined.append(" ".join(dict.fromkeys(part for part in (group if name else above, name) if part)))
    has_groups = any(name and not above for above, name in zip(groups, names, strict=True)) and any(
        above and name and above != name for above, name in zip(groups, names, strict=True)
    )
    given = [name for name in joined if name]
    if not has_groups or len(set(given)) < len(given) or _score([Cell(name) for name in joined], body) <= 0:
        return []
    repeated = len({name for name in names if name}) < len([name for name in names if name])
    return joined if repeated or len(_filled(upper)) < len(_filled(lower)) else []


def _may_be_names(row: Cells, body: Sequence[Cells]) -> bool:
    filled = _filled(row)
    used = {i for cells in body for i, cell in enumerate(cells) if cell.text}
    if len({cell.text.lower() for cell in filled}) < len(filled) or len(filled) < 0.6 * len(used):
        return False
    if len(filled) < 2:
        return len(used) == 1 and all(map(_is_name, filled)) and _score(row, body) > 0
    years = [cell.text for cell in filled if _is_year(cell)]
    if years and (years not in (sorted(years), sorted(years, reverse=True)) or len(years) == len(row)):
        return False
    return all(_is_name(cell) or _is_year(cell) for cell in filled)


def _names_surely(rows: Sequence[Cells]) -> bool:
    """Whether something speaks for the first row being names, and not only nothing against it."""
    return _may_be_names(rows[0], rows[1:]) and _score(rows[0], rows[1:]) > 0


def _score(row: Cells, body: Sequence[Cells]) -> int:
    """How much speaks for a row being names of what stands below it; below 0 it is more likely data."""
    score = 0
    for column, name in enumerate(row):
        below = [cells[column] for cells in body if column < len(cells) and cells[column].text]
        if not name.text or not below:
            continue
        if name.bold and not below[0].bold:
            score += 2
        if any(cell.text == name.text for cell in below):
            score -= 2
        elif _is_year(name):
            score -= 2 * all(map(_is_year, below))
        elif all(cell.kind != "text" for cell in below):
            score += 1
        elif all(any(map(str.isdigit, cell.text)) for cell in below):
            score += -1 if any(map(str.isdigit, name.text)) else 1
    return score


def _is_name(cell: Cell) -> bool:
    return cell.kind == "text" and len(cell.text) <= _LONGEST_NAME and not _NO_NAME.search(cell.text)


def _is_year(cell: Cell) -> bool:
    return bool(_YEAR.fullmatch(cell.text))


def _filled(cells: Cells) -> list[Cell]:
    return [cell for cell in cells if cell.text]


def _first_column(cells: Cells) -> int:
    return next((i for i, cell in enumerate(cells) if cell.text), 0)


def _texts(cells: Cells, width: int) -> list[str]:
    return [cell.text for cell in cells] + [""] * (width - len(cells))
