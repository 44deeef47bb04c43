"""Where the content of a page from the web begins and ends. The only file that knows trafilatura.

It is asked where a page doesn't mark its content. What it finds is no content is left out at the
page's beginning and end only, and only short lines: elsewhere it drops headings, code and tables too.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from corpus.document import Block

__all__ = ["content_range"]

# Shorter blocks ("Read more") may stand in the content and in a menu alike.
_TELLING = 5  # words
_PROSE = 15  # words
# An e-mail address, a telephone number, opening hours; but not the years of a copyright.
_FACT = re.compile(r"@|\d(?:\D{0,5}\d){4}")
_RIGHTS = re.compile("©|copyright", re.IGNORECASE)
_ENOUGH = 40  # words
_LARGEST = 3_000_000  # characters: what is larger is a dump, not a page with a menu
_WORD = re.compile(r"\w+")


def content_range(page: str, text: str, blocks: Sequence[Block]) -> tuple[int, int]:
    """[first, end) of those blocks of the page that are its content; all of them where it can't be told.

    `text` is what the blocks are ranges of. Rather a menu is kept than something lost that answers
    could stand in: prose, code, rows of tables and ways to reach somebody are never left out.
    """
    everything = (0, len(blocks))
    found = _words(_main_text(page)) if len(page) <= _LARGEST else []
    if len(found) < _ENOUGH:
        return everything
    content = f" {' '.join(found)} "
    kept = [i for i, block in enumerate(blocks) if _is_content(block, text[block.start : block.end], content)]
    return (_with_its_heading(blocks, kept[0]), kept[-1] + 1) if kept else everything


def _is_content(block: Block, text: str, content: str) -> bool:
    if block.kind in ("code", "row") or (_FACT.search(text) and not _RIGHTS.search(text)):
        return True
    words = _words(text)
    return len(words) >= _PROSE or (len(words) >= _TELLING and f" {' '.join(words)} " in content)


def _with_its_heading(blocks: Sequence[Block], first: int) -> int:
    """From the page's main heading on, if it stands before, or the headings right before."""
    main = [i for i in range(first) if blocks[i].kind == "heading" and blocks[i].level == 1]
    if main:
        return main[-1]
    while first and blocks[first - 1].kind == "heading":
        first -= 1
    return first


def _main_text(page: str) -> str:
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = bare_extraction(page, include_comments=False, favor_recall=True)
    except Exception:  # whatever goes wrong in the finder, the page is still read, as a whole
        return ""
    return (getattr(found, "text", None) or "") if found else ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
