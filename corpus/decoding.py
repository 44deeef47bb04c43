"""Bytes to text: which encoding a file is in. The only file that knows charset-normalizer."""

from __future__ import annotations

import codecs
import re

from corpus.errors import UnreadableDocument

__all__ = ["decode"]

_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_KINDS = [
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3", "a database"),
]
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DEVICES = re.compile(r"utf-?(?:16|32)|utf-?7|ucs|idna|punycode|hex|base64|bz2|zip|zlib|uu|rot|quopri|escape|undefined")

# Where no language can be told, accented letters among ASCII are likelier Western than any other.
_WESTERN = frozenset(map(chr, range(9, 127))) | frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëíîïñóôõöøùúûüÿœŒ‘’“”–—…«»€£§°·¿¡©®™\u00a0"
)

# How much of a file is looked at where its encoding must be guessed.
_SAMPLE = 200_000


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """The text of a file, by its byte order mark, as UTF-8, as `declared`, or by a guess, in this order.

    Raises UnreadableDocument where the bytes are no text.
    """
    for start, kind in _KINDS:
        if data.startswith(start):
            raise UnreadableDocument(source, f"holds {kind}, not text")
    text = _by_mark(data) or _decoded(data, "utf-8")
    if text is None and b"\x00" not in data:
        text = _by_name(data, declared) or _almost_utf8(data) or _guessed(data)
    if text is None or _is_binary(text):
        text = _wide(data)
    if text is None:
        raise UnreadableDocument(source, "holds binary data, not text in an encoding that is known here")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _by_mark(data: bytes) -> str | None:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    return _decoded(data, encoding) if encoding else None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _by_name(data: bytes, declared: str | None) -> str | None:
    """As the document says; but never by a codec that isn't an encoding of text byte by byte."""
    if not declared or _DEVICES.search(declared.lower()):
        return None
    # Browsers read what calls itself Latin-1 as Windows-1252, which is what it mostly is.
    latin = declared.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii")
    return _decoded(data, "cp1252" if latin else declared)


def _almost_utf8(data: bytes) -> str | None:
    """UTF-8 with a few broken bytes, where far more are whole; each broken one becomes U+FFFD."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(not character.isascii() for character in text) - broken
    return text if whole >= 10 * broken else None


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    western = _decoded(data, "cp1252")
    if western and (best is None or not best.coherence) and _WESTERN.issuperset(western[:_SAMPLE]):
        return western
    if best is None:
        return None
    return _decoded(data, best.encoding) or data.decode(best.encoding, "replace")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of European text is zero."""
    for encoding, zeros in (("utf-16-le", data[1:2000:2]), ("utf-16-be", data[:2000:2])):
        if len(zeros) > 1 and zeros.count(0) > 0.7 * len(zeros):
            text = _decoded(data, encoding)
            if text is not None and not _is_binary(text):
                return text
    return None


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return "\x00" in text or len(_CONTROL.findall(sample)) > len(sample) / 100
