"""A server that is stopped under traffic answers what it has taken, and keeps nobody who only looks on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from small_answerer import SmallAnswerer

from ui.guard import Guard
from ui.server import create_app
from ui.settings import Limits, Settings
from ui.stopping import Server

REFUND = {"question": "How long does a refund take to my bank?"}


@contextmanager
def running(app: Guard) -> Iterator[tuple[Server, threading.Thread, str]]:
    """The server in a thread, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=30), app, address, 0.0)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        yield server, thread, address
        server.should_exit = True
        thread.join(30)


def until(is_so: Any) -> None:
    """Wait until something is so."""
    last = time.monotonic() + 20
    while not is_so() and time.monotonic() < last:
        time.sleep(0.01)
    assert is_so()


def test_who_was_let_in_is_answered_in_full_although_many_wait_before_them() -> None:
    answerer = SmallAnswerer()
    answerer.delay = 0.15
    app = create_app(answerer, Settings(limits=Limits(running=1)), page=False)
    with running(app) as (server, thread, address), ThreadPoolExecutor(12) as people:
        asked = [people.submit(httpx.post, f"{address}/api/ask", json=REFUND, timeout=30) for _ in range(8)]
        events = {**REFUND, "stream": True}
        streamed = [people.submit(httpx.post, f"{address}/api/ask", json=events, timeout=30) for _ in range(4)]
        # All are in, and hardly any has been answered.
        until(lambda: len(server.server_state.tasks) == 12)
        server.should_exit = True
        answers = [one.result() for one in asked]
        assert {answer.json()["citations"][0]["quote"] for answer in answers} == {
            "A refund reaches your bank within 14 days."
        }
        assert {one.result().text.split("event: ")[-1].split("\n")[0] for one in streamed} == {"answer"}
        thread.join(30)
        assert not thread.is_alive()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/api/health")


def test_a_page_that_only_stays_connected_keeps_no_server_from_stopping() -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                ended.set()
                return
            await send({"type": "http.response.body", "body": b"x", "more_body": True})

    ended = threading.Event()
    with (
        running(Guard(page, Settings())) as (server, thread, address),
        httpx.stream("GET", f"{address}/gradio_api/heartbeat/x") as connected,
    ):
        assert connected.status_code == 200
        until(lambda: len(server.server_state.tasks) == 1)
        server.should_exit = True
        # Its patience, 30 seconds, isn't what ends it.
        thread.join(10)
        assert not thread.is_alive()
        assert not ended.is_set()
