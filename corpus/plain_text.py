"""Plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.document import Block, Document

__all__ = ["plain_document"]

_LINE_END = re.compile(r"\r\n|\r|\n|\Z")


def plain_document(id: str, title: str, source: str, text: str) -> Document:
    """A text as it is, as paragraphs parted by blank lines, without looking for headings or lists."""
    blocks: list[Block] = []
    opened = False
    for start, end in _filled_lines(text):
        if opened and start < end:
            blocks[-1] = Block("paragraph", blocks[-1].start, end)
        elif start < end:
            blocks.append(Block("paragraph", start, end))
        opened = start < end
    return Document(id, title, source, text, tuple(blocks))


def _filled_lines(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of the lines without surrounding white space; a blank line's range is empty."""
    position = 0
    for match in _LINE_END.finditer(text):
        line = text[position : match.start()]
        start = position + len(line) - len(line.lstrip())
        yield start, max(start, position + len(line.rstrip()))
        position = match.end()
