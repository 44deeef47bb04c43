"""A real browser and a server on a free port, for the tests of the pages."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """What `work` gives, on a loop in a thread of its own: where a browser is open, one runs here already."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, work).result()


def mounted(make: Callable[[], Any]) -> Any:
    """What `make` gives, made where a loop runs: elsewhere Gradio makes three, and closes none."""

    async def making() -> Any:
        return make()

    return run(making())


@contextmanager
def served(app: Any, host: str = "127.0.0.1", port: int = 0, **settings: Any) -> Iterator[str]:
    """The address of `app`, served from a thread as long as the context lasts; `settings` are uvicorn's."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, **settings)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        assert server.started
        yield f"http://{host}:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@contextmanager
def launched(*arguments: str) -> Iterator[Any]:
    """A browser; a test that needs one is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        try:
            browser = _launch(driver.chromium, *arguments)
        except playwright.Error:
            pytest.skip("no browser; on Debian: apt install chromium")
        yield browser
        browser.close()


@contextmanager
def another(browser: Any, *arguments: str) -> Iterator[Any]:
    """One more beside that browser, started with these arguments."""
    more = _launch(browser.browser_type, *arguments)
    yield more
    more.close()


def _launch(kind: Any, *arguments: str) -> Any:
    named = (os.environ.get("E2E_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in named if name and (found := shutil.which(name))), None)
    return kind.launch(executable_path=path, args=[*ARGUMENTS, *arguments])


class Visit:
    """A page in the browser, and everything that went wrong on it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.address = address
        self.requests: list[str] = []
        self.faults: list[str] = []
        self._context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self._context.set_default_timeout(60_000)
        self.page = self._context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("response", self._note)
        self.page.on("console", lambda said: said.type == "error" and self.faults.append(f"console: {said.text}"))

    def _note(self, answer: Any) -> None:
        if answer.status >= 400:
            self.faults.append(f"{answer.status} {answer.url}")

    def open(self, path: str = "/") -> Any:
        """The chat page, ready for a question."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def ask(self, question: str) -> Any:
        """The reply to a question that is typed in and sent."""
        replies = self.page.locator("#chat .reply")
        before = replies.count()
        box = self.page.get_by_label("Your question")
        box.fill(question)
        box.press("Enter")
        self.page.wait_for_function("n => document.querySelectorAll('#chat .reply').length > n", arg=before)
        return replies.last

    def close(self) -> None:
        """Close it; whatever went wrong, and any request to somebody else, fails the test."""
        elsewhere = [url for url in self.requests if not url.startswith((self.address, "data:", "blob:"))]
        self._context.close()
        assert (self.faults, elsewhere) == ([], [])
