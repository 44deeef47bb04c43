"""The documents over HTTP: which there are, what each says, and which of their passages come near a question."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from corpus import Document, Section
from index import UnknownDocument
from ui.api import EARLIER_LIMIT, REFUSALS, ErrorBody, HitBody, Question
from ui.desk import Desk
from ui.errors import Json

__all__ = ["HITS_LIMIT", "LIST_LIMIT", "Search", "library_routes"]

HITS_LIMIT = 50
LIST_LIMIT = 10_000


class Search(BaseModel):
    """A question, the earlier ones, and how many passages are wanted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"question": "What is the DMZ?", "k": 3}})

    question: Question
    earlier: list[Question] = Field(default=[], max_length=EARLIER_LIMIT)
    k: int = Field(default=10, ge=1, le=HITS_LIMIT, strict=True)


class HitsBody(BaseModel):
    """The passages that came nearest, best first."""

    question: str
    searched_for: str
    hits: list[HitBody]
    milliseconds: dict[str, float]


class RecordBody(BaseModel):
    """What a list says of a document; `added` is an ISO 8601 time in UTC."""

    id: str
    title: str
    source: str
    passages: int
    characters: int
    added: str
    sha256: str


class ListBody(BaseModel):
    """Documents in the order of their ids; `total` counts all there are."""

    total: int
    documents: list[RecordBody]


class SectionBody(BaseModel):
    """The body under one heading: the document's characters [start, end), without the heading itself."""

    headings: list[str]
    page: int | None
    start: int
    end: int


class DocumentBody(BaseModel):
    """A document as it was read: `text` is what all offsets count in, `sha256` is of it in UTF-8."""

    id: str
    title: str
    source: str
    sha256: str
    text: str
    sections: list[SectionBody]


_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": ErrorBody}, **REFUSALS}


def library_routes(desk: Desk) -> APIRouter:
    """`POST /api/search`, `GET /api/documents` and `GET /api/documents/{id}`."""
    router = APIRouter(prefix="/api", default_response_class=Json)

    @router.post("/search", responses={200: {"model": HitsBody}, **REFUSALS}, summary="Find passages")
    async def search(asked: Search) -> Response:
        """Gives the passages that come nearest, whether they answer or not."""
        started = time.perf_counter()
        searched_for, hits = await desk.search(asked.question, asked.k, asked.earlier)
        took = round(1000 * (time.perf_counter() - started), 2)
        found = [hit.to_json() for hit in hits]
        return Json(
            {"question": asked.question, "searched_for": searched_for, "hits": found, "milliseconds": {"total": took}}
        )

    @router.get("/documents", responses={200: {"model": ListBody}, **REFUSALS}, summary="List the documents")
    def documents(limit: int = Query(1000, ge=1, le=LIST_LIMIT), offset: int = Query(0, ge=0)) -> Response:
        """Gives up to `limit` documents, after the first `offset`."""
        records = desk.searcher.documents()
        listed = [_record(one) for one in records[offset : offset + limit]]
        return Json({"total": len(records), "documents": listed})

    @router.get("/documents/{id:path}", responses={200: {"model": DocumentBody}, **_UNKNOWN}, summary="Read a document")
    def document(id: str) -> Response:
        """Gives the text that citations count in, and its sections. A slash in the id may stand as it is."""
        try:
            return Json(_document(desk.searcher.document(id)))
        except UnknownDocument:
            raise HTTPException(404, f"no document {id!r} in the index (any more); see /api/documents") from None

    return router


def _record(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in RecordBody.model_fields}


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "sha256": document.sha256,
        "text": document.text,
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    page = section.blocks[0].page if section.blocks else None
    return {"headings": list(section.headings), "page": page, "start": section.start, "end": section.end}
