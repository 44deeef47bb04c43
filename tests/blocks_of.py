"""What a document's blocks say, in few words, for tests of readers; and archives made by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from corpus import Document, UnreadableDocument
from corpus.reading import Reader


def parts(document: Document) -> list[tuple[str, str]]:
    """Kind (with the level of headings and items) and text of each block."""
    return [
        (block.kind + (str(block.level) if block.level else ""), document.text[block.start : block.end])
        for block in document.blocks
    ]


def places(document: Document) -> list[str]:
    """The place of each block."""
    return [block.place for block in document.blocks]


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def changed(data: bytes, **members: str | bytes | None) -> bytes:
    """A zip archive with some members replaced, or left out where None; `__` in a name stands for a slash."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    for name, new in members.items():
        content.pop(name.replace("__", "/"), None)
        if new is not None:
            content[name.replace("__", "/")] = new
    return zipped(content)


def refusal(reader: Reader, data: bytes, source: str = "a.bin") -> str:
    """Why a reader refuses a file, which must be told in one line."""
    with pytest.raises(UnreadableDocument) as caught:
        reader(data, "d", source)
    assert caught.value.source == source
    assert "\n" not in str(caught.value)
    return caught.value.reason
