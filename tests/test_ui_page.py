"""The chat page in a real browser, over the small documents; one of them is hostile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_answerer import HOSTILE_TEXTS, SmallAnswerer

from ui.server import create_app

# What Gradio's own dependencies warn of is no fault of the page.
pytestmark = pytest.mark.filterwarnings("ignore")

REFUND = "How long does a refund take to my bank?"


@pytest.fixture(scope="module")
def answerer() -> SmallAnswerer:
    return SmallAnswerer()


@pytest.fixture(scope="module")
def address(answerer: SmallAnswerer) -> Iterator[str]:
    with served(mounted(lambda: create_app(answerer))) as address:
        yield address


def test_the_start_says_what_it_is_and_offers_the_documents_questions(visit: Visit) -> None:
    page = visit.open()
    assert page.title() == "Quid pro Quote"
    assert page.locator("h1").inner_text() == "Quid pro Quote"
    assert page.locator(".masthead .count").inner_text() == "3 documents"
    assert page.locator(".suggestion").all_inner_texts() == [
        "How long does a refund take?",
        "Where is my parcel?",
        "A heading with <img src=x onerror=window.owned=7> in it?",
        "What can be returned?",
    ]


def test_an_answer_is_a_quotation_with_a_marker_its_source_and_how_sure_it_is(visit: Visit) -> None:
    visit.open()
    reply = visit.ask(REFUND)
    assert reply.locator("blockquote").inner_text() == "A refund reaches your bank within 14 days.\xa0[1]"
    assert reply.locator(".sources li").all_inner_texts() == [
        "[1] Refund policy › How long does a refund take? shop/refunds.md"
    ]
    assert reply.locator(".foot .promise").inner_text() == (
        "Very likely right: of answers like this one, about 93 in 100 are right"
    )


def test_a_marker_opens_the_source_at_the_sentence_and_escape_leads_back(visit: Visit) -> None:
    page = visit.open()
    marker = visit.ask(REFUND).get_by_role("link", name="[1]").first
    marker.click()
    mark = page.locator("#hl")
    mark.wait_for()
    assert mark.inner_text() == "A refund reaches your bank within 14 days."
    assert page.locator(".panel-title").inner_text() == "Refund policy"
    assert page.evaluate("document.activeElement.id") == "hl"
    assert page.evaluate("location.pathname") == "/"
    page.keyboard.press("Escape")
    assert not page.locator(".source-panel").is_visible()
    assert marker.evaluate("link => link === document.activeElement")


def test_a_marker_is_a_real_link_to_a_page_of_its_own(visit: Visit) -> None:
    visit.open()
    link = visit.ask(REFUND).get_by_role("link", name="[1]").first
    visit.page.goto(link.evaluate("link => link.href"))
    assert visit.page.title() == "Refund policy"
    assert visit.page.locator("#hl").inner_text() == "A refund reaches your bank within 14 days."
    assert visit.page.locator("#hl").evaluate("mark => mark.getBoundingClientRect().bottom <= innerHeight")


def test_a_refusal_shows_what_came_nearest_and_says_that_it_is_no_answer(visit: Visit) -> None:
    page = visit.open()
    reply = visit.ask("And what became of the parcel?")
    assert reply.locator(".searched em").inner_text() == "And what became of the parcel?"
    assert reply.locator(".refusal").inner_text() == "The documents don't say anything about that."
    assert reply.locator("blockquote").count() == 0
    assert reply.locator(".label").inner_text() == "Nearest passages, which don’t answer it"
    reply.get_by_role("link", name="Delivery › Where is my parcel?").click()
    page.locator("#hl").wait_for()
    assert page.locator("#hl").inner_text().startswith("The tracking number is in the message")
    page.keyboard.press("Escape")
    reply.get_by_role("button", name="Rephrase the question").click()
    box = page.get_by_label("Your question", exact=True)
    assert box.input_value() == "And what became of the parcel?"
    assert box.evaluate("box => box === document.activeElement")


def test_a_follow_up_is_asked_with_what_was_asked_before_and_says_what_was_searched_for(
    visit: Visit, answerer: SmallAnswerer
) -> None:
    visit.open()
    visit.ask(REFUND)
    reply = visit.ask("And cards from abroad, which take days?")
    assert answerer.asked[-1] == ("And cards from abroad, which take days?", (REFUND,))
    assert reply.locator(".searched").inner_text().strip() == (
        f"Searched for: {REFUND} And cards from abroad, which take days?"
    )
    reply.get_by_role("button", name="Change what is searched for").click()
    page = visit.page
    box = page.get_by_label("Change what is searched for")
    assert box.input_value() == f"{REFUND} And cards from abroad, which take days?"
    box.fill("How many days do cards from abroad take?")
    box.press("Enter")
    page.locator("#chat .reply").nth(2).wait_for()
    assert answerer.asked[-1] == ("How many days do cards from abroad take?", ())


def test_list_items_stay_a_list_and_share_the_line_of_their_section(visit: Visit) -> None:
    visit.open()
    reply = visit.ask("Which boxes can be returned within so many days?")
    assert reply.locator("blockquote li").all_inner_texts() == [
        "Unopened boxes can be returned within 30 days.\xa0[1]",
        "Opened boxes can be returned within 10 days.\xa0[2]",
    ]
    assert reply.locator(".sources li").all_inner_texts() == [
        "[1] [2] Refund policy › What can be returned? shop/refunds.md"
    ]


def test_what_a_hostile_document_says_is_shown_and_never_done(visit: Visit) -> None:
    page = visit.open()
    for text in HOSTILE_TEXTS:
        reply = visit.ask(" ".join(re.findall(r"\w{4,}", text)))
        assert reply.locator("blockquote").inner_text() == f"{' '.join(text.split())}\xa0[1]"
        reply.get_by_role("link", name="[1]").first.click()
        page.locator("#hl").get_by_text(text, exact=True).wait_for()
        assert page.locator("#hl").inner_text() == text
        assert page.locator(".panel-title").inner_text() == "<script>window.owned = 6</script>"
        assert page.locator(".reply img, .reply script, .source-panel img, .source-panel script").count() == 0
    assert page.evaluate("window.owned") is None


def test_a_question_is_shown_as_it_was_typed(visit: Visit) -> None:
    visit.open()
    visit.ask("<b>*refund*</b> bank <script>window.owned=1</script>?")
    assert visit.page.get_by_test_id("user").inner_text() == "<b>*refund*</b> bank <script>window.owned=1</script>?"
    assert visit.page.evaluate("window.owned") is None


def test_an_address_can_ask(visit: Visit) -> None:
    page = visit.open("/?q=How+long+does+a+refund+take+to+my+bank%3F")
    assert page.locator("#chat blockquote").inner_text() == "A refund reaches your bank within 14 days.\xa0[1]"


def test_a_suggestion_is_asked_by_a_click(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("link", name="How long does a refund take?").click()
    page.locator("#chat .reply").wait_for()
    assert page.get_by_test_id("user").inner_text() == "How long does a refund take?"


def test_an_empty_and_an_overlong_question_are_explained_and_nothing_is_lost(visit: Visit) -> None:
    page = visit.open()
    box = page.get_by_label("Your question")
    box.fill("   ")
    box.press("Enter")
    page.get_by_text("Type a question first.").wait_for()
    box.fill("x" * 2001)
    box.press("Enter")
    page.get_by_text("That is 2,001 characters; please ask in at most 2,000.").wait_for()
    assert box.input_value() == "x" * 2001
    visit.ask(REFUND)
    assert page.locator("#notice").inner_text() == ""
    assert page.get_by_test_id("user").count() == 1


def test_ask_again_take_back_and_new_chat(visit: Visit, answerer: SmallAnswerer) -> None:
    page = visit.open()
    visit.ask(REFUND)
    asked = len(answerer.asked)
    answerer.delay = 0.5
    page.get_by_role("button", name="Ask again").click()
    page.locator("#chat .waiting").wait_for()
    page.locator("#chat .reply").wait_for()
    answerer.delay = 0.0
    page.get_by_role("button", name="Take the question back").click()
    page.locator(".welcome").wait_for()
    assert answerer.asked[asked:] == [(REFUND, ())]
    assert page.get_by_label("Your question", exact=True).input_value() == REFUND
    visit.ask(REFUND)
    page.get_by_role("button", name="New chat").click()
    page.locator(".welcome").wait_for()
    assert page.get_by_test_id("user").count() == 0


def test_an_edited_question_takes_the_place_of_what_followed_and_that_can_be_undone(
    visit: Visit, answerer: SmallAnswerer
) -> None:
    page = visit.open()
    visit.ask(REFUND)
    visit.ask("Where is the tracking number of the parcel?")
    page.get_by_role("button", name="Edit the question").first.click()
    box = page.get_by_label("Your question, as it is edited")
    box.fill("Which boxes can be returned within so many days?")
    box.press("Enter")
    page.locator("#chat blockquote li").first.wait_for()
    assert page.get_by_test_id("user").all_inner_texts() == ["Which boxes can be returned within so many days?"]
    assert answerer.asked[-1] == ("Which boxes can be returned within so many days?", ())
    page.get_by_role("button", name="Undo").click()
    page.locator("#chat .reply").nth(1).wait_for()
    assert page.get_by_test_id("user").all_inner_texts() == [REFUND, "Where is the tracking number of the parcel?"]


def test_a_question_can_be_stopped_and_asked_again(visit: Visit, answerer: SmallAnswerer) -> None:
    page = visit.open()
    answerer.delay = 1.5
    box = page.get_by_label("Your question", exact=True)
    box.fill(REFUND)
    box.press("Enter")
    page.get_by_role("button", name="Stop").wait_for()
    box.fill("Another one?")
    box.press("Enter")
    page.get_by_text("The question before is being answered: wait for it, or stop it.").wait_for()
    assert box.input_value() == "Another one?"
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. Nothing was answered.").wait_for()
    answerer.delay = 0.0
    page.get_by_role("button", name="Ask again").click()
    page.locator("#chat blockquote").wait_for()
    assert page.get_by_test_id("user").count() == 1


def test_a_slow_answer_is_waited_for_and_a_new_chat_does_not_wait(visit: Visit, answerer: SmallAnswerer) -> None:
    page = visit.open()
    answerer.delay = 1.5
    box = page.get_by_label("Your question")
    box.fill(REFUND)
    box.press("Enter")
    page.get_by_text("Reading the documents …").wait_for()
    page.get_by_role("button", name="New chat").click()
    page.locator(".welcome").wait_for()
    page.wait_for_timeout(2000)
    answerer.delay = 0.0
    assert page.locator(".welcome").is_visible()
    visit.ask("Where is the tracking number of the parcel?")
    assert answerer.asked[-1] == ("Where is the tracking number of the parcel?", ())


def test_a_fault_of_the_server_is_said_and_the_chat_goes_on(
    visit: Visit, answerer: SmallAnswerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit.open()
    with monkeypatch.context() as patch:
        patch.setattr(answerer, "ask", None)
        reply = visit.ask(REFUND)
        assert reply.locator(".refusal").inner_text() == (
            "Something went wrong on the server, and the question wasn’t answered. Please try again."
        )
    assert visit.ask(REFUND).locator("blockquote").count() == 1
    assert [fault for fault in visit.faults if "500" not in fault] == []
    visit.faults.clear()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_out_of_a_narrow_or_dark_page(browser: Any, address: str, width: int, scheme: str) -> None:
    visit = Visit(browser, address, color_scheme=scheme)
    visit.page.set_viewport_size({"width": width, "height": 800})
    page = visit.open()
    visit.ask(REFUND).get_by_role("link", name="[1]").first.click()
    page.locator("#hl").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    panel = page.locator(".source-panel").bounding_box()
    assert panel["width"] == pytest.approx(390 if width == 390 else 666, abs=1)
    visit.close()


def test_the_page_is_usable_by_keyboard_alone_and_says_who_speaks(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type(REFUND)
    page.keyboard.press("Enter")
    page.locator("#chat .reply").wait_for()
    page.locator("#chat [role=group]").nth(1).wait_for()
    labels = page.locator("#chat [role=group]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert labels == ["You", "Answer"]
    assert page.locator("#question .submit-button").get_attribute("aria-label") == "Ask"
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('a.cite')"):
            break
    page.keyboard.press("Enter")
    page.locator("#hl").wait_for()
    assert page.evaluate("document.activeElement.id") == "hl"
