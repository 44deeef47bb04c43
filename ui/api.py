"""The HTTP API: the contract's requests and answers as types, and the routes that serve them."""

from __future__ import annotations

import math
import re
import threading
import time
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from starlette.responses import Response

from index.errors import EngineUnavailable
from ui.desk import Answering, Desk
from ui.errors import Json
from ui.events import EVENTS, event_stream, wants_events
from ui.suggestions import Shelf

__all__ = [
    "EARLIER_LIMIT",
    "QUESTION_LIMIT",
    "REFUSALS",
    "Answering",
    "Ask",
    "ErrorBody",
    "HitBody",
    "Question",
    "api_routes",
    "clean_question",
]

QUESTION_LIMIT = 2000
EARLIER_LIMIT = 10
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean_question(text: str) -> str:
    """`text` without what can't be said (control characters, lone surrogates) and the space around it.

    ValueError where nothing is left, or too much.
    """
    text = _UNSAID.sub(" ", text).strip()
    if not text:
        raise ValueError(f"expected a question of 1 to {QUESTION_LIMIT} characters, found none")
    if len(text) > QUESTION_LIMIT:
        raise ValueError(f"expected a question of 1 to {QUESTION_LIMIT} characters, found {len(text)}")
    return text


Question = Annotated[
    str, AfterValidator(clean_question), Field(json_schema_extra={"minLength": 1, "maxLength": QUESTION_LIMIT})
]


class Ask(BaseModel):
    """A question, and the earlier questions of the conversation, oldest first."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"question": "What is the DMZ?"}})

    question: Question
    earlier: list[Question] = Field(default=[], max_length=EARLIER_LIMIT)
    stream: StrictBool = Field(default=False, description="tell of each stage as it happens, by Server-Sent Events")


class PassageBody(BaseModel):
    """The passage that a citation stands in."""

    start: int
    end: int
    text: str


class PlaceBody(BaseModel):
    """The characters [start, end) of a document; `sha256` is of the document's text."""

    document: str
    title: str
    source: str
    headings: list[str]
    page: int | None
    place: str
    start: int
    end: int
    sha256: str


class PartBody(BaseModel):
    """A sentence of a quotation; `kind` is that of its block: heading, paragraph, item, row or code."""

    start: int
    end: int
    kind: str


class CitationBody(PlaceBody):
    """`quote` is the document's characters [start, end); `also` are other places where it stands."""

    number: int
    quote: str
    passage: PassageBody
    parts: list[PartBody]
    also: list[PlaceBody]


class HitBody(BaseModel):
    """A passage that came near; a higher score is better."""

    document: str
    title: str
    source: str
    headings: list[str]
    page: int | None
    start: int
    end: int
    score: float
    text: str


class DisagreementBody(BaseModel):
    """Two citations, by their numbers, that can't both be right, and the number or date that each gives."""

    citations: list[int]
    said: list[str]


class StatementBody(BaseModel):
    """A sentence that a language model wrote, and the numbers of the citations that hold its words."""

    text: str
    citations: list[int]


class WordingBody(BaseModel):
    """What a language model of that name made of the quotations; they alone are the documents' words."""

    model: str
    text: str
    statements: list[StatementBody]


class AnswerBody(BaseModel):
    """An answer made of the documents' sentences, or a refusal: then there are no citations."""

    question: str
    searched_for: str
    answered: bool
    text: str
    confidence: float = Field(description="probability that the answer is right, calibrated")
    citations: list[CitationBody]
    disagreements: list[DisagreementBody] = []
    hits: list[HitBody]
    milliseconds: dict[str, float]
    wording: WordingBody | None = Field(default=None, description="where the owner set up a language model")


class ErrorBody(BaseModel):
    """What was wrong, and what was expected; `cause` is "engine" where the index can't be reached for now."""

    error: str
    cause: str | None = None


class HealthBody(BaseModel):
    """That the server answers, and over how many documents; `status` is "ok", or "engine unavailable"."""

    status: str
    documents: int


class ReadyBody(BaseModel):
    """That questions are answered."""

    status: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody} for status in (400, 401, 403, 413, 422, 429, 503)
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": AnswerBody, "content": {EVENTS: {"schema": {"type": "string"}}}},
    **REFUSALS,
}


def api_routes(desk: Desk, answerer: Answering) -> APIRouter:
    """`POST /api/ask`, `GET /api/health` and `GET /api/ready`.

    Questions go over the desk; only the one that finds out whether there are answers goes straight to `answerer`.
    """
    router = APIRouter(prefix="/api", default_response_class=Json)
    first, count = _FirstAnswer(answerer), _Count(desk.searcher)

    @router.post("/ask", responses=_ANSWERS, summary="Ask the documents")
    async def ask(asked: Ask, request: Request) -> Response:
        """Answers with the documents' own sentences, each with its place, or says that they don't say.

        With `"stream": true`, or where text/event-stream is accepted and JSON isn't: events
        `understand`, `search`, `citation` (each of them), and `answer`, or else `error`.
        """
        if asked.stream or wants_events(request):
            return event_stream(desk, asked.question, asked.earlier)
        return Json((await desk.answer(asked.question, asked.earlier)).to_json())

    @router.get("/health", responses={200: {"model": HealthBody}}, summary="Is the server there?")
    def health() -> Response:
        """Says that the server answers, and over how many documents.

        Where the search engine that holds the index can't be reached, the status says so: "engine
        unavailable". It is 200 all the same, since the server comes back by itself when that does.
        """
        try:
            return Json({"status": "ok", "documents": count.now()})
        except EngineUnavailable:
            return Json({"status": "engine unavailable", "documents": count.last})

    @router.get("/ready", responses={200: {"model": ReadyBody}, 503: {"model": ErrorBody}}, summary="Can it answer?")
    def ready() -> Response:
        """Says that the index is open, within reach, and the model has answered; until then, 503."""
        first.sure()
        count.now()
        return Json({"status": "ready"})

    return router


class _Count:
    """How many documents there are, counted at most once in `SECONDS`: who asks for it isn't kept waiting."""

    SECONDS = 1.0

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._counted = shelf, (-math.inf, 0)

    @property
    def last(self) -> int:
        """The number, as it was when it could be counted last."""
        return self._counted[1]

    def now(self) -> int:
        """The number, as it was a second ago at most."""
        when, number = self._counted
        if time.monotonic() - when > self.SECONDS:
            number = len(self._shelf.documents())
            self._counted = time.monotonic(), number
        return number


class _FirstAnswer:
    """Whether a question has been answered yet; who wants to know has one answered."""

    def __init__(self, answerer: Answering) -> None:
        self._answerer, self._lock, self._is_given = answerer, threading.Lock(), False

    def sure(self) -> None:
        """Return when there is an answer; raise what keeps it from being given."""
        with self._lock:
            if not self._is_given:
                self._answerer.ask("Is everything ready?")
                self._is_given = True
