"""What is for the owner alone: the latest evaluation and the gaps, as pages and as tabs of the chat."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_answerer import DOCUMENTS, HOSTILE, SmallAnswerer, passages
from starlette.testclient import TestClient
from word_embedder import WordEmbedder

from index import Hit
from qa.evaluation import Evaluation, Outcome
from qa.feedback import Feedback, FeedbackStore, Verdict
from qa.latest import keep_latest, read_latest
from qa.report import report_html
from ui.owner import Owner
from ui.server import create_app
from ui.serving import is_private

pytestmark = pytest.mark.filterwarnings("ignore")

NOTHING = {"error": "there is nothing at this address; see /api/docs"}
NASTY = "</p><script>window.owned = 1</script>"


class Lender:
    """Lends a search that finds the hostile document's first passage, whatever is asked."""

    def __init__(self) -> None:
        near = (Hit(passages(HOSTILE)[0], 0.5),)
        self._index = SimpleNamespace(embedder=WordEmbedder(), search=lambda question, k: list(near))

    @contextmanager
    def lent(self) -> Iterator[Any]:
        yield SimpleNamespace(searcher=self._index)


def evaluation(folder: Path, label: str = "tea") -> Evaluation:
    outcome = Outcome("q1", NASTY, True, {"right": 1.0}, verdict="right", confidence=0.9)
    return Evaluation(label, "tea", "quotations", (outcome,), documents=3, passages=7, index=str(folder))


def client(folder: Path, shown: bool = True) -> TestClient:
    owner = Owner(folder, Lender()) if shown else None
    app = create_app(SmallAnswerer(), page=False, owner=owner)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def said(question: str, verdict: Verdict = "refused", day: int = 1, word: str = "") -> Feedback:
    return Feedback(question, verdict, word=word, date=f"2026-05-{day:02}T12:00:00Z")


def test_an_evaluation_is_written_beside_its_index_and_shown_as_its_report(tmp_path: Path) -> None:
    kept = evaluation(tmp_path)
    keep_latest(kept, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["evaluation.json"]
    assert read_latest(tmp_path) == kept
    shown = client(tmp_path).get("/evaluation")
    assert (shown.status_code, shown.text) == (200, report_html(kept))


def test_a_later_evaluation_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    visitor = client(tmp_path)
    for label in ("before", "after"):
        keep_latest(evaluation(tmp_path, label), tmp_path)
        assert f"<title>{label}: evaluation</title>" in visitor.get("/evaluation").text


def test_an_evaluation_of_an_index_that_was_made_for_it_is_not_kept(tmp_path: Path) -> None:
    keep_latest(replace(evaluation(tmp_path), index="index/kept/tea"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_report_may_run_its_own_script_and_nothing_else(tmp_path: Path) -> None:
    keep_latest(evaluation(tmp_path), tmp_path)
    shown = client(tmp_path).get("/evaluation")
    policy = shown.headers["content-security-policy"]
    own, _, ancestors = policy.rpartition("; ")
    assert ancestors == "frame-ancestors 'self'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{own}">' in shown.text
    assert own.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")
    assert NASTY not in shown.text
    assert "&lt;/p&gt;&lt;script&gt;window.owned = 1&lt;/script&gt;" in shown.text


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"format": 99})])
def test_a_damaged_evaluation_says_what_to_type(tmp_path: Path, content: str) -> None:
    (tmp_path / "evaluation.json").write_text(content)
    shown = client(tmp_path).get("/evaluation")
    assert shown.status_code == 200
    assert "The latest evaluation can’t be read. Measure again:</p><pre>python -m qa evaluate QUESTIONS<" in shown.text


def test_where_there_is_nothing_yet_the_pages_say_what_to_type(tmp_path: Path) -> None:
    visitor = client(tmp_path)
    assert "<pre>python -m qa evaluate QUESTIONS</pre>" in visitor.get("/evaluation").text
    assert "<pre>python -m qa gaps</pre>" in visitor.get("/gaps").text


def test_gaps_are_grouped_and_the_biggest_comes_first(tmp_path: Path) -> None:
    FeedbackStore(tmp_path / "feedback.jsonl").add(
        [said("Can a bird fly?", day=1), said("Does the dog swim?", day=2), said("Does the dog swim?", "wrong", 4)]
    )
    page = client(tmp_path).get("/gaps").text
    assert "2 gaps, asked for 3 times. Most often asked for first." in page
    assert page.index("<h2>Does the dog swim?</h2>") < page.index("<h2>Can a bird fly?</h2>")
    first, second = ('<time datetime="2026-05-02">2026-05-02</time>', '<time datetime="2026-05-04">2026-05-04</time>')
    assert f"<b>2 times</b> 1 refused, 1 called wrong · {first} to {second}</p>" in page


