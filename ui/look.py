"""How the owner lets the pages look, and what they say first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuidError
from ui.colours import Palette

__all__ = ["AUTO", "BadLogo", "Logo", "Look", "read_logo"]

AUTO = "auto"
LARGEST_LOGO = 512_000
_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class BadLogo(QuidError):
    """The file is no picture that is shown."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, and its media type."""

    data: bytes
    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """What the owner set; where nothing is set ("" or none), the pages say what they say by themselves.

    `language` is one that there are texts in, or "auto" for the one that the reader's browser likes best.
    """

    title: str = "Quid pro Quote"
    line: str = ""
    welcome: str = ""
    welcome_line: str = ""
    questions: tuple[str, ...] = ()
    language: str = AUTO
    palette: Palette | None = None
    logo: Logo | None = None


def read_logo(path: Path) -> Logo:
    """The picture in that file; BadLogo where it is none, too large, or one that could carry scripts."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise BadLogo(f"{path} can't be read: {(error.strerror or str(error)).lower()}") from None
    if len(data) > LARGEST_LOGO:
        raise BadLogo(f"{path} is larger than {LARGEST_LOGO // 1000} kB; expected a small picture, best a square one")
    if kind := next((kind for mark, kind in _KINDS.items() if data.startswith(mark)), ""):
        return Logo(data, kind)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Logo(data, "image/webp")
    is_svg = b"<svg" in data[:2000].lower()
    why = "is SVG, which can carry scripts; save it as PNG" if is_svg else "is no picture that is shown"
    raise BadLogo(f"{path} {why}; expected PNG, JPEG or WebP")
