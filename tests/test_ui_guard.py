"""The guard, spoken to as a server speaks to it: bodies in pieces, slow ones, and those that break off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import run

from ui.guard import BODY_LIMIT, Guard
from ui.settings import Settings


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Says back how large the body was, however many pieces it came in."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(size).encode()})


def post(pieces: list[bytes], *, length: str = "", ending: str = "http.request") -> tuple[int, Any]:
    """Status and JSON for a body in pieces; after the last one comes `ending`, or nothing more."""
    messages: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        + [{"type": ending, "body": b"", "more_body": False}] * bool(ending)
    )
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        message = next(messages, None)
        return message or await asyncio.sleep(60, {})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost")] + [(b"content-length", length.encode())] * bool(length)
    scope = {"type": "http", "method": "POST", "path": "/api/ask", "headers": headers}
    run(Guard(echo, Settings())(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], json.loads(sent[1]["body"])


TOO_LARGE = (413, {"error": "the body is too large; expected at most 262144 bytes"})


def test_a_body_in_pieces_arrives_whole() -> None:
    assert post([b"x" * 1000] * 262) == (200, 262_000)


def test_a_body_without_a_length_is_counted_as_it_comes() -> None:
    assert post([b"x" * BODY_LIMIT]) == (200, BODY_LIMIT)
    assert post([b"x" * 1000] * 300) == TOO_LARGE


@pytest.mark.parametrize("length", ["262145", "9" * 5000, "-1", "x", "１"])
def test_a_length_that_is_too_large_or_none_is_refused_unread(length: str) -> None:
    assert post([], length=length, ending="") == TOO_LARGE


def test_a_body_that_breaks_off_is_not_taken_for_whole() -> None:
    assert post([b"{"], ending="http.disconnect") == (400, {"error": "the body broke off"})


def test_a_body_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.guard.BODY_SECONDS", 0.05)
    assert post([b"{"], ending="") == (408, {"error": "the body took too long; expected it within 0.05 seconds"})


def test_a_web_socket_is_closed() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    run(Guard(echo, Settings())({"type": "websocket", "path": "/"}, None, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]
