"""Pages from the web that don't mark their content: menus go, and nothing that answers could stand in."""

from __future__ import annotations

import pytest

from corpus import Document, read_html

MENU = "<div><a href='/'>Home page of the whole firm</a> <a href='/shop'>Our shop for all kinds of lamps</a></div>"
FOOT = "<div>Copyright 1999-2026 by the firm, all rights reserved for ever and ever</div>"
PROSE = [
    "The lamp has three settings, and the brightest of them lasts for about four hours on one charge.",
    "It is charged by the cable that comes with it, which takes two hours, whatever the charger.",
    "The glass is cleaned with a damp cloth only, since alcohol takes its coating away within days.",
]
ARTICLE = (
    f"<div class='text'><h1>The lamp</h1><p>{PROSE[0]}</p><h2>Charging</h2><p>{PROSE[1]}</p>"
    "<pre>lamp --charge\n  now</pre>"
    "<table><tr><th>Setting</th><th>Hours</th></tr><tr><td>low</td><td>20</td></tr></table>"
    f"<ul><li>No sun.</li></ul><p>{PROSE[2]}</p></div>"
)
BLOCKS = [
    "The lamp", PROSE[0], "Charging", PROSE[1], "lamp --charge\n  now", "Setting: low | Hours: 20", "No sun.", PROSE[2],
]  # fmt: skip
KEPT = "\n\n".join(BLOCKS).replace("No sun.", "- No sun.")


def read(body: str, source: str = "https://example.org/lamp", head: str = "") -> Document:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "lamp", source)


def test_what_stands_before_and_after_the_content_of_a_web_page_is_left_out() -> None:
    document = read(MENU + ARTICLE + FOOT)
    assert (document.text, document.title) == (KEPT, "The lamp")
    assert [document.text[block.start : block.end] for block in document.blocks] == BLOCKS


def test_a_file_is_a_web_page_where_it_says_so() -> None:
    for head in ('<meta property="og:title" content="x">', '<link rel="canonical" href="https://example.org/">'):
        assert read(MENU + ARTICLE + FOOT, "lamp.html", head).text == KEPT
    assert read(MENU + ARTICLE + FOOT, "lamp.html").text.startswith("Home page of the whole firm")


def test_a_page_that_marks_its_content_is_taken_at_its_word() -> None:
    marked = f"{MENU}<main><p>Short.</p>{FOOT}</main>"
    assert read(marked).text == "Short.\n\nCopyright 1999-2026 by the firm, all rights reserved for ever and ever"


@pytest.mark.parametrize("generator", ["Sphinx 7.2", "mkdocs-1.6, mkdocs-material-9", "LibreOffice 7.4"])
def test_documentation_and_office_documents_are_kept_whole(generator: str) -> None:
    document = read(MENU + ARTICLE + FOOT, head=f'<meta name="generator" content="{generator}">')
    assert document.text.endswith("for ever and ever")


def test_a_page_with_little_text_is_kept_whole() -> None:
    assert read(f"{MENU}<p>Open from nine to five.</p>{FOOT}").text.endswith("ever and ever")


def test_a_finder_that_fails_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object, **named: object) -> None:
        raise RecursionError

    monkeypatch.setattr("trafilatura.bare_extraction", fails)
    assert read(MENU + ARTICLE + FOOT).text.endswith("for ever and ever")


@pytest.mark.parametrize(
    "block",
    [
        "<p>Whoever finds a fault within the first year gets a new lamp from us, without saying why it broke.</p>",
        "<p>Write to lamps@example.org</p>",
        "<p>Open 9:00 to 17:30</p>",
        "<pre>lamp --off</pre>",
        "<table><tr><td>red</td><td>blue</td></tr></table>",
    ],
)
def test_what_answers_could_stand_in_is_kept_wherever_it_stands(block: str) -> None:
    after, before = read(MENU + ARTICLE + FOOT + block + FOOT), read(MENU + block + ARTICLE + FOOT)
    alone = read_html(f"<main>{block}</main>".encode(), "lamp", "lamp.html").text
    assert after.text.startswith(KEPT)
    assert after.text.endswith(alone)
    assert before.text == f"{alone}\n\n{KEPT}"


def test_short_lines_are_left_out_and_never_a_heading_of_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    class Found:
        text = " ".join(PROSE)

    monkeypatch.setattr("trafilatura.bare_extraction", lambda *arguments, **named: Found)
    prose = "".join(f"<p>{sentence}</p>" for sentence in PROSE)
    page = f"<p>Home</p><p>Shop</p><h2>Lamps</h2><h3>Care</h3>{prose}<p>Imprint</p>"
    assert read(page).text == "\n\n".join(["Lamps", "Care", *PROSE])
