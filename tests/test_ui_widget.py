"""The widget on somebody else's page: another origin, a strict policy, styles that mean no good."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from browsing import served
from small_answerer import SmallAnswerer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ui.server import create_app
from ui.settings import STATIC, Settings

REFUND = "How long does a refund take to my bank?"
HOSTILE_STYLE = """
  * { all: unset !important; color: red !important; display: block !important; background: lime !important; }
  div, section, button, iframe { transform: rotate(9deg) !important; opacity: .1 !important; }
"""


class Site:
    """A site with one page: `tags` with the chat server's address for {chat}, under a strict policy."""

    def __init__(self) -> None:
        self.tags, self.style, self.chat = "", "", ""

    def page(self, _: Request) -> Response:
        ours = f"script-src {self.chat}; frame-src {self.chat}"
        body = self.tags.replace("{chat}", self.chat)
        head = f'<meta charset="utf-8"><link rel="icon" href="data:,"><title>Shop</title><style>{self.style}</style>'
        return HTMLResponse(
            f'<!doctype html><html lang="en"><head>{head}</head><body><h1>A shop</h1>{body}</body></html>',
            headers={
                "Content-Security-Policy": f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; {ours}"
            },
        )


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[Site, str, str]]:
    """A site, its address, and the address of a chat that allows it."""
    shop = Site()
    with served(Starlette(routes=[Route("/", shop.page)])) as address:
        app = create_app(SmallAnswerer(), Settings(sites=(address,)), page=False)
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

    def open_site(tags: str, style: str = "", host: str = "", **options: Any) -> Any:
        shop.tags, shop.style = tags, style
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
    assert [fault for fault in faults if "frame-ancestors" not in fault and "422" not in fault] == []


def ask(frame: Any, question: str) -> Any:
    box = frame.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    return frame.locator(".reply").last


def test_the_widget_answers_on_another_site_and_loads_nothing_before_it_is_opened(
    open_site: Open, site: tuple[Site, str, str]
) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask the shop" defer></script>')
    button = page.get_by_role("button", name="Ask the shop")
    button.wait_for()
    assert [url for url in page.requested if url != "data:,"] == [f"{site[1]}/", f"{site[2]}/widget.js"]
    button.click()
    frame = page.frame_locator("iframe")
    assert ask(frame, REFUND).locator("blockquote").inner_text() == "A refund reaches your bank within 14 days.\xa0[1]"
    frame.locator("blockquote").get_by_role("link", name="[1]").click()
    frame.locator("#hl").wait_for()
    assert frame.locator("#hl").inner_text() == "A refund reaches your bank within 14 days."
    panel = page.get_by_role("region", name="Ask the shop")
    page.keyboard.press("Escape")
    frame.locator("#hl").wait_for(state="hidden")
    assert panel.is_visible()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert button.evaluate("button => button === button.getRootNode().activeElement")


def test_what_a_hostile_document_says_is_only_ever_text(open_site: Open) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask" defer></script>')
    page.get_by_role("button", name="Ask").click()
    frame = page.frame_locator("iframe")
    reply = ask(frame, "The second hostile sentence inside onerror window owned")
    assert reply.locator("blockquote").inner_text() == (
        'The second hostile sentence has <img src=x onerror="window.owned = 2"> inside it.\xa0[1]'
    )
    reply.locator("blockquote a").click()
    frame.locator("#hl").wait_for()
    assert frame.locator("img, .reply script, .source-panel script").count() == 0
    assert page.frames[1].evaluate("window.owned") is None


