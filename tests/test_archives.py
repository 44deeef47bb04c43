"""An archive is looked at before a library sees it."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus import UnreadableDocument
from corpus.archives import check_archive, read_member


def archive(*parts: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes, source: str = "a.docx") -> str:
    with pytest.raises(UnreadableDocument) as caught:
        check_archive(data, source)
    return caught.value.reason


def test_a_sound_archive_is_opened_and_its_members_read() -> None:
    opened = check_archive(archive(("a.xml", b"<a/>"), ("b.xml", b"x" * 5_000_000)), "a.docx")
    assert opened.namelist() == ["a.xml", "b.xml"]
    assert read_member(opened, "a.xml", "a.docx") == b"<a/>"
    with pytest.raises(UnreadableDocument, match=r"^a.docx: holds no c.xml: it is not what its name says"):
        read_member(opened, "c.xml", "a.docx")


def test_what_would_grow_without_end_is_refused() -> None:
    bomb = archive(("a.xml", bytes(11_000_000)))
    assert refusal(bomb) == "holds a part that grows more than 100-fold when unpacked, as no document does"
    wide = archive(*((f"{n}.xml", bytes(9_900_000)) for n in range(21)))
    assert refusal(wide) == "would grow to 208 MB; at most 200 MB are unpacked, so split it"
    many = archive(*((str(n), b"") for n in range(10_001)))
    assert refusal(many) == "holds 10,001 parts; archives of at most 10,000 are read"


def test_what_is_locked_old_or_something_else_is_said_with_what_to_do() -> None:
    locked = bytearray(archive(("a.xml", b"<a/>")))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked)) == "is locked with a password; save a copy without one"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    assert refusal(ole, "a.xls") == "is in Office's old format of before 2007; open it and save it as .xlsx"
    assert refusal(ole, "a.docx") == "is in Office's old format of before 2007; open it and save it as .docx"
    encrypted = ole + "EncryptedPackage".encode("utf-16-le")
    assert refusal(encrypted) == "is locked with a password; open it and save a copy without one"
    assert refusal(b"%PDF-1.7") == "is no DOCX file but a PDF; name it .pdf"
    assert refusal(b"<html>", "a.xlsx") == "is no XLSX file but a web page or XML; name it .html if it is a page"
    assert refusal(b"hello", "a.epub") == "is no EPUB file: it does not begin as one does; get a fresh copy"


def test_a_damaged_archive_is_said_to_be_so() -> None:
    data = archive(("a.xml", b"<a/>" * 100))
    assert refusal(data[:-10]) == "is damaged: its list of contents can't be read; get a fresh copy"
    broken = bytearray(data)
    broken[40] ^= 255
    with pytest.raises(UnreadableDocument, match=r"^a.docx: is damaged: its a.xml can't be unpacked"):
        read_member(check_archive(bytes(broken), "a.docx"), "a.xml", "a.docx")
