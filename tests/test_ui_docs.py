"""The page that describes the API: each route can be tried there, those with a name in their address as well."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accessible import LOOKS, violations
from browsing import Visit, served
from small_answerer import HOSTILE, SmallAnswerer

from ui.server import create_app

PICTURES = os.environ.get("QUID_PICTURES", "")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(SmallAnswerer(), page=False)) as address:
        yield address


def tried(page: Any, name: str) -> tuple[int, Any]:
    """What is shown once the route of that name was called."""
    route = page.locator(".route", has=page.get_by_role("heading", name=name, exact=True))
    route.get_by_role("button", name="Send").click()
    route.locator("pre[role=status]:not(:empty)").wait_for()
    status, _, said = route.locator("pre[role=status]").inner_text().partition("\n")
    return int(status), json.loads(said)


def test_every_route_can_be_tried_with_its_name_and_its_parameters(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    page = visit.page
    page.goto(f"{address}/api/docs")
    assert tried(page, "POST /api/ask")[0] == 200
    page.get_by_label("id of /api/documents/{id}").fill(HOSTILE.id)
    status, document = tried(page, "GET /api/documents/{id}")
    assert (status, document["id"]) == (200, HOSTILE.id)
    page.get_by_label("limit of /api/documents", exact=True).fill("1")
    status, listed = tried(page, "GET /api/documents")
    assert (status, len(listed["documents"])) == (200, 1)
    page.get_by_label("id of /v1/models/{id}").fill("quid-pro-quote")
    assert tried(page, "GET /v1/models/{id}")[1]["id"] == "quid-pro-quote"
    visit.close()


def test_without_a_name_nothing_is_asked_and_its_box_is_shown(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    visit.page.goto(f"{address}/api/docs")
    name = "GET /api/documents/{id}"
    route = visit.page.locator(".route", has=visit.page.get_by_role("heading", name=name, exact=True))
    route.get_by_role("button", name="Send").click()
    assert route.locator("input:focus").get_attribute("aria-label") == "id of /api/documents/{id}"
    assert [url for url in visit.requests if "/api/documents" in url] == []
    visit.close()


@pytest.mark.parametrize("look", LOOKS)
def test_the_description_can_be_read_by_everybody(browser: Any, address: str, look: str) -> None:
    context = browser.new_context(bypass_csp=True, **LOOKS[look])
    page = context.new_page()
    page.goto(f"{address}/api/docs")
    page.locator(".route").first.wait_for()
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"docs-{look}.png"), full_page=True)
    found = violations(page)
    context.close()
    assert found == []
