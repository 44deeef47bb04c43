"""A server on loopback that speaks OpenAI's chat completions, and says what a test has it say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["SmallModel", "Speak", "completion", "dripping", "hanging", "sending", "small_model"]

Speak = Callable[["SmallModel", BaseHTTPRequestHandler], None]


@dataclass
class SmallModel:
    """Where it is, what it was asked and with which headers, and an event that ends whatever waits."""

    address: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


def completion(text: str) -> Speak:
    """Says that text, as OpenAI does."""
    body = {"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}
    return sending(200, json.dumps(body).encode())


def sending(status: int, body: bytes, **headers: str) -> Speak:
    """Says those bytes."""

    def speak(_: SmallModel, request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return speak


def hanging(model: SmallModel, _: BaseHTTPRequestHandler) -> None:
    """Says nothing until the test is over."""
    model.over.wait(30)


def dripping(model: SmallModel, request: BaseHTTPRequestHandler) -> None:
    """Says a byte of its headers at a time, without end."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not model.over.wait(0.05):
        request.wfile.write(b"x")
        request.wfile.flush()


@contextmanager
def small_model(speak: Speak) -> Iterator[SmallModel]:
    """The server, as long as this lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            model.paths.append(self.path)
            model.headers.append(dict(self.headers))
            model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            with suppress(OSError):  # who asked has gone
                speak(model, self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        model = SmallModel(f"http://127.0.0.1:{server.server_address[1]}/v1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield model
        finally:
            model.over.set()
            server.shutdown()
            thread.join()
