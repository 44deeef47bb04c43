"""`/bring`: files, addresses and removals from the page; each is answered at once, and worked on later."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from corpus import UnreadableDocument
from corpus.reading import READERS
from index import IndexUnwritable
from index.brought import Brought, safe_name
from ui.bringing import Bringer, Full, Item
from ui.desk import Answering
from ui.errors import Json
from ui.reasons import reason_said
from ui.settings import Bringing

__all__ = ["bring_routes"]

AT_ONCE = 4
CHUNK_SECONDS = 30
REMOVED_AT_ONCE = 1000
# A host, perhaps with a port, before a path or nothing.
_BARE = re.compile(r"[^\s/:@]+(:\d+)?(/|$)")


class Address(BaseModel):
    """A page, or a sitemap."""

    model_config = ConfigDict(extra="forbid")
    address: Annotated[str, Field(min_length=1, max_length=2000)]


class Removal(BaseModel):
    """Documents to be removed, by their ids."""

    model_config = ConfigDict(extra="forbid")
    ids: Annotated[list[str], Field(min_length=1, max_length=REMOVED_AT_ONCE)]


def bring_routes(bringer: Bringer, answerer: Answering, limits: Bringing) -> APIRouter:
    """`GET /bring`, and `POST /bring/file`, `/bring/address` and `/bring/remove`. Serve them behind a Guard only."""
    router = APIRouter(prefix="/bring", include_in_schema=False, default_response_class=Json)
    doors = asyncio.Semaphore(AT_ONCE)

    @router.get("")
    def state() -> Response:
        items = bringer.items()
        return Json(
            {
                "items": [_told_of(item) for item in items],
                "documents": len(answerer.searcher.documents()),
                "readable": sorted(READERS),
                "largest": limits.file,
            }
        )

    @router.post("/file")
    async def file(request: Request, name: Annotated[str, Query(min_length=1, max_length=2000)]) -> Response:
        kept = safe_name(name)
        _check_file(kept, request.headers.get("content-length", "0"), limits)
        if doors.locked():
            raise HTTPException(503, "too many files are being sent at once", {"Retry-After": "1"})
        async with doors:
            with _told():
                bringer.check_room()
                arrived = await run_in_threadpool(_place, bringer.brought, kept, limits)
                try:
                    await _receive(request, arrived, limits.file)
                    item = bringer.take_file(arrived, kept)
                except BaseException:
                    arrived.unlink(missing_ok=True)
                    raise
        return Json(item.to_json(), 202)

    @router.post("/address")
    def address(asked: Address) -> Response:
        with _told():
            return Json(bringer.take_address(_with_scheme(asked.address)).to_json(), 202)

    @router.post("/remove")
    def remove(asked: Removal) -> Response:
        known = {record.id for record in answerer.searcher.documents()}
        if unknown := [id for id in asked.ids if id not in known]:
            raise HTTPException(404, f"no document {unknown[0]!r} in the index (any more)")
        with _told():
            return Json(bringer.take_removal(list(dict.fromkeys(asked.ids))).to_json(), 202)

    return router


def _told_of(item: Item) -> dict[str, Any]:
    """What the page is told of it, in the reader's language."""
    said, language = reason_said(item.said)
    return {**item.to_json(), "said": said, "language": language}


@contextmanager
def _told() -> Iterator[None]:
    """What keeps something from being taken, as an HTTPException."""
    try:
        yield
    except UnreadableDocument as error:
        raise _refused(422, error.reason) from None
    except Full as error:
        raise HTTPException(503, reason_said(str(error))[0], {"Retry-After": "5"}) from None
    except IndexUnwritable as error:
        raise HTTPException(507, str(error)) from None


def _check_file(name: str, length: str, limits: Bringing) -> None:
    """HTTPException for a file that won't be read anyway, before it is sent."""
    suffix = PurePosixPath(name).suffix.lower()
    if not name:
        raise HTTPException(422, "the file has no name that can be kept")
    if suffix not in READERS:
        raise _refused(415, f"files of the kind {suffix} can't be read")
    if not length.isdecimal() or len(length) > 15 or int(length) > limits.file:
        raise _too_large(limits.file)


def _place(brought: Brought, name: str, limits: Bringing) -> Path:
    if brought.size() > limits.total:
        raise _refused(507, f"{limits.total / 1e6:,.0f} MB were brought, and no more is kept; remove some first")
    return brought.arriving(PurePosixPath(name).suffix.lower())


async def _receive(request: Request, path: Path, largest: int) -> None:
    """Write the body to that file as it comes; HTTPException where it is too large, too slow or breaks off."""
    size = 0
    try:
        with path.open("xb") as file:
            async for chunk in _chunks(request):
                size += len(chunk)
                if size > largest:
                    raise _too_large(largest)
                await run_in_threadpool(file.write, chunk)
    except TimeoutError:
        raise _refused(408, "the file stopped coming; send it again") from None
    except ClientDisconnect:
        raise _refused(422, "the file broke off; send it again") from None
    except OSError as error:
        raise IndexUnwritable(path.parent, (error.strerror or str(error)).lower()) from error
    if not size:
        raise _refused(422, "is empty; there is nothing to read")


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        async with asyncio.timeout(CHUNK_SECONDS):
            try:
                chunk = await anext(stream)
            except StopAsyncIteration:
                return
        if chunk:
            yield chunk


def _too_large(largest: int) -> HTTPException:
    return _refused(413, f"is larger than {largest / 1e6:,.0f} MB, the most that is taken")


def _refused(status: int, reason: str) -> HTTPException:
    """That reason, in the reader's language."""
    return HTTPException(status, reason_said(reason)[0])


def _with_scheme(address: str) -> str:
    """As people type it: https goes without saying."""
    address = address.strip()
    return f"https://{address}" if _BARE.match(address) else address
