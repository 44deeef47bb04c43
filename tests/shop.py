"""A shop's site that shows the widget: another origin, a strict policy, styles that mean no good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import served
from small_answerer import SmallAnswerer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from qa.feedback import FeedbackStore
from ui.server import create_app
from ui.settings import Settings

REFUND = "How long does a refund take to my bank?"
HOSTILE_STYLE = """
  * { all: unset !important; color: red !important; display: block !important; background: lime !important; }
  div, section, button, iframe { transform: rotate(9deg) !important; opacity: .1 !important; }
"""


class Site:
    """A site with one page: `tags` with the chat server's address for {chat}, under a strict policy."""

    def __init__(self) -> None:
        self.tags, self.style, self.chat, self.html = "", "", "", ""

    def page(self, _: Request) -> Response:
        ours = f"script-src {self.chat}; frame-src {self.chat}"
        body = self.tags.replace("{chat}", self.chat)
        style = f"<style>{self.style}</style>" if self.style else ""
        own = "'unsafe-inline'" if style else "'none'"
        head = f'<meta charset="utf-8"><link rel="icon" href="data:,"><title>Shop</title>{style}'
        return HTMLResponse(
            f"<!doctype html><html {self.html}><head>{head}</head>"
            f"<body><main><h1>A shop</h1></main>{body}</body></html>",
            headers={"Content-Security-Policy": f"default-src 'none'; img-src data:; style-src {own}; {ours}"},
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str, str]]:
    """A site, its address, and the address of a chat that allows it."""
    shop = Site()
    with served(Starlette(routes=[Route("/", shop.page)])) as address:
        store = FeedbackStore(tmp_path_factory.mktemp("shop") / "feedback.jsonl")
        app = create_app(SmallAnswerer(), Settings(sites=(address,)), page=False, store=store)
        with served(app) as chat:
            shop.chat = chat
            yield shop, address, chat


Open = Callable[..., Any]


@pytest.fixture
def open_site(browser: Any, site: tuple[Site, str, str]) -> Iterator[Open]:
    """Opens the site with these tags in it; any error or request to a third party fails the test."""
    shop, address, chat = site
    faults: list[str] = []
    contexts = []

    def open_site(tags: str, style: str = "", host: str = "", html: str = 'lang="en"', **options: Any) -> Any:
        shop.tags, shop.style, shop.html = tags, style, html
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.requested = []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: said.type in ("error", "warning") and faults.append(said.text))
        page.goto(address.replace("127.0.0.1", host) if host else address)
        return page

    yield open_site
    elsewhere = [url for context in contexts for page in context.pages for url in page.requested]
    for context in contexts:
        context.close()
    assert [url for url in elsewhere if not url.startswith((address, chat, "data:", "http://localhost"))] == []
    expected = ("frame-ancestors", "422", "503", "integrity")
    unexpected = [fault for fault in faults if not any(part in fault for part in expected)]
    assert unexpected == [], unexpected


def ask(frame: Any, question: str) -> Any:
    box = frame.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    return frame.locator(".reply").last
