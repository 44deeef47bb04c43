"""Zip-based formats (Word, PowerPoint, Excel, EPUB): what is checked before a library sees them.

A few kilobytes can claim gigabytes, and a library would believe them.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import PurePath

from corpus.errors import UnreadableDocument

__all__ = ["DAMAGED", "check_archive", "read_member"]

_MOST_BYTES = 200_000_000
_MOST_ENTRIES = 10_000
# Only a big member that shrank as text never does is a bomb: small ones may repeat themselves.
_BIG = 10_000_000
_MOST_RATIO = 100

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_OTHERS = {
    b"%PDF-": "a PDF; name it .pdf",
    b"{\\rtf": "rich text (RTF); open it and save it as .docx",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip archive",
}

# What zipfile and zlib raise for archives that are cut off or changed.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OSError,
           OverflowError, RuntimeError, ValueError)  # fmt: skip


def check_archive(data: bytes, source: str) -> zipfile.ZipFile:
    """The archive in a file's bytes, opened and found harmless by what it says of itself.

    Raises UnreadableDocument where it is no zip archive, is locked with a password, has more than
    10,000 entries, or would grow beyond 200 MB or 100-fold. What a member gives when read is never
    more than it says.
    """
    if data.startswith(_OLE2):
        raise UnreadableDocument(source, _about_old_office(data, source))
    if not data.startswith(b"PK"):
        raise UnreadableDocument(source, _about_stranger(data, source))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except DAMAGED as error:
        raise UnreadableDocument(source, "is damaged: its list of contents can't be read; get a fresh copy") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument(source, "is locked with a password; save a copy without one")
    if reason := _too_much(entries):
        raise UnreadableDocument(source, reason)
    return archive


def read_member(archive: zipfile.ZipFile, name: str, source: str) -> bytes:
    """The content of one member; UnreadableDocument where it is missing or damaged."""
    if name not in archive.namelist():
        raise UnreadableDocument(source, f"holds no {name}: it is not what its name says, or is damaged")
    try:
        return archive.read(name)
    except DAMAGED as error:
        raise UnreadableDocument(source, f"is damaged: its {name} can't be unpacked; get a fresh copy") from error


def _too_much(entries: list[zipfile.ZipInfo]) -> str:
    if len(entries) > _MOST_ENTRIES:
        return f"holds {len(entries):,} parts; archives of at most {_MOST_ENTRIES:,} are read"
    size = sum(entry.file_size for entry in entries)
    if size > _MOST_BYTES:
        return f"would grow to {size / 1e6:,.0f} MB; at most {_MOST_BYTES // 1_000_000} MB are unpacked, so split it"
    for entry in entries:
        if entry.file_size > _BIG and entry.file_size > _MOST_RATIO * max(1, entry.compress_size):
            return f"holds a part that grows more than {_MOST_RATIO}-fold when unpacked, as no document does"
    return ""


def _about_old_office(data: bytes, source: str) -> str:
    if _ENCRYPTED_OFFICE in data:
        return "is locked with a password; open it and save a copy without one"
    suffix = PurePath(source).suffix.lower()
    wanted = {".xls": ".xlsx", ".ppt": ".pptx"}.get(suffix[:4], ".docx")
    return f"is in Office's old format of before 2007; open it and save it as {wanted}"


def _about_stranger(data: bytes, source: str) -> str:
    kind = PurePath(source).suffix.lstrip(".").upper() or "zip"
    for magic, what in _OTHERS.items():
        if data.startswith(magic):
            return f"is no {kind} file but {what}"
    if data.lstrip()[:1] == b"<":
        return f"is no {kind} file but a web page or XML; name it .html if it is a page"
    return f"is no {kind} file: it does not begin as one does; get a fresh copy"
