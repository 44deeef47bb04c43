"""`POST /api/feedback`, the thumbs on the page, and the switch that turns both off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_answerer import DELIVERY, SmallAnswerer
from starlette.testclient import TestClient

from qa.feedback import Feedback, FeedbackStore
from ui.server import create_app
from ui.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
REFUND = "How long does a refund take to my bank?"
REFUND_SAYS = "A refund reaches your bank within 14 days."
ISLANDS = "Parcels to islands travel for 9 days."
START = DELIVERY.text.index(ISLANDS)
NOON = "2026-05-04T12:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "feedback.jsonl", now=lambda: NOON)


def client(store: FeedbackStore | None, **settings: Any) -> TestClient:
    app = create_app(SmallAnswerer(), Settings(**settings), page=False, store=store)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


@pytest.fixture
def api(store: FeedbackStore) -> TestClient:
    return client(store)


def kept(store: FeedbackStore) -> list[Feedback]:
    said, problems = store.read()
    assert problems == []
    return said


def test_a_thumb_up_stores_the_quotations_that_are_given_now(api: TestClient, store: FeedbackStore) -> None:
    said = {"question": f" {REFUND}\x00", "earlier": ["Hello?"], "helpful": True}
    answer = api.post("/api/feedback", json=said)
    assert (answer.status_code, answer.json()) == (200, {"stored": 1})
    assert kept(store) == [Feedback(REFUND, "right", ("Hello?",), "shop/refunds.md", REFUND_SAYS, date=NOON)]


def test_a_verdict_on_a_sentence_stores_what_the_document_says_there(api: TestClient, store: FeedbackStore) -> None:
    place = {"document": "delivery.md", "start": START, "end": START + len(ISLANDS), "sha256": DELIVERY.sha256}
    said = {"question": "Islands?", "helpful": False, "word": " not\x1b my\n island ", **place}
    assert api.post("/api/feedback", json=said).json() == {"stored": 1}
    assert kept(store) == [Feedback("Islands?", "wrong", (), "delivery.md", ISLANDS, "not my island", date=NOON)]


def test_nothing_that_says_who_asked_is_kept(api: TestClient, store: FeedbackStore) -> None:
    headers = {"User-Agent": "secret-agent", "Cookie": "session=secret-session", "X-Forwarded-For": "203.0.113.7"}
    api.post("/api/feedback", json={"question": "Who?", "helpful": False}, headers=headers)
    api.post("/api/ask", json={"question": "Who won?"}, headers=headers)
    rows = [json.loads(line) for line in store.path.read_text("utf-8").splitlines()]
    assert rows == [
        {"question": "Who?", "document": None, "quote": None, "verdict": "wrong", "date": NOON},
        {"question": "Who won?", "document": None, "quote": None, "verdict": "refused", "date": NOON},
    ]


def test_a_refused_question_is_stored_once_and_an_answered_one_never(api: TestClient, store: FeedbackStore) -> None:
    for question in ("Who won?", REFUND, "Who won?", "Who lost?"):
        assert api.post("/api/ask", json={"question": question, "earlier": ["Hello?"]}).status_code == 200
    assert kept(store) == [
        Feedback("Who won?", "refused", ("Hello?",), date=NOON),
        Feedback("Who lost?", "refused", ("Hello?",), date=NOON),
    ]


TOGETHER = "the body: document, start and end belong together; expected all three of a citation, or none"
WITHIN = f"expected 0 <= start < end <= {len(DELIVERY.text)}, the document's length"


@pytest.mark.parametrize(
    ("more", "status", "error"),
    [
        ({"helpful": "yes"}, 422, "helpful: Input should be a valid boolean"),
        ({"helpful": None}, 422, "helpful: Input should be a valid boolean"),
        ({"question": " "}, 422, "question: expected a question of 1 to 2000 characters, found none"),
        ({"earlier": ["x"] * 11}, 422, "earlier: List should have at most 10 items after validation, not 11"),
        ({"word": "x" * 501}, 422, "word: String should have at most 500 characters"),
        ({"quote": "made up"}, 422, "quote: Extra inputs are not permitted"),
        ({"document": "delivery.md"}, 422, TOGETHER),
        ({"start": 1, "end": 2}, 422, TOGETHER),
        ({"document": "delivery.md", "start": "1", "end": 2}, 422, "start: Input should be a valid integer"),
        ({"document": "delivery.md", "start": 0, "end": 10**9}, 422, WITHIN),
        ({"document": "delivery.md", "start": -3, "end": 2}, 422, WITHIN),
        ({"document": "delivery.md", "start": 4, "end": 4}, 422, WITHIN),
        (
            {"document": "delivery.md", "start": 0, "end": 8, "sha256": "0" * 64},
            422,
            "the document 'delivery.md' has changed since; ask again, and judge that answer",
        ),
        ({"document": "none.md", "start": 0, "end": 2}, 404, "no document 'none.md' in the index (any more)"),
        (
            {"question": "Who won?", "helpful": True},
            422,
            "the documents don't answer that question, so there is no answer that helped",
        ),
    ],
)
def test_what_does_not_fit_is_told_what_was_wrong_and_not_stored(
    api: TestClient, store: FeedbackStore, more: dict[str, Any], status: int, error: str
) -> None:
    answer = api.post("/api/feedback", json={"question": REFUND, "helpful": False, **more})
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert kept(store) == []


def test_only_our_own_pages_allowed_sites_and_programs_may_say_something(store: FeedbackStore) -> None:
    api = client(store, sites=("https://example.org",))
    said = {"question": REFUND, "helpful": False}
    statuses = {
        origin: api.post("/api/feedback", json=said, headers={"Origin": origin} if origin else {}).status_code
        for origin in ("", "http://127.0.0.1:7860", "https://example.org", "https://evil.test")
    }
    assert statuses == {"": 200, "http://127.0.0.1:7860": 200, "https://example.org": 200, "https://evil.test": 403}
    assert api.get("/api/feedback").json() == {"error": "expected POST at this address"}
    assert len(kept(store)) == 3


def test_a_store_that_cannot_be_written_is_our_fault_and_says_nothing_of_this_machine(tmp_path: Path) -> None:
    answer = client(FeedbackStore(tmp_path / "none" / "f.jsonl")).post(
        "/api/feedback", json={"question": REFUND, "helpful": False}
    )
    assert (answer.status_code, list(answer.json())) == (503, ["error"])
    assert str(tmp_path) not in answer.text


def test_without_a_store_nothing_is_kept_no_thumbs_are_shown_and_the_api_says_so(tmp_path: Path) -> None:
    api = client(None)
    assert not api.post("/api/ask", json={"question": "Who won?"}).json()["answered"]
    answer = api.post("/api/feedback", json={"question": REFUND, "helpful": False})
    assert (answer.status_code, answer.json()) == (404, {"error": "this server stores no feedback"})
    assert "api/feedback" not in api.get("/ui/widget-page.js").text
    assert list(tmp_path.iterdir()) == []


def test_with_a_store_the_api_describes_it_and_the_widget_has_its_thumbs(api: TestClient) -> None:
    assert "/api/feedback" in api.get("/api/openapi.json").json()["paths"]
    assert "api/feedback" in api.get("/ui/widget-page.js").text
    assert api.get("/ui/feedback.js").status_code == api.get("/ui/feedback.css").status_code == 200


SWITCH = """
import sys
from unittest.mock import patch
import ui.__main__
with patch("ui.serving.serve", lambda options, *_: print(not options.no_feedback) or 0):
    sys.argv = ["ui", *sys.argv[1:]]
    sys.exit(ui.__main__.main())
