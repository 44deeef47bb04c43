"""What a language model worded is marked wherever it is shown, and the quotations stand below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from browsing import Visit, served
from small_answerer import SmallAnswerer
from small_model import completion, small_model
from starlette.testclient import TestClient

from qa import Answer
from qa.answer import Statement, Wording
from qa.ask_command import render
from qa.language_model import LanguageModel
from qa.worded import WordingAnswerer
from ui.agents import _said
from ui.completions import rendered
from ui.options import Options
from ui.server import create_app
from ui.texts import languages, read_texts

REFUND = "How long does a refund take to my bank?"
QUOTED = "A refund reaches your bank within 14 days."
WORDED = "Within 14 days, a refund reaches your bank."
TOLD = "orded by the language model small; the documents’ own words are:"


def worded(name: str = "small", text: str = WORDED) -> Answer:
    return replace(SmallAnswerer().ask(REFUND), wording=Wording(name, (Statement(text, (1,)),)))


def test_the_terminal_shows_both_and_says_which_is_which() -> None:
    lines = [line for line in render(worded()).split("\n") if line]
    assert lines[:3] == [f"{WORDED} [1]", f"(w{TOLD})", f"{QUOTED} [1]"]


def test_openais_clients_get_both_and_nothing_in_them_is_active() -> None:
    pieces = rendered(worded("<b>`small`"), "http://127.0.0.1/")
    assert pieces[0] == (
        f"{WORDED} [1]\n\nWorded by the language model \\<b\\>\\`small\\`; the documents’ own words are:\n\n"
    )
    assert pieces[1] == f"{QUOTED} [1]"
    assert rendered(worded(text="A [link](x) <i>"), "http://127.0.0.1/")[0].startswith("A [link]\\(x) \\<i> [1]")


def test_agents_get_both() -> None:
    assert _said(worded().to_json()) == f"{WORDED} [1]\n\nW{TOLD}\n\n{QUOTED} [1]"
    assert _said(SmallAnswerer().ask(REFUND).to_json()) == f"{QUOTED} [1]"


def test_the_api_gives_both() -> None:
    with small_model(completion(f"{WORDED} [1]")) as model:
        answerer = WordingAnswerer(SmallAnswerer(), LanguageModel(model.address, "small"))
        api = TestClient(create_app(answerer, page=False), base_url="http://127.0.0.1:7860")
        answer = api.post("/api/ask", json={"question": REFUND}).json()
        completed = api.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": REFUND}]}).json()
    assert answer["text"] == f"{QUOTED} [1]"
    assert answer["wording"] == {
        "model": "small", "text": f"{WORDED} [1]", "statements": [{"text": WORDED, "citations": [1]}],
    }  # fmt: skip
    assert completed["choices"][0]["message"]["wording"] == answer["wording"]
    assert len(model.asked) == 1


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    with served(create_app(SmallAnswerer(), page=False)) as address:
        visit = Visit(browser, address)
        visit.page.goto(f"{address}/embed")
        yield visit.page
        visit.close()


def test_page_and_widget_mark_it_and_show_the_quotations_below(page: Any) -> None:
    shown = page.evaluate(
        """async (answer) => {
          const { renderReply } = await import(new URL("ui/reply.js", document.baseURI));
          const reply = renderReply(answer);
          const box = reply.querySelector(".wording");
          return [[...reply.children].slice(0, 3).map((one) => one.className || one.tagName),
            [...box.children].map((one) => one.textContent), reply.querySelector("blockquote").textContent,
            box.querySelector("a.cite").getAttribute("href"), box.querySelectorAll("b, script").length];
        }""",
        worded("<b>small", f"{WORDED} <script>window.owned = 9</script>").to_json(),
    )
    kinds, [label, text], quoted, link, active = shown
    assert kinds == ["wording", "BLOCKQUOTE", "sources"]
    assert "<b>small" in label and "the documents’ own words" in label
    assert text == f"{WORDED} <script>window.owned = 9</script>\u00a0[1]"
    assert quoted == f"{QUOTED}\u00a0[1]"
    assert link.startswith("doc/shop%2Frefunds.md?s=") or "/doc/shop%2Frefunds.md?s=" in link
    assert active == 0


def test_it_is_off_unless_it_is_set_up() -> None:
    assert (Options().wording_address, Options().wording_model) == ("", "")
    assert SmallAnswerer().ask(REFUND).to_json()["wording"] is None
    assert all("{model}" in read_texts(language).entries["reply.worded"] for language in languages())
