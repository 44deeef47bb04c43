"""Walk a page's elements and find its blocks, whatever parser made the tree."""

from __future__ import annotations

import re
from typing import Any

from corpus.building import DocumentBuilder, TableRows
from corpus.page_furniture import is_furniture

__all__ = ["PageWalker"]

_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr "
    "ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# A table that holds one of these, or another table, is there for the layout; its cells are read like other boxes.
_NOT_IN_DATA = "h1, h2, h3, h4, h5, h6, ul, ol, pre, blockquote, section, article, form"
# What is longer stands in a heading that the page forgot to close.
_LONGEST_HEADING = 300
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LINE_BREAK = "\x00"


class PageWalker:
    """Walks a tree without recursion, however deep, and gives its blocks to a builder."""

    def __init__(self, builder: DocumentBuilder, root: Any) -> None:
        self._builder = builder
        self._root = root
        self._characters = len(root.text())
        self._buffer: list[str] = []
        self._heading = 0
        self._preformatted = 0
        self._lists: list[int | None] = []
        self._marker = ""
        self._tables: list[TableRows | None] = []
        self._cells: list[str] | None = None
        self._header_row = True

    def walk(self) -> None:
        """Add every block under the root, in the page's order."""
        node, end = self._root.child, self._root.mem_id
        while node is not None:
            if self._enter(node):
                if node.child is not None:
                    node = node.child
                    continue
                self._leave(node)
            while node.next is None:
                node = node.parent
                if node is None or node.mem_id == end:
                    self._flush()
                    return
                self._leave(node)
            node = node.next

    def _enter(self, node: Any) -> bool:
        """Begin a node; False where it is to be left out with all that is in it."""
        tag = node.tag or "-"  # <?p ?> has none
        if tag == "-text":
            self._buffer.append(node.text_content or "")
            return False
        if tag.startswith("-") or is_furniture(node, self._characters):
            return False
        if tag == "br":
            self._buffer.append(_LINE_BREAK)
        elif tag in ("td", "th") and self._cells is not None:
            self._begin_cell(tag)
        elif tag in _BLOCKS and (self._cells is not None or (self._heading and tag == "div")):
            self._buffer.append(" ")
        elif tag in _BLOCKS:
            self._flush()
            self._begin(node, tag)
        return True

    def _begin(self, node: Any, tag: str) -> None:
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "pre":
            self._preformatted += 1
        elif tag in ("ul", "ol"):
            self._lists.append(_first_number(node) if tag == "ol" else None)
        elif tag == "li":
            self._marker = self._next_marker()
        elif tag == "table":
            self._tables.append(TableRows(self._builder) if _holds_data(node) else None)
        elif tag == "tr" and self._tables and self._tables[-1]:
            self._cells, self._header_row = [], True

    def _begin_cell(self, tag: str) -> None:
        self._take_cell()
        self._header_row = self._header_row and tag == "th"

    def _leave(self, node: Any) -> None:
        tag = node.tag
        if tag not in _BLOCKS or (self._heading and tag == "div"):
            return
        if self._cells is not None:
            if tag in ("td", "th"):
                self._cells.append(self._take_cell())
            elif tag == "tr":
                self._end_row()
            return
        self._flush()
        if tag in _HEADINGS:
            self._heading = 0
        elif tag == "pre":
            self._preformatted -= 1
        elif tag in ("ul", "ol"):
            self._lists.pop()
            self._marker = ""
        elif tag == "table" and (rows := self._tables.pop()):
            rows.close()

    def _take_cell(self) -> str:
        text = "".join(self._buffer).replace(_LINE_BREAK, " ")
        self._buffer.clear()
        return _SPACE.sub(" ", text).strip()

    def _end_row(self) -> None:
        cells, self._cells = self._cells or [], None
        if cells and (rows := self._tables[-1]):
            rows.add(cells, self._header_row)

    def _next_marker(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _flush(self) -> None:
        """Give what was gathered since the last block's border to the builder."""
        text = "".join(self._buffer)
        self._buffer.clear()
        if self._preformatted:
            self._builder.add("code", text.replace(_LINE_BREAK, "\n"))
            return
        text = _SPACE.sub(" ", text).replace(_LINE_BREAK, "\n").strip()
        if not text:
            return
        if self._heading and len(text) <= _LONGEST_HEADING:
            self._builder.add("heading", text, self._heading)
            self._heading = 0
        elif self._lists:
            self._builder.add("item", text, len(self._lists), self._marker)
            self._marker = ""
        else:
            self._builder.add("paragraph", text)


def _first_number(ordered_list: Any) -> int:
    start = ordered_list.attributes.get("start") or "1"
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _holds_data(table: Any) -> bool:
    if table.css_first(_NOT_IN_DATA) is not None:
        return False
    return all(inner.mem_id == table.mem_id for inner in table.css("table"))
