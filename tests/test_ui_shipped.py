"""The whole house: the documents that ship, the real model, a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served

from qa import Answerer, open_answerer
from ui.server import create_app

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def answerer(shipped_index: Path) -> Answerer:
    return open_answerer(shipped_index)


@pytest.fixture
def visit(browser: Any, answerer: Answerer) -> Iterator[Visit]:
    with served(mounted(lambda: create_app(answerer))) as address:
        visit = Visit(browser, address)
        yield visit
        visit.close()


def test_a_question_is_answered_and_every_marker_opens_the_sentence_that_it_quotes(
    visit: Visit, answerer: Answerer
) -> None:
    page = visit.open()
    reply = visit.ask("How wide is the DMZ?")
    assert "4 kilometres" in reply.locator("blockquote").inner_text()
    citations = answerer.ask("How wide is the DMZ?").citations
    assert citations
    for citation in citations:
        reply.locator("blockquote").get_by_role("link", name=f"[{citation.number}]").click()
        page.locator(".panel-title").get_by_text(citation.passage.title, exact=True).wait_for()
        document = answerer.searcher.document(citation.passage.document_id)
        places = [(max(block.start, citation.start), min(block.end, citation.end)) for block in document.blocks]
        quoted = [" ".join(document.text[start:end].split()) for start, end in places if start < end]
        page.locator("#hl").get_by_text(quoted[0], exact=True).wait_for()
        assert page.locator(".source-panel mark:not(.other)").all_inner_texts() == quoted
        assert page.locator("#hl").evaluate(
            "mark => mark.getBoundingClientRect().top > 0 && mark.getBoundingClientRect().bottom < innerHeight"
        )


def test_a_follow_up_says_what_was_searched_for_and_chatter_is_refused(visit: Visit) -> None:
    visit.open()
    assert visit.ask("What is the capital of France?").locator(".refusal").count() == 1
    visit.ask("When was the DMZ established?")
    assert "DMZ" in visit.ask("And how wide is it?").locator(".searched em").inner_text()


def test_the_page_is_usable_soon_after_it_is_opened(visit: Visit) -> None:
    page = visit.open()
    usable = page.evaluate("performance.now()")
    print(f"usable after {usable:.0f} ms, {len(visit.requests)} requests")
    assert usable < 10_000
    assert len(visit.requests) < 100
