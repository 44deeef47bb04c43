"""An answerer whose answers a language model words; their quotations stay as they are."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from corpus import QuidError
from index import Hit
from qa.answer import Answer, Wording
from qa.answering import Heard
from qa.recording import Asked
from qa.wording import borne_out, instructions

__all__ = ["WordingAnswerer", "Writer"]

LOG = logging.getLogger("qa")

# A model that failed is left alone for so long: else each question would wait for it in vain.
PAUSE_SECONDS = 30.0
# The same question again, or a thumb on its answer: the same wording, asked for once.
_REMEMBERED = 500


class Writer(Protocol):
    """Whoever words answers; what is wrong with the reply is for the check to find."""

    @property
    def name(self) -> str:
        """What readers are told of who wrote it."""
        ...

    def reply(self, messages: Sequence[Mapping[str, str]]) -> str:
        """What it writes to messages of OpenAI's form; a QuidError where it writes nothing."""
        ...


class WordingAnswerer:
    """Answers as `answerer` does, with what `writer` makes of the quotations as far as they bear it out.

    Where nothing is left of it, or the writer fails, the answer is as it was, and the log says why in a line.
    """

    def __init__(self, answerer: Asked, writer: Writer, clock: Callable[[], float] = time.monotonic) -> None:
        self._answerer, self._writer, self._clock = answerer, writer, clock
        self._again = clock()
        self._known: dict[tuple[Any, ...], Wording | None] = {}
        self._lock = threading.Lock()

    @property
    def searcher(self) -> Any:
        """What the answers come from."""
        return self._answerer.searcher

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer:
        """The answer, worded where that was possible; a refusal stays what it is."""
        answer = self._answerer.ask(question, earlier, heard) if heard else self._answerer.ask(question, earlier)
        if not answer.answered or self._clock() < self._again:
            return answer
        started = time.perf_counter()
        key = (answer.searched_for, *((one.passage.sha256, one.start, one.end) for one in answer.citations))
        if key in self._known:
            return replace(answer, wording=self._known[key])
        wording = self._wording(answer, key)
        took = 1000 * (time.perf_counter() - started)
        spent = {**answer.milliseconds, "word": took, "total": answer.milliseconds.get("total", 0.0) + took}
        return replace(answer, wording=wording, milliseconds=spent)

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        """What is searched for, and the k best passages."""
        return self._answerer.search(question, k, earlier)

    def _wording(self, answer: Answer, key: tuple[Any, ...]) -> Wording | None:
        try:
            reply = self._writer.reply(instructions(answer.searched_for, answer.citations))
        except QuidError as error:
            with self._lock:
                self._again = self._clock() + PAUSE_SECONDS
            LOG.warning("the quotations stand alone for %g seconds: %s", PAUSE_SECONDS, error)
            return None
        statements = borne_out(reply, answer.citations)
        if not statements:
            LOG.warning("the quotations stand alone: they bear out nothing of what %s wrote", self._writer.name)
        wording = Wording(self._writer.name, statements) if statements else None
        with self._lock:
            self._known[key] = wording
            if len(self._known) > _REMEMBERED:
                del self._known[next(iter(self._known))]
        return wording
