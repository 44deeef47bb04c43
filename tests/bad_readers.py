"""Readers that go wrong as libraries do with crafted files, to be run in the reading process."""

from __future__ import annotations

import os
import sys
import time

from corpus import Block, Document, UnreadableDocument


def good(data: bytes, id: str, source: str) -> Document:
    """The bytes as a document of one paragraph."""
    text = data.decode("utf-8", "surrogatepass")
    return Document(id, "T", source, text, (Block("paragraph", 0, len(text), 0, 3, "line 1"),))


def refuses(data: bytes, id: str, source: str) -> Document:
    raise UnreadableDocument(source, "is not to my taste")


def hangs(data: bytes, id: str, source: str) -> Document:
    time.sleep(60)
    raise AssertionError


def swells(data: bytes, id: str, source: str) -> Document:
    return good(bytearray(3_000_000_000), id, source)


def dies(data: bytes, id: str, source: str) -> Document:
    os.abort()


def leaves(data: bytes, id: str, source: str) -> Document:
    os._exit(3)


def raises(data: bytes, id: str, source: str) -> Document:
    raise KeyError("no\nsuch part")


def prints(data: bytes, id: str, source: str) -> Document:
    """Good, but talkative."""
    print("a warning of a library", flush=True)
    os.write(1, b"and one from below Python\n")
    print("more", file=sys.stderr)
    return good(data, id, source)


def process(data: bytes, id: str, source: str) -> Document:
    """The reading process by its number and its environment."""
    return good(f"{os.getpid()} {os.getcwd()} {sorted(os.environ)}".encode(), id, source)


def dies_the_second_time(data: bytes, id: str, source: str) -> Document:
    """Good in a fresh process only."""
    if hasattr(sys, "_seen_before"):
        os.abort()
    sys._seen_before = True  # type: ignore[attr-defined]
    return good(data, id, source)
