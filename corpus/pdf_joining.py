"""Paragraphs that go on in the next column or on the next page, put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.hyphens import joined_lines
from corpus.pdf_units import PdfUnit, Setting

__all__ = ["gather_fragments", "join_across"]

_CLOSED = re.compile(r"[.!?:;…。]['\"”’)\]]*$")
# Notes at a page's foot, in smaller letters, may stand between a paragraph's two halves.
_MOST_BETWEEN = 6
_FRAGMENT = 12


def join_across(frames: Sequence[Sequence[PdfUnit]], setting: Setting) -> list[PdfUnit]:
    """The units of all frames, in order; one that is clearly the rest of another becomes part of it."""
    joined: list[PdfUnit] = []
    for frame in frames:
        for place, unit in enumerate(frame):
            before = _open_unit(joined, unit, setting) if not place else None
            if before is None:
                joined.append(unit)
                continue
            if before.lines[-1].hyphenated:
                before.text = setting.words.join(before.text, unit.text)
            else:
                before.text = joined_lines(before.text, unit.text)
            before.lines, before.full = before.lines + unit.lines, unit.full
    return joined


def gather_fragments(units: Sequence[PdfUnit]) -> list[PdfUnit]:
    """The units with runs of very short ones, as formulas and drawings leave them, made one each."""
    gathered: list[PdfUnit] = []
    for unit in units:
        last = gathered[-1] if gathered else None
        if last and _is_fragment(unit) and _is_fragment(last) and last.page == unit.page:
            last.text += " " + unit.text
            last.lines = [*last.lines, *unit.lines]
        else:
            gathered.append(unit)
    return gathered


def _is_fragment(unit: PdfUnit) -> bool:
    return unit.kind == "paragraph" and len(unit.lines[-1].text) <= _FRAGMENT and not unit.bold


def _open_unit(units: Sequence[PdfUnit], rest: PdfUnit, setting: Setting) -> PdfUnit | None:
    """The unit that `rest` goes on with, if any."""
    for before in reversed(units[-_MOST_BETWEEN:]):
        if _goes_on(before, rest):
            return before
        if before.page < rest.page - 1 or not _may_stand_between(before, rest):
            return None
    return None


def _may_stand_between(unit: PdfUnit, rest: PdfUnit) -> bool:
    return unit.kind == "paragraph" and unit.size < 0.95 * rest.size


def _goes_on(before: PdfUnit, rest: PdfUnit) -> bool:
    if before.kind not in ("paragraph", "item") or rest.kind != "paragraph" or not rest.text or not before.text:
        return False
    if abs(before.size - rest.size) > 0.04 * rest.size or before.bold != rest.bold or before.page < rest.page - 1:
        return False
    if before.lines[-1].hyphenated:
        return True
    if _CLOSED.search(before.text) or not before.full:
        return False
    if rest.text[0].islower():
        return True
    return (
        rest.begins_flush and len(before.lines) > 1 and bool(re.search(r"[a-z,]$", before.text)) and len(rest.text) > 80
    )
