"""A line about each request, for who runs the server: when, what, how it ended; what was asked only if they say so."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import QuidError
from ui.guard import Passed

__all__ = ["AccessLog", "BadLog"]


class BadLog(QuidError):
    """The file can't be written."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class AccessLog:
    """Lines of JSON, added to a file; "-" is standard error. BadLog where it can't be opened.

    With `questions`, also what was asked.
    """

    def __init__(self, name: str, now: Callable[[], str] = _now, questions: bool = False) -> None:
        self._now, self._questions, self._lock = now, questions, threading.Lock()
        try:
            self._file = sys.stderr if name == "-" else Path(name).open("a", 1, "utf-8")  # noqa: SIM115
        except OSError as error:
            raise BadLog(f"can't write {name}: {error.strerror}; expected a file for the access log") from None

    def __call__(self, passed: Passed) -> None:
        """Write about a request that is done."""
        line = {
            "time": self._now(),
            "client": passed.client,
            "method": passed.method,
            "path": passed.path,
            "status": passed.status,
            "milliseconds": round(1000 * passed.seconds, 1),
            **({"asked": passed.asked} if self._questions and passed.asked else {}),
        }
        with self._lock:
            self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        """Write no more."""
        if self._file is not sys.stderr:
            self._file.close()
