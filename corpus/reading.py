"""Read files into documents: one reader for each format, found by the file name's suffix."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.code_languages import LANGUAGES
from corpus.csv_tables import read_csv, read_tsv
from corpus.document import Document
from corpus.errors import OutOfReach, UnreadableDocument
from corpus.html import read_html
from corpus.isolated import isolated
from corpus.json_records import read_json, read_json_lines
from corpus.mail import read_mail
from corpus.markdown import read_markdown
from corpus.naming import printable
from corpus.plain_text import read_text
from corpus.source_code import read_source_code

__all__ = ["READERS", "Original", "Reader", "because", "find", "original_of", "read"]

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
    ".pdf": isolated("corpus.pdf:read_pdf", seconds=120),
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".tab": read_tsv,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".eml": read_mail,
    ".docx": isolated("corpus.docx:read_docx"),
    ".docm": isolated("corpus.docx:read_docx"),
    ".pptx": isolated("corpus.pptx:read_pptx"),
    ".pptm": isolated("corpus.pptx:read_pptx"),
    ".ppsx": isolated("corpus.pptx:read_pptx"),
    ".epub": isolated("corpus.epub:read_epub"),
    ".xlsx": isolated("corpus.xlsx:read_xlsx"),
    ".xlsm": isolated("corpus.xlsx:read_xlsx"),
    ".rst": read_text,
    ".adoc": read_text,
    ".org": read_text,
    ".tex": read_text,
    ".log": read_text,
    **dict.fromkeys(LANGUAGES, read_source_code),
}

# Most bytes of a file; of the formats that hold pictures, more.
_LARGEST = 50_000_000
_LARGEST_OF = {".pdf": 200_000_000, ".pptx": 200_000_000, ".docx": 200_000_000, ".epub": 200_000_000}

# What office programs wrote before 2007, and what they write now.
_SUCCESSORS = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx"}

# To be raised whenever a reader makes another document of the same bytes: all files are read anew then.
_REVISION = 1


@dataclass(frozen=True, slots=True)
class Original:
    """A document that was found and is still to be read.

    `fingerprint` is the SHA-256, in hexadecimal, of its bytes and of how they are read: while it is
    the same, so is the document.
    """

    id: str
    source: str
    fingerprint: str
    data: bytes = field(repr=False)
    reader: Reader = field(repr=False)

    def read(self) -> Document:
        """The document; UnreadableDocument, with a line that says why, where it can't be read."""
        document = self.reader(self.data, self.id, self.source)
        if all(block.kind == "heading" for block in document.blocks):
            raise UnreadableDocument(self.source, "holds no text to quote, beside headings and page furniture at most")
        return replace(document, fingerprint=self.fingerprint)


def read(path: Path, id: str | None = None) -> Document:
    """The document in a file; its id is the file's name unless one is given.

    Raises UnreadableDocument, with a line that says why, for whatever can't be read.
    """
    return find(path, id).read()


def find(path: Path, id: str | None = None) -> Original:
    """The same, still to be read; UnreadableDocument where the file can't be got at or has no reader."""
    source = printable(str(path))
    suffix = path.suffix.lower()
    _check(path, source, _LARGEST_OF.get(suffix, _LARGEST))
    if suffix not in READERS:
        raise UnreadableDocument(source, _no_reader(suffix))
    return original_of(_content(path, source), printable(id or path.name), source, suffix)


def original_of(data: bytes, id: str, source: str, suffix: str) -> Original:
    """What is to be read from these bytes, as files with that suffix (".pdf") are."""
    digest = hashlib.sha256(f"{_REVISION} {suffix}\n".encode("utf-8", "surrogatepass"))
    digest.update(data)
    return Original(id, source, digest.hexdigest(), data, READERS[suffix])


def because(error: OSError | ValueError) -> str:
    """Why a file could not be opened or read, and what to do."""
    match error:
        case FileNotFoundError():
            return "does not exist; check the path"
        case PermissionError():
            return "may not be read by this user; change its permissions"
        case OSError():
            return f"could not be read: {(error.strerror or str(error)).lower()}"
    return f"could not be read: {error}"


def _check(path: Path, source: str, largest: int) -> None:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(source, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise UnreadableDocument(source, "is a folder; name a file, or read it as a folder")
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableDocument(source, "is not a regular file, but a device, pipe or socket")
    if found.st_size > largest:
        size, most = f"{found.st_size / 1e6:,.0f} MB", f"{largest / 1e6:.0f} MB"
        raise UnreadableDocument(source, f"is {size}; files of at most {most} are read, so split it")


def _content(path: Path, source: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(max(_LARGEST, *_LARGEST_OF.values()) + 1)
    except OSError as error:
        raise _unreadable(source, error) from error
    if not data.strip():
        raise UnreadableDocument(source, "is empty; there is nothing to read")
    return data


def _unreadable(source: str, error: OSError | ValueError) -> UnreadableDocument:
    is_there = isinstance(error, OSError) and not isinstance(error, FileNotFoundError)
    return (OutOfReach if is_there else UnreadableDocument)(source, because(error))


def _no_reader(suffix: str) -> str:
    if suffix in _SUCCESSORS:
        return f"is of a format that Office has given up; save it as {_SUCCESSORS[suffix]}"
    return f"no reader for {printable(suffix)}; docs/formats.md says what can be read"
