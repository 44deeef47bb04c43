"""HTML: the page's main content as headings, paragraphs, items, rows and code.

The only file that knows selectolax. Navigation, headers, footers, forms' controls, consent banners
and what is hidden are left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from corpus.building import DocumentBuilder
from corpus.decoding import decode
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.naming import title_from_name
from corpus.page_walker import PageWalker

__all__ = ["add_html", "parse_html", "read_html"]

_ROOTS = ("[role=main]", "main", "article", "#content", "#main-content")

# Beyond this depth the parser's time grows with the square of the nesting.
_DEEPEST = 10_000
_NESTING = re.compile(
    r"<(/?)(?:div|section|article|main|aside|nav|header|footer|ul|ol|dl|blockquote|details|figure|fieldset|"
    r"center|form|address|dialog|table)(?=[\s>/])",
    re.IGNORECASE,
)
_PUBLISHED = 'head link[rel~=canonical i], head meta[property^="og:"]'
# These mark their content or have none but content, and an article's finder would lose half of it.
_GENERATORS = re.compile(
    r"sphinx|docutils|mkdocs|docusaurus|doxygen|javadoc|pandoc|asciidoc|gitbook|vitepress|vuepress|texi2|"
    r"latex|libreoffice|openoffice|microsoft word|rustdoc|pdoc",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)


def read_html(data: bytes, id: str, source: str, declared: str | None = None) -> Document:
    """A page's main content; `declared` is the encoding that the server named, if any.

    The title is the first h1 of the content, else the page's <title>, else the source's name.
    """
    tree = parse_html(data, source, declared)
    builder = DocumentBuilder()
    if tree.body is not None:
        PageWalker(builder, _main_content(tree)).walk()
    name = tree.css_first("head title")
    title = builder.first_heading() or " ".join((name.text() if name else "").split())
    document = builder.document(id, title or title_from_name(source), source)
    return _without_margins(document, tree) if _has_margins(tree, source) else document


def parse_html(data: bytes, source: str, declared: str | None = None) -> Any:
    """A page's tree, as selectolax has it; UnreadableDocument where it is no page."""
    if not declared and (found := _DECLARED.search(data[:4096])):
        declared = found.group(1).decode("ascii", "replace")
    text = decode(data, source, declared)
    if _depth(text) > _DEEPEST:
        raise UnreadableDocument(source, f"its elements are nested more than {_DEEPEST:,} deep; it is no page to read")
    return _parse(text)


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


def _has_margins(tree: Any, source: str) -> bool:
    """Whether it is a page from the web, menus and all, that doesn't mark where its content is."""
    if tree.body is None or _main_content(tree).mem_id != tree.body.mem_id:
        return False
    generator = tree.css_first("meta[name=generator i]")
    if generator and _GENERATORS.search(generator.attributes.get("content") or ""):
        return False
    return "://" in source or tree.css_first(_PUBLISHED) is not None


def _without_margins(document: Document, tree: Any) -> Document:
    """Without the blocks before and after the content."""
    from corpus.main_content import content_range

    blocks, text = document.blocks, document.text
    first, end = content_range(tree.html or "", text, blocks)
    if (first, end) == (0, len(blocks)):
        return document
    # An item's bullet stands before it, on its line.
    start = max(text.rfind("\n", 0, blocks[first].start) + 1, blocks[first - 1].end if first else 0)
    kept = tuple(replace(block, start=block.start - start, end=block.end - start) for block in blocks[first:end])
    return replace(document, text=text[start : blocks[end - 1].end], blocks=kept)
