"""A document as HTML: its structure, and exactly the cited characters marked."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_answerer import HOSTILE, REFUNDS, made

from corpus import Block, Document
from ui.source import render_page, render_source


def marked(rendered: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<mark[^>]*>(.*?)</mark>", rendered, re.DOTALL)]


def test_each_kind_of_block_has_its_element() -> None:
    assert render_source(REFUNDS) == (
        '<article class="document" data-title="Refund policy" data-source="documents/shop/refunds.md">\n'
        "<h2>Refund policy</h2>\n"
        "<p>This page says how money comes back to you.</p>\n"
        "<h3>How long does a refund take?</h3>\n"
        "<p>A refund reaches your bank within 14 days. Cards from abroad take up to 21 days.</p>\n"
        "<h3>What can be returned?</h3>\n"
        "<ul>\n"
        '<li class="deep1">Unopened boxes can be returned within 30 days.</li>\n'
        '<li class="deep1">Opened boxes can be returned within 10 days.</li>\n'
        '<li class="deep2">Perishable goods can&#x27;t be returned.</li>\n'
        "</ul>\n"
        "<pre><code>refund --order 17\nrefund --all</code></pre>\n"
        '<div class="rows">\n<p class="row">Country | Days</p>\n<p class="row">France | 14</p>\n</div>\n'
        "</article>"
    )


@given(st.data())
def test_exactly_the_cited_characters_are_marked(data: st.DataObject) -> None:
    block = data.draw(st.sampled_from(HOSTILE.blocks))
    start = data.draw(st.integers(block.start, block.end - 1))
    end = data.draw(st.integers(start + 1, block.end))
    assert marked(render_source(HOSTILE, start, end)) == [HOSTILE.text[start:end]]


def test_a_range_over_several_blocks_is_marked_in_each_and_has_one_anchor() -> None:
    start = REFUNDS.text.index("21 days")
    end = REFUNDS.text.index("boxes")
    rendered = render_source(REFUNDS, start, end)
    assert marked(rendered) == ["21 days.", "What can be returned?", "Unopened "]
    assert rendered.count('id="hl"') == 1
    assert f'<mark id="hl" tabindex="-1" data-places="{start}-{end}">21 days.</mark>' in rendered


def test_a_place_outside_of_every_block_is_shown_in_the_plain_text() -> None:
    document = Document("a", "A", "a", "before <inside> after", (Block("paragraph", 0, 6),))
    assert marked(render_source(document, 7, 15)) == ["<inside>"]


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 10_000), (10_000, 10_001)])
def test_a_place_outside_of_the_text_is_an_error(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"expected 0 <= s <= e <= {len(REFUNDS.text)}, the document's length"):
        render_source(REFUNDS, start, end)


def test_an_item_keeps_the_number_that_it_has_in_its_document() -> None:
    text = "1. First\n2) Second\n• Third\n  iv. Fourth"
    places = [(text.index(word), text.index(word) + len(word)) for word in ("First", "Second", "Third", "Fourth")]
    document = Document("a", "A", "a", text, tuple(Block("item", start, end, 1) for start, end in places))
    items = re.findall(r'<li class="deep1">(.*)</li>', render_source(document))
    assert items == [
        '<span class="number">1.</span> First',
        '<span class="number">2)</span> Second',
        "Third",
        '<span class="number">iv.</span> Fourth',
    ]


def test_nothing_of_a_hostile_document_is_markup() -> None:
    page = render_page(HOSTILE, 0, 5, "/")
    body = page.split("<main>")[1]
    assert set(re.findall(r"<(\w+)", body)) == {"article", "h2", "p", "mark"}
    assert "<script" not in page


def test_half_a_character_does_not_stop_a_page_from_being_sent() -> None:
    document = made("a", "A \ud800 title", ("paragraph", 0, "half a character: \ud800"))
    assert "half a character: ?" in render_page(document, 0, 0, "/")
    render_page(document, 0, 0, "/").encode("utf-8")
