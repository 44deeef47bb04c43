"""What came from an address, as a document still to be read: by its content type, or its name."""

from __future__ import annotations

import mimetypes
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from corpus.addresses import id_from_address
from corpus.fetching import Fetched
from corpus.html import read_html
from corpus.naming import printable
from corpus.reading import READERS, Original, original_of

__all__ = ["HTML", "original_from", "suffix_of"]

HTML = frozenset((".html", ".htm", ".xhtml"))
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
}
# What servers say of files that they don't know, so that the name tells more.
_VAGUE = frozenset(("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/x-download"))


def suffix_of(answer: Fetched) -> str | None:
    """The suffix of files that are read as this answer's body is; None where there is no reader."""
    path = urlsplit(answer.address).path
    named = PurePosixPath(unquote(path)).suffix.lower()
    kind = answer.media_type
    if kind in _VAGUE:
        known = named in READERS and bool(named)
        return named if known else ".txt" if kind == "text/plain" else ".html" if not kind and not named else None
    by_name = named if mimetypes.guess_type(path)[0] == kind else mimetypes.guess_extension(kind)
    suffix = _SUFFIXES.get(kind) or by_name
    return suffix if suffix in READERS else None


def original_from(answer: Fetched, suffix: str, address: str) -> Original:
    """The document in an answer; its source is the page's own address."""
    original = original_of(answer.body, printable(id_from_address(address)), address, suffix)
    if suffix in HTML:
        return replace(original, reader=partial(read_html, declared=answer.charset))
    return original
