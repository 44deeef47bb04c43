"""Put the lines of a plain text together: paragraphs, items, and lines that stand alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.text_lines import Line, looks_like_heading

__all__ = ["Unit", "units_of"]

# A line as long as this was not broken by hand: its end is a paragraph's.
_UNWRAPPED = 130
_CLOSING = tuple(".!?:…。”\"')")


@dataclass(slots=True)
class Unit:
    """Lines that belong together.

    `marker` counts the characters of an item's bullet or number; `alone` says that it is a line
    that nothing else stands beside; `underlined` is the heading's level that an underline gives.
    """

    kind: Literal["paragraph", "item"]
    text: str
    start: int
    end: int
    indent: int
    marker: int = 0
    is_numbered: bool = False
    alone: bool = False
    underlined: int = 0


def units_of(chunk: Sequence[Line]) -> list[Unit]:
    """The units among lines that no blank line parts."""
    units: list[Unit] = []
    width = max(line.indent + line.width for line in chunk)
    previous: Line | None = None
    for number, line in enumerate(chunk):
        following = chunk[number + 1] if number + 1 < len(chunk) else None
        if line.is_rule:
            if previous and units and _underlines(line, units[-1], previous):
                units[-1].underlined = 1 if line.text.startswith("=") else 2
            previous = None
            continue
        unit = _item(line, previous, units[-1] if units else None)
        if unit is None and previous and units and not _is_border(previous, line, units[-1], width):
            units[-1].end, units[-1].alone = line.end, False
        else:
            alone = following is None or _heads(line, following, width)
            fresh = previous is None or (bool(units) and units[-1].alone)
            units.append(unit or Unit("paragraph", line.text, line.start, line.end, line.indent))
            units[-1].alone = alone and (fresh or not unit)
        previous = line
    return units


def _underlines(rule: Line, unit: Unit, previous: Line) -> bool:
    if unit.start != previous.start or 2 * len(rule.text) < len(previous.text):
        return False
    # As reStructuredText has it; shorter ones of these are more often a rule.
    return rule.text[0] in "=-~" or (
        rule.text[0] in "*^\"+" and rule.text[0] != previous.text[0] and len(rule.text) >= previous.width
    )


def _item(line: Line, previous: Line | None, unit: Unit | None) -> Unit | None:
    """A new item, where the line begins one rather than going on with the line before it."""
    within = unit is not None and previous is not None
    listed = within and unit.kind == "item"
    invited = not within or listed or previous.text.endswith(":")
    if line.bullet and (invited or line.text[0] not in "–—"):
        marker, is_numbered = line.bullet, False
    elif line.number and (invited or line.text.startswith(("1.", "1)", "(1)"))):
        marker, is_numbered = line.number, True
    else:
        return None
    return Unit("item", line.text, line.start, line.end, line.indent, marker, is_numbered)


def _is_border(previous: Line, line: Line, unit: Unit, width: int) -> bool:
    """Whether a new paragraph begins with `line` although no blank line stands before it."""
    if unit.alone:
        return True
    if unit.kind == "item" and line.indent > unit.indent:
        return False
    closed = previous.text.endswith(_CLOSING) or (unit.kind == "item" and line.text[0].isupper())
    return closed and (len(previous.text) >= _UNWRAPPED or _is_short(previous, line, width))


def _heads(line: Line, following: Line, width: int) -> bool:
    """Whether a line is set apart from the one below it as a heading is."""
    if line.bullet or following.is_rule or not looks_like_heading(line.text):
        return False
    if line.is_shouted and not following.is_shouted:
        return True
    return (
        not following.text[0].islower()
        and not following.number
        and not following.bullet
        and following.width > line.width
        and line.width < 0.6 * width
        and _is_short(line, following, width)
        and bool(re.search(r"[.!?:;,]", following.text))
    )


def _is_short(line: Line, following: Line, width: int) -> bool:
    """Whether the next line's first word had fitted: the line was ended on purpose."""
    word = following.text.split(maxsplit=1)[0]
    # Where words aren't parted by spaces, a line may end between any two characters.
    least = len(word) if word.isascii() else min(len(word), 2)
    return line.indent + line.width + 1 + least < 0.85 * width
