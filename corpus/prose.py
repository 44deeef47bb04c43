"""Texts within other formats, such as a field of a record or the body of a message: their blocks, with a place."""

from __future__ import annotations

import re

from corpus.building import DocumentBuilder
from corpus.document import BlockKind
from corpus.html import add_html
from corpus.plain_text import text_blocks

__all__ = ["Placed", "add_prose", "cleaned", "is_markup"]

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(r"</(?:p|div|li|ul|ol|h[1-6]|td|table|strong|em|a|span)>|<br\s*/?>", re.IGNORECASE)


def cleaned(text: str) -> str:
    """A text in which what is no character (NUL, a lone surrogate) is replaced by U+FFFD."""
    return _NO_TEXT.sub("\ufffd", text)


def is_markup(text: str) -> bool:
    """Whether a text is a piece of HTML."""
    return "<" in text and bool(_MARKUP.search(text))


class Placed:
    """A builder whose blocks all get a page and a place, and whose headings stand `deeper` by some levels."""

    def __init__(self, builder: DocumentBuilder, page: int | None = None, place: str = "", deeper: int = 0) -> None:
        self._builder = builder
        self._page = page
        self._place = place
        self._deeper = deeper

    def add(
        self, kind: BlockKind, text: str, level: int = 0, marker: str = "", page: int | None = None, place: str = ""
    ) -> None:
        """As `DocumentBuilder.add`."""
        level = min(6, level + self._deeper) if kind == "heading" else level
        self._builder.add(kind, cleaned(text), level, marker, page or self._page, place or self._place)


def add_prose(builder: DocumentBuilder, text: str, page: int | None = None, place: str = "", deeper: int = 6) -> None:
    """Add the paragraphs and lists of a text, or of a piece of HTML, to a document that is being built.

    Headings within HTML stand `deeper` by some levels; those of plain text are paragraphs, since
    in a text this short a line that stands alone is more often something else.
    """
    text = cleaned(text)
    placed = Placed(builder, page, place, deeper)
    if is_markup(text):
        add_html(placed, text)  # type: ignore[arg-type]
        return
    if "\n" not in text and text.lstrip()[:1].isalpha():
        placed.add("paragraph", text)
        return
    for block in text_blocks(text):
        words = text[block.start : block.end]
        if block.kind == "item":
            line = text.rfind("\n", 0, block.start) + 1
            placed.add("item", words, block.level, text[line : block.start].strip() + " ")
        else:
            placed.add("paragraph", words)
