"""HTML: the page's main content as headings, paragraphs, items, rows and code.

The only file that knows selectolax. Navigation, headers, footers, forms' controls, consent banners
and what is hidden are left out.
"""

from __future__ import annotations

import re
from typing import Any

from corpus.building import DocumentBuilder
from corpus.decoding import decode
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.naming import title_from_name
from corpus.page_walker import PageWalker

__all__ = ["add_html", "read_html"]

_ROOTS = ("[role=main]", "main", "article", "#content", "#main-content")

# Beyond this depth the parser's time grows with the square of the nesting.
_DEEPEST = 10_000
_NESTING = re.compile(
    r"<(/?)(?:div|section|article|main|aside|nav|header|footer|ul|ol|dl|blockquote|details|figure|fieldset|"
    r"center|form|address|dialog|table)(?=[\s>/])",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)


def read_html(data: bytes, id: str, source: str, declared: str | None = None) -> Document:
    """A page's main content; `declared` is the encoding that the server named, if any.

    The title is the first h1 of the content, else the page's <title>, else the source's name.
    """
    if not declared and (found := _DECLARED.search(data[:4096])):
        declared = found.group(1).decode("ascii", "replace")
    text = decode(data, source, declared)
    if _depth(text) > _DEEPEST:
        raise UnreadableDocument(source, f"its elements are nested more than {_DEEPEST:,} deep; it is no page to read")
    tree = _parse(text)
    builder = DocumentBuilder()
    if tree.body is not None:
        PageWalker(builder, _main_content(tree)).walk()
    name = tree.css_first("head title")
    title = builder.first_heading() or " ".join((name.text() if name else "").split())
    return builder.document(id, title or title_from_name(source), source)


def add_html(builder: DocumentBuilder, fragment: str) -> None:
    """Add the blocks of a piece of HTML to a document that is being built."""
    if _depth(fragment) <= _DEEPEST and (body := _parse(fragment).body) is not None:
        PageWalker(builder, body).walk()


def _parse(text: str) -> Any:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(text.encode("utf-8", "replace").decode("utf-8"))


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _NESTING.finditer(text):
        depth = depth + 1 if not match.group(1) else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _main_content(tree: Any) -> Any:
    for selector in _ROOTS:
        found = tree.css(selector)
        if len(found) == 1 and found[0].text().strip():
            return found[0]
    return tree.body
