"""The lines of a program put together: definitions, comments, docstrings, code and what is blank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.code_languages import Language

__all__ = ["Piece", "is_prose", "pieces_of"]

_LONGEST_LINE = 400
_LONGEST_COMMENT = 2000
_DOCSTRING = re.compile(r"\s*[rRuU]?(\"\"\"|''')")
_WORD = re.compile(r"[^\W\d_]{2,}")
# A line of words alone is the return type that C sets above a function's name.
_DECORATOR = re.compile(r"\s*(?:@|#\[|\[\w+[\]( ]|template\s*<)|[A-Za-z_][\w ]*[\w*]\s*$")


@dataclass(slots=True)
class Piece:
    """Lines [start, end), counted from 0. `text` is a comment's words without its marks; `name` what is defined."""

    kind: Literal["blank", "comment", "docstring", "definition", "decorator", "code"]
    start: int
    end: int
    text: str = ""
    name: str = ""
    indent: int = 0
    is_box: bool = False


def pieces_of(lines: Sequence[str], language: Language) -> Iterator[Piece]:
    """The pieces of a program, in order and without a gap; a line of code each."""
    position, may_document = 0, True
    while position < len(lines):
        line = lines[position]
        piece = (
            _blank(line, position)
            or (_docstring(lines, position) if language.has_docstrings and may_document else None)
            or (_long_string(lines, position) if language.has_docstrings else None)
            or _block_comment(lines, position, language)
            or _line_comment(lines, position, language)
            or _definition(line, position, language)
            or Piece("decorator" if _DECORATOR.match(line) else "code", position, position + 1, indent=_indent(line))
        )
        if piece.kind in ("code", "definition") and not line.startswith("#!"):
            may_document = line.rstrip().endswith(":")
        elif piece.kind == "docstring":
            may_document = False
        yield piece
        position = piece.end


def is_prose(text: str) -> bool:
    """Whether a comment is made of sentences, rather than being code, a rule or a note to a tool."""
    words = _WORD.findall(text)
    letters = sum(character.isalpha() or character.isspace() for character in text)
    ends = text.rstrip()[-1:] in set(".!?:。")
    return len(words) >= (3 if ends else 8) and letters >= 0.8 * len(text) and not text.rstrip().endswith((";", "{"))


def _blank(line: str, position: int) -> Piece | None:
    return None if line.strip() else Piece("blank", position, position + 1)


def _docstring(lines: Sequence[str], position: int) -> Piece | None:
    found = _DOCSTRING.match(lines[position])
    if not found:
        return None
    quotes, words = found.group(1), []
    for number in range(position, min(len(lines), position + _LONGEST_COMMENT)):
        line = lines[number][found.end() :] if number == position else lines[number]
        before, closing, after = line.partition(quotes)
        words.append(before)
        if closing:
            if after.strip():
                return None
            return Piece("docstring", position, number + 1, _outdented(words), indent=_indent(lines[position]))
    return None


def _long_string(lines: Sequence[str], position: int) -> Piece | None:
    """A line that opens a string of several lines, to the line that closes it."""
    line = lines[position]
    quotes = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), None)
    if quotes is None or line.lstrip().startswith("#"):
        return None
    last = min(len(lines), position + _LONGEST_COMMENT)
    end = next((number for number in range(position + 1, last) if quotes in lines[number]), position)
    return Piece("code", position, end + 1, indent=_indent(line))


def _block_comment(lines: Sequence[str], position: int, language: Language) -> Piece | None:
    line = lines[position].strip()
    for opening, closing in language.blocks:
        if not line.startswith(opening):
            continue
        words = []
        for number in range(position, min(len(lines), position + _LONGEST_COMMENT)):
            part = lines[number].strip().removeprefix(opening) if number == position else lines[number]
            before, closed, after = part.partition(closing)
            words.append(re.sub(r"^\s*\*+(?:\s|$)|^[*!]+", "", before))
            if closed:
                if after.strip():
                    return None
                return Piece("comment", position, number + 1, _outdented(words), indent=_indent(lines[position]))
    return None


def _line_comment(lines: Sequence[str], position: int, language: Language) -> Piece | None:
    indent, end, words = _indent(lines[position]), position, []
    while end < len(lines) and _indent(lines[end]) == indent:
        mark = next((mark for mark in language.comments if lines[end].lstrip().startswith(mark)), None)
        if mark is None or lines[end].startswith("#!") or _DECORATOR.match(lines[end]):
            break
        words.append(lines[end].lstrip().removeprefix(mark))
        end += 1
    return Piece("comment", position, end, _outdented(words), indent=indent) if words else None


def _definition(line: str, position: int, language: Language) -> Piece | None:
    for pattern in language.definitions:
        if found := pattern.match(line[:_LONGEST_LINE]):
            name = " ".join(found["name"].strip(" \"'`").split())
            is_box = language.is_flat or bool(found.groupdict().get("box"))
            return Piece("definition", position, position + 1, name=name, indent=_indent(line), is_box=is_box)
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _outdented(lines: Sequence[str]) -> str:
    """The lines of a comment without the indent that they share; the first line's doesn't count."""
    least = min((_indent(line) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0].strip(), *(line[least:].rstrip() for line in lines[1:])]).strip()
