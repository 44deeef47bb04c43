"""`python -m corpus.isolated_worker`: reads files for another process until that one goes away.

Started by `corpus.isolated`, never by hand: it takes requests on standard input.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable
from typing import Any

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.wire import decode_json, encode_document, encode_json, receive, send

__all__ = ["main"]

_LONGEST_TEXT = 100_000_000


def main() -> None:
    """Answer requests, each a line of JSON and a file's bytes, until standard input ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # what a library prints must not get between replies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that asked
    while True:
        try:
            request = decode_json(receive(requests, 1 << 20))
            data = receive(requests, 1 << 32)
        except EOFError:
            return
        _limit(request["memory"], request["seconds"])
        kind, message = _read(request, data)
        del data
        send(replies, encode_json(kind))
        send(replies, message)
        if kind == "memory":
            return


def _read(request: dict[str, Any], data: bytes) -> tuple[str, bytes]:
    try:
        module, _, function = request["reader"].partition(":")
        reader: Callable[[bytes, str, str], Document] = getattr(importlib.import_module(module), function)
        document = reader(data, request["id"], request["source"])
        if len(document.text) > _LONGEST_TEXT:
            raise UnreadableDocument(request["source"], "holds more than 100 million characters of text; split it")
        return "document", encode_document(document)
    except UnreadableDocument as error:
        return "unreadable", encode_json([error.source, error.reason])
    except MemoryError:
        return "memory", b"null"
    except Exception as error:
        return "failed", encode_json(" ".join(f"{type(error).__name__}: {error}".split())[:200])


def _limit(memory: int, seconds: float) -> None:
    """Bound memory, and end by itself should the asking process die and the reader hang."""
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds) + 10)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, OSError, ValueError):
        pass  # not every system can; the limit on time remains


if __name__ == "__main__":
    main()
