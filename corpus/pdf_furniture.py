"""What pages of a PDF bring along and nobody quotes: running heads, page numbers, tables of contents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.pdf_lines import PdfLine, PdfPage

__all__ = ["drop_furniture"]

_PAGE_NUMBER = re.compile(
    r"\W*(?:page\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|von|sur|de)\s*\d{1,4})?\W*", re.IGNORECASE
)
_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxl]{1,6})$")
# The part of a page's height at its top and bottom where furniture stands, and where a number alone does.
_ZONE, _NUMBER_ZONE = 0.12, 0.2
_DEEPEST = 3  # lines of a running head or foot
_REPEATED = 3
_NEAR = 2.0


def drop_furniture(pages: Sequence[PdfPage]) -> None:
    """Take running heads and feet, page numbers and entries of a table of contents out of the pages."""
    seen: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for page in pages:
        for edge in (True, False):
            for line in _at_edge(page, edge):
                for text in {_masked(line), _bare(line)} - {""}:
                    seen[text].add((page.number, edge))
    repeated = {text for text, places in seen.items() if len({number for number, _ in places}) >= _REPEATED}
    if len(pages) == 2:
        repeated |= {text for text, places in seen.items() if len(places) == 2 and "#" in text}
    heights = _usual_heights(pages, repeated)
    leaders = _leaders(pages)
    for page in pages:
        dropped = leaders | {
            id(line) for edge in (True, False) for line in _furniture(page, edge, repeated, heights[edge])
        }
        page.lines = [line for line in page.lines if id(line) not in dropped]


def _at_edge(page: PdfPage, upper: bool) -> list[PdfLine]:
    """The outermost lines within the page's upper or lower zone, outermost first."""
    zone = _NUMBER_ZONE * (page.bottom - page.top)
    if upper:
        found = sorted((line for line in page.lines if line.bottom < page.top + zone), key=lambda line: line.top)
    else:
        found = sorted((line for line in page.lines if line.top > page.bottom - zone), key=lambda line: -line.bottom)
    return found[:_DEEPEST]


def _furniture(page: PdfPage, upper: bool, repeated: set[str], heights: set[int]) -> list[PdfLine]:
    found: list[PdfLine] = []
    zone = _ZONE * (page.bottom - page.top)
    for line in _at_edge(page, upper):
        outer = line.top < page.top + zone if upper else line.bottom > page.bottom - zone
        known = (outer and _is_among(line, repeated)) or _PAGE_NUMBER.fullmatch(line.text)
        usual = not found and round((line.top - page.top) / _NEAR) in heights
        beside = any(abs(line.top - other.top) <= _NEAR for other in found)
        if not (known or usual or beside):
            break
        found.append(line)
    return found


def _usual_heights(pages: Sequence[PdfPage], repeated: set[str]) -> dict[bool, set[int]]:
    """Where running heads and feet stand on most pages: what stands there on the others is one too."""
    usual: dict[bool, set[int]] = {}
    for upper in (True, False):
        outermost = [(page, line) for page in pages for line in _at_edge(page, upper)[:1]]
        all_heights = Counter(round((line.top - page.top) / _NEAR) for page, line in outermost)
        known = Counter(round((line.top - page.top) / _NEAR) for page, line in outermost if _is_among(line, repeated))
        usual[upper] = {
            height
            for height, count in known.items()
            if count >= 4 and count >= 0.3 * len(pages) and all_heights[height] >= 0.5 * len(pages)
        }
    return usual


def _leaders(pages: Sequence[PdfPage]) -> set[int]:
    found = {id(line) for page in pages for line in page.lines if _LEADER.search(line.text)}
    return found if len(found) >= 3 else set()


def _is_among(line: PdfLine, repeated: set[str]) -> bool:
    return not repeated.isdisjoint((_masked(line), _bare(line)))


def _masked(line: PdfLine) -> str:
    return re.sub(r"\d+|\b[ivxl]+\b", "#", line.text)


def _bare(line: PdfLine) -> str:
    """A running head without the number of its page, which stands now left, now right of it."""
    return re.sub(r"^\W*#?\W*|\W*#?\W*$", "", _masked(line))
