"""Plain text, kept as it is: its headings, paragraphs and lists are told by how the lines stand.

A heading stands alone on a short line without a full stop, is underlined or IN CAPITALS, and has
text below it. What can't be told from a paragraph is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.decoding import decode
from corpus.document import Block, Document
from corpus.naming import title_from_name
from corpus.text_headings import heading_levels
from corpus.text_lines import Line, is_furniture_line
from corpus.text_units import units_of

__all__ = ["plain_document", "read_text", "text_blocks"]


def read_text(data: bytes, id: str, source: str) -> Document:
    """A plain text; its title is its first line where that is a heading, else the source's name."""
    text = decode(data, source)
    blocks = tuple(text_blocks(text))
    first = blocks[0] if blocks else None
    titled = first is not None and first.kind == "heading" and first.level == 1
    title = text[first.start : first.end] if first and titled else title_from_name(source)
    return Document(id, title, source, text, blocks)


def plain_document(id: str, title: str, source: str, text: str) -> Document:
    """A text as it is, as paragraphs parted by blank lines, without looking for headings or lists."""
    blocks = [Block("paragraph", chunk[0].start, chunk[-1].end) for chunk in _chunks(text)]
    return Document(id, title, source, text, tuple(blocks))


def text_blocks(text: str) -> Iterator[Block]:
    """The headings, paragraphs and items of a plain text, in order."""
    units = [
        unit for chunk in _chunks(text) for unit in units_of(chunk) if not (unit.alone and is_furniture_line(unit.text))
    ]
    levels = heading_levels(units)
    indents: list[int] = []
    for unit, level in zip(units, levels, strict=True):
        if level:
            yield Block("heading", unit.start, unit.start + len(unit.text), level)
        elif unit.kind == "item":
            indents = [indent for indent in indents if indent < unit.indent]
            indents.append(unit.indent)
            yield Block("item", unit.start + unit.marker, unit.end, len(indents))
            continue
        else:
            yield Block("paragraph", unit.start, unit.end)
        indents = []


def _chunks(text: str) -> list[list[Line]]:
    """The lines between blank lines."""
    chunks: list[list[Line]] = [[]]
    position = 0
    for match in re.finditer(r"\r\n|\r|\n|\Z", text):
        line = text[position : match.start()]
        stripped = line.strip()
        if stripped:
            indent = len(line) - len(line.lstrip())
            start = position + indent
            chunks[-1].append(Line(stripped, start, start + len(stripped), len(line[:indent].expandtabs(4))))
        elif chunks[-1]:
            chunks.append([])
        position = match.end()
    return chunks if chunks[-1] else chunks[:-1]
