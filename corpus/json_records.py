"""JSON and JSON lines: lists of records as a section each, anything else as nested headings and rows.

Numbers are shown as the file writes them. Long lists of numbers (vectors, coordinates) are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from corpus.building import DocumentBuilder
from corpus.decoding import decode
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.grid_headers import Cell
from corpus.grids import Grid
from corpus.naming import title_from_name
from corpus.noting import with_notes
from corpus.prose import add_prose, cleaned
from corpus.records import add_record, is_long

__all__ = ["read_json", "read_json_lines"]

_MOST_NUMBERS = 50
_DEEPEST_HEADING = 5


class _Literal(str):
    """A number, true, false or null as the file writes it."""

    __slots__ = ()


def read_json(data: bytes, id: str, source: str) -> Document:
    """A JSON file; its title is the file's name. One that holds JSON lines is read as such."""
    text = decode(data, source)
    try:
        value = _parsed(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and sum(line.lstrip()[:1] in "{[" and _line(line) is not None for line in lines[:20]) > 1:
            return read_json_lines(data, id, source)
        raise UnreadableDocument(source, f"is no valid JSON: {_where(error)}; correct it there") from error
    except RecursionError as error:
        raise UnreadableDocument(source, "is JSON nested too deep to be read; it is no document") from error
    builder = DocumentBuilder()
    _add(builder, value, "", 0)
    return builder.document(id, title_from_name(source), source)


def read_json_lines(data: bytes, id: str, source: str) -> Document:
    """A value on each line; lines that are no JSON are left out and told of in the document's notes."""
    text = decode(data, source)
    builder, broken, first = DocumentBuilder(), 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = _parsed(line)
        except (json.JSONDecodeError, RecursionError) as error:
            broken += 1
            first = first or f"line {number}" + (f": {error.msg}" if isinstance(error, json.JSONDecodeError) else "")
            continue
        _add_item(builder, value, f"line {number}", 1, f"Line {number}")
    if not builder.text:
        return _whole(data, id, source, first)
    document = builder.document(id, title_from_name(source), source)
    what = "a line is" if broken == 1 else f"{broken:,} lines are"
    return with_notes(document, [f"{what} no valid JSON and left out ({first})"] if broken else ())


def _whole(data: bytes, id: str, source: str, first: str) -> Document:
    """A file without a line of JSON, as one value over several lines."""
    try:
        return read_json(data, id, source)
    except UnreadableDocument as error:
        raise UnreadableDocument(source, f"holds no line of JSON ({first}); write one object on each line") from error


def _parsed(text: str) -> Any:
    return json.loads(text, parse_int=_Literal, parse_float=_Literal, parse_constant=_Literal)


def _line(line: str) -> Any:
    try:
        return _parsed(line)
    except (json.JSONDecodeError, RecursionError):
        return None


def _where(error: json.JSONDecodeError) -> str:
    return f"{error.msg[:1].lower()}{error.msg[1:]} at line {error.lineno}, column {error.colno}"


def _add(builder: DocumentBuilder, value: Any, name: str, level: int) -> None:
    """Add a value found at `name`, below a heading of `level`."""
    if isinstance(value, list):
        _add_list(builder, value, name, level)
    elif isinstance(value, dict):
        _add_object(builder, value, name, level)
    else:
        add_prose(builder, _shown(value), place=name)


def _add_list(builder: DocumentBuilder, values: list[Any], name: str, level: int) -> None:
    where = f"{name}: record" if name else "record"
    if values and all(isinstance(value, list) and not _nested(value) for value in values):
        rows = ([Cell(_shown(v), "number" if isinstance(v, _Literal) else "text") for v in row] for row in values)
        Grid(builder, lambda row, first, last: f"{where} {row}", min(6, level + 1)).add(enumerate(rows, start=1))
        return
    for number, value in enumerate(values, start=1):
        _add_item(builder, value, f"{where} {number}", min(6, level + 1), f"Record {number}")


def _add_item(builder: DocumentBuilder, value: Any, place: str, level: int, name: str) -> None:
    if isinstance(value, dict | list):
        add_record(builder, list(_flat(value)), place, level, name)
    elif is_long(text := _shown(value)):
        add_prose(builder, text, place=place)
    else:
        builder.add("item", " ".join(cleaned(text).split()), 1, "- ", place=place)


def _add_object(builder: DocumentBuilder, value: dict[str, Any], name: str, level: int) -> None:
    """Add an object: its own fields first, then what is nested in it, under a heading each."""
    inner = {key: part for key, part in value.items() if level < _DEEPEST_HEADING and _is_section(part)}
    own = [field for key, part in value.items() if key not in inner for field in _flat({key: part})]
    for key, text in own:
        if not is_long(text) and text.strip():
            builder.add("row", f"{cleaned(key)}: {cleaned(text)}", place=_path(name, key))
    for key, text in own:
        if is_long(text):
            builder.add("heading", cleaned(key), level + 1, place=_path(name, key))
            add_prose(builder, text, place=_path(name, key))
    if not level and len(inner) == 1 and isinstance(only := next(iter(inner.values())), list):
        _add_list(builder, only, "", 0)
        return
    for key, part in inner.items():
        builder.add("heading", cleaned(key), level + 1, place=_path(name, key))
        _add(builder, part, _path(name, key), level + 1)


def _is_section(value: Any) -> bool:
    """Whether a value is big enough for a heading of its own."""
    if isinstance(value, dict):
        return bool(value)
    if not isinstance(value, list) or _is_numeric(value):
        return False
    return any(isinstance(part, dict | list) or is_long(_shown(part)) for part in value)


def _path(outer: str, name: str) -> str:
    if len(outer) > 200:
        outer = outer[:100] + "…"
    return f"{outer}.{name}" if outer else name


def _flat(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, str]]:
    """The fields of an object with those nested in it, named as in 'address.city', without recursion."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        name, part = pending.pop()
        if isinstance(part, dict):
            pending += [(_path(name, key), inner) for key, inner in reversed(part.items())]
        elif not isinstance(part, list):
            yield name, _shown(part)
        elif _is_numeric(part):
            continue
        elif not _nested(part):
            yield name, ", ".join(filter(None, map(_shown, part)))
        else:
            pending += [(_path(name, str(i)), inner) for i, inner in reversed(list(enumerate(part, start=1)))]


def _nested(values: list[Any]) -> bool:
    return any(isinstance(value, dict | list) for value in values)


def _is_numeric(value: list[Any]) -> bool:
    """Whether a list holds nothing but numbers, nested or not, and too many of them to be read."""
    count, pending = 0, list(value)
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += part
        elif isinstance(part, _Literal):
            count += 1
        else:
            return False
    return count > _MOST_NUMBERS


def _shown(value: Any) -> str:
    """A value that is neither list nor object, as text; nothing for null."""
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
