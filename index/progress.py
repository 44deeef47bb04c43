"""One line on the way for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

from corpus.command import say

__all__ = ["ProgressLine"]

_SILENT_FOR = 2.0


class ProgressLine:
    """Called as `update_index` goes on: a line on a terminal's standard error, rewritten, a line every
    few seconds elsewhere. `expected` gives how many documents there will be, if that is known.
    """

    def __init__(self, expected: Callable[[], int | None] = lambda: None) -> None:
        self._expected = expected
        self._started = self._shown = time.monotonic()
        self._counts: dict[str, int] = {}
        self._terminal = sys.stderr.isatty()
        self._dirty = False

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """`done` of `total` documents or texts are embedded, or passages sorted."""
        self._counts[stage] = done
        now = time.monotonic()
        if now - self._shown < (0.2 if self._terminal else 5) or now - self._started < _SILENT_FOR:
            return
        self._shown = now
        line = self.line(now - self._started)
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            self._dirty = True
        else:
            say(line)

    def line(self, seconds: float) -> str:
        """What is said after so many seconds."""
        if sorted_so_far := self._counts.get("passages"):
            return f"{sorted_so_far:,} passages sorted by nearness"
        done, texts, expected = self._counts.get("documents", 0), self._counts.get("texts", 0), self._expected()
        parts = [f"{done:,} of {expected:,} documents" if expected else f"{done:,} documents"]
        if texts:
            parts.append(f"{texts:,} texts embedded, {texts / seconds:,.0f} a second")
        if expected and done:
            parts.append(f"{_clock(seconds * max(expected - done, 0) / done)} left")
        return ", ".join(parts)

    def close(self) -> None:
        """Take the line away from the terminal."""
        if self._dirty:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._dirty = False

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
