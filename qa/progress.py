"""How far a long run is, and how long it will take from here, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

__all__ = ["Progress", "minutes"]


class Progress:
    """Counts the steps of a known number: a line that rewrites itself, or one every 15 s in a log."""

    def __init__(self, what: str, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.what = what
        self.total = total
        self._clock = clock
        self._live = sys.stderr.isatty()
        self._started = self._shown = clock()

    def show(self, done: int) -> None:
        """Say that `done` steps are done, if that wasn't said just now."""
        now = self._clock()
        last = done >= self.total
        if now - self._shown < (0.2 if self._live else 15.0) and not (last and self._live):
            return
        self._shown = now
        left = (now - self._started) / done * (self.total - done) if done else 0.0
        line = f"{self.what} {done} of {self.total}, {minutes(left)} left"
        if self._live:
            print(f"\r\x1b[K{'' if last else line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def minutes(seconds: float) -> str:
    """A span of time as a person would say it: `45 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
