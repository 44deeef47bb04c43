"""The page and the widget in a browser, where programs need keys and where people need passwords."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_answerer import SmallAnswerer

from qa.feedback import FeedbackStore
from ui.credentials import read_keys, read_passwords
from ui.server import create_app
from ui.settings import OPEN_LIMITS, Settings

# What Gradio's own dependencies warn of is no fault of the page.
pytestmark = pytest.mark.filterwarnings("ignore")

REFUND = "How long does a refund take to my bank?"
SAID = "A refund reaches your bank within 14 days.\xa0[1]"
ANNA = {"username": "anna", "password": "correct horse"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "keys").write_text("a-key-of-some-length\n")
    (folder / "people").write_text("anna:correct horse\n")
    return folder


@pytest.fixture(scope="module")
def closed(files: Path) -> Iterator[str]:
    """A chat that people need a password for."""
    settings = Settings(passwords=read_passwords(files / "people"), limits=OPEN_LIMITS)
    with served(mounted(lambda: create_app(SmallAnswerer(), settings))) as address:
        yield address


@pytest.fixture(scope="module")
def keyed(files: Path) -> Iterator[str]:
    """A chat that programs need a key for."""
    settings, store = Settings(keys=read_keys(files / "keys"), limits=OPEN_LIMITS), FeedbackStore(files / "feedback")
    with served(mounted(lambda: create_app(SmallAnswerer(), settings, store=store))) as address:
        yield address


@pytest.fixture(params=["closed", "keyed"])
def visit(request: pytest.FixtureRequest, browser: Any) -> Iterator[Visit]:
    """A visit by who may come in."""
    options = {"http_credentials": ANNA} if request.param == "closed" else {}
    visit = Visit(browser, request.getfixturevalue(request.param), **options)
    yield visit
    visit.close()


def test_the_chat_works_for_who_may_come_in(visit: Visit) -> None:
    page = visit.open()
    reply = visit.ask(REFUND)
    assert reply.locator("blockquote").inner_text() == SAID
    reply.get_by_role("link", name="[1]").first.click()
    page.locator("#hl").wait_for()


def test_the_widget_works_for_who_may_come_in(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/embed")
    box = page.get_by_label("Your question")
    box.fill(REFUND)
    box.press("Enter")
    assert page.locator(".reply blockquote").inner_text() == SAID


def test_nobody_else_comes_in(browser: Any, closed: str) -> None:
    context = browser.new_context(http_credentials={**ANNA, "password": "wrong"})
    page = context.new_page()
    for path in ("/", "/embed", "/doc/delivery.md"):
        said = page.goto(closed + path)
        assert (said.status, page.locator("body").inner_text()) == (401, '{"error": "expected a user and a password"}')
    context.close()
