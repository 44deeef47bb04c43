"""A document as people read it, with the cited characters marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from corpus import Block, Document
from ui.markup import escape, fill

__all__ = ["render_page", "render_source"]

_MARKER = re.compile(r"(?:^|[\n\s])(\(?\w{1,4}[.)])\s*$")


@dataclass
class _View:
    """A document on its way to HTML; the first marked piece gets the id that links point to."""

    document: Document
    start: int
    end: int
    top: int
    found: bool = field(default=False)

    def inline(self, start: int, end: int) -> str:
        """The document's characters [start, end), escaped, and marked where they are cited."""
        text = self.document.text
        left, right = max(start, self.start), min(end, self.end)
        if left >= right:
            return escape(text[start:end])
        anchor = "" if self.found else ' id="hl" tabindex="-1"'
        self.found = True
        cited = f"<mark{anchor}>{escape(text[left:right])}</mark>"
        return escape(text[start:left]) + cited + escape(text[right:end])


def render_source(document: Document, start: int = 0, end: int = 0, top: int = 2) -> str:
    """The document's blocks as HTML, with `<mark id="hl">` around the characters [start, end).

    `top` is the level that its headings of level 1 get. A range that reaches over several blocks
    is marked in each of them. ValueError where it isn't within the text.
    """
    if not 0 <= start <= end <= len(document.text):
        raise ValueError(f"expected 0 <= s <= e <= {len(document.text)}, the document's length")
    view = _View(document, start, end, top)
    body = "\n".join(_groups(view))
    if start < end and not view.found:
        body = f'<pre class="plain">{view.inline(0, len(document.text))}</pre>'
    name = f'data-title="{escape(document.title)}" data-source="{escape(document.source)}"'
    return f'<article class="document" {name}>\n{body}\n</article>'


def render_page(document: Document, start: int, end: int, home: str) -> str:
    """The same as a page of its own; `home` is the path of the chat, "/" at the end."""
    return fill(
        "source.html",
        title=escape(document.title),
        source=escape(document.source),
        body=render_source(document, start, end),
        home=escape(home),
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
