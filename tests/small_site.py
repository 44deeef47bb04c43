"""A site on this machine, made of a few lines, that remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """What the site answers: a status, headers and a body; in `chunks`, sent without a length."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    chunks: Callable[[], Iterator[bytes]] | None = None

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


def page(*body: str, head: str = "", **headers: str) -> Reply:
    """An HTML page that marks its content."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    html = f"<!doctype html><html><head>{head}</head><body><main>{''.join(body)}</main></body></html>"
    return Reply(html, headers={"Content-Type": "text/html; charset=utf-8", **named})


def redirect(target: str, status: int = 301) -> Reply:
    """To another address."""
    return Reply(status=status, headers={"Location": target})


class SmallSite:
    """Pages by their paths with queries, or a function of those; `asked` holds what came, with its headers."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Reply] = {}
        self.otherwise: Callable[[str], Reply] = lambda path: Reply("nothing here", 404)
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def paths(self) -> list[str]:
        """What was asked for, but for robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((path, headers))
        reply = self.pages.get(path) or self.otherwise(path)
        etag = reply.headers.get("ETag")
        return Reply(status=304) if etag and headers.get("if-none-match") == etag else reply


@contextmanager
def served() -> Iterator[SmallSite]:
    """A site without pages."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = site.reply(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.chunks:
                self._send_chunks(reply.chunks())
                return
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def _send_chunks(self, chunks: Iterator[bytes]) -> None:
            self.close_connection = True
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(OSError):  # the other side has heard enough
                for chunk in chunks:
                    self.wfile.write(chunk)
                    self.wfile.flush()

        def log_message(self, *arguments: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = SmallSite(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
