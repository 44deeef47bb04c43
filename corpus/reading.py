"""Read files into documents: one reader for each format, found by the file name's suffix."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.html import read_html
from corpus.markdown import read_markdown
from corpus.naming import id_from_path, printable
from corpus.plain_text import read_text

__all__ = ["READERS", "Skipped", "read", "read_folder"]

# A reader takes a file's bytes, the document's id and its source, and raises UnreadableDocument
# where it can't make sense of them.
Reader = Callable[[bytes, str, str], Document]

READERS: dict[str, Reader] = {
    "": read_text,
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
}

_LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of a folder that was not read, and why."""

    source: str
    reason: str


def read(path: Path, id: str | None = None) -> Document:
    """The document in a file; its id is the file's name unless one is given.

    Raises UnreadableDocument, with a line that says why, for whatever can't be read.
    """
    source = printable(str(path))
    _check(path, source)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableDocument(source, f"no reader for {printable(path.suffix)}; readable are {_suffixes()}")
    document = reader(_content(path, source), printable(id or path.name), source)
    if all(block.kind == "heading" for block in document.blocks):
        raise UnreadableDocument(source, "holds no text to quote, beside headings and page furniture at most")
    return document


def read_folder(folder: Path) -> Iterator[Document | Skipped]:
    """The documents of a folder and of those in it, sorted by path, each as it is reached.

    Ids are paths relative to the folder, with slashes. What can't be read comes as Skipped; hidden
    files and folders, whose names begin with a dot, are passed over in silence.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise UnreadableDocument(printable(str(folder)), f"{what}; name a folder of documents")
    pending = [folder]
    while pending:
        path = pending.pop()
        try:
            if not path.is_dir():
                yield read(path, id_from_path(path.relative_to(folder)))
            elif path.is_symlink() and path != folder:
                yield Skipped(printable(str(path)), "is a link to a folder; add the folder itself")
            else:
                pending += sorted((p for p in path.iterdir() if not p.name.startswith(".")), reverse=True)
        except UnreadableDocument as error:
            yield Skipped(error.source, error.reason)
        except OSError as error:
            yield Skipped(printable(str(path)), _because(error))


def _check(path: Path, source: str) -> None:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise UnreadableDocument(source, _because(error)) from error
    if stat.S_ISDIR(found.st_mode):
        raise UnreadableDocument(source, "is a folder; name a file, or read it as a folder")
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableDocument(source, "is not a regular file, but a device, pipe or socket")
    if found.st_size > _LARGEST:
        size = f"{found.st_size / 1e6:,.0f} MB"
        raise UnreadableDocument(source, f"is {size}; files of at most 50 MB are read, so split it")


def _content(path: Path, source: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UnreadableDocument(source, _because(error)) from error
    if not data.strip():
        raise UnreadableDocument(source, "is empty; there is nothing to read")
    return data


def _because(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "does not exist; check the path"
        case PermissionError():
            return "may not be read by this user; change its permissions"
        case OSError():
            return f"could not be read: {(error.strerror or str(error)).lower()}"
    return f"could not be read: {error}"


def _suffixes() -> str:
    return " ".join(sorted(suffix for suffix in READERS if suffix))
