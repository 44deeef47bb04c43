"""The order in which a PDF page's lines are read: frames of lines that stand below each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpus.pdf_lines import Cell, PdfLine, PdfPage
from corpus.pdf_tables import put_cells_together

__all__ = ["frames_of"]

_FARTHEST = 4.0  # sizes of the letters between two lines of a frame
_MOST_FRAMES = 400
# A gap is a gutter between columns where as many lines have it, with that much prose on either side.
_LEAST_LINES, _LEAST_PROSE = 8, 24


def frames_of(page: PdfPage) -> list[list[PdfLine]]:
    """The page's lines as frames, in reading order.

    That is the file's order, but nothing comes before what stands above it.
    """
    frames: list[list[PdfLine]] = []
    for line in put_cells_together(_without_gutter(page.lines)):
        if not frames or not _goes_on(frames[-1], line):
            frames.append([])
        frames[-1].append(line)
    return _from_above(frames) if len(frames) <= _MOST_FRAMES else frames


def _goes_on(frame: Sequence[PdfLine], line: PdfLine) -> bool:
    last = frame[-1]
    size = max(last.size, line.size)
    below = line.top > last.top + 0.3 * min(last.size, line.size)
    near = line.top - last.bottom < _FARTHEST * size
    left, right = min(other.x0 for other in frame[-20:]), max(other.x1 for other in frame[-20:])
    return below and near and min(right, line.x1) > max(left, line.x0)


def _from_above(frames: list[list[PdfLine]]) -> list[list[PdfLine]]:
    """Frames in the file's order, each after those that stand above it."""
    boxes = [
        (min(line.x0 for line in frame), frame[0].top, max(line.x1 for line in frame), frame[-1].bottom)
        for frame in frames
    ]

    def is_above(a: int, b: int) -> bool:
        (ax0, atop, ax1, abottom), (bx0, btop, bx1, bbottom) = boxes[a], boxes[b]
        return min(ax1, bx1) > max(ax0, bx0) and abottom <= btop + 2 and atop < btop and abottom < bbottom

    above = [{a for a in range(len(frames)) if a != b and is_above(a, b)} for b in range(len(frames))]
    pending, done, ordered = list(range(len(frames))), set(), []
    while pending:
        chosen = next((i for i in pending if above[i] <= done), pending[0])
        pending.remove(chosen)
        done.add(chosen)
        ordered.append(frames[chosen])
    return ordered


def _without_gutter(lines: list[PdfLine]) -> list[PdfLine]:
    """Lines that run across two columns of prose cut at the gutter: the left column's, then the right one's."""
    gaps = Counter(
        round(right.x0 / 3)
        for line in lines
        if len(line.cells) == 2
        for left, right in [line.cells]
        if min(len(left.text), len(right.text)) >= _LEAST_PROSE
    )
    if not gaps or gaps.most_common(1)[0][1] < _LEAST_LINES:
        return lines
    place = gaps.most_common(1)[0][0]
    cut: list[PdfLine] = []
    right: list[PdfLine] = []
    for line in lines:
        if len(line.cells) == 2 and abs(round(line.cells[1].x0 / 3) - place) <= 1:
            cut.append(_part(line, 0))
            right.append(_part(line, 1))
            continue
        cut += right
        right = []
        cut.append(line)
    return cut + right


def _part(line: PdfLine, which: int) -> PdfLine:
    hyphenated = line.hyphenated and which == 1
    text = line.cells[which].text
    if not which and text.endswith("-"):
        hyphenated, text = True, text[:-1]
    cell = Cell(text, line.cells[which].x0, line.cells[which].x1)
    return PdfLine([cell], line.top, line.bottom, line.size, line.bold, line.mono, hyphenated)
