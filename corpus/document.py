"""The values of this room: documents, their blocks and sections, and the passages cut from them.

Every offset counts characters of `Document.text` and every range is half-open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

__all__ = ["Block", "BlockKind", "Document", "Passage", "Section", "Sentence", "context_line"]

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, table row or piece of code: `Document.text[start:end]`.

    The bullet or number of an item stands in the text before `start`. `level` is 1 to 6 for a
    heading and the depth of nesting (from 1) for an item, else 0. `page` counts from 1: a page or
    a slide. `place` says where it is from within the page or file, in words: 'B7:D7', 'lines 12-30'.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    page: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The blocks under one heading, up to the next heading of any level.

    `headings` is the path from the outermost heading to the section's own, without a first one
    that repeats the document's title; () before the first.
    `start` and `end` enclose the body without the heading line.
    """

    headings: tuple[str, ...]
    start: int
    end: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `Document.text[start:end]`, with kind, page and place of the block it stands in."""

    start: int
    end: int
    kind: BlockKind = "paragraph"
    page: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read: `text` is what everything else counts in.

    `id` is unique within an index, `source` is the path or address it came from, and `blocks` are
    in order and don't overlap. `fingerprint` tells the file it was read from (see `Original`).
    `notes` say what of it could not be read, to be shown to whoever adds it.
    """

    id: str
    title: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    fingerprint: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the text in UTF-8: what a citation's receipt names."""
        return _sha256(self.text)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in order; those without a body (a heading right after another) included."""
        sections: list[Section] = []
        path: list[Block] = []
        body: list[Block] = []
        for block in (*self.blocks, None):
            if block and block.kind != "heading":
                body.append(block)
                continue
            if body or path:
                sections.append(self._section(path, body))
            body = []
            if block:
                path = [*(outer for outer in path if outer.level < block.level), block]
        return tuple(sections)

    def _section(self, path: list[Block], body: list[Block]) -> Section:
        headings = tuple(" ".join(self.text[block.start : block.end].split()) for block in path)
        if headings and headings[0] == self.title:
            headings = headings[1:]
        start = body[0].start if body else path[-1].end
        return Section(headings, start, body[-1].end if body else start, tuple(body))


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of its document: `text == Document.text[start:end]`, with what is needed to show it.

    `sentences` are in order, within [start, end), counted in the document like all offsets.
    `sha256` is the document's.
    """

    document_id: str
    title: str
    source: str
    headings: tuple[str, ...]
    page: int | None
    text: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    sha256: str

    def slice(self, start: int, end: int) -> str:
        """The document's characters [start, end); ValueError where they reach beyond the passage."""
        if not self.start <= start <= end <= self.end:
            raise ValueError(f"[{start}, {end}) is not within the passage [{self.start}, {self.end})")
        return self.text[start - self.start : end - self.start]

    def within(self, start: int, end: int) -> tuple[Sentence, ...]:
        """The sentences that share a character with the document's range [start, end)."""
        return tuple(sentence for sentence in self.sentences if sentence.start < end and start < sentence.end)

    @property
    def context(self) -> str:
        """Title and heading path on one line, for searching: 'Title > Heading > Subheading'."""
        return context_line(self.title, self.headings)


def context_line(title: str, headings: tuple[str, ...]) -> str:
    """A title and the headings under it on one line, each once."""
    path = [title, *headings]
    return " > ".join(part for i, part in enumerate(path) if part and part not in path[:i])


@lru_cache(maxsize=64)
def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