"""


@pytest.mark.parametrize(
    ("words", "variable", "kept"),
    [((), None, "True"), ((), "0", "True"), ((), "1", "False"), (("--no-feedback",), None, "False")],
)
def test_an_option_or_a_variable_switches_all_of_it_off(
    words: tuple[str, ...], variable: str | None, kept: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "QUID_NO_FEEDBACK"}
    environment |= {"QUID_NO_FEEDBACK": variable} if variable is not None else {}
    done = subprocess.run(
        [sys.executable, "-c", SWITCH, *words], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, kept), done.stderr


@pytest.fixture(params=["/", "/embed"])
def visit(request: pytest.FixtureRequest, browser: Any, store: FeedbackStore) -> Iterator[Visit]:
    """A visit to a page that keeps feedback: the chat, and the widget."""
    with served(mounted(lambda: create_app(SmallAnswerer(), store=store))) as address:
        visit = Visit(browser, address)
        if request.param == "/":
            visit.open()
        else:
            visit.page.goto(f"{address}/embed")
        yield visit
        visit.close()


def asked(visit: Visit, question: str) -> Any:
    """The reply to a question, in the chat or in the widget."""
    replies = visit.page.locator(".reply")
    before = replies.count()
    box = visit.page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    visit.page.wait_for_function("n => document.querySelectorAll('.reply').length > n", arg=before)
    return replies.last


@pytest.mark.filterwarnings("ignore")
def test_thumbs_are_pressed_by_keyboard_thanked_for_and_know_the_conversation(
    visit: Visit, store: FeedbackStore
) -> None:
    asked(visit, "Who won?")
    assert visit.page.locator(".thumbs").count() == 0
    reply = asked(visit, REFUND)
    up = reply.get_by_role("button", name="This answer helped")
    up.press("Enter")
    reply.get_by_role("status").get_by_text("Thank you.").wait_for()
    assert up.get_attribute("aria-pressed") == "true"
    assert kept(store) == [
        Feedback("Who won?", "refused", date=NOON),
        Feedback(REFUND, "right", ("Who won?",), "shop/refunds.md", REFUND_SAYS, date=NOON),
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_thumb_down_asks_what_was_wrong_and_with_which_sentence(visit: Visit, store: FeedbackStore) -> None:
    question = "Which boxes can be returned within so many days?"
    reply = asked(visit, question)
    down = reply.get_by_role("button", name="Something is wrong with this answer")
    down.click()
    reply.get_by_role("status").get_by_text("Thank you.").wait_for()
    word = reply.get_by_label("What was wrong?")
    assert word.evaluate("input => input === document.activeElement")
    reply.get_by_label("What is it about?").select_option("Only [2]")
    word.fill("that was last year")
    word.press("Enter")
    word.wait_for(state="detached")
    assert down.evaluate("button => button === document.activeElement")
    reply.get_by_role("status").get_by_text("Thank you, that helps.").wait_for()
    quote = "Opened boxes can be returned within 10 days."
    assert kept(store) == [
        Feedback(question, "wrong", date=NOON),
        Feedback(question, "wrong", (), "shop/refunds.md", quote, "that was last year", date=NOON),
    ]


@pytest.mark.filterwarnings("ignore")
def test_one_sentence_is_judged_where_it_is_read_with_a_word_on_what_was_wrong(
    visit: Visit, store: FeedbackStore
) -> None:
    question = "Which boxes can be returned within so many days?"
    asked(visit, question).locator("blockquote a.cite").last.click()
    foot = visit.page.locator(".panel-foot")
    foot.get_by_text("Does this sentence answer the question? [2]").wait_for()
    foot.get_by_role("button", name="This sentence doesn’t answer the question").click()
    foot.get_by_role("status").get_by_text("Thank you.").wait_for()
    word = foot.get_by_label("What was wrong?")
    word.fill("only with a receipt")
    word.press("Enter")
    word.wait_for(state="detached")
    foot.get_by_role("status").get_by_text("Thank you, that helps.").wait_for()
    quote = "Opened boxes can be returned within 10 days."
    assert kept(store) == [
        Feedback(question, "wrong", (), "shop/refunds.md", quote, date=NOON),
        Feedback(question, "wrong", (), "shop/refunds.md", quote, "only with a receipt", date=NOON),
    ]


@pytest.mark.filterwarnings("ignore")
def test_who_is_refused_is_told_that_the_question_is_kept_for_the_owner(visit: Visit) -> None:
    assert asked(visit, "Who won?").locator(".gap").inner_text() == (
        "The question has been put on the list of what the documents leave open, for their owner to see."
    )
