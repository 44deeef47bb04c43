"""The engine of a pack, run as it ships, so that it can be measured: in Node, or in a browser without a window."""

from __future__ import annotations

import http.server
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from corpus import QuidError
from ui.bundle import bundle
from ui.settings import STATIC

__all__ = ["EngineFailed", "PackEngine", "opened_engine"]

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = ("--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
_PATIENCE = 120.0


class EngineFailed(QuidError):
    """The engine of a pack stopped, or said nothing for long."""


class PackEngine(Protocol):
    """Whoever runs a pack's engine."""

    def reply(self, request: dict[str, Any]) -> Any:
        """What the engine gives for {"ask": ...}, {"rank": ..., "k": ...} or {"embed": ...}."""
        ...


@contextmanager
def opened_engine(pack: Path) -> Iterator[PackEngine | None]:
    """The engine of the pack in that folder, stopped afterwards; None where the machine has nothing to run it in."""
    with tempfile.TemporaryDirectory(prefix="measuring-") as place:
        copied = Path(place)
        (copied / "measuring.mjs").write_bytes(bundle(STATIC, "pack-measuring.js"))
        if node := shutil.which("node"):
            with _in_node(node, copied, pack) as engine:
                yield engine
        elif browser := next((found for name in _browsers() if (found := shutil.which(name))), None):
            with _in_browser(browser, copied, pack) as engine:
                yield engine
        else:
            yield None


def _browsers() -> tuple[str, ...]:
    return tuple(name for name in (os.environ.get("E2E_CHROMIUM", ""), *_BROWSERS) if name)


class _Lines:
    """An engine that reads and writes lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def reply(self, request: dict[str, Any]) -> Any:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            said = self._process.stderr.read().strip().splitlines() if self._process.stderr else []
            raise EngineFailed(f"the pack's engine stopped: {next((one for one in said if 'Error' in one), said[:1])}")
        return json.loads(line)


@contextmanager
def _in_node(node: str, scripts: Path, pack: Path) -> Iterator[PackEngine]:
    with subprocess.Popen(
        [node, str(scripts / "measuring.mjs"), str(pack.resolve())],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            yield _Lines(process)
        finally:
            process.kill()


class _Requests:
    """An engine in a page that comes for each request, and brings the reply to the one before."""

    def __init__(self) -> None:
        self.requests: queue.Queue[str] = queue.Queue()
        self.replies: queue.Queue[str] = queue.Queue()

    def reply(self, request: dict[str, Any]) -> Any:
        self.requests.put(json.dumps(request))
        try:
            return json.loads(self.replies.get(timeout=_PATIENCE))
        except queue.Empty:
            raise EngineFailed(f"the pack's engine said nothing for {_PATIENCE:.0f} seconds") from None


@contextmanager
def _in_browser(browser: str, scripts: Path, pack: Path) -> Iterator[PackEngine]:
    engine = _Requests()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(engine, scripts, pack))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/measuring.html"
    flags = [*_FLAGS, f"--user-data-dir={scripts / 'profile'}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    process = subprocess.Popen([browser, *flags, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield engine
    finally:
        process.terminate()
        process.wait()
        server.shutdown()
        server.server_close()


def _handler(engine: _Requests, scripts: Path, pack: Path) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        """The pack's data and scripts, and a page that runs them."""

        def translate_path(self, path: str) -> str:
            name = path.partition("?")[0].rpartition("/")[2]
            place = pack / "data" if path.startswith("/data/") else pack if name == "pack.json" else scripts
            return str(place / name)

        def do_GET(self) -> None:
            if self.path == "/measuring.html":
                self._say(b'<!doctype html><script type="module" src="measuring.mjs"></script>')
            else:
                super().do_GET()

        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if said:
                engine.replies.put(said.decode())
            self._say(engine.requests.get().encode())

        def _say(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            """Nothing."""

    Handler.extensions_map = {".mjs": "text/javascript", ".js": "text/javascript", "": "application/octet-stream"}
    return Handler
