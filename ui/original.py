"""Where a quotation can be read in its owner's own page: at the sentence, or at the page of a PDF."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from corpus import Document

__all__ = ["original_link"]

# Files that a browser downloads or shows without a way to point into them.
_CLOSED = re.compile(r"\.(docx|xlsx|pptx|od[tsp]|epub|zip|eml|mbox|jsonl?|[ct]sv)")
_WHOLE, _ENDS = 80, 5


def original_link(document: Document, start: int, end: int) -> str:
    """The owner's page at [start, end); "" where the document isn't from the web.

    The sentence is named (as https://wicg.github.io/scroll-to-text-fragment/ says) only where no
    other place in the document would be meant by it; else the link leads to the page alone.
    """
    try:
        parts = urlsplit(document.source)
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return ""
    suffix = PurePosixPath(parts.path).suffix.lower()
    if suffix == ".pdf":
        page = _page(document, start)
        return parts._replace(fragment=f"page={page}").geturl() if page else document.source
    directive = "" if _CLOSED.fullmatch(suffix) else _directive(document, start, end)
    if not directive:
        return document.source
    return document.source + ("" if "#" in document.source else "#") + directive


def _page(document: Document, start: int) -> int | None:
    return next((block.page for block in document.blocks if block.start <= start < block.end), None)


def _directive(document: Document, start: int, end: int) -> str:
    """The sentence as the browser is to find it; "" where it would find another one."""
    # A range over several blocks is found only by its two ends.
    end = next((min(end, block.end) for block in document.blocks if block.start <= start < block.end), end)
    text, said = _line(document.text), _line(document.text[start:end])
    if not said or text.count(said) != 1:
        return ""
    words = said.split()
    if len(said) <= _WHOLE or len(words) < 2 * _ENDS:
        return f":~:text={_encoded(said)}"
    first, last = " ".join(words[:_ENDS]), " ".join(words[-_ENDS:])
    begins = text.index(said)
    if text.count(first) == 1 and text.index(last, begins + len(first)) == begins + len(said) - len(last):
        return f":~:text={_encoded(first)},{_encoded(last)}"
    return f":~:text={_encoded(said)}"


@lru_cache(maxsize=32)
def _line(text: str) -> str:
    """As a browser compares: in lower case, and space is one space."""
    return re.sub(r"\s+", " ", text).strip().lower()


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="replace").replace("-", "%2D")
