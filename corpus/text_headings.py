"""Which of the lines that stand alone in a plain text are headings, and of which level."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.text_lines import looks_like_heading, numbered
from corpus.text_units import Unit

__all__ = ["heading_levels"]

# Where more of a text than this stands on lines of their own, such lines are no headings.
_MOST = 0.66
_FEW_UNITS = 6
# More lines in a row than these are a list without bullets, an address, a poem.
_LONGEST_RUN = 3
_MOST_WORDS, _MOST_WORDS_OF_A_QUESTION_OR_TITLE = 14, 20
_NO_HEADING = re.compile(r"://|\.{3,}|<<|:=|^by ", re.IGNORECASE)


def heading_levels(units: Sequence[Unit]) -> list[int]:
    """The level of each unit that is a heading, 0 for the others.

    1 is the title, on the first line or underlined by `===`. Below it come capitals, then other
    lines, then numbered ones by the depth of their number.
    """
    candidates = [_may_be_heading(units, i) for i in range(len(units))]
    title = _has_title(units, candidates)
    if len(units) >= _FEW_UNITS and sum(candidates) > _MOST * len(units):
        candidates = [False] * len(units)
    _drop_runs(candidates, first=int(title))
    shouted = any(found and units[i].text.isupper() for i, found in enumerate(candidates) if i or not title)
    levels = [_level(unit, shouted) if found else 0 for unit, found in zip(units, candidates, strict=True)]
    for i, unit in enumerate(units):
        levels[i] = unit.underlined or levels[i]
    if title:
        levels[0] = 1
    return levels


def _has_title(units: Sequence[Unit], candidates: Sequence[bool]) -> bool:
    return len(units) > 1 and (candidates[0] or bool(units[0].underlined)) and not units[0].marker


def _may_be_heading(units: Sequence[Unit], i: int) -> bool:
    unit = units[i]
    if unit.underlined:
        return True
    if not unit.alone or (unit.marker and not unit.is_numbered):
        return False
    most = _MOST_WORDS if i and not unit.text.endswith("?") else _MOST_WORDS_OF_A_QUESTION_OR_TITLE
    if len(unit.text.split()) > most or _NO_HEADING.search(unit.text) or not looks_like_heading(unit.text):
        return False
    return not unit.is_numbered or not _is_in_numbered_list(units, i)


def _is_in_numbered_list(units: Sequence[Unit], i: int) -> bool:
    """Whether an item with a number of the same depth stands right before or after it."""
    depth = numbered(units[i].text)[1]
    return any(
        0 <= near < len(units) and units[near].is_numbered and numbered(units[near].text)[1] == depth
        for near in (i - 1, i + 1)
    )


def _drop_runs(candidates: list[bool], first: int) -> None:
    """Take back what has no text below it, and runs that are too long to be headings."""
    start = first
    while start < len(candidates):
        end = start
        while end < len(candidates) and candidates[end]:
            end += 1
        if end == len(candidates) or end - start > _LONGEST_RUN:
            candidates[start:end] = [False] * (end - start)
        start = end + 1


def _level(unit: Unit, shouted: bool) -> int:
    depth = numbered(unit.text)[1]
    plain = 3 if shouted and not unit.text.isupper() else 2
    return min(6, plain + depth)
