"""Answers from the index as it is now: a new generation is noticed without a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from corpus import Document, QuidError
from index import DEFAULT_FOLDER, DocumentRecord, Hit
from index.errors import EngineUnavailable
from index.place import Place, beside
from qa.answer import Answer
from qa.answering import Answerer, Heard, open_answerer
from qa.calibration import stamp_of

__all__ = ["CurrentAnswerer", "CurrentShelf"]

LOG = logging.getLogger("qa")

_SECONDS = 1.0


@dataclass(slots=True)
class _Held:
    """An open answerer, and how many requests use it."""

    answerer: Answerer
    users: int = 0
    retired: bool = False

    def close_if_unused(self) -> None:
        if self.retired and not self.users:
            self.answerer.searcher.close()  # type: ignore[attr-defined]


class CurrentShelf:
    """The documents of the current generation."""

    def __init__(self, answerer: CurrentAnswerer) -> None:
        self._answerer = answerer

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        with self._answerer.lent() as one:
            return one.searcher.documents()  # type: ignore[attr-defined]

    def document(self, document_id: str) -> Document:
        """The document as it was read; UnknownDocument where there is none of that id."""
        with self._answerer.lent() as one:
            return one.searcher.document(document_id)  # type: ignore[attr-defined]


class CurrentAnswerer:
    """Answers from the current generation of the index at that place; safe from many threads.

    Whether there is a new one, or another calibration, is looked up at most once in `seconds`, by the
    question that then comes along; those that are under way end with the generation that they began with, which is
    closed after the last of them. Where the new one can't be opened, the old one goes on. Where the engine that holds
    the index can't be reached, whoever comes is told EngineUnavailable at once, until it is found there again: a thread
    looks for it as often.
    """

    def __init__(
        self,
        folder: Place = DEFAULT_FOLDER,
        reopen: Callable[[Place], Answerer] = open_answerer,
        seconds: float = _SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._reopen, self._seconds, self._clock = folder, reopen, seconds, clock
        self._calibrated = stamp_of(beside(folder))
        self._held = _Held(reopen(folder))
        self._looked = clock()
        self._said = ""
        self._away: EngineUnavailable | None = None
        self._closed = threading.Event()
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self.searcher = CurrentShelf(self)

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer:
        """The answer to a question, asked after `earlier` ones (oldest first); see `Answerer.ask`."""
        with self.lent() as answerer:
            return answerer.ask(question, earlier, heard) if heard else answerer.ask(question, earlier)

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        """What is searched for, and the k best passages, best first."""
        with self.lent() as answerer:
            return answerer.search(question, k, earlier)

    def make_ready(self) -> None:
        """As of `Answerer.make_ready`; where that can't be, the first question finds out."""
        with suppress(QuidError), self.lent() as answerer:
            answerer.make_ready()

    def refresh(self) -> None:
        """Go over to the current generation now: whoever has just published one asks of it at once."""
        with self._looking:
            self._look_now()

    def close(self) -> None:
        """Let go of the index, as soon as no request uses it."""
        self._closed.set()
        self._retire(self._held)

    @contextmanager
    def lent(self) -> Iterator[Answerer]:
        """The answerer over the current generation, which stays open as long as this lasts."""
        self._look()
        if away := self._away:
            raise EngineUnavailable(away.server, away.reason)
        with self._lock:
            held = self._held
            held.users += 1
        try:
            yield held.answerer
        finally:
            with self._lock:
                held.users -= 1
                held.close_if_unused()

    def _look(self) -> None:
        """Open the new generation where there is one; whoever finds somebody else at it goes on."""
        if self._away or self._clock() - self._looked < self._seconds or not self._looking.acquire(blocking=False):
            return
        try:
            self._look_now()
        finally:
            self._looking.release()

    def _look_now(self) -> None:
        self._looked = self._clock()
        try:
            calibrated = stamp_of(beside(self._folder))
            if calibrated != self._calibrated or not self._index().is_current():
                self._replace(self._reopen(self._folder))
                self._calibrated = calibrated
                self._said = ""
            self._away = None
        except EngineUnavailable as error:
            was_away, self._away = self._away, error
            if not was_away:
                LOG.warning("no answers for now: %s", error)
                threading.Thread(target=self._await_engine, name="engine", daemon=True).start()
        except QuidError as error:
            if str(error) != self._said:
                LOG.warning("going on with the index as it was: %s", error)
            self._said = str(error)

    def _await_engine(self) -> None:
        while self._away and not self._closed.wait(self._seconds):
            with self._looking:
                self._look_now()
        if not self._away:
            LOG.warning("the engine is back")

    def _index(self) -> Any:
        return self._held.answerer.searcher

    def _replace(self, fresh: Answerer) -> None:
        with self._lock:
            old, self._held = self._held, _Held(fresh)
        self._retire(old)

    def _retire(self, held: _Held) -> None:
        with self._lock:
            held.retired = True
            held.close_if_unused()
