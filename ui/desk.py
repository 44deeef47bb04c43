"""Where questions wait their turn: so many are worked on at once, so many wait, and none takes for ever."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Protocol, TypeVar

from index import Hit
from qa import Answer, BadQuestion
from qa.answering import Heard
from ui.errors import Busy, TooSlow
from ui.metrics import Meter
from ui.settings import Limits
from ui.suggestions import Shelf

__all__ = ["Answering", "Desk", "hear_questions"]

Given = TypeVar("Given")
_ASKED: ContextVar[list[str] | None] = ContextVar("asked", default=None)


def hear_questions() -> list[str]:
    """A list to which each question is added that is taken from now on, within the same request."""
    asked: list[str] = []
    _ASKED.set(asked)
    return asked


def _tell(question: str) -> None:
    asked = _ASKED.get()
    if asked is not None:
        asked.append(question)


class Answering(Protocol):
    """The one path from question to answer, and the documents behind it."""

    @property
    def searcher(self) -> Shelf:
        """The index that the answers come from."""
        ...

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer:
        """The answer to a question that follows the earlier ones, oldest first."""
        ...

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        """What is searched for, and the k best passages, best first."""
        ...


class Desk:
    """Takes questions to `answerer`, within the limits; safe from many threads and any loop.

    A question that takes too long is given up by who waits for it; its thread ends its work.
    """

    def __init__(self, answerer: Answering, limits: Limits | None = None, meter: Meter | None = None) -> None:
        self._answerer = answerer
        self._limits = limits or Limits()
        self.meter = meter or Meter()
        self._pool = ThreadPoolExecutor(self._limits.running, thread_name_prefix="question")
        self._lock = threading.Lock()
        self._taken = self._running = 0
        self._usual = 0.1
        self.meter.watch("questions_running", "Questions that are worked on.", lambda: self._running)
        self.meter.watch("questions_waiting", "Questions that wait.", lambda: self._taken - self._running)

    @property
    def searcher(self) -> Shelf:
        """The index that the answers come from."""
        return self._answerer.searcher

    def ask(self, question: str, earlier: Sequence[str] = ()) -> Answer:
        """The answer, for who can wait; Busy or TooSlow where there is none in time."""
        future = self.take_question(question, earlier)
        try:
            return future.result(self._limits.seconds or None)
        except TimeoutError:
            if future.done():
                raise
            raise self._given_up(future) from None

    async def answer(self, question: str, earlier: Sequence[str] = ()) -> Answer:
        """The answer, for a coroutine; Busy or TooSlow where there is none in time."""
        return await self.finished(self.take_question(question, earlier))

    async def search(self, question: str, k: int, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        """What is searched for, and the k best passages; Busy or TooSlow as for a question."""
        _tell(question)
        return await self.finished(self.take(lambda: self._answerer.search(question, k, earlier)))

    def take_question(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Future[Answer]:
        """The answer to come; Busy where too many wait already."""
        _tell(question)
        return self.take(lambda: self._ask(question, earlier, heard))

    def take(self, work: Callable[[], Given]) -> Future[Given]:
        """What `work` gives, once it is its turn; Busy where too many wait already."""
        with self._lock:
            if self._taken >= self._limits.running + self._limits.waiting:
                self.meter.count("turned_away")
                raise Busy(max(1, math.ceil(self._taken * self._usual / self._limits.running)))
            self._taken += 1
        future = self._pool.submit(self._work, work, time.perf_counter())
        future.add_done_callback(self._left)
        return future

    async def finished(self, future: Future[Given]) -> Given:
        """What the future gives; TooSlow where that takes too long."""
        limit = asyncio.timeout(self._limits.seconds or None)
        try:
            async with limit:
                return await asyncio.wrap_future(future)
        except TimeoutError:
            if not limit.expired():
                raise
            raise self._given_up(future) from None

    def close(self) -> None:
        """Take no more; what has begun ends its work, what waits is not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, question: str, earlier: Sequence[str], heard: Heard | None) -> Answer:
        try:
            ask = self._answerer.ask
            answer = ask(question, earlier, heard) if heard else ask(question, earlier)
        except BadQuestion:
            self.meter.count("invalid")
            raise
        except Exception:
            self.meter.count("failed")
            raise
        self.meter.answered(answer)
        return answer

    def _work(self, work: Callable[[], Given], taken: float) -> Given:
        begun = time.perf_counter()
        self.meter.took("wait", begun - taken)
        with self._lock:
            self._running += 1
        try:
            return work()
        finally:
            with self._lock:
                self._running -= 1
                self._usual += 0.1 * (time.perf_counter() - begun - self._usual)

    def _left(self, _: Future[Given]) -> None:
        with self._lock:
            self._taken -= 1

    def _given_up(self, future: Future[Given]) -> TooSlow:
        future.cancel()
        self.meter.count("too_slow")
        return TooSlow(self._limits.seconds)
