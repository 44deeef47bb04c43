"""The documents tab: what is in the index, what was left out and why, and how the index is."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from index import DocumentRecord
from index.brought import Brought
from index.health import health
from index.hit import OpenIndex
from ui.errors import Json
from ui.markup import escape, fill
from ui.owner import Lending, bring_head
from ui.reasons import reason_said
from ui.texts import current_texts

__all__ = ["PAGE", "Catalogue", "documents_routes"]

PAGE = 100
_NUMBER = re.compile(r"(\d{1,18})", re.ASCII)
Order = Literal["title", "id", "source", "passages", "characters", "added"]


@dataclass(frozen=True, slots=True)
class _Listed:
    """What is listed of one generation, and the words that each entry is found by."""

    generation: tuple[int, str]
    records: list[tuple[str, DocumentRecord]]
    skipped: list[tuple[str, str, str]]


class Catalogue:
    """What the index holds as it is now, read once for each generation; safe from many threads."""

    def __init__(self, answerer: Lending) -> None:
        self._answerer = answerer
        self._lock = threading.Lock()
        self._listed: _Listed | None = None

    def documents(self, wanted: str, order: Order, descending: bool, offset: int, limit: int) -> dict[str, Any]:
        """A page of the documents that have all of the wanted words in title, id or source."""
        with self._answerer.lent() as one:
            index: OpenIndex = one.searcher
            records = [record for words, record in self._current(index).records if _matches(words, wanted)]
            records.sort(key=lambda record: _key(record, order), reverse=descending)
            brought = Brought(index.folder)
            shown = [_entry(record, brought) for record in records[offset : offset + limit]]
            return {"total": index.manifest.documents, "found": len(records), "documents": shown}

    def skipped(self, wanted: str, offset: int, limit: int) -> dict[str, Any]:
        """A page of what was found and not read, with the reasons, in the reader's language where there are words."""
        with self._answerer.lent() as one:
            listed = self._current(one.searcher)
        found = [
            (source, *reason_said(reason))
            for words, source, reason in listed.skipped
            if _matches(words, wanted) or _matches(_words(source, reason_said(reason)[0]), wanted)
        ]
        page = found[offset : offset + limit]
        shown = [{"source": source, "reason": said, "language": language} for source, said, language in page]
        return {"total": len(listed.skipped), "found": len(found), "skipped": shown}

    def health(self) -> dict[str, Any]:
        """How the index is."""
        with self._answerer.lent() as one:
            index: OpenIndex = one.searcher
            found, listed = health(index), self._current(index)
        manifest = found.manifest
        return {
            "folder": str(index.place), "generation": manifest.generation, "created": manifest.created,
            "model": manifest.model, "documents": manifest.documents, "passages": manifest.passages,
            "sentences": manifest.sentences, "skipped": len(listed.skipped),
            "size": found.size, "sizes": found.sizes, "faults": found.faults,
        }  # fmt: skip

    def _current(self, index: OpenIndex) -> _Listed:
        generation = (index.manifest.generation, index.manifest.created)
        with self._lock:
            if self._listed is None or self._listed.generation != generation:
                records = [(_words(one.title, one.id, one.source), one) for one in index.documents()]
                skipped = [(_words(source, reason), source, reason) for source, reason in index.skipped().items()]
                self._listed = _Listed(generation, records, skipped)
            return self._listed


def documents_routes(catalogue: Catalogue, bring: bool) -> APIRouter:
    """`GET /documents`, the page, and what it is drawn from; with `bring`, documents can be added and removed on it."""
    router = APIRouter(prefix="/documents", include_in_schema=False, default_response_class=Json)

    @router.get("")
    def page(request: Request) -> Response:
        home, texts = str(request.scope.get("root_path", "")) + "/", current_texts()
        return HTMLResponse(
            fill(
                "documents.html",
                home=escape(home),
                texts=texts.script("documents"),
                bring=bring_head() if bring else "",
                allowed="yes" if bring else "",
                page=str(PAGE),
            )
        )

    @router.get("/list")
    def listed(
        q: Annotated[str, Query(max_length=500)] = "",
        order: Order = "title",
        descending: bool = False,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = PAGE,
    ) -> Response:
        return Json(catalogue.documents(q, order, descending, offset, limit))

    @router.get("/skipped")
    def skipped(
        q: Annotated[str, Query(max_length=500)] = "",
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = PAGE,
    ) -> Response:
        return Json(catalogue.skipped(q, offset, limit))

    @router.get("/health")
    def how() -> Response:
        return Json(catalogue.health())

    return router


def _words(*parts: str) -> str:
    return "\n".join(parts).casefold()


def _matches(words: str, wanted: str) -> bool:
    return all(word in words for word in wanted.casefold().split())


def _key(record: DocumentRecord, order: Order) -> tuple[Any, str]:
    """Texts in the order that people expect: "part 2" comes before "part 10"."""
    value = getattr(record, order)
    if not isinstance(value, str):
        return value, record.id
    parts = _NUMBER.split(value.casefold())
    return [int(part) if nth % 2 else part for nth, part in enumerate(parts)], record.id


def _entry(record: DocumentRecord, brought: Brought) -> dict[str, Any]:
    return {
        "id": record.id, "title": record.title, "source": record.source, "passages": record.passages,
        "characters": record.characters, "added": record.added, "brought": brought.place_of(record.id) is not None,
    }  # fmt: skip
