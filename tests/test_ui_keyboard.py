"""The whole page by keyboard alone, and what a screen reader is told, in which order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Visit, mounted, served
from small_answerer import SmallAnswerer

from qa.feedback import FeedbackStore
from ui.server import create_app

pytestmark = pytest.mark.filterwarnings("ignore")

REFUND = "How long does a refund take to my bank?"
PARCEL = "Where is the tracking number of the parcel?"
FOCUSED = """() => {
  const one = document.activeElement;
  return one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent.trim();
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = FeedbackStore(tmp_path_factory.mktemp("said") / "feedback.jsonl")
    with served(mounted(lambda: create_app(SmallAnswerer(), store=store))) as address:
        yield address


def focused(visit: Visit) -> str:
    return visit.page.evaluate(FOCUSED)


def walk(visit: Visit, key: str, name: str) -> list[str]:
    """What the focus came by, up to the one of that name."""
    passed: list[str] = []
    while not passed or passed[-1] != name:
        assert len(passed) < 60, passed
        visit.page.keyboard.press(key)
        passed.append(focused(visit))
    return passed


def test_tab_leads_through_the_page_in_the_order_in_which_it_is_read(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type(REFUND)
    page.keyboard.press("Enter")
    page.locator("#chat .thumbs").wait_for()
    page.locator("#chat [role=group]").nth(1).wait_for()
    back = walk(visit, "Shift+Tab", "Conversations")
    named = [name for name in reversed(back) if name]
    wanted = [
        "Conversations", "New chat", "Edit the question", "[1]", "[1]", "This answer helped",
        "Something is wrong with this answer", "Copy", "Ask again", "Take the question back",
    ]  # fmt: skip
    assert [name for name in named if name in wanted] == wanted


def test_everything_that_can_be_done_can_be_done_without_a_pointer(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type(REFUND)
    page.keyboard.press("Enter")
    page.locator("#chat .thumbs").wait_for()
    walk(visit, "Shift+Tab", "Something is wrong with this answer")
    page.keyboard.press("Enter")
    page.keyboard.type("too short")
    page.keyboard.press("Enter")
    page.get_by_text("Thank you, that helps.").wait_for()
    assert focused(visit) == "Something is wrong with this answer"
    walk(visit, "Tab", "Copy")
    page.keyboard.press("Enter")
    assert focused(visit) == "With sources, as Markdown"
    page.keyboard.press("ArrowDown")
    assert focused(visit) == "With sources, as plain text"
    page.keyboard.press("Escape")
    assert focused(visit) == "Copy"
    walk(visit, "Shift+Tab", "[1]")
    page.keyboard.press("Enter")
    page.locator("#hl").wait_for()
    assert page.evaluate("document.activeElement.id") == "hl"
    page.keyboard.press("Escape")
    assert focused(visit) == "[1]"
    walk(visit, "Shift+Tab", "Edit the question")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type(PARCEL)
    page.keyboard.press("Enter")
    page.locator("#chat blockquote").get_by_text("The tracking number").wait_for()
    walk(visit, "Shift+Tab", "Conversations")
    page.keyboard.press("Enter")
    page.locator(".drawer li").first.wait_for()
    assert focused(visit) == "Close the list"
    page.keyboard.press("Escape")
    assert focused(visit) == "Conversations"


def test_a_screen_reader_is_told_question_answer_and_sources_in_this_order(visit: Visit) -> None:
    page = visit.open()
    visit.ask(REFUND)
    page.locator("#chat [role=group]").nth(1).wait_for()
    log = page.get_by_role("log")
    assert log.count() == 1
    assert log.get_attribute("aria-live") in (None, "polite")
    heard = log.aria_snapshot()
    order = ['group "You"', REFUND, 'group "Answer"', "A refund reaches your bank", "Source", "Refund policy"]
    places = [heard.index(part) for part in order]
    assert places == sorted(places)
    assert "<" not in heard
    assert (
        page.locator("button:not([aria-label])").evaluate_all(
            "all => all.filter((one) => one.checkVisibility() && !one.textContent.trim()).length"
        )
        == 0
    )
