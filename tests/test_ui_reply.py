"""An answer as the page and the widget show it: quotations verbatim, and no character with a meaning of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from browsing import Visit, served
from hypothesis import given
from hypothesis import strategies as st
from small_answerer import DELIVERY, HOSTILE, REFUNDS, SmallAnswerer, made, passages

from index import Hit
from qa import Answer, Citation
from ui.markup import escape_markdown, source_link
from ui.server import create_app
from ui.suggestions import suggest_questions

ANSWERER = SmallAnswerer()
RENDER = """async (answer) => {
  const { renderReply } = await import(new URL("ui/reply.js", document.baseURI));
  const reply = renderReply(answer);
  document.body.append(reply);
  return reply.outerHTML;
}"""

Render = Callable[[Answer], str]


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    """A page that has what a reply is made with."""
    with served(create_app(ANSWERER, page=False)) as address:
        visit = Visit(browser, address)
        visit.page.goto(f"{address}/embed")
        yield visit.page
        visit.close()


@pytest.fixture
def render(page: Any) -> Render:
    return lambda answer: page.evaluate(RENDER, answer.to_json())


def quoted(*places: tuple[int, int, int]) -> Answer:
    """An answer of (passage, first sentence, last sentence) of the refund policy."""
    found = passages(REFUNDS)
    citations = tuple(
        Citation(number, found[passage], found[passage].sentences[first].start, found[passage].sentences[last].end)
        for number, (passage, first, last) in enumerate(places, 1)
    )
    return Answer("Why?", "Why?", citations, 0.7, (), "")


def words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


@given(st.text())
def test_escaped_text_reads_the_same_and_holds_nothing_that_markdown_knows(text: str) -> None:
    escaped = escape_markdown(text)
    said = " ".join(text.encode("utf-8", "replace").decode().split())
    assert html.unescape(escaped) == html.unescape(html.escape(said))
    assert not re.search(r"[<>\"'`*_{}\[\]()!|~$\\@:^=]|^\s*[-+]|^\d+[.)](\s|$)|www\.", escaped)


def test_sentences_of_a_section_run_together_and_another_section_begins_a_paragraph(render: Render) -> None:
    paragraphs = re.findall(r"<p>(.*?)</p>", render(quoted((0, 0, 0), (1, 0, 0), (1, 1, 1))))
    assert [words(paragraph) for paragraph in paragraphs] == [
        "This page says how money comes back to you.\xa0[1]",
        "A refund reaches your bank within 14 days.\xa0[2] Cards from abroad take up to 21 days.\xa0[3]",
    ]


def test_rows_of_a_table_that_are_quoted_together_stand_one_below_the_other(render: Render) -> None:
    (passage,) = (one for one in passages(REFUNDS) if "France" in one.text)
    rows = [place for place, sentence in enumerate(passage.sentences) if sentence.kind == "row"]
    number = passages(REFUNDS).index(passage)
    markup = render(quoted((number, rows[0], rows[-1])))
    items = [words(item) for item in re.findall(r"<li[^>]*>(.*?)</li>", markup)]
    assert items[:2] == ["Country | Days", "France | 14\u00a0[1]"]


def test_a_quotation_over_paragraph_and_list_keeps_both(render: Render) -> None:
    document = made(
        "a", "A", ("heading", 1, "Why?"), ("paragraph", 0, "For three reasons. They are:"),
        ("item", 1, "One. And a half."), ("item", 1, "Two."), ("paragraph", 0, "That is all.\nReally."),
    )  # fmt: skip
    (passage,) = passages(document)
    answer = Answer("?", "?", (Citation(1, passage, passage.start, passage.end),), 0.9, (), "")
    assert render(answer).split("<blockquote>")[1].split("&nbsp;")[0] == (
        "<p>For three reasons. They are:</p><ul><li>One. And a half.</li><li>Two.</li></ul><p>That is all. Really."
    )
    part = Answer("?", "?", (Citation(1, passage, passage.start + 4, passage.start + 9),), 0.9, (), "")
    assert "<blockquote><p>three&nbsp;" in render(part)


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (0.998, "Very likely right: of answers like this one, nearly all are right"),
        (0.85, "Very likely right: of answers like this one, about 85 in 100 are right"),
        (0.7, "Probably right: of answers like this one, about 70 in 100 are right"),
        (0.41, "Take with care: of answers like this one, about 41 in 100 are right"),
    ],
)
def test_the_confidence_is_said_in_words_that_promise_what_it_means(
    render: Render, confidence: float, said: str
) -> None:
    assert f">{said}<" in render(replace(quoted((1, 0, 0)), confidence=confidence))


def test_every_marker_leads_to_the_place_that_it_quotes(render: Render) -> None:
    for name in (HOSTILE.id, "a b/../c?d#e%", "\ud800"):
        link = source_link(name, 3, 9)
        assert re.fullmatch(r"doc/[\w.%~-]+\?s=3&e=9#hl", link)
    (passage, *_) = passages(HOSTILE)
    answer = Answer("?", "?", (Citation(1, passage, passage.start, passage.start + 9),), 0.9, (), "")
    place = f"?s={passage.start}&amp;e={passage.start + 9}#hl"
    assert set(re.findall(r'href="doc/([^"]*)"', render(answer))) == {
        f"evil%2F%3Cb%3E%26%22'%3F%23%25.md{place}"
    }


def test_a_question_that_stood_alone_is_not_said_again(render: Render) -> None:
    answer = quoted((1, 0, 0))
    assert "Searched for" not in render(replace(answer, question=" Why?  "))
    assert "Searched for: <em>Why not?</em>" in render(replace(answer, searched_for="Why not?"))


def test_a_place_is_named_with_page_and_cells_and_the_others_where_the_same_stands(render: Render) -> None:
    (passage, *_) = passages(DELIVERY)
    sentences = tuple(replace(one, page=4, place="B7:D7") for one in passage.sentences)
    other = Citation(1, passages(REFUNDS)[0], *_first(passages(REFUNDS)[0]))
    cited = Citation(1, replace(passage, sentences=sentences), *_first(passage), also=(other,))
    reply = render(Answer("?", "?", (cited,), 0.9, (), ""))
    sources = words(reply.split('<div class="sources">')[1].split("</ul>")[0])
    assert sources == "Source[1] Delivery delivery.md, page 4, B7:D7 (also in Refund policy)"


def _first(passage: Any) -> tuple[int, int]:
    return passage.sentences[0].start, passage.sentences[0].end


def test_a_refusal_over_an_empty_index_shows_no_list(render: Render) -> None:
    reply = render(Answer("Why?", "Why?", (), 0.0, (), "Nobody says."))
    assert reply == '<div class="reply"><p class="refusal">Nobody says.</p></div>'


def test_a_refusal_shows_the_beginning_of_what_came_nearest(render: Render) -> None:
    long = made("long.md", "Long", ("heading", 1, "Long"), ("paragraph", 0, "word " * 60 + "end"))
    hits = tuple(Hit(passage, 0.5) for passage in (*passages(long), *passages(REFUNDS), *passages(DELIVERY)))
    reply = render(Answer("Why?", "Why?", (), 0.0, hits, "Nobody says."))
    glimpses = re.findall(r'<span class="glimpse">(.*?)</span>', reply)
    assert glimpses == [
        "word " * 44 + "…",
        "This page says how money comes back to you.",
        "A refund reaches your bank within 14 days. Cards from abroad take up to 21 days.",
    ]


def test_suggestions_are_headings_that_ask_from_one_document_after_the_other() -> None:
    assert suggest_questions(ANSWERER.searcher, 3) == [
        "How long does a refund take?",
        "Where is my parcel?",
        "A heading with <img src=x onerror=window.owned=7> in it?",
    ]


def test_suggestions_are_titles_where_no_heading_asks() -> None:
    silent = [made("a", "All about parcels", ("paragraph", 0, "One.")), made("b", "B", ("paragraph", 0, "Two."))]
    assert suggest_questions(SmallAnswerer(silent).searcher, 4) == ["All about parcels"]
    assert suggest_questions(SmallAnswerer([]).searcher, 4) == []
    assert DELIVERY.title == "Delivery"
