"""Conversations that the browser keeps: found again, named, exported, deleted, and safe from a restart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_answerer import DELIVERY, REFUNDS, SmallAnswerer

from qa.verifying import read_receipts, verify
from ui.server import create_app

pytestmark = pytest.mark.filterwarnings("ignore")

REFUND = "How long does a refund take to my bank?"
PARCEL = "Where is the tracking number of the parcel?"
REFUND_SAYS = "A refund reaches your bank within 14 days."


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(mounted(lambda: create_app(SmallAnswerer()))) as address:
        yield address


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address, permissions=["clipboard-read", "clipboard-write"])
    yield visit
    visit.close()


def reload(visit: Visit) -> None:
    visit.page.reload()
    visit.page.wait_for_selector("html[data-ready]")


def titles(visit: Visit) -> list[str]:
    return visit.page.locator(".drawer-title").all_inner_texts()


def show_drawer(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Conversations", exact=True).click()
    visit.page.locator(".drawer li").first.wait_for()


def choose(visit: Visit, title: str, what: str) -> None:
    visit.page.get_by_role("button", name=f"More about “{title}”").click()
    visit.page.get_by_role("menuitem", name=what).click()


def test_a_reload_brings_the_conversation_back_and_it_goes_on(visit: Visit) -> None:
    page = visit.open()
    visit.ask(REFUND)
    visit.ask(PARCEL)
    reload(visit)
    page.locator("#chat .reply").nth(1).wait_for()
    assert page.get_by_test_id("user").all_inner_texts() == [REFUND, PARCEL]
    reply = visit.ask("And cards from abroad, which take days?")
    assert reply.locator(".searched em").inner_text() == f"{PARCEL} And cards from abroad, which take days?"


def test_several_conversations_are_listed_opened_renamed_and_deleted(visit: Visit) -> None:
    page = visit.open()
    visit.ask(REFUND)
    page.get_by_role("button", name="New chat").click()
    visit.ask(PARCEL)
    show_drawer(visit)
    assert titles(visit) == [PARCEL, REFUND]
    page.locator(".drawer-entry").nth(1).click()
    page.locator("#chat").get_by_text(REFUND_SAYS).wait_for()
    assert page.locator(".drawer-entry[aria-current]").get_attribute("title") == REFUND
    choose(visit, REFUND, "Rename")
    page.get_by_label("Title").fill("Money back")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="More about “Money back”").wait_for()
    choose(visit, "Money back", "Delete")
    page.locator(".welcome").wait_for()
    page.get_by_role("button", name="More about “Money back”").wait_for(state="detached")
    assert titles(visit) == [PARCEL]
    page.get_by_role("button", name="Undo").click()
    page.locator("#chat").get_by_text(REFUND_SAYS).wait_for()
    assert sorted(titles(visit)) == ["Money back", PARCEL]
    choose(visit, PARCEL, "Delete")
    reload(visit)
    show_drawer(visit)
    assert titles(visit) == ["Money back"]


def test_an_exported_conversation_carries_receipts_that_can_be_verified(visit: Visit, tmp_path: Path) -> None:
    visit.open()
    visit.ask(REFUND)
    visit.ask("Who won?")
    show_drawer(visit)
    with visit.page.expect_download() as download:
        choose(visit, REFUND, "Export as JSON, with receipts")
    path = tmp_path / "saved.json"
    download.value.save_as(path)
    saved = json.loads(path.read_text("utf-8"))
    start = REFUNDS.text.index(REFUND_SAYS)
    assert (saved["format"], saved["version"], saved["title"]) == ("quid-conversation", 1, REFUND)
    first, second = saved["turns"]
    assert (first["question"], first["earlier"], first["searched_for"]) == (REFUND, [], REFUND)
    assert first["text"] == f"{REFUND_SAYS} [1]"
    assert first["citations"] == [
        {
            "number": 1, "document": "shop/refunds.md", "title": "Refund policy",
            "source": "documents/shop/refunds.md", "headings": ["How long does a refund take?"], "page": None,
            "place": "", "sha256": REFUNDS.sha256, "start": start, "end": start + len(REFUND_SAYS),
            "quote": REFUND_SAYS,
        }
    ]  # fmt: skip
    assert (second["question"], second["earlier"], second["citations"]) == ("Who won?", [REFUND], [])
    assert [one.standing for one in verify(read_receipts(path), SmallAnswerer().searcher)] == ["intact"]


def test_a_conversation_as_markdown_reads_as_it_was_and_holds_no_markup_of_documents(
    visit: Visit, tmp_path: Path
) -> None:
    visit.open()
    question = "Is there a *hostile* sentence that says window.owned?"
    visit.ask(question)
    show_drawer(visit)
    with visit.page.expect_download() as download:
        choose(visit, question, "Export as Markdown")
    assert download.value.suggested_filename == "Is there a hostile sentence that says window.owned.md"
    download.value.save_as(tmp_path / "saved.md")
    said = (tmp_path / "saved.md").read_text("utf-8")
    assert said.startswith("# Is there a \\*hostile\\* sentence that says window.owned?\n\n**Is there a \\*hostile")
    assert "> The hostile sentence says \\<script\\>window.owned = 1\\</script\\> and goes on. [1]" in said
    assert not re.search(r"(?<!\\)<(?!http)", said)


def test_a_restart_of_the_server_is_said_and_the_conversation_goes_on(browser: Any) -> None:
    with served(mounted(lambda: create_app(SmallAnswerer()))) as address:
        visit = Visit(browser, address)
        page = visit.open()
        visit.ask(REFUND)
    reply = visit.ask("And cards from abroad, which take days?")
    assert reply.locator(".refusal").inner_text() == (
        "The server can’t be reached. Nothing is lost: ask again when it is back."
    )
    with served(mounted(lambda: create_app(SmallAnswerer())), port=int(address.rpartition(":")[2])):
        page.get_by_role("button", name="Ask again").last.click()
        page.locator("#chat .searched").wait_for()
        assert page.locator("#chat .searched em").inner_text().startswith(REFUND)
        reload(visit)
        page.locator("#chat .reply").nth(1).wait_for()
        assert page.get_by_test_id("user").count() == 2
        assert [fault for fault in visit.faults if "ERR_CONNECTION" not in fault] == []
        visit.faults.clear()
        visit.close()


def test_an_answer_is_copied_with_its_sources_in_three_ways_and_shared_by_a_link(visit: Visit) -> None:
    page = visit.open()
    visit.ask(REFUND)
    copy = visit.ask("And cards from abroad take how many days?").get_by_role("button", name="Copy")

    def copied(name: str) -> str:
        copy.press("Enter")
        page.get_by_role("menuitem", name=name).press("Enter")
        page.get_by_role("button", name="Copied").last.wait_for()
        page.get_by_role("button", name="Copied").wait_for(state="detached")
        return page.evaluate("navigator.clipboard.readText()")

    quote = "Cards from abroad take up to 21 days."
    start = REFUNDS.text.index(quote)
    link = f"{visit.address}/doc/shop%2Frefunds.md?s={start}&e={start + len(quote)}#hl"
    path = "Refund policy › How long does a refund take?"
    assert copied("With sources, as Markdown") == (
        f"**And cards from abroad take how many days?**\n\n> {quote} [1]\n\n1. [{path}](<{link}>), shop/refunds.md\n"
    )
    assert copied("With sources, as plain text") == (
        f"And cards from abroad take how many days?\n\n“{quote}” [1]\n\n"
        f"Sources:\n[1] {path} (shop/refunds.md)\n    {link}\n"
    )
    bibtex = copied("Sources as BibTeX").splitlines()
    assert bibtex[:2] == ["@misc{shop-refunds,", "  title = {{Refund policy}},"]
    assert bibtex[2] == f"  howpublished = {{\\url{{{link}}}}},"
    assert re.fullmatch(r"  note = \{Quoted: ``Cards from .* 21 days\.''; accessed \d{4}-\d\d-\d\d\}", bibtex[3])
    shared = copied("Link that asks this")
    # The follow-up stands alone in it.
    visit.page.goto(shared)
    visit.page.wait_for_selector("html[data-ready]")
    page.locator("#chat .reply").wait_for()
    assert page.get_by_test_id("user").all_inner_texts() == [f"{REFUND} And cards from abroad take how many days?"]
    assert page.evaluate("location.search") == ""


def test_a_marker_says_where_it_is_from_to_pointer_and_keyboard(visit: Visit) -> None:
    page = visit.open()
    marker = visit.ask(REFUND).get_by_role("link", name="[1]").first
    card = page.get_by_role("tooltip")
    marker.hover()
    card.wait_for()
    said = ["Refund policy", "How long does a refund take?", "shop/refunds.md", REFUND_SAYS]
    assert card.locator("p").all_inner_texts() == said
    page.mouse.move(5, 5)
    card.wait_for(state="hidden")
    page.get_by_label("Your question", exact=True).focus()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if marker.evaluate("link => link === document.activeElement"):
            break
    card.wait_for()
    assert marker.get_attribute("aria-describedby") == card.get_attribute("id")
    page.keyboard.press("Escape")
    assert not card.is_visible()


def test_the_source_shows_all_citations_and_leads_from_one_to_the_next(visit: Visit) -> None:
    page = visit.open()
    reply = visit.ask("Which boxes can be returned within so many days?")
    first = reply.locator("blockquote").get_by_role("link", name="[1]")
    first.click()
    mark = page.locator("#hl")
    mark.wait_for()
    assert (mark.inner_text(), page.locator("mark.other").all_inner_texts()) == (
        "Unopened boxes can be returned within 30 days.", ["Opened boxes can be returned within 10 days."],
    )  # fmt: skip
    assert page.locator(".panel-position").inner_text() == "[1] · 1 of 2"
    assert page.get_by_role("button", name="Previous citation").is_disabled()
    page.get_by_role("button", name="Next citation").click()
    page.get_by_text("[2] · 2 of 2").wait_for()
    assert mark.inner_text() == "Opened boxes can be returned within 10 days."
    assert page.locator("mark.other").all_inner_texts() == ["Unopened boxes can be returned within 30 days."]
    assert page.locator(".panel-outline button").all_inner_texts() == [
        "Refund policy", "How long does a refund take?", "What can be returned?",
    ]  # fmt: skip
    assert page.locator(".panel-outline [aria-current]").inner_text() == "What can be returned?"
    page.locator(".panel-outline").get_by_role("button", name="How long does a refund take?").click()
    assert page.evaluate("document.activeElement.textContent") == "How long does a refund take?"
    page.keyboard.press("Escape")
    second = reply.locator("blockquote").get_by_role("link", name="[2]")
    assert second.evaluate("link => link === document.activeElement")


def test_next_goes_on_into_the_next_document(visit: Visit) -> None:
    page = visit.open()
    reply = visit.ask("Parcels travel for days?")
    assert reply.locator(".sources li").count() == 1
    reply.locator("blockquote a.cite").first.click()
    page.locator(".panel-title").get_by_text(DELIVERY.title, exact=True).wait_for()
    refusal = visit.ask("What became of the refund and the parcel?")
    refusal.locator("a.near").first.click()
    titles = []
    for number in (1, 2, 3):
        page.get_by_text(f"Near · {number} of 3").wait_for()
        titles.append(page.locator(".panel-title").inner_text())
        if number < 3:
            page.get_by_role("button", name="Next citation").click()
    assert titles == ["Refund policy", "Refund policy", "Delivery"]
    assert page.get_by_role("button", name="Next citation").is_disabled()
