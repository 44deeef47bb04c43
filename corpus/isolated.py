"""Readers of binary formats run in a process of their own, which may crash, hang or swell without harm.

The process is started when first needed, serves one file after the other, is replaced when it has
died and ends with the program. It gets bytes and gives JSON, and inherits no secrets.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.document import Document
from corpus.errors import ReaderFailed, UnreadableDocument
from corpus.wire import decode_document, decode_json, encode_json, receive, send

__all__ = ["isolated"]

SECONDS, SECONDS_A_MEGABYTE = 60.0, 3.0
MEMORY = 2_000_000_000

_ROOT = Path(__file__).resolve().parents[1]
_LONGEST_REPLY = 1 << 30
_KEPT = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "SYSTEMROOT", "TEMP",
         "TMP", "TMPDIR")  # fmt: skip
# A pool of threads would take its share of the memory that is allowed, on a machine of many cores all.
_ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def isolated(reader: str, seconds: float = SECONDS, memory: int = MEMORY) -> Callable[[bytes, str, str], Document]:
    """A reader that calls another one, named as 'corpus.pdf:read_pdf', in the reading process.

    `seconds` is the longest that a file may take, with 3 more for each megabyte; `memory` the most
    bytes of address space (where the system can limit it). Raises what the reader raises as
    UnreadableDocument, and ReaderFailed where it crashes or goes beyond these limits. Threads may
    call it at the same time; they wait for each other.
    """

    def read(data: bytes, id: str, source: str) -> Document:
        allowed = seconds + SECONDS_A_MEGABYTE * len(data) / 1e6
        request = {"reader": reader, "id": id, "source": source, "seconds": allowed, "memory": memory}
        return _PROCESS.read(request, data)

    return read


class _Process:
    """The one process that reads; started where there is none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, request: dict[str, Any], data: bytes) -> Document:
        """What the reader that `request` names makes of a file's bytes."""
        with self._lock:
            fresh = self._child is None
            outcome, message = self._exchange(request, data)
            if outcome in ("died", "memory") and not fresh:
                # What it died of may be what earlier files left behind: once more, in a fresh one.
                outcome, message = self._exchange(request, data)
        return _document(outcome, message, request)

    def close(self) -> None:
        """End the process, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _exchange(self, request: dict[str, Any], data: bytes) -> tuple[str, bytes]:
        """What came of a file, and the document or more about it; "slow" or "died" where no reply came."""
        child = self._child = self._child or _start()
        late = threading.Event()
        timer = threading.Timer(request["seconds"], lambda: (late.set(), child.kill()))
        timer.daemon = True
        timer.start()
        outcome = "died"
        try:
            send(child.stdin, encode_json(request))  # type: ignore[arg-type]
            send(child.stdin, data)  # type: ignore[arg-type]
            received = decode_json(receive(child.stdout, 100))  # type: ignore[arg-type]
            message = receive(child.stdout, _LONGEST_REPLY)  # type: ignore[arg-type]
            outcome = received
            return outcome, message
        except (OSError, EOFError, ValueError):
            return ("slow", b"") if late.is_set() else ("died", _ending(child).encode())
        finally:
            timer.cancel()
            if outcome in ("died", "memory"):
                self.close()


def _start() -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "corpus.isolated_worker"],
        cwd=_ROOT,
        env=kept | _ONE_THREAD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _ending(child: subprocess.Popen[bytes]) -> str:
    """How a child ended: a signal's name, or its exit status."""
    try:
        status = child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "no reply"
    with contextlib.suppress(ValueError):
        return signal.Signals(-status).name
    return f"exit status {status}"


def _document(outcome: str, message: bytes, request: dict[str, Any]) -> Document:
    source, memory = request["source"], f"{request['memory'] / 1e9:g} GB"
    try:
        if outcome == "document":
            return decode_document(message)
        told = message.decode() if outcome == "died" else decode_json(message or b"null")
        if outcome == "unreadable":
            raise UnreadableDocument(*told)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReaderFailed(source, "its reader gave no document; it is damaged, or made to do harm") from error
    raise ReaderFailed(
        source,
        {
            "slow": f"took more than {request['seconds']:.0f} s to read; it is damaged, or must be split",
            "memory": f"needs more memory than {memory} to read; it is damaged, or must be split",
            "died": f"its reader crashed ({told}): it is damaged, or needs more memory than {memory}",
        }.get(outcome, f"could not be read, it seems to be damaged ({told})"),
    )


_PROCESS = _Process()
atexit.register(_PROCESS.close)
