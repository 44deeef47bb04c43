"""What of a file was not read, told with the document."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from corpus.document import Document

__all__ = ["with_notes"]


def with_notes(document: Document, notes: Iterable[str]) -> Document:
    """The document with more notes, each a line that says what and, where it helps, what to do."""
    return dataclasses.replace(document, notes=(*document.notes, *notes))
