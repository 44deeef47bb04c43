"""`POST /api/feedback`: what people say of an answer, or of one sentence that it quotes."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index import UnknownDocument
from qa.feedback import Place
from qa.recording import NothingToJudge, RecordingAnswerer
from ui.api import EARLIER_LIMIT, REFUSALS, ErrorBody, Question
from ui.desk import Desk
from ui.errors import Json

__all__ = ["WORD_LIMIT", "feedback_routes"]

WORD_LIMIT = 500
OFF = "this server stores no feedback"


def _clean(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


Word = Annotated[str, Field(max_length=WORD_LIMIT), AfterValidator(_clean)]


class Said(BaseModel):
    """Whether an answer helped; with document, start and end of a citation, whether that sentence did."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"question": "What is the DMZ?", "helpful": True}}
    )

    question: Question
    earlier: list[Question] = Field(default=[], max_length=EARLIER_LIMIT)
    helpful: StrictBool
    document: str | None = None
    start: StrictInt | None = None
    end: StrictInt | None = None
    sha256: str = Field(default="", description="of the citation: refused if the document has changed since")
    word: Word = Field(default="", description="what was wrong, in the person's own words")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [part is not None for part in (self.document, self.start, self.end)]
        if any(given) and not all(given):
            raise ValueError("document, start and end belong together; expected all three of a citation, or none")
        return self

    @property
    def place(self) -> Place | None:
        """The sentence that is judged; None for the whole answer."""
        if self.document is None or self.start is None or self.end is None:
            return None
        return Place(self.document, self.start, self.end)


class StoredBody(BaseModel):
    """How many lines were stored: one for each quotation that helped."""

    stored: int


RESPONSES: dict[int | str, dict[str, Any]] = {200: {"model": StoredBody}, 404: {"model": ErrorBody}, **REFUSALS}


def feedback_routes(desk: Desk, recorder: RecordingAnswerer | None) -> APIRouter:
    """`POST /api/feedback`; without a recorder it says that nothing is stored."""
    router = APIRouter(prefix="/api", default_response_class=Json, include_in_schema=recorder is not None)

    @router.post("/feedback", responses=RESPONSES, summary="Say whether an answer helped")
    async def feedback(said: Said) -> Response:
        """Stores the verdict with the document's own words; nothing is kept about who gave it."""
        if recorder is None:
            raise HTTPException(404, OFF)
        try:
            # A verdict on a whole answer has the question answered again.
            return Json({"stored": await desk.finished(desk.take(lambda: _stored(recorder, said)))})
        except UnknownDocument:
            raise HTTPException(404, f"no document {said.document!r} in the index (any more)") from None
        except NothingToJudge as error:
            raise HTTPException(422, str(error)) from None

    return router


def _stored(recorder: RecordingAnswerer, said: Said) -> int:
    place = said.place
    if place is None:
        return recorder.judge(said.question, said.earlier, said.helpful, said.word)
    return recorder.judge_quotation(said.question, said.earlier, said.helpful, place, said.word, said.sha256)
