"""An answerer that remembers what it refused, and what people say of its answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from corpus import QuidError
from index import Hit
from qa.answer import Answer
from qa.answering import Heard
from qa.feedback import Feedback, FeedbackStore, Place

__all__ = ["AGAIN_SECONDS", "Asked", "NothingToJudge", "RecordingAnswerer"]

LOG = logging.getLogger("qa")

# A retry, a reload, a link that is opened again: the same question, asked once.
AGAIN_SECONDS = 600
_REMEMBERED, _NEAREST = 1000, 3


class NothingToJudge(QuidError):
    """What is said of an answer doesn't fit what the documents say."""


class Asked(Protocol):
    """Whoever answers, over some documents."""

    @property
    def searcher(self) -> Any: ...

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer: ...

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]: ...


class RecordingAnswerer:
    """Answers as `answerer` does, and stores each refused question once; safe from many threads."""

    def __init__(
        self, answerer: Asked, store: FeedbackStore, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._answerer, self._store, self._clock = answerer, store, clock
        self._recent: dict[tuple[str, ...], float] = {}
        self._lock = threading.Lock()

    @property
    def searcher(self) -> Any:
        """What the answers come from."""
        return self._answerer.searcher

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer:
        """The answer; that a refusal can't be stored is logged and keeps nobody from it."""
        answer = self._answerer.ask(question, earlier, heard) if heard else self._answerer.ask(question, earlier)
        if not answer.answered and self._is_new(question, earlier):
            try:
                self._store.add([_refused(answer, earlier)])
            except QuidError as error:
                LOG.warning("%s", error)
        return answer

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        """What is searched for, and the k best passages; nothing of it is stored."""
        return self._answerer.search(question, k, earlier)

    def judge(self, question: str, earlier: Sequence[str], helpful: bool, word: str = "") -> int:
        """Store a verdict on the whole answer; gives the number of lines.

        What helped are the quotations that are given now: whoever judges can't put words into the
        documents. NothingToJudge where the documents don't answer.
        """
        if not helpful:
            return self._store.add([Feedback(question, "wrong", tuple(earlier), word=word)])
        citations = self._answerer.ask(question, earlier).citations
        if not citations:
            raise NothingToJudge("the documents don't answer that question, so there is no answer that helped")
        return self._store.add(
            Feedback(question, "right", tuple(earlier), one.passage.document_id, one.quote, word) for one in citations
        )

    def judge_quotation(
        self, question: str, earlier: Sequence[str], helpful: bool, place: Place, word: str = "", sha256: str = ""
    ) -> int:
        """Store a verdict on the sentence in `place`, cut from the document as it is in the index.

        UnknownDocument where it isn't there; NothingToJudge where that place quotes nothing, or
        the document isn't the one with that `sha256`.
        """
        document = self.searcher.document(place.document)
        if sha256 and sha256 != document.sha256:
            raise NothingToJudge(f"the document {place.document!r} has changed since; ask again, and judge that answer")
        if not 0 <= place.start < place.end <= len(document.text):
            raise NothingToJudge(f"expected 0 <= start < end <= {len(document.text)}, the document's length")
        quote = document.text[place.start : place.end]
        if not quote.strip():
            raise NothingToJudge("nothing is said there; expected the start and end of a citation")
        verdict = "right" if helpful else "wrong"
        return self._store.add([Feedback(question, verdict, tuple(earlier), place.document, quote, word)])

    def _is_new(self, question: str, earlier: Sequence[str]) -> bool:
        key, now = (*earlier, question), self._clock()
        with self._lock:
            last = self._recent.pop(key, None)
            self._recent[key] = now
            if len(self._recent) > _REMEMBERED:
                del self._recent[next(iter(self._recent))]
        return last is None or now - last > AGAIN_SECONDS


def _refused(answer: Answer, earlier: Sequence[str]) -> Feedback:
    nearest = (hit.passage for hit in answer.hits[:_NEAREST])
    places = tuple(Place(one.document_id, one.start, one.end) for one in nearest)
    return Feedback(answer.question, "refused", tuple(earlier), nearest=places)
