"""An answer as it comes to be, by Server-Sent Events: the stages, the citations, the whole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from typing import Any

from fastapi import Request
from starlette.responses import StreamingResponse

from qa import Answer
from ui.desk import Desk
from ui.errors import explain

__all__ = ["EVENTS", "event_stream", "stream_of", "wants_events"]

EVENTS = "text/event-stream"
# Proxies cut a connection on which nothing is said for long.
SILENCE = 15.0


def wants_events(request: Request) -> bool:
    """Whether events are asked for, and JSON isn't."""
    accepted = request.headers.get("accept", "").lower()
    return EVENTS in accepted and "application/json" not in accepted


def event_stream(desk: Desk, question: str, earlier: Sequence[str]) -> StreamingResponse:
    """The events of one question; Busy is raised before any of them."""
    loop, said = asyncio.get_running_loop(), asyncio.Queue[bytes | None]()

    def heard(stage: str, result: Any) -> None:
        loop.call_soon_threadsafe(said.put_nowait, _event(stage, _stage(stage, result)))

    return stream_of(_events(desk, desk.take_question(question, earlier, heard), said))


def stream_of(events: AsyncIterator[bytes]) -> StreamingResponse:
    """A response that no proxy keeps back."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type=EVENTS, headers=headers)


async def _events(desk: Desk, future: Future[Answer], said: asyncio.Queue[bytes | None]) -> AsyncIterator[bytes]:
    finished = asyncio.ensure_future(desk.finished(future))
    finished.add_done_callback(lambda _: said.put_nowait(None))
    try:
        while (event := await _next(said)) is not None:
            yield event
        answer = finished.result().to_json()
        for citation in answer["citations"]:
            yield _event("citation", citation)
        yield _event("answer", answer)
    except Exception as error:
        failure = explain(error)
        cause = {"cause": failure.cause} if failure.cause else {}
        yield _event("error", {"error": failure.error, **cause})
    finally:
        finished.cancel()


async def _next(said: asyncio.Queue[bytes | None]) -> bytes | None:
    try:
        return await asyncio.wait_for(said.get(), SILENCE)
    except TimeoutError:
        return b": still waiting\n\n"


def _stage(stage: str, result: Any) -> dict[str, Any]:
    if stage == "understand":
        return {"searched_for": result}
    return {"passages": len(result), "documents": list(dict.fromkeys(hit.passage.document_id for hit in result))}


def _event(name: str, data: Any) -> bytes:
    """One event; JSON is ASCII on one line, whatever is in it."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode("ascii")
