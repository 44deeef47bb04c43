"""Which units of a PDF are headings, and of which level: by its outline, and by how they are set."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.pdf_units import PdfUnit, Setting
from corpus.text_lines import looks_like_heading

__all__ = ["Entry", "heading_levels"]

_LARGER, _MUCH_LARGER = 1.1, 1.3
_LONGEST, _MOST_LINES = 180, 4
_LONGEST_RUN = 3
_CAPTION = re.compile(r"(?:figure|fig\.|table|listing|abbildung|tabelle)\s*\d", re.IGNORECASE)

# An entry of a PDF's outline: its depth from 1, its page from 1 or None, its words.
Entry = tuple[int, int | None, str]


def heading_levels(units: Sequence[PdfUnit], outline: Sequence[Entry], setting: Setting) -> list[int]:
    """The level of each unit that is a heading, 0 for the others."""
    levels = _by_outline(units, outline)
    styles = {_style(unit): level for unit, level in zip(units, levels, strict=True) if level}
    set_apart = [bool(level) or _is_set_apart(unit, setting) for unit, level in zip(units, levels, strict=True)]
    _drop_runs(set_apart, levels)
    ranked = sorted({_style(unit) for unit, found in zip(units, set_apart, strict=True) if found}, reverse=True)
    deepest = max(styles.values(), default=0)
    for i, unit in enumerate(units):
        if not set_apart[i] or levels[i]:
            continue
        style = _style(unit)
        if style in styles:
            levels[i] = styles[style]
        elif styles:
            larger = [level for other, level in styles.items() if other > style]
            levels[i] = min(6, max(larger) + 1) if larger else 1
            levels[i] = min(levels[i], deepest + 1)
        else:
            levels[i] = min(6, ranked.index(style) + 1)
    return levels


def _by_outline(units: Sequence[PdfUnit], outline: Sequence[Entry]) -> list[int]:
    levels = [0] * len(units)
    wanted: dict[int | None, dict[str, int]] = {}
    for depth, page, title in outline:
        wanted.setdefault(page, {})[_plain(title)] = depth
    for i, unit in enumerate(units):
        if unit.kind not in ("paragraph", "item") or len(unit.lines) > _MOST_LINES:
            continue
        titles = wanted.get(unit.page, {})
        words = _plain(unit.marker + unit.text)
        depth = titles.pop(words, 0) or titles.pop(_without_number(words), 0)
        levels[i] = min(6, depth)
    return levels


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title).strip().lower()


def _without_number(words: str) -> str:
    return re.sub(r"^(?:(?:chapter|appendix|part|section)\s+)?(?:(?:\d+|[a-z])\s)+", "", words)


def _is_set_apart(unit: PdfUnit, setting: Setting) -> bool:
    if unit.kind != "paragraph" or len(unit.text) > _LONGEST or _CAPTION.match(unit.text):
        return False
    text = " ".join(unit.text.split())
    if not any(map(str.isalpha, text)) or (text[0].islower() and unit.size < _MUCH_LARGER * setting.size):
        return False
    if unit.size >= _LARGER * setting.size:
        return len(unit.lines) <= _MOST_LINES and sum(map(str.isalpha, text)) >= 2 and not text.endswith((",", ";"))
    return unit.bold and unit.size >= 0.95 * setting.size and len(unit.lines) <= 2 and looks_like_heading(text)


def _drop_runs(found: list[bool], sure: Sequence[int]) -> None:
    """Take back what has no text below it, and runs that are too long to be headings, but for the first."""
    start = 0
    while start < len(found):
        end = start
        while end < len(found) and found[end]:
            end += 1
        if end == len(found) or end - start > _LONGEST_RUN:
            keep = int(start == 0 and end < len(found))
            for i in range(start + keep, end):
                found[i] = bool(sure[i])
        start = end + 1


def _style(unit: PdfUnit) -> tuple[float, bool, bool]:
    return round(unit.size * 2) / 2, unit.bold, unit.text.isupper()