def test_a_refusal_a_follow_up_and_an_overlong_question_in_the_widget(open_site: Open) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask" defer></script>')
    page.get_by_role("button", name="Ask").click()
    frame = page.frame_locator("iframe")
    ask(frame, REFUND).locator("blockquote").wait_for()
    follow_up = ask(frame, "And to cards from abroad, which take days?")
    frame.locator(".reply").nth(1).wait_for()
    assert follow_up.locator(".searched em").inner_text() == f"{REFUND} And to cards from abroad, which take days?"
    refusal = ask(frame, "What became of the parcel?")
    frame.locator(".reply").nth(2).wait_for()
    assert refusal.locator(".refusal").inner_text() == "The documents don't say anything about that."
    assert refusal.locator(".nearest a").inner_text() == "Delivery › Where is my parcel?"
    frame.get_by_label("Your question").evaluate("box => box.removeAttribute('maxlength')")
    said = ask(frame, "x" * 2001)
    frame.locator(".reply").nth(3).wait_for()
    assert said.inner_text() == "question: expected a question of 1 to 2000 characters, found 2001"


def test_the_site_s_styles_and_the_widget_s_do_not_reach_each_other(open_site: Open) -> None:
    tag = '<script src="{chat}/widget.js" data-title="Ask" defer></script>'
    boxes = []
    for style in ("", HOSTILE_STYLE):
        page = open_site(tag, style)
        button = page.get_by_role("button", name="Ask")
        button.wait_for()
        colours = button.evaluate("one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]")
        assert colours == ["rgb(255, 255, 255)", "rgb(23, 96, 90)"]
        boxes.append(button.bounding_box())
        assert page.locator("h1").evaluate("one => getComputedStyle(one).color") == (
            "rgb(255, 0, 0)" if style else "rgb(0, 0, 0)"
        )
    assert boxes[0] == boxes[1]


def test_two_widgets_inline_and_floating_with_a_first_question_and_a_theme(open_site: Open) -> None:
    page = open_site(
        '<div id="here"></div>'
        f'<script src="{{chat}}/widget.js" data-target="#here" data-question="{REFUND}" defer></script>'
        '<script src="{chat}/widget.js" data-title="Night" data-theme="dark" data-position="left" defer></script>'
    )
    first = page.frame_locator("#here iframe")
    assert first.locator("blockquote").inner_text() == "A refund reaches your bank within 14 days.\xa0[1]"
    button = page.get_by_role("button", name="Night")
    assert button.bounding_box()["x"] == 20
    button.click()
    second = page.get_by_role("region", name="Night").frame_locator("iframe")
    second.get_by_label("Your question").wait_for()
    assert second.locator("html").get_attribute("data-theme") == "dark"
    assert second.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(22, 25, 27)"


def test_a_site_that_is_not_allowed_is_told_what_to_do(open_site: Open, site: tuple[Site, str, str]) -> None:
    page = open_site('<script src="{chat}/widget.js" data-title="Ask" defer></script>', host="localhost")
    page.get_by_role("button", name="Ask").click()
    told = page.get_by_text("The chat can’t be shown here.")
    told.wait_for()
    address = site[1].replace("127.0.0.1", "localhost")
    assert told.inner_text().endswith(f"Its server has to allow this site: start it with --allow-site {address}")


def test_on_a_phone_the_widget_takes_the_screen(open_site: Open) -> None:
    tag = '<meta name="viewport" content="width=device-width"><script src="{chat}/widget.js" defer></script>'
    page = open_site(tag, viewport={"width": 390, "height": 800})
    page.get_by_role("button", name="Ask a question").click()
    box = page.get_by_role("region", name="Ask a question").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 800}


def test_everything_that_the_widget_loads_is_small(site: tuple[Site, str, str]) -> None:
    page = httpx.get(f"{site[2]}/embed").text
    loaded = [name.split('"')[0] for name in page.split("ui/")[1:]]
    assert sorted(loaded) == [
        "asking.js", "card.js", "embed.css", "embed.js", "icon.svg", "outline.js", "reply.css", "reply.js",
        "source.css", "source.js", "texts.js", "theme.js", "tokens.css",
    ]  # fmt: skip
    files = [(STATIC / name).read_bytes() for name in ("widget.js", *loaded)]
    assert sum(len(gzip.compress(file)) for file in [*files, page.encode()]) < 20_000


def test_the_widget_s_page_runs_no_inline_script_or_style(site: tuple[Site, str, str]) -> None:
    response = httpx.get(f"{site[2]}/embed")
    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors 'self' {site[1]}"
    )
