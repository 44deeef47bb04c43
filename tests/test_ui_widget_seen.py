"""The widget for everybody: in each of its states, whatever the reader's colours, screen and size of text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import shop
from accessible import LOOKS, RUN, TAGS, settled
from shop import REFUND, Open, ask

site, open_site = shop.site, shop.open_site
TAG = '<script src="{chat}/widget.js" data-title="Ask the shop" defer></script>'
PAGE = f'<meta name="viewport" content="width=device-width, initial-scale=1">{TAG}'
# A folder that pictures of all states are put into, for whoever wants to look at them.
PICTURES = os.environ.get("QUID_PICTURES", "")


def look(page: Any, name: str) -> list[str]:
    """What axe finds in this state, in the page and in the chat within it."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))
    from axe_playwright_python.base import AXE_SCRIPT

    settled(page)
    found = []
    # The chat is of another origin: what axe says to itself from one page to the other wouldn't arrive.
    for frame in page.frames:
        frame.evaluate(AXE_SCRIPT)
        found += frame.evaluate(RUN.replace("elementRef: false", "iframes: false"), list(TAGS))
    return [f"{name}: {one}" for one in found]


@pytest.mark.parametrize("kind", LOOKS)
def test_every_state_of_the_widget_can_be_used_by_everybody(open_site: Open, kind: str) -> None:
    options = {"viewport": {"width": 1000, "height": 760}, **LOOKS[kind]}
    # A strict policy keeps axe out as it keeps out anybody.
    page = open_site(PAGE, bypass_csp=True, **options)
    found = []
    button = page.get_by_role("button", name="Ask the shop")
    button.wait_for()
    found += look(page, f"{kind}-closed")
    button.click()
    frame = page.frame_locator("iframe")
    frame.locator("#question:focus").wait_for()
    found += look(page, f"{kind}-open")
    ask(frame, REFUND).locator("blockquote").wait_for()
    found += look(page, f"{kind}-answer")
    frame.locator("blockquote a").first.click()
    frame.locator("#hl").wait_for()
    found += look(page, f"{kind}-source")
    page.keyboard.press("Escape")
    ask(frame, "What became of the parcel?")
    frame.locator(".refusal").wait_for()
    found += look(page, f"{kind}-refusal")
    page.route("**/api/ask", lambda route: route.fulfill(status=503, json={"error": "too many questions"}))
    ask(frame, REFUND)
    frame.locator(".fault").wait_for()
    found += look(page, f"{kind}-error")
    assert found == []


def test_a_site_that_is_not_allowed_and_one_that_reads_from_the_right_can_be_used_too(open_site: Open) -> None:
    page = open_site(PAGE, host="localhost", bypass_csp=True)
    page.get_by_role("button", name="Ask the shop").click()
    page.get_by_role("alert").wait_for()
    found = look(page, "forbidden")
    page = open_site(PAGE.replace("Ask the shop", "اسأل المتجر"), html='lang="ar" dir="rtl"', bypass_csp=True)
    page.get_by_role("button", name="اسأل المتجر").click()
    ask(page.frame_locator("iframe"), REFUND).locator("blockquote").wait_for()
    assert found + look(page, "rtl") == []


def test_what_a_site_or_a_reader_asks_is_only_ever_text(open_site: Open) -> None:
    evil = "<img src=x onerror=window.owned=1><script>window.owned=2</script>"
    shown = evil.replace("<", "&lt;").replace(">", "&gt;")
    page = open_site(
        f'<script src="{{chat}}/widget.js" data-title="{shown}" data-question="{shown} refund bank" '
        f'data-questions="{shown}" data-language="{shown}" defer></script>',
    )
    page.get_by_role("button", name=evil).click()
    frame = page.frame_locator("iframe")
    assert frame.locator(".asked").inner_text() == f"{evil} refund bank"
    ask(frame, f"{evil} once more")
    frame.locator(".reply").nth(1).wait_for()
    assert frame.locator("img, main script").count() == 0
    assert [one.evaluate("window.owned") for one in page.frames] == [None, None]
