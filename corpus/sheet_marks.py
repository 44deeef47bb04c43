"""What a worksheet's XML says of its cells that isn't in any of them: merged, hidden, not computed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SheetMarks", "marks_of"]

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_FORMULA = re.compile(rb"</(?:\w+:)?f>(?:<(?:\w+:)?v></(?:\w+:)?v>|<(?:\w+:)?v ?/>)?</(?:\w+:)?c>")
_VALUE = re.compile(rb"<(?:\w+:)?v(?: [^>]*)?>[^<]|<(?:\w+:)?t(?: [^>]*)?>[^<]")
_LAST_COLUMN = 16_384


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """`merged` gives, for a row, the columns whose cell spans rows from there on, with the last such row.

    `hidden_columns` are ranges of columns, both ends included; `uncomputed` counts formulas without
    a value.
    """

    merged: Mapping[int, list[tuple[int, int]]]
    hidden_columns: tuple[tuple[int, int], ...]
    uncomputed: int
    has_values: bool

    def is_hidden(self, column: int) -> bool:
        """Whether a column, counted from 1, is hidden."""
        return any(first <= column <= last for first, last in self.hidden_columns)


def marks_of(xml: bytes) -> SheetMarks:
    """The marks of one worksheet."""
    merged: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for first, top, last, bottom in _MERGED.findall(xml):
        if first == last and int(bottom) > int(top):
            merged[int(top)].append((_number(first), int(bottom)))
    hidden = [(int(_value(c, b"min")), int(_value(c, b"max"))) for c in _COLUMN.findall(xml) if _is_hidden(c)]
    # Programs hide all columns right of the used ones; nothing is lost there.
    told = tuple((first, last) for first, last in hidden if last < _LAST_COLUMN)
    return SheetMarks(dict(merged), told, len(_FORMULA.findall(xml)), bool(_VALUE.search(xml)))


def _is_hidden(attributes: bytes) -> bool:
    return _value(attributes, b"hidden") in (b"1", b"true")


def _value(attributes: bytes, name: bytes) -> bytes:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', attributes)
    return found.group(1) if found else b"0"


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
