"""The way from a quotation to its owner's page: to the sentence where that is sure, else to the page."""

from __future__ import annotations

import pytest
from small_answerer import made

from corpus import Block, Document
from ui.original import original_link
from ui.source import render_page, render_source

SHORT = "Tidal clocks show the next high water."
LONG = (
    "Nobody on the coast has ever been able to say who built the very first tidal clock, "
    "or for which of the many small harbours it was meant."
)
PARTS = (
    ("heading", 1, "Clocks"), ("paragraph", 0, f"{SHORT} {LONG}"), ("paragraph", 0, "They tick. They tick."),
    ("item", 1, "50-60 parts, of brass"), ("item", 1, "a dial"),
)  # fmt: skip
PAGE = "https://example.org/clocks"


def link(quote: str, source: str = PAGE, end: str = "") -> str:
    document = _from(source)
    start = document.text.index(quote)
    return original_link(document, start, document.text.index(end) + len(end) if end else start + len(quote))


def _from(source: str) -> Document:
    document = made("clocks", "Clocks", *PARTS)
    return Document(document.id, document.title, source, document.text, document.blocks)


def test_a_sentence_that_stands_once_is_named_in_full() -> None:
    assert link(SHORT) == f"{PAGE}#:~:text=tidal%20clocks%20show%20the%20next%20high%20water."


def test_a_long_one_is_named_by_its_beginning_and_its_end() -> None:
    assert link(LONG) == f"{PAGE}#:~:text=nobody%20on%20the%20coast%20has,small%20harbours%20it%20was%20meant."


def test_what_stands_twice_leads_to_the_page_alone() -> None:
    assert link("They tick.") == PAGE


def test_a_range_over_several_blocks_leads_to_its_first() -> None:
    assert link("50-60 parts", end="a dial") == f"{PAGE}#:~:text=50%2D60%20parts%2C%20of%20brass"


def test_an_address_that_has_a_fragment_keeps_it() -> None:
    assert link(SHORT, f"{PAGE}#top").startswith(f"{PAGE}#top:~:text=tidal")


@pytest.mark.parametrize("source", ["documents/clocks.md", "/home/me/clocks.md", "javascript:alert(1)//", "https://"])
def test_what_is_not_from_the_web_has_no_page_of_its_owner(source: str) -> None:
    assert link(SHORT, source) == ""
    assert "data-original" not in render_source(_from(source), 0, 5)


@pytest.mark.parametrize("name", ["clocks.docx", "clocks.XLSX", "clocks.csv"])
def test_into_a_file_that_is_downloaded_nothing_can_point(name: str) -> None:
    assert link(SHORT, f"https://example.org/{name}") == f"https://example.org/{name}"


def test_a_pdf_is_opened_at_the_page() -> None:
    text = "One.\nTwo."
    blocks = (Block("paragraph", 0, 4, page=1), Block("paragraph", 5, 9, page=7))
    document = Document("a", "A", "https://example.org/a.pdf?x=1", text, blocks)
    assert original_link(document, 5, 9) == "https://example.org/a.pdf?x=1#page=7"


def test_the_page_of_a_source_has_the_way_to_its_original_and_the_panel_one_for_each_place() -> None:
    document = _from('https://example.org/"><script>')
    page = render_page(document, 0, 6, "/")
    assert 'href="https://example.org/&quot;&gt;&lt;script&gt;' in page
    start = document.text.index(SHORT)
    rendered = render_source(_from(PAGE), start, start + 5, [(0, 6)])
    assert rendered.count("data-original=") == 2
    assert f'<span hidden data-place="{start}-{start + 5}" data-original="{PAGE}"></span>' in rendered
