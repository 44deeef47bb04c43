"""PDF: text in reading order, as headings, paragraphs, items, table rows and code, each with its page.

With `corpus.pdf_lines` the only file that knows PDFium, which must be used by one thread at a time
and may crash: to be run in the reading process (see `corpus.isolated`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from corpus.building import DocumentBuilder, TableRows
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.hyphens import Vocabulary
from corpus.naming import printable, title_from_name
from corpus.pdf_furniture import drop_furniture
from corpus.pdf_headings import Entry, heading_levels
from corpus.pdf_joining import gather_fragments, join_across
from corpus.pdf_lines import PdfLine, PdfPage, page_of
from corpus.pdf_order import frames_of
from corpus.pdf_units import PdfUnit, Setting, units_of_frame

__all__ = ["read_pdf"]

# Titles that programs give by themselves.
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|untitled.*|(?:power ?point|presentation|slide)\b.{0,16}"
    r"|(?:title|document)\s*\d*|.*\.(?:docx?|pptx?|xlsx?|odt|odp|tex|dvi|pdf|indd|qxd|html?|txt|md|ps|fm|rtf)|about:blank|(?:https?|file)://.*|[\W\d_]*",
    re.IGNORECASE,
)
_COMMON_HEADING = re.compile(
    r"(?:chapter|part|section|appendix|kapitel)\s*[\divx]+\W*|(?:[\d.]+\s+)?(?:introduction|overview|preface|foreword"
    r"|dedication|abstract|summary|(?:table of )?contents|einleitung|inhalt(?:sverzeichnis)?|vorwort)",
    re.IGNORECASE,
)
_OUTLINE = 2000


def read_pdf(data: bytes, id: str, source: str) -> Document:
    """A PDF; its title is the one it gives itself where that is sensible, else its first heading, else its name.

    `notes` names the pages without text. Raises UnreadableDocument where it is locked, damaged, or
    has no text at all.
    """
    if b"%PDF-" not in data[:1024]:
        raise UnreadableDocument(source, "is no PDF: it does not begin as one does; get a fresh copy")
    pdf = _opened(data, source)
    pages, failed = _pages(pdf, source)
    empty = [page.number for page in pages if not page.lines and page.has_picture]
    drop_furniture(pages)
    empty = sorted({*empty, *(page.number for page in pages if not page.lines and page.has_picture)})
    if not any(page.lines for page in pages):
        raise UnreadableDocument(source, _about_pictures(len(pages), bool(empty)))
    units, setting = _units(pages)
    builder = DocumentBuilder()
    levels = heading_levels(units, _outline(pdf), setting)
    for unit, level in zip(units, levels, strict=True):
        _add(builder, unit, level)
    title = _own_title(pdf) or _heading_as_title(units, levels) or title_from_name(source)
    return replace(builder.document(id, title, source), notes=tuple(_notes(empty, failed)))


def _opened(data: bytes, source: str) -> Any:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
        count = len(pdf)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnreadableDocument(source, "is locked with a password; save a copy without one") from error
        raise UnreadableDocument(source, "is damaged: it can't be opened as a PDF; get a fresh copy") from error
    if not count:
        raise UnreadableDocument(source, "is damaged: no page of it can be found; get a fresh copy")
    return pdf


def _pages(pdf: Any, source: str) -> tuple[list[PdfPage], list[int]]:
    """The pages that can be read, and the numbers of the others."""
    import pypdfium2

    pages, failed = [], []
    for index in range(len(pdf)):
        try:
            page = pdf[index]
            pages.append(page_of(page, index + 1))
            page.close()
        except pypdfium2.PdfiumError:
            failed.append(index + 1)
    if not pages:
        raise UnreadableDocument(source, "is damaged: none of its pages can be read; get a fresh copy")
    return pages, failed


def _units(pages: Sequence[PdfPage]) -> tuple[list[PdfUnit], Setting]:
    frames = [(page.number, frame) for page in pages for frame in frames_of(page)]
    lines = [line for _, frame in frames for line in frame]
    leadings: Counter[float] = Counter()
    for _, frame in frames:
        for last, line in pairwise(frame):
            if abs(line.size - last.size) < 0.5:
                leadings[round((line.bottom - last.bottom) / line.size, 1)] += 1
    usual = [(leading, count) for leading, count in leadings.items() if 0.9 <= leading <= 2.5]
    leading = max(usual, key=lambda found: (found[1], -found[0]))[0] if usual else 1.2
    mono = sum(len(line.text) for line in lines if line.mono) > 0.9 * sum(len(line.text) for line in lines)
    words = Vocabulary(line.text for line in lines)
    setting = Setting(_usual_size(lines, mono), leading, words, mono)
    units = join_across([list(units_of_frame(frame, number, setting)) for number, frame in frames], setting)
    return gather_fragments(units), setting


def _usual_size(lines: Sequence[PdfLine], mono: bool) -> float:
    """The size of the letters that most prose is set in."""
    sizes = Counter({line.size: 0 for line in lines})
    for line in lines:
        prose = len(line.text) >= 40 and len(line.cells) == 1 and (mono or not line.mono)
        sizes[line.size] += len(line.text) * (20 if prose else 1)
    return sizes.most_common(1)[0][0]


def _add(builder: DocumentBuilder, unit: PdfUnit, level: int) -> None:
    if level:
        builder.add("heading", unit.marker + unit.text, level, page=unit.page)
    elif unit.kind == "item":
        is_number = unit.marker[0].isalnum() or unit.marker[0] == "("
        builder.add("item", unit.text, 1, unit.marker if is_number else "- ", page=unit.page)
    elif unit.kind == "table":
        rows = TableRows(builder)
        for number, cells in enumerate(unit.rows):
            rows.add(cells, unit.headed and not number, unit.page)
        rows.close()
    else:
        builder.add(unit.kind, unit.text, page=unit.page)


def _outline(pdf: Any) -> list[Entry]:
    entries: list[Entry] = []
    for item in pdf.get_toc(max_depth=6):
        destination = item.get_dest()
        index = destination.get_index() if destination else None
        if index is not None:
            entries.append((item.level + 1, index + 1, item.get_title()))
        if len(entries) >= _OUTLINE:
            break
    return entries


def _own_title(pdf: Any) -> str:
    title = " ".join(printable(pdf.get_metadata_value("Title")).replace("\ufffd", " ").split())
    return "" if len(title) < 3 or len(title) > 200 or _no_title(title) else title


def _no_title(title: str) -> bool:
    return bool(_NO_TITLE.fullmatch(title) or _COMMON_HEADING.fullmatch(title))


def _heading_as_title(units: Sequence[PdfUnit], levels: Sequence[int]) -> str:
    """The first of the largest headings at the document's beginning, unless all documents have one like it."""
    first = units[0].page
    found = [unit for unit, level in zip(units, levels, strict=True) if level and unit.page <= first + 1]
    largest = max((unit.size for unit in found), default=0.0)
    title = next((" ".join(unit.text.split()) for unit in found if unit.size > 0.97 * largest), "")
    return "" if _no_title(title) else title


def _about_pictures(count: int, has_pictures: bool) -> str:
    pages = "1 page" if count == 1 else f"{count:,} pages"
    if not has_pictures:
        return f"holds no text ({pages})"
    return f"holds pictures of pages without text ({pages}); it needs OCR: e.g. ocrmypdf in.pdf out.pdf"


def _notes(empty: Sequence[int], failed: Sequence[int]) -> Iterator[str]:
    if empty:
        holds = "holds" if len(empty) == 1 else "hold"
        yield f"{_named(empty)} {holds} no text but pictures; they need OCR: e.g. ocrmypdf in.pdf out.pdf"
    if failed:
        yield f"{_named(failed)} could not be read; the file is damaged"


def _named(pages: Sequence[int]) -> str:
    """'page 3', 'pages 3 and 7', 'pages 3, 4, 5 and 20 more'."""
    if len(pages) == 1:
        return f"page {pages[0]}"
    shown = [str(page) for page in pages[:10]]
    last = shown.pop() if len(pages) <= 10 else f"{len(pages) - 10:,} more"
    return f"pages {', '.join(shown)} and {last}"
