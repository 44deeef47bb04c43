"""One piece of work in a thread of its own, while its asker goes on with another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["Beside"]

_Result = TypeVar("_Result")


class Beside:
    """A thread that takes one piece of work at a time; safe from many threads."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._free = threading.Semaphore()

    def begin(self, work: Callable[[], _Result]) -> Callable[[], _Result]:
        """Begin the work, and give what waits for its result, or raises what it raised.

        While the thread has other work, nothing is begun: who asks for the result does it then.
        """
        if not self._free.acquire(blocking=False):
            return work
        future = self._thread.submit(work)
        future.add_done_callback(lambda _: self._free.release())
        return future.result

    def close(self) -> None:
        """Let the thread end, once it has done its work."""
        self._thread.shutdown()
