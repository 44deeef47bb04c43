"""Programs and settings as text: code by its definitions, and comments that are sentences as paragraphs.

Nothing is parsed or run, entities of XML are never looked at: lines are told by how they begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from corpus.building import DocumentBuilder
from corpus.code_languages import LANGUAGES, Language
from corpus.code_lines import Piece, is_prose, pieces_of
from corpus.decoding import decode
from corpus.document import Document
from corpus.prose import add_prose, cleaned

__all__ = ["read_source_code"]

_MOST_LINES = 40
_DEEPEST = 6
# What belongs to the definition above it although it isn't indented.
_CLOSING = ("}", ")", "]", "{", "end", "fi", "done", "esac", "else", "elif", "except", "finally", "rescue", "ensure",
            "when", "case", "default", "public", "private", "protected", "#", "then", "do", "begin", "where",
            ":")  # fmt: skip


def read_source_code(data: bytes, id: str, source: str) -> Document:
    """A program, its sections named by its functions and classes; its title is the file's name with its suffix.

    A place is the lines of the file: 'lines 12-30'. The language is told by the source's suffix.
    """
    path = PurePath(source.partition("?")[0])
    language = LANGUAGES.get(path.suffix.lower(), Language())
    builder = DocumentBuilder()
    _Program(builder, cleaned(decode(data, source)).split("\n"), language, path.name or source).add()
    return builder.document(id, path.name or source, source)


class _Program:
    """Adds a program's pieces, and keeps in which definitions they stand."""

    def __init__(self, builder: DocumentBuilder, lines: Sequence[str], language: Language, name: str) -> None:
        self._builder = builder
        self._lines = lines
        self._language = language
        self._name = name
        self._within: list[Piece] = []
        self._first: int | None = None

    def add(self) -> None:
        pieces = list(pieces_of(self._lines, self._language))
        leads = _leads(pieces)
        self._builder.add("heading", self._name, 1)
        for i, piece in enumerate(pieces):
            if (definition := leads.get(i)) and self._is_section(definition):
                self._flush(piece.start)
                self._open(definition)
            elif piece.kind in ("code", "comment") and i not in leads:
                self._leave(piece)
            self._add_piece(piece)
        self._flush(len(self._lines))

    def _add_piece(self, piece: Piece) -> None:
        if piece.kind == "blank":
            self._flush(piece.start)
        elif piece.kind == "docstring" or (piece.kind == "comment" and is_prose(piece.text)):
            self._flush(piece.start)
            add_prose(self._builder, piece.text, place=_place(piece.start, piece.end))
        elif self._first is None:
            self._first = piece.start

    def _is_section(self, definition: Piece) -> bool:
        """Whether a definition stands at the outside or in a class: not within a function."""
        outer = [other for other in self._within if other.indent < definition.indent]
        return all(other.is_box for other in outer)

    def _open(self, definition: Piece) -> None:
        self._within = [] if self._language.is_flat else [p for p in self._within if p.indent < definition.indent]
        self._within.append(definition)
        self._builder.add("heading", definition.name, min(_DEEPEST, len(self._within) + 1))

    def _leave(self, piece: Piece) -> None:
        """End the definitions that code to the left of them ends."""
        line = self._lines[piece.start].strip().lower()
        ended = self._within and piece.indent <= self._within[-1].indent and not self._language.is_flat
        if not ended or line.startswith(_CLOSING):
            return
        self._flush(piece.start)
        self._within = [outer for outer in self._within if outer.indent < piece.indent]
        name = self._within[-1].name if self._within else self._name
        self._builder.add("heading", name, min(_DEEPEST, len(self._within) + 1))

    def _flush(self, end: int) -> None:
        """Add the lines of code since the last border."""
        first, self._first = self._first, None
        while first is not None and first < end:
            last = min(end, first + _MOST_LINES)
            self._builder.add("code", "\n".join(self._lines[first:last]), place=_place(first, last))
            first = last


def _leads(pieces: Sequence[Piece]) -> dict[int, Piece]:
    """Where each definition's section begins: at the comments and decorators right above it, or at itself."""
    leads = {}
    for i, piece in enumerate(pieces):
        if piece.kind == "definition":
            first = i
            while first and (before := pieces[first - 1]).kind in ("comment", "decorator"):
                if before.indent != piece.indent:
                    break
                first -= 1
            leads[first] = piece
    return leads


def _place(start: int, end: int) -> str:
    return f"line {start + 1}" if end == start + 1 else f"lines {start + 1}-{end}"
