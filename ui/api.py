"""The HTTP API: the contract's requests and answers as types, and the routes that serve them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Protocol

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from qa import Answer
from ui.errors import Json
from ui.suggestions import Shelf

__all__ = [
    "EARLIER_LIMIT",
    "QUESTION_LIMIT",
    "REFUSALS",
    "Answering",
    "ErrorBody",
    "Question",
    "api_routes",
    "clean_question",
]

QUESTION_LIMIT = 2000
EARLIER_LIMIT = 10
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Answering(Protocol):
    """The one path from question to answer, and the documents behind it."""

    @property
    def searcher(self) -> Shelf:
        """The index that the answers come from."""
        ...

    def ask(self, question: str, earlier: Sequence[str] = ()) -> Answer:
        """The answer to a question that follows the earlier ones, oldest first."""
        ...


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


class PassageBody(BaseModel):
    """The passage that a citation stands in."""

    start: int
    end: int
    text: str


class CitationBody(BaseModel):
    """`quote` is the document's characters [start, end); `sha256` is of the document's text."""

    number: int
    quote: str
    document: str
    title: str
    source: str
    headings: list[str]
    page: int | None
    place: str
    start: int
    end: int
    sha256: str
    passage: PassageBody


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


class AnswerBody(BaseModel):
    """An answer made of the documents' sentences, or a refusal: then there are no citations."""

    question: str
    searched_for: str
    answered: bool
    text: str
    confidence: float = Field(description="probability that the answer is right, calibrated")
    citations: list[CitationBody]
    hits: list[HitBody]
    milliseconds: dict[str, float]


class ErrorBody(BaseModel):
    """What was wrong, and what was expected."""

    error: str


class HealthBody(BaseModel):
    """That the server answers, and over how many documents."""

    status: str
    documents: int


REFUSALS = {status: {"model": ErrorBody} for status in (400, 403, 413, 422)}


def api_routes(answerer: Answering) -> APIRouter:
    """`POST /api/ask` and `GET /api/health` over one answerer."""
    router = APIRouter(prefix="/api", default_response_class=Json)

    # A plain function runs in the pool of threads, so that a question never stops the event loop.
    @router.post("/ask", responses={200: {"model": AnswerBody}, **REFUSALS}, summary="Ask the documents")
    def ask(asked: Ask) -> Response:
        """Answers with the documents' own sentences, each with its place, or says that they don't say."""
        return Json(answerer.ask(asked.question, asked.earlier).to_json())

    @router.get("/health", responses={200: {"model": HealthBody}}, summary="Is the server there?")
    def health() -> Response:
        """Says that the server answers, and over how many documents."""
        return Json({"status": "ok", "documents": len(answerer.searcher.documents())})

    return router
