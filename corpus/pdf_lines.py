"""The lines of a PDF's page, told from where its characters stand.

Distances are points; y grows downwards, whichever way the page is turned.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Cell", "PdfLine", "PdfPage", "page_of"]

_BOLD = re.compile(r"bold|black|heavy|semib|demi|(?:^|\+)(?:CMBX|CMSSBX|SFBX|ECBX)|Medi(?:Ital)?$", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|typewriter|menlo|(?:^|\+)(?:CMTT|CMSLTT|SFTT|ECTT)|TeleT", re.IGNORECASE)
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ft", 0xFB06: "st"}
_SPACES = {0x09, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x200A, 0x202F, 0x3000}
# Bullets of the fonts Symbol and Wingdings, which have no place of their own in Unicode.
_BULLETS = {0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF06E, 0xF0A8}
# Old fonts print an accent and then the letter below it.
_ACCENTS = dict(zip("´¨ˆ˜ˇ", "\u0301\u0308\u0302\u0303\u030c", strict=True))
_ACCENTED = re.compile("([´¨ˆ˜ˇ])([a-zA-Z])")
_HYPHEN = 0x02  # what PDFium makes of a hyphen at the end of a line
_WIDE = 1.0  # a gap of as many times the size of the letters parts two cells


@dataclass(slots=True)
class Cell:
    """A part of a line between wide gaps."""

    text: str
    x0: float
    x1: float


@dataclass(slots=True)
class PdfLine:
    """A line as it is printed: its cells, its box, and the letters that most of it is set in.

    `hyphenated` says that a hyphen at its end, which isn't in the text, may part a word.
    """

    cells: list[Cell]
    top: float
    bottom: float
    size: float
    bold: bool
    mono: bool
    hyphenated: bool = False

    @property
    def text(self) -> str:
        """Its cells, parted by spaces."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def x0(self) -> float:
        """Where it begins."""
        return self.cells[0].x0

    @property
    def x1(self) -> float:
        """Where it ends."""
        return max(cell.x1 for cell in self.cells)


@dataclass(slots=True)
class PdfPage:
    """A page: its number from 1, its lines in the order of the file, its upper and lower edge."""

    number: int
    lines: list[PdfLine]
    top: float
    bottom: float
    has_picture: bool = False


@dataclass(slots=True)
class _Style:
    size: float
    bold: bool
    mono: bool
    turn: int


@dataclass(slots=True)
class _Glyph:
    text: str
    box: tuple[float, float, float, float]
    style: _Style


@dataclass(slots=True)
class _Row:
    """Glyphs and spaces (None) of a line that is being gathered."""

    glyphs: list[_Glyph | None] = field(default_factory=list)
    last: _Glyph | None = None
    hyphenated: bool = False


def page_of(page: Any, number: int) -> PdfPage:
    """The lines of one of PDFium's pages."""
    textpage = page.get_textpage()
    rows = [row for row in _rows(textpage.raw) if row.last]
    turns = Counter(row.last.style.turn for row in rows for _ in row.glyphs if row.last)
    turn = turns.most_common(1)[0][0] if turns else 0
    lines = _merged(line for row in rows if row.last and row.last.style.turn == turn for line in [_line(row)] if line)
    textpage.close()
    left, bottom, right, top = page.get_bbox()
    _, upper, _, lower = _turned(left, bottom, right, top, turn)
    return PdfPage(number, lines, upper, lower, _has_picture(page))


def _rows(raw: Any) -> Iterator[_Row]:
    import pypdfium2.raw as pdfium

    row, style, current = _Row(), None, None
    rect = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if code in (10, 13, _HYPHEN):
            row.hyphenated = code == _HYPHEN
            if row.glyphs:
                yield row
            row = _Row()
            continue
        if code in _SPACES:
            row.glyphs.append(None)
            continue
        text = _character(code)
        if not text or not pdfium.FPDFText_GetLooseCharBox(raw, index, rect):
            continue
        owner = ctypes.c_void_p.from_buffer(pdfium.FPDFText_GetTextObject(raw, index)).value
        if style is None or owner != current:
            style, current = _style(raw, index), owner
        glyph = _Glyph(text, _turned(rect.left, rect.bottom, rect.right, rect.top, style.turn), style)
        if row.last and _is_elsewhere(glyph, row.last):
            yield row
            row = _Row()
        row.glyphs.append(glyph)
        row.last = glyph
    yield row


def _character(code: int) -> str:
    if code in _LIGATURES:
        return _LIGATURES[code]
    if code in _BULLETS:
        return "•"
    if code < 32 or 0x7F <= code < 0xA0 or code in (0xAD, 0xFEFF, 0xFFFD) or code & 0xFFFE == 0xFFFE:
        return ""
    if 0xE000 <= code <= 0xF8FF or code > 0x10FFFF:
        return ""
    return chr(code)


def _style(raw: Any, index: int) -> _Style:
    import pypdfium2.raw as pdfium

    matrix, flags, buffer = pdfium.FS_MATRIX(), ctypes.c_int(), ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetMatrix(raw, index, matrix)
    pdfium.FPDFText_GetFontInfo(raw, index, buffer, 128, flags)
    name = buffer.value.decode("utf-8", "replace")
    size = abs(pdfium.FPDFText_GetFontSize(raw, index)) * (math.hypot(matrix.c, matrix.d) or 1.0)
    # The weight is guessed from the strokes' width, often wrongly: only where the font has no name.
    bold = bool(_BOLD.search(name)) if name else pdfium.FPDFText_GetFontWeight(raw, index) >= 600
    return _Style(_sane(size), bold, bool(flags.value & 1 or _MONO.search(name)), _turn(matrix.a, matrix.b))


