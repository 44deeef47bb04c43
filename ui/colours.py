"""The colours of the pages, made of one accent, and whether people can read them.

Contrast is that of WCAG 2.2, 1.4.3: text needs 4.5 to 1 against what it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["AMPLE", "DARK", "ENOUGH", "LIGHT", "Palette", "contrast", "legible", "parse", "shown"]

Colour = tuple[int, int, int]

ENOUGH = 4.5
# So that a touch of the accent as a ground leaves enough to read it on.
AMPLE = 6.5
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
# What the accent stands on: ui/static/tokens.css has the same.
LIGHT = ((250, 249, 246), (255, 255, 255))
DARK = ((22, 25, 27), (30, 34, 37))
_INK = (15, 24, 26)


def parse(text: str) -> Colour | None:
    """The colour that is written as #rgb or #rrggbb; None for anything else."""
    if not re.fullmatch(r"#(?:[0-9a-fA-F]{3}){1,2}", text):
        return None
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours, 1 (none) to 21 (black on white)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def legible(colour: Colour, dark: bool = False, enough: float = ENOUGH) -> Colour:
    """The colour itself where it can be read on the page, else the nearest that can, darker or lighter."""
    grounds, towards = (DARK, WHITE) if dark else (LIGHT, BLACK)
    mixed = (_mixed(colour, towards, share / 50) for share in range(51))
    return next(one for one in mixed if min(contrast(one, ground) for ground in grounds) >= enough)


@dataclass(frozen=True, slots=True)
class Palette:
    """An accent on light pages, and one on dark pages."""

    light: Colour
    dark: Colour

    def css(self) -> str:
        """The style sheet that takes these in place of the usual ones."""
        lines = "\n".join(f"  --{name}: light-dark({_hex(light)}, {_hex(dark)});" for name, light, dark in self._all())
        return f"\n:root {{\n{lines}\n}}\n"

    @classmethod
    def of(cls, accent: Colour) -> Palette:
        """That accent, as near to it as it can be read on either ground."""
        return cls(legible(accent), legible(accent, dark=True, enough=AMPLE))

    def button(self) -> str:
        """The accent, for the widget's button with white on it."""
        return _hex(self.light)

    def _all(self) -> Iterator[tuple[str, Colour, Colour]]:
        yield "accent", self.light, self.dark
        yield "accent-deep", _mixed(self.light, BLACK, 0.3), _mixed(self.dark, WHITE, 0.3)
        yield "accent-soft", _soft(self.light, WHITE), _soft(self.dark, DARK[1])
        yield "on-accent", WHITE, max(_INK, WHITE, key=lambda ink: contrast(ink, self.dark))


def _soft(accent: Colour, ground: Colour) -> Colour:
    """A ground with a touch of the accent, on which the accent can be read."""
    touches = (_mixed(ground, accent, share) for share in (0.14, 0.1, 0.06, 0.03))
    return next((one for one in touches if contrast(one, accent) >= ENOUGH), ground)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = (part / 255 for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def shown(colour: Colour) -> str:
    """As people write it: #17605a."""
    return _hex(colour)
