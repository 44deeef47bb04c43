"""What people said of answers, and what could not be answered: JSON lines beside the index.

A line is a judged question (see qa.judged) with a "verdict": "right" has the quotation that helped,
"wrong" and "refused" are set aside by an evaluation and are what `python -m qa gaps` shows. Kept are
the question with those before it, the document and the quotation, what the person wrote about it,
and the time in UTC; nothing that says who asked. The last word on a question counts.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from corpus import QuidError
from qa.judged import Problem

__all__ = ["FILE_NAME", "MOST_BYTES", "Feedback", "FeedbackStore", "FeedbackUnwritable", "Place", "Verdict"]

FILE_NAME = "feedback.jsonl"
MOST_BYTES = 32 * 1024 * 1024

Verdict = Literal["right", "wrong", "refused"]


class FeedbackUnwritable(QuidError):
    """Feedback can't be stored in `path`, which is as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: feedback can't be stored ({reason}); make room there, or serve with --no-feedback")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """The characters [start, end) of a document."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said of a question: a quotation answers it, an answer to it is wrong, or it was refused.

    Without `document` and `quote` a "wrong" is about the whole answer. `nearest` are the passages
    that came nearest when it was refused. `date` is ISO 8601 in UTC; the store fills it in.
    """

    question: str
    verdict: Verdict
    earlier: tuple[str, ...] = ()
    document: str | None = None
    quote: str | None = None
    word: str = ""
    nearest: tuple[Place, ...] = ()
    date: str = ""

    def to_json(self) -> dict[str, Any]:
        """The line that is kept; what is empty and may be left out is left out."""
        row: dict[str, Any] = {"question": self.question}
        if self.earlier:
            row["earlier"] = list(self.earlier)
        row |= {"document": self.document, "quote": self.quote, "verdict": self.verdict}
        if self.word:
            row["word"] = self.word
        if self.nearest:
            row["nearest"] = [{"document": one.document, "start": one.start, "end": one.end} for one in self.nearest]
        return row | {"date": self.date}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class FeedbackStore:
    """An append-only file of feedback; safe from many threads and processes.

    It is for the owner's eyes alone, and never gets longer than `most_bytes`: what is there is
    kept, and nothing more is taken.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES, now: Callable[[], str] = _now) -> None:
        self.path, self._most_bytes, self._now = path, most_bytes, now

    def add(self, said: Iterable[Feedback]) -> int:
        """Keep all of it or nothing; gives how many lines it was. FeedbackUnwritable says why not."""
        date = self._now()
        lines = [_line(one, one.date or date) for one in said]
        try:
            self._append(b"".join(lines))
        except OSError as error:
            raise FeedbackUnwritable(self.path, (error.strerror or str(error)).lower()) from error
        return len(lines)

    def read(self) -> tuple[list[Feedback], list[Problem]]:
        """All that was said, oldest first, and the lines that are damaged; nothing where there is no file."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            return [], []
        except OSError as error:
            return [], [Problem(str(self.path), f"can't be read ({error.strerror})")]
        read = [_read_line(f"{self.path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
        return (
            [one for one in read if isinstance(one, Feedback)],
            [one for one in read if isinstance(one, Problem)],
        )

    def _append(self, lines: bytes) -> None:
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            # A line that a crash left unfinished must not swallow the next one.
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            lines = b"\n" * torn + lines
            if size + len(lines) > self._most_bytes:
                raise FeedbackUnwritable(self.path, f"it is full, with {size:,} bytes; move it away to go on")
            if os.write(handle, lines) < len(lines):
                os.ftruncate(handle, size)
                raise FeedbackUnwritable(self.path, "no space left on the disk")
        finally:
            os.close(handle)


def _line(one: Feedback, date: str) -> bytes:
    row = one.to_json() | {"date": date}
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"


def _read_line(place: str, line: bytes) -> Feedback | Problem:
    try:
        row = json.loads(line)
        return _feedback(row)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return Problem(place, f"damaged, and skipped ({type(error).__name__}: {str(error).splitlines()[0]})")


def _feedback(row: Mapping[str, Any]) -> Feedback:
    verdict, date = row["verdict"], row["date"]
    if verdict not in get_args(Verdict):
        raise ValueError(f"verdict is {verdict!r}")
    if datetime.fromisoformat(date).tzinfo is None:
        raise ValueError(f"date is {date!r}, without a time zone")
    texts = (row["question"], *row.get("earlier", ()), row.get("word", ""), row["document"] or "", row["quote"] or "")
    if not all(isinstance(text, str) for text in texts) or not row["question"].strip():
        raise ValueError("a question, and text in all the others, is expected")
    nearest = tuple(Place(str(one["document"]), int(one["start"]), int(one["end"])) for one in row.get("nearest", ()))
    return Feedback(
        row["question"], verdict, tuple(row.get("earlier", ())), row["document"], row["quote"],
        row.get("word", ""), nearest, date,
    )  # fmt: skip
