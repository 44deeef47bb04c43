"""Put blocks together into a document's text, so that each one's offsets are known exactly."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.document import Block, BlockKind, Document

__all__ = ["DocumentBuilder", "TableRows"]


class DocumentBuilder:
    """Gathers blocks in order; `document()` gives the document that they make.

    A blank line parts two blocks, a line break the items of a list and the rows of a table. The
    bullet or number of an item stands before it, indented by its depth.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add(
        self, kind: BlockKind, text: str, level: int = 0, marker: str = "", page: int | None = None, place: str = ""
    ) -> None:
        """Add a block, with spaces around its lines left out; nothing is added where none is left.

        `level`, `page` and `place` as in `Block`; a `marker`, such as "- " or "3. ", is put before an item. An item
        without one goes on with what the item before it began.
        """
        text = _tidy(kind, text)
        if not text:
            return
        indent = "  " * (level - 1 if marker else level) if kind == "item" else ""
        before = self._separator(kind) + indent + marker
        self._parts += before, text
        start = self._length + len(before)
        self._length = start + len(text)
        self._blocks.append(Block(kind, start, self._length, level, page, place))

    def first_heading(self, level: int = 1) -> str:
        """The first heading of a level; empty where there is none."""
        found = next((b for b in self._blocks if b.kind == "heading" and b.level == level), None)
        return self.text[found.start : found.end] if found else ""

    def document(self, id: str, title: str, source: str) -> Document:
        """The document of all that was added."""
        return Document(id, title, source, self.text, tuple(self._blocks))

    def _separator(self, kind: BlockKind) -> str:
        if not self._blocks:
            return ""
        return "\n" if kind in ("item", "row") and self._blocks[-1].kind == kind else "\n\n"


def _tidy(kind: BlockKind, text: str) -> str:
    if kind == "code":
        return text.strip("\n").rstrip() if text.strip() else ""
    if kind in ("heading", "row"):
        return " ".join(text.split())
    return "\n".join(line for line in map(str.strip, text.strip().split("\n")) if line)


class TableRows:
    """Gives a table's rows to a builder, each as it reads on its own: `Year: 1953 | Event: Armistice`.

    A header is repeated in each row and makes no row itself, unless no row follows. Rows of
    another width than the header's show their cells alone; empty cells are left out.
    """

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._header: Sequence[str] = ()
        self._due: tuple[int | None, str] | None = None

    def add(self, cells: Sequence[str], is_header: bool = False, page: int | None = None, place: str = "") -> None:
        """Add a row; of several headers the first counts, the others are rows."""
        if is_header and not self._header:
            self._header, self._due = cells, (page, place)
            return
        self._due = None
        self._builder.add("row", _row(self._header, cells), page=page, place=place)

    def close(self) -> None:
        """End the table."""
        if self._due:
            page, place = self._due
            self._builder.add("row", _row((), self._header), page=page, place=place)


def _row(header: Sequence[str], cells: Sequence[str]) -> str:
    names = header if len(header) == len(cells) else [""] * len(cells)
    pairs = [(" ".join(name.split()), " ".join(cell.split())) for name, cell in zip(names, cells, strict=True)]
    return " | ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
