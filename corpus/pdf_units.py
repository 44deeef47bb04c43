"""Put the lines of a PDF's frames together: paragraphs, items, table rows and code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from corpus.hyphens import Vocabulary, joined_lines
from corpus.pdf_lines import PdfLine
from corpus.pdf_tables import PdfTable, tables_and_lines

__all__ = ["PdfUnit", "Setting", "units_of_frame"]

_CLOSING = tuple(".!?:;…。”\"')")
_BULLET = re.compile(r"[•‣◦▪●○■□➢✓➤►∙⁃]\s*(?=\S)")
_DASH = re.compile(r"[–—*·-]\s+(?=\S)")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})\)|(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})\.)\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a document is set: the size of its usual letters, its leading in sizes, and its words."""

    size: float
    leading: float
    words: Vocabulary
    mono: bool


@dataclass(slots=True)
class PdfUnit:
    """Lines that belong together, on the page where they begin.

    `rows` are a table's, the first being its header where `headed`; `full` says that the last line
    reaches the right margin; `begins_flush` that the first line isn't indented.
    """

    kind: Literal["paragraph", "item", "table", "code"]
    page: int
    lines: list[PdfLine]
    text: str = ""
    marker: str = ""
    rows: list[list[str]] = field(default_factory=list)
    headed: bool = False
    full: bool = False
    begins_flush: bool = True

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes = Counter({line.size: 0 for line in self.lines})
        for line in self.lines:
            sizes[line.size] += len(line.text)
        return sizes.most_common(1)[0][0]

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)


def units_of_frame(frame: Sequence[PdfLine], page: int, setting: Setting) -> Iterator[PdfUnit]:
    """The units of a frame, in order."""
    margin = _margin(frame)
    unit: PdfUnit | None = None
    for part in tables_and_lines(frame):
        if isinstance(part, PdfTable):
            if unit:
                yield _finished(unit, frame, setting)
            unit = None
            yield PdfUnit("table", page, part.lines, rows=part.rows, headed=part.headed)
            continue
        if unit and not _begins(unit, part, margin, frame, setting):
            unit.lines.append(part)
            continue
        if unit:
            yield _finished(unit, frame, setting)
        unit = _unit(part, page, unit, margin, setting)
    if unit:
        yield _finished(unit, frame, setting)


def _margin(frame: Sequence[PdfLine]) -> float:
    return max(line.x1 for line in frame)


def _unit(line: PdfLine, page: int, before: PdfUnit | None, margin: float, setting: Setting) -> PdfUnit:
    if line.mono and not setting.mono:
        return PdfUnit("code", page, [line])
    marker = _marker(line, before)
    return PdfUnit("item" if marker else "paragraph", page, [line], marker=marker)


def _marker(line: PdfLine, before: PdfUnit | None) -> str:
    """The bullet or number that a line begins with as an item does; empty for none."""
    if found := _BULLET.match(line.text):
        return found.group()
    listed = before is not None and (before.kind == "item" or before.lines[-1].text.endswith(":"))
    if listed and not line.bold and (found := _DASH.match(line.text) or _NUMBER.match(line.text)):
        return found.group()
    if not line.bold and (found := _NUMBER.match(line.text)) and found.group().strip(" ().") in ("1", "a", "i"):
        return found.group()
    return ""


def _begins(unit: PdfUnit, line: PdfLine, margin: float, frame: Sequence[PdfLine], setting: Setting) -> bool:
    """Whether a new unit begins with `line`."""
    last = unit.lines[-1]
    step = line.bottom - last.bottom
    if unit.kind == "code":
        return not line.mono or step > 3 * setting.leading * line.size
    open_ended = (
        not last.text.endswith(_CLOSING) and _reaches(last, line, margin) and step < 1.2 * setting.leading * line.size
    )
    if line.mono and not setting.mono and not (last.hyphenated or open_ended):
        return True
    ratio = max(line.size, last.size) / min(line.size, last.size)
    if ratio > (1.3 if open_ended or last.hyphenated else 1.08):
        return True
    if line.bold != last.bold and (len(last.text) < 60 or len(unit.lines) == 1) and not _reaches(last, line, margin):
        return True
    if step > 1.3 * setting.leading * line.size:
        return True
    if last.hyphenated:
        return False
    if min(line.size, last.size) > 1.15 * setting.size and line.bold == last.bold:
        return False
    closed = last.text.endswith(_CLOSING)
    if _marker(line, unit) and (closed or not _reaches(last, line, margin) or _BULLET.match(line.text)):
        return True
    indent = line.x0 - last.x0
    if indent > 0.8 * line.size:
        hangs = (
            len(unit.lines) == 1 and (unit.kind == "item" or _reaches(last, line, margin)) and not _centred(last, line)
        )
        return not hangs and closed
    if indent < -0.8 * line.size:
        return len(unit.lines) > 1 and (closed or unit.kind == "item") and not _centred(last, line)
    return closed and not _reaches(last, line, margin)


def _reaches(last: PdfLine, line: PdfLine, margin: float) -> bool:
    """Whether the next line's first word had not fitted on the last line any more."""
    word = len(line.text.split(maxsplit=1)[0]) * 0.5 * line.size
    return last.x1 + word + 0.3 * line.size > margin - 0.02 * (margin - line.x0)


def _centred(a: PdfLine, b: PdfLine) -> bool:
    return abs((a.x0 + a.x1) - (b.x0 + b.x1)) < 4 and abs(a.x0 - b.x0) > 4


def _finished(unit: PdfUnit, frame: Sequence[PdfLine], setting: Setting) -> PdfUnit:
    margin, left = _margin(frame), min(line.x0 for line in frame)
    unit.full = unit.lines[-1].hyphenated or unit.lines[-1].x1 > margin - 0.06 * (margin - left)
    unit.begins_flush = unit.lines[0].x0 < left + 0.5 * setting.size
    unit.text = _code(unit.lines) if unit.kind == "code" else _prose(unit.lines, margin, setting)[len(unit.marker) :]
    unit.marker = unit.marker.strip() + " " if unit.marker else ""
    return unit


def _prose(lines: Sequence[PdfLine], margin: float, setting: Setting) -> str:
    text = lines[0].text
    for last, line in pairwise(lines):
        if last.hyphenated:
            text = setting.words.join(text, line.text)
        else:
            meant = not _reaches(last, line, margin) and not line.text[0].islower()
            text = f"{text}\n{line.text}" if meant else joined_lines(text, line.text)
    return text


def _code(lines: Sequence[PdfLine]) -> str:
    """Lines of code with their indents, told from where they begin."""
    widths = sorted((cell.x1 - cell.x0) / len(cell.text) for line in lines for cell in line.cells)
    width = widths[len(widths) // 2] or 1.0
    left = min(line.x0 for line in lines)
    texts = []
    for line in lines:
        text = ""
        for cell in line.cells:
            wanted = min(200, round((cell.x0 - left) / width))
            text += " " * max(wanted - len(text), 1 if text else 0) + cell.text
        texts.append(text + "-" * line.hyphenated)
    return "\n".join(texts)
