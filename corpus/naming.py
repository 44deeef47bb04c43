"""Names of documents: readable titles and identifiers from paths and addresses."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["id_from_path", "printable", "title_from_name"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def title_from_name(source: str) -> str:
    """A readable title from a path or address: `docs/dmz_quid-pro-quo.md` gives 'Dmz quid pro quo'."""
    name = source.rstrip("/").rsplit("/", 1)[-1]
    stem = re.sub(r"(?<=.)\.[A-Za-z]{1,5}$", "", name)
    words = " ".join(re.split(r"[\s_+-]+", printable(stem))).strip()
    return words[:1].upper() + words[1:] or printable(source) or "Untitled"


def id_from_path(path: Path) -> str:
    """A relative path with slashes, as a document's identifier, on one line and in valid Unicode."""
    return printable(os.fsencode(path).decode("utf-8", "replace").replace(os.sep, "/"))


def printable(name: str) -> str:
    """A name with control characters and lone surrogates replaced, fit for one line."""
    return _CONTROL.sub("\ufffd", name)
