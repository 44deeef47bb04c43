"""An answer as HTML: quotations verbatim, and no character with a meaning of its own."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_answerer import DELIVERY, HOSTILE, REFUNDS, SmallAnswerer, made, passages

from qa import Answer, Citation
from ui.markup import escape_markdown, source_link
from ui.reply import render_reply
from ui.suggestions import suggest_questions

ANSWERER = SmallAnswerer()


def quoted(*places: tuple[int, int, int]) -> Answer:
    """An answer of (passage, first sentence, last sentence) of the refund policy."""
    found = passages(REFUNDS)
    citations = tuple(
        Citation(number, found[passage], found[passage].sentences[first].start, found[passage].sentences[last].end)
        for number, (passage, first, last) in enumerate(places, 1)
    )
    return Answer("Why?", "Why?", citations, 0.7, (), "")


@given(st.text())
def test_escaped_text_reads_the_same_and_holds_nothing_that_markdown_knows(text: str) -> None:
    escaped = escape_markdown(text)
    said = " ".join(text.encode("utf-8", "replace").decode().split())
    assert html.unescape(escaped) == html.unescape(html.escape(said))
    assert not re.search(r"[<>\"'`*_{}\[\]()!|~$\\@:^=]|^\s*[-+]|^\d+[.)](\s|$)|www\.", escaped)


def test_sentences_of_a_section_run_together_and_another_section_begins_a_paragraph() -> None:
    reply = html.unescape(render_reply(quoted((0, 0, 0), (1, 0, 0), (1, 1, 1))))
    paragraphs = re.findall(r"<p>(.*?)</p>", reply)
    assert [re.sub(r"<[^>]+>", "", paragraph) for paragraph in paragraphs] == [
        "This page says how money comes back to you.\xa0[1]",
        "A refund reaches your bank within 14 days.\xa0[2] Cards from abroad take up to 21 days.\xa0[3]",
    ]


def test_a_quotation_over_paragraph_and_list_keeps_both() -> None:
    document = made(
        "a", "A", ("heading", 1, "Why?"), ("paragraph", 0, "For three reasons. They are:"),
        ("item", 1, "One. And a half."), ("item", 1, "Two."), ("paragraph", 0, "That is all.\nReally."),
    )  # fmt: skip
    (passage,) = passages(document)
    answer = Answer("?", "?", (Citation(1, passage, passage.start, passage.end),), 0.9, (), "")
    assert render_reply(answer).split("<blockquote>")[1].split("&nbsp;")[0] == (
        "<p>For three reasons. They are&#58;</p><ul><li>One. And a half.</li><li>Two.</li></ul><p>That is all. Really."
    )
    part = Answer("?", "?", (Citation(1, passage, passage.start + 4, passage.start + 9),), 0.9, (), "")
    assert "<blockquote><p>three&nbsp;" in render_reply(part)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.998, "Very likely right: of answers like this one, nearly all are right"),
        (0.85, "Very likely right: of answers like this one, about 85 in 100 are right"),
        (0.7, "Probably right: of answers like this one, about 70 in 100 are right"),
        (0.41, "Take with care: of answers like this one, about 41 in 100 are right"),
    ],
)
def test_the_confidence_is_said_in_words_that_promise_what_it_means(confidence: float, words: str) -> None:
    assert words in render_reply(replace(quoted((1, 0, 0)), confidence=confidence))


def test_every_marker_leads_to_the_place_that_it_quotes() -> None:
    for name in (HOSTILE.id, "a b/../c?d#e%", "\ud800"):
        link = source_link(name, 3, 9)
        assert re.fullmatch(r"doc/[\w.%~-]+\?s=3&e=9#hl", link)


def test_a_question_that_stood_alone_is_not_said_again() -> None:
    answer = quoted((1, 0, 0))
    assert "Searched for" not in render_reply(replace(answer, question=" Why?  "))
    assert "Searched for: <em>Why not?</em>" in html.unescape(render_reply(replace(answer, searched_for="Why not?")))


def test_a_refusal_over_an_empty_index_shows_no_list() -> None:
    reply = render_reply(Answer("Why?", "Why?", (), 0.0, (), "Nobody says."))
    assert reply == '<div class="reply"><p class="refusal">Nobody says.</p></div>'


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
