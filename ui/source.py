"""A document as people read it, with the cited characters marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from corpus import Block, Document
from ui.markup import escape, fill
from ui.original import original_link
from ui.texts import text

__all__ = ["Range", "read_ranges", "render_page", "render_source"]

Range = tuple[int, int]

_MARKER = re.compile(r"(?:^|[\n\s])(\(?\w{1,4}[.)])\s*$")


def read_ranges(text: str) -> list[Range]:
    """The ranges that "12-30,40-58" names; ValueError where it names none."""
    if not re.fullmatch(r"(\d{1,12}-\d{1,12}(,\d{1,12}-\d{1,12}){0,99})?", text, re.ASCII):
        raise ValueError("expected ranges like 12-30,40-58, at most 100 of them")
    pairs = (part.split("-") for part in text.split(",") if part)
    return [(int(start), int(end)) for start, end in pairs]


@dataclass
class _View:
    """A document on its way to HTML; the first piece that is cited gets the id that links point to."""

    document: Document
    cited: Range
    also: Sequence[Range]
    top: int
    found: bool = field(default=False)

    def inline(self, start: int, end: int) -> str:
        """The document's characters [start, end), escaped, and marked where they are cited."""
        text = self.document.text
        ranges = [one for one in (self.cited, *self.also) if one[0] < end and start < one[1]]
        if not ranges:
            return escape(text[start:end])
        edges = sorted({start, end, *(edge for one in ranges for edge in one if start < edge < end)})
        return "".join(self._piece(left, right, ranges) for left, right in pairwise(edges))

    def _piece(self, left: int, right: int, ranges: Sequence[Range]) -> str:
        words = escape(self.document.text[left:right])
        over = [one for one in dict.fromkeys(ranges) if one[0] <= left and right <= one[1]]
        if not over:
            return words
        places = " ".join(f"{start}-{end}" for start, end in over)
        if self.cited not in over:
            return f'<mark class="other" data-places="{places}">{words}</mark>'
        anchor = "" if self.found else ' id="hl" tabindex="-1"'
        self.found = True
        return f'<mark{anchor} data-places="{places}">{words}</mark>'


def render_source(
    document: Document, start: int = 0, end: int = 0, also: Sequence[Range] = (), top: int = 2
) -> str:
    """The document's blocks as HTML, with `<mark id="hl">` around the characters [start, end).

    The ranges of `also` are marked weaker. `top` is the level that headings of level 1 get. A range
    that reaches over several blocks is marked in each of them. ValueError where one isn't within the text.
    """
    length = len(document.text)
    if not all(0 <= left <= right <= length for left, right in ((start, end), *also)):
        raise ValueError(f"expected 0 <= s <= e <= {length}, the document's length")
    view = _View(document, (start, end), also, top)
    body = "\n".join(_groups(view))
    if start < end and not view.found:
        body = f'<pre class="plain">{view.inline(0, length)}</pre>'
    name = f'data-title="{escape(document.title)}" data-source="{escape(document.source)}"'
    return f'<article class="document" {name}>\n{body}\n{_originals(view)}</article>'


def render_page(document: Document, start: int, end: int, home: str) -> str:
    """The same as a page of its own; `home` is the path of the chat, "/" at the end."""
    link = original_link(document, start, end)
    original = _button(link) if link else ""
    return fill(
        "source.html",
        title=escape(document.title),
        source=escape(document.source),
        body=render_source(document, start, end),
        home=escape(home),
        original=original,
    )


def _button(link: str) -> str:
    name = escape(text("source.original"))
    return f'<a class="quiet-button" href="{escape(link)}" target="_blank" rel="noopener noreferrer">{name}</a>'


def _originals(view: _View) -> str:
    """For each place that is cited, its owner's page; nothing where the document has none."""
    ranges = [(start, end) for start, end in dict.fromkeys((view.cited, *view.also)) if start < end]
    links = ((one, original_link(view.document, *one)) for one in ranges)
    return "".join(
        f'<span hidden data-place="{start}-{end}" data-original="{escape(link)}"></span>\n'
        for (start, end), link in links
        if link
    )


def _groups(view: _View) -> Iterator[str]:
    previous = 0
    for kind, group in groupby(view.document.blocks, key=lambda block: block.kind):
        blocks = tuple(group)
        pieces = []
        for block in blocks:
            pieces.append(_piece(view, block, view.document.text[previous : block.start]))
            previous = block.end
        yield _WRAPPED.get(kind, "{}").format("\n".join(pieces))


_WRAPPED = {
    "item": "<ul>\n{}\n</ul>",
    "row": '<div class="rows">\n{}\n</div>',
}


def _piece(view: _View, block: Block, before: str) -> str:
    words = view.inline(block.start, block.end)
    if block.kind == "heading":
        level = min(view.top - 1 + max(block.level, 1), 6)
        return f"<h{level}>{words}</h{level}>"
    if block.kind == "item":
        return f'<li class="deep{min(max(block.level, 1), 4)}">{_marker(before)}{words}</li>'
    if block.kind == "code":
        return f"<pre><code>{words}</code></pre>"
    return f'<p class="row">{words}</p>' if block.kind == "row" else f"<p>{words}</p>"


def _marker(before: str) -> str:
    """The number that an item carries in its document; a dash or a dot is drawn by the style."""
    number = _MARKER.search(before)
    return f'<span class="number">{escape(number[1])}</span> ' if number else ""
