"""Markdown: CommonMark with tables, footnotes and front matter. The only file that knows markdown-it.

The text is what a reader sees: no asterisks or backticks, links as their text, images as their
description, a table's row with its column names. A list item carries its bullet or number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from corpus.building import DocumentBuilder, TableRows
from corpus.decoding import decode
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.html import add_html
from corpus.naming import title_from_name

__all__ = ["read_markdown"]

# The parser reads nothing beyond this depth of lists and quotations, so that its stack is bounded.
_DEEPEST = 100
_NESTED = re.compile(rf"^[ \t>*+.)\d-]{{{_DEEPEST},}}(?=[^\s>*+-])", re.MULTILINE)
_MARKERS = re.compile(r"[>*+-]|\d[.)]")
# The parser takes quadratic time for many opening brackets in one paragraph; beyond this many the
# paragraph is taken as it is typed.
_MOST_BRACKETS = 1000

_TITLE = re.compile(r"^title\s*:\s*(.+?)\s*$", re.MULTILINE)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_markdown(data: bytes, id: str, source: str) -> Document:
    """A Markdown document; its title is the first heading of level 1, or else the front matter's."""
    text = decode(data, source)
    if any(len(_MARKERS.findall(line)) > _DEEPEST for line in _NESTED.findall(text)):
        raise UnreadableDocument(source, f"its lists or quotations are nested more than {_DEEPEST} deep")
    walker = _Walker()
    walker.walk(_parser().parse(text))
    builder = walker.builder
    title = builder.first_heading() or walker.front_title or title_from_name(source)
    return builder.document(id, title, source)


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    parser.use(front_matter_plugin).use(footnote_plugin)
    parser.core.ruler.at("inline", _parse_inline)
    return parser


def _parse_inline(state: Any) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        if token.content.count("[") + token.content.count("<") > _MOST_BRACKETS:
            plain = type(token)("text", "", 0, content=token.content)
            token.children = [plain]
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


class _Walker:
    """Goes through the parser's flat list of tokens and gives the blocks to a builder."""

    def __init__(self) -> None:
        self.builder = DocumentBuilder()
        self.front_title = ""
        self._heading = 0
        self._nesting = 0
        self._depth = 0
        self._marker = ""
        self._table = TableRows(self.builder)
        self._in_header = False
        self._cells: list[str] | None = None

    def walk(self, tokens: Sequence[Any]) -> None:
        """Add every block, in the document's order, footnotes last."""
        for token in tokens:
            getattr(self, f"_{token.type}", _ignore)(token)

    def _front_matter(self, token: Any) -> None:
        found = _TITLE.search(token.content)
        self.front_title = found.group(1).strip("\"'") if found else ""

    def _heading_open(self, token: Any) -> None:
        self._heading = int(token.tag[1:])

    def _heading_close(self, _: Any) -> None:
        self._heading = 0

    def _blockquote_open(self, _: Any) -> None:
        self._nesting += 1

    def _blockquote_close(self, _: Any) -> None:
        self._nesting -= 1

    def _bullet_list_open(self, _: Any) -> None:
        self._depth += 1

    def _bullet_list_close(self, _: Any) -> None:
        self._depth -= 1
        self._marker = ""

    _ordered_list_open, _ordered_list_close = _bullet_list_open, _bullet_list_close

    def _list_item_open(self, token: Any) -> None:
        self._marker = f"{token.info}{token.markup} " if token.info else "- "

    def _footnote_open(self, token: Any) -> None:
        self._depth += 1
        self._marker = f"[{_label(token)}] "

    def _footnote_close(self, _: Any) -> None:
        self._depth -= 1
        self._marker = ""

    def _fence(self, token: Any) -> None:
        self.builder.add("code", token.content)

    _code_block = _fence

    def _html_block(self, token: Any) -> None:
        add_html(self.builder, token.content)

    def _table_open(self, _: Any) -> None:
        self._table = TableRows(self.builder)

    def _table_close(self, _: Any) -> None:
        self._table.close()

    def _thead_open(self, _: Any) -> None:
        self._in_header = True

    def _thead_close(self, _: Any) -> None:
        self._in_header = False

    def _tr_open(self, _: Any) -> None:
        self._cells = []

    def _tr_close(self, _: Any) -> None:
        self._table.add(self._cells or [], self._in_header)
        self._cells = None

    def _inline(self, token: Any) -> None:
        text = "".join(_rendered(token.children or []))
        if self._cells is not None:
            self._cells.append(text)
        elif self._heading and not self._nesting and not self._depth:
            self.builder.add("heading", text, self._heading)
        elif _is_badges(token.children or []):
            return
        elif self._depth:
            self.builder.add("item", text, self._depth, self._marker)
            self._marker = ""
        else:
            self.builder.add("paragraph", text)


def _ignore(_: Any) -> None:
    """What has no text of its own."""


def _rendered(children: Sequence[Any]) -> Iterator[str]:
    for child in children:
        if child.type in ("text", "code_inline", "text_special"):
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak" or (child.type == "html_inline" and _LINE_BREAK.match(child.content)):
            yield "\n"
        elif child.type == "image":
            yield "".join(_rendered(child.children or []))
        elif child.type == "footnote_ref":
            yield f"[{_label(child)}]"


def _label(token: Any) -> str:
    return str(token.meta.get("label") or token.meta["id"] + 1)


def _is_badges(children: Sequence[Any]) -> bool:
    """A line of nothing but linked pictures, which tells how a build is doing and the like."""
    types = {child.type for child in children if child.type != "text" or child.content.strip()}
    return "image" in types and types <= {"image", "link_open", "link_close", "softbreak"} and "link_open" in types
