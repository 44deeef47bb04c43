"""Cut a document into passages that fit an embedding model's window and end where sentences end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.document import Block, Document, Passage, Section, Sentence, context_line
from corpus.packing import Piece, pack
from corpus.sentences import split_sentences

__all__ = ["split"]

# To WordPiece a word of a thousand letters is one unknown token, and no less long to a reader.
_CHARACTERS_PER_TOKEN = 16

_PAUSES = [re.compile(pattern) for pattern in (r"\n", r"[.!?;:,…]\s", r"\s")]


def split(document: Document, count_tokens: Callable[[str], int], limit: int) -> list[Passage]:
    """The passages of a document, in order, each a slice of its text.

    `limit` bounds the tokens of a passage's `context` and text together, as `count_tokens` counts
    them; a context that needs more than a third of it is to be shortened by whoever embeds it.
    A passage lies within one section and holds whole sentences; only a sentence that alone
    doesn't fit is cut, at white space where it has any. Sections are cut into as few passages as
    possible, of about the same size. Headings are in no passage's text.
    """
    if limit < 1:
        raise ValueError(f"limit is a number of tokens, at least 1, not {limit}")
    scale = _Scale(document.text, count_tokens)
    return [
        _passage(document, section, pieces)
        for section in document.sections
        for pieces in _packed(document.title, section, scale, limit)
    ]


def _packed(title: str, section: Section, scale: _Scale, limit: int) -> list[list[Piece]]:
    context = min(scale.count(context_line(title, section.headings)), limit // 3)
    room = max(1, limit - scale.base - context)
    return pack(list(_pieces(section, scale, room)), room)


def _passage(document: Document, section: Section, pieces: list[Piece]) -> Passage:
    start, end = pieces[0].start, pieces[-1].sentence.end
    return Passage(
        document_id=document.id,
        title=document.title,
        source=document.source,
        headings=section.headings,
        page=pieces[0].block.page,
        text=document.text[start:end],
        start=start,
        end=end,
        sentences=tuple(piece.sentence for piece in pieces),
        sha256=document.sha256,
    )


class _Scale:
    """Weighs parts of a text in tokens, without the tokens that the model adds to any input."""

    def __init__(self, text: str, count_tokens: Callable[[str], int]) -> None:
        self.text = text
        self.base = count_tokens("")
        self._count_tokens = count_tokens
        self._gaps: dict[str, int] = {}

    def count(self, text: str) -> int:
        return self._count_tokens(text) - self.base

    def weigh(self, start: int, end: int) -> int:
        return max(self.count(self.text[start:end]), -(-(end - start) // _CHARACTERS_PER_TOKEN))

    def weigh_gap(self, start: int, end: int) -> int:
        gap = self.text[start:end]
        if gap not in self._gaps:
            self._gaps[gap] = self.count(gap)
        return self._gaps[gap]


def _pieces(section: Section, scale: _Scale, room: int) -> Iterator[Piece]:
    """The section's sentences, those that are too heavy for `room` in several parts."""
    position = None
    for block in section.blocks:
        first = _marker_start(scale.text, block.start)
        opens = True
        for start, end, weight in _fitting(block, first, scale, room):
            first = first if opens else start
            gap = 0 if position is None else scale.weigh_gap(position, first)
            yield Piece(first, Sentence(start, end, block.kind, block.page, block.place), weight, gap, block, opens)
            position, opens = end, False


def _fitting(block: Block, marker: int, scale: _Scale, room: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and weight of each sentence, the weight of the block's marker with the first."""
    for start, end in _sentences(block, scale.text):
        weight = scale.weigh(marker, end)
        if weight <= room:
            yield start, end, weight
        else:
            left = max(1, room - scale.weigh(marker, start))
            for first, last in _cut(scale, start, end, left):
                yield first, last, scale.weigh(marker if first == start else first, last)
        marker = end
        while marker < block.end and scale.text[marker].isspace():
            marker += 1


def _marker_start(text: str, start: int) -> int:
    """Where the bullet or number before a block begins; `start` where there is none on its line."""
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    marker = text[line:start].strip()
    return text.index(marker, line) if marker else start


def _sentences(block: Block, text: str) -> list[tuple[int, int]]:
    if block.kind in ("code", "row"):
        return [(block.start, block.end)]
    return [(block.start + start, block.start + end) for start, end in split_sentences(text[block.start : block.end])]


def _cut(scale: _Scale, start: int, end: int, room: int) -> Iterator[tuple[int, int]]:
    """Ranges of about equal length that fit `room` and leave out only white space between them."""
    text = scale.text
    step = max(1, (end - start) // -(-scale.weigh(start, end) // room))
    while start < end:
        stop = _stop(text, start, min(end, start + step))
        while stop - start > 1 and scale.weigh(start, stop) > room:
            stop = _stop(text, start, start + max(1, (stop - start) * 3 // 4))
        trimmed = text[start:stop].rstrip()
        if trimmed:
            yield start, start + len(trimmed)
        start = stop
        while start < end and text[start].isspace():
            start += 1


def _stop(text: str, start: int, stop: int) -> int:
    """Where best to cut in the later half of a range: at a line end, a pause, white space, its end."""
    if stop == len(text) or text[stop].isspace():
        return stop
    half = (start + stop) // 2
    for pause in _PAUSES:
        found = [match.end() for match in pause.finditer(text, half, stop)]
        if found:
            return found[-1]
    return stop