def test_hostile_words_are_shown_and_do_nothing(tmp_path: Path) -> None:
    FeedbackStore(tmp_path / "feedback.jsonl").add([said(NASTY, "wrong", word=NASTY)])
    shown = client(tmp_path).get("/gaps")
    assert "<script" not in shown.text
    assert "<h2>&lt;/p&gt;&lt;script&gt;window.owned = 1&lt;/script&gt;</h2>" in shown.text
    assert "<li>&lt;/p&gt;&lt;script&gt;window.owned = 1&lt;/script&gt;</li>" in shown.text
    assert "script-src 'self';" in shown.headers["content-security-policy"]


def test_a_nearest_passage_leads_to_its_place_in_the_document(tmp_path: Path) -> None:
    FeedbackStore(tmp_path / "feedback.jsonl").add([said("Does the dog swim?")])
    visitor = client(tmp_path)
    near = passages(HOSTILE)[0]
    name = "evil%2F%3Cb%3E%26%22%27%3F%23%25.md"
    assert f'href="/doc/{name}?s={near.start}&amp;e={near.end}#hl"' in visitor.get("/gaps").text
    assert visitor.get(f"/doc/{name}?s={near.start}&e={near.end}").status_code == 200


@pytest.mark.parametrize("path", ["/evaluation", "/gaps"])
def test_whoever_is_not_the_owner_finds_nothing_there(tmp_path: Path, path: str) -> None:
    keep_latest(evaluation(tmp_path), tmp_path)
    refused = client(tmp_path, shown=False).get(path)
    assert (refused.status_code, refused.json()) == (404, NOTHING)


@pytest.mark.parametrize("path", ["/evaluation", "/gaps"])
def test_a_stranger_s_name_for_this_machine_opens_nothing(tmp_path: Path, path: str) -> None:
    assert client(tmp_path).get(path, headers={"Host": "evil.test"}).status_code == 403
    assert client(tmp_path).post(path).status_code == 405


@pytest.mark.parametrize(
    ("host", "sites", "private"),
    [
        ("127.0.0.1", (), True),
        ("127.0.0.1", ("https://example.org",), False),
        ("0.0.0.0", (), False),
    ],
)
def test_only_a_server_for_this_machine_alone_is_private(host: str, sites: tuple[str, ...], private: bool) -> None:
    with socket.create_server((host, 0)) as listening:
        assert is_private(listening, sites) is private


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Visit]:
    keep_latest(evaluation(tmp_path), tmp_path)
    FeedbackStore(tmp_path / "feedback.jsonl").add([said("Does the dog swim?")])
    owner = Owner(tmp_path, Lender())
    with served(mounted(lambda: create_app(SmallAnswerer(DOCUMENTS), owner=owner))) as address:
        visit = Visit(browser, address)
        yield visit
        visit.close()


def test_a_tab_shows_the_report_and_the_conversation_goes_on_after_it(visit: Visit) -> None:
    page = visit.open()
    visit.ask("How long does a refund take to my bank?")
    page.get_by_role("link", name="Evaluation", exact=True).click()
    view = page.frame_locator("iframe.view")
    assert view.locator("h1").inner_text() == "tea"
    assert page.locator(".tabs [aria-current]").inner_text() == "Evaluation"
    assert not page.locator("#question").is_visible()
    assert page.evaluate("window.owned") is None
    page.get_by_role("link", name="Chat", exact=True).click()
    assert page.locator("iframe.view").count() == 0
    assert page.locator("#chat .reply blockquote").is_visible()


def test_tabs_are_opened_by_the_keyboard_and_fit_a_narrow_screen(visit: Visit) -> None:
    page = visit.open()
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("link", name="Gaps", exact=True).focus()
    page.keyboard.press("Enter")
    view = page.frame_locator("iframe.view")
    assert view.locator("h2").all_inner_texts() == ["Does the dog swim?"]
    assert view.get_by_text("Ask a question").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_page_for_everybody_has_no_tabs(browser: Any) -> None:
    with served(mounted(lambda: create_app(SmallAnswerer()))) as address:
        visit = Visit(browser, address)
        assert visit.open().locator(".tabs").count() == 0
        visit.close()
