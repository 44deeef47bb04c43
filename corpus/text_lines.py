"""What a line of plain text is by itself: a bullet, a number, a heading's underline, shouted, furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import east_asian_width

from corpus.sentences import split_sentences

__all__ = ["Line", "is_furniture_line", "looks_like_heading", "numbered"]

_BULLET = re.compile(r"[•‣◦▪●○∙·*+–—-][ \t]+(?=\S)")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})\)|(?:\d{1,3}|[A-Z]|[IVX]{1,5})\.)[ \t]+(?=\S)")
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})\.?[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\*{3,})")
_LAST = re.compile(r"[.,;:!…。、，：；！]$")
_BEGINNING = re.compile(r"[\"'“‘«(\[¿¡]?[^\W_]")
_LONGEST_HEADING = 110
_FURNITURE = re.compile(
    r"(?:leave a (?:comment|reply)|post (?:a )?comment|add a comment|(?:no|\d+) comments?"
    r"|share this(?: (?:post|article|page))?|related (?:posts?|articles?)|read more"
    r"|(?:skip|back) to (?:content|top|main content)|subscribe(?: now)?|log ?in|sign (?:in|up)"
    r"|print this page|previous post|next post|advertisement|table of contents)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that isn't blank: where it stands without the white space around it, and its indent."""

    text: str
    start: int
    end: int
    indent: int

    @property
    def width(self) -> int:
        """How many columns it takes: two for each character that is as wide as high."""
        return len(self.text) + (0 if self.text.isascii() else sum(map(_is_wide, self.text)))

    @property
    def bullet(self) -> int:
        """How many characters its bullet takes with the space after it; 0 where it has none."""
        found = _BULLET.match(self.text)
        return found.end() if found else 0

    @property
    def number(self) -> int:
        """How many characters its number takes with the space after it; 0 where it has none."""
        found = _NUMBER.match(self.text)
        return found.end() if found else 0

    @property
    def is_rule(self) -> bool:
        """Whether it is an underline or a rule: nothing but `===`, `---` and the like."""
        return bool(_UNDERLINE.fullmatch(self.text)) or not any(map(str.isalnum, self.text))

    @property
    def is_shouted(self) -> bool:
        """Whether it is IN CAPITALS."""
        return self.text.isupper() and sum(map(str.isalpha, self.text)) >= 4


def numbered(text: str) -> tuple[str, int]:
    """A line without its number, and how deep the number goes: 0 for none, 2 for `1.2`."""
    if found := _DECIMAL.match(text):
        return text[found.end() :], found.group(1).count(".") + 1
    if found := _NUMBER.match(text):
        return text[found.end() :], 1
    return text, 0


def looks_like_heading(text: str) -> bool:
    """Whether a line that stands alone may be a heading: short, one sentence at most, not closed."""
    words, _ = numbered(text)
    return (
        len(text) <= _LONGEST_HEADING
        and not _LAST.search(text)
        and any(map(str.isalpha, words))
        and bool(_BEGINNING.match(words))
        and not words[0].islower()
        and len(split_sentences(words)) == 1
    )


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def is_furniture_line(text: str) -> bool:
    """Whether a line is what pages copied as text bring along, such as 'Leave a Comment'."""
    return bool(_FURNITURE.fullmatch(text))