def _sane(size: float) -> float:
    return size if 1.0 <= size <= 1000.0 else 1.0


def _turn(a: float, b: float) -> int:
    """By how many quarters text is turned whose direction is (a, b)."""
    if abs(b) > abs(a):
        return 1 if b > 0 else 3
    return 0 if a >= 0 else 2


def _turned(left: float, bottom: float, right: float, top: float, turn: int) -> tuple[float, float, float, float]:
    """A box as (x0, top, x1, bottom) of text that is read from left to right, from above down."""
    match turn:
        case 1:
            return bottom, left, top, right
        case 2:
            return -right, bottom, -left, top
        case 3:
            return -top, -right, -bottom, -left
    return left, -top, right, -bottom


def _is_elsewhere(glyph: _Glyph, last: _Glyph) -> bool:
    """Whether a character doesn't go on with the line that the last one stands in."""
    if glyph.style.turn != last.style.turn:
        return True
    shared = min(glyph.box[3], last.box[3]) - max(glyph.box[1], last.box[1])
    height = min(glyph.box[3] - glyph.box[1], last.box[3] - last.box[1])
    size = last.style.size
    shifted = abs(glyph.box[3] - last.box[3]) > 0.35 * size and glyph.box[0] - last.box[2] > _WIDE * size
    return shared < 0.2 * height or shifted or glyph.box[0] < last.box[2] - 3 * size


def _line(row: _Row) -> PdfLine | None:
    glyphs = [glyph for glyph in row.glyphs if glyph]
    sizes = Counter({0.0: 0})
    for glyph in glyphs:
        sizes[round(glyph.style.size, 1)] += 1
    size = sizes.most_common(1)[0][0] or 1.0
    cells = [cell for cell in _cells(row, size) if cell.text]
    if not cells:
        return None
    usual = [glyph for glyph in glyphs if round(glyph.style.size, 1) == size]
    letters = [glyph for glyph in glyphs if glyph.text.isalnum()] or glyphs
    return PdfLine(
        cells,
        min(glyph.box[1] for glyph in usual),
        max(glyph.box[3] for glyph in usual),
        size,
        sum(glyph.style.bold for glyph in letters) >= 0.95 * len(letters),
        sum(glyph.style.mono for glyph in glyphs) >= 0.9 * len(glyphs),
        row.hyphenated,
    )


def _merged(lines: Iterator[PdfLine]) -> list[PdfLine]:
    """Lines put together that a superscript or subscript cuts."""
    merged: list[PdfLine] = []
    for line in lines:
        if merged and _goes_on(merged[-1], line):
            last, first = merged[-1].cells[-1], line.cells[0]
            close = first.x0 - last.x1 < 0.15 * line.size
            last.text += ("" if close else " ") + first.text
            last.x1 = max(last.x1, first.x1)
            last_line = merged[-1]
            last_line.cells += line.cells[1:]
            last_line.top, last_line.bottom = min(last_line.top, line.top), max(last_line.bottom, line.bottom)
            if line.size > last_line.size or len(line.text) > len(last_line.text):
                last_line.top, last_line.bottom = line.top, line.bottom
            last_line.size = max(last_line.size, line.size)
            last_line.bold, last_line.mono = last_line.bold and line.bold, last_line.mono and line.mono
            last_line.hyphenated = line.hyphenated
        else:
            merged.append(line)
    return merged


def _goes_on(last: PdfLine, line: PdfLine) -> bool:
    if last.hyphenated:
        return False
    shared = min(last.bottom, line.bottom) - max(last.top, line.top)
    height = min(last.bottom - last.top, line.bottom - line.top)
    gap = line.x0 - last.cells[-1].x1
    return shared > 0.5 * height and -0.3 * line.size < gap < 0.8 * max(last.size, line.size)


def _cells(row: _Row, size: float) -> Iterator[Cell]:
    parts: list[str] = []
    x0 = x1 = 0.0
    for glyph in row.glyphs:
        if glyph is None:
            parts.append(" ")
            continue
        if any(map(str.strip, parts)) and glyph.box[0] - x1 > _WIDE * size:
            yield Cell(_text(parts), x0, x1)
            parts = []
        if not any(map(str.strip, parts)):
            parts, x0, x1 = [], glyph.box[0], glyph.box[2]
        parts.append(glyph.text)
        x0, x1 = min(x0, glyph.box[0]), max(x1, glyph.box[2])
    yield Cell(_text(parts), x0, x1)


def _text(parts: list[str]) -> str:
    joined = _ACCENTED.sub(_accented, " ".join("".join(parts).split()))
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match.group(2) + _ACCENTS[match.group(1)])


def _has_picture(page: Any) -> bool:
    """Whether a picture covers half of the page, or it is drawn of so many strokes that they may be letters."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    strokes = 0
    for thing in page.get_objects(max_depth=3):
        strokes += thing.type == pdfium.FPDF_PAGEOBJ_PATH
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            if (right - left) * (top - bottom) >= 0.4 * width * height:
                return True
    return strokes >= 200
