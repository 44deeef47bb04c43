"""Of a page, its content is read and its furniture left out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document, UnreadableDocument, read_html, split


def read(html: str) -> Document:
    return read_html(html.encode("utf-8", "replace"), "d", "site/about_us.html")


def parts(html: str) -> list[tuple[str, str]]:
    document = read(html)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


PAGE = """<!doctype html><html><head><title>Zone &amp; Co</title><style>p {}</style></head>
<body class="has-sidebar"><header><h2>Site name</h2></header>
<nav><ul><li>Home</li></ul></nav>
<div id="cookie-banner"><p>We use cookies.</p></div>
<main>
<header><h1>The <em>Zone</em><a class="headerlink" href="#">¶</a></h1></header>
<p>It is <b>4</b>km
   wide.<br>Truly.</p><script>alert("<p>no</p>")</script>
<aside class="related">Related pages</aside><aside class="admonition note"><p>Mind the fence.</p></aside>
<h2>Places</h2>
Loose text.
<div>Boxed <span>text</span></div>
<div hidden>Hidden.</div><p style="display: none">Hidden.</p><p aria-hidden="true">Hidden.</p>
<footer>Filed under: zones</footer>
</main>
<footer>Imprint</footer></body></html>"""


def test_the_content_of_a_page_without_its_furniture() -> None:
    assert parts(PAGE) == [
        ("heading", "The Zone"),
        ("paragraph", "It is 4km wide.\nTruly."),
        ("paragraph", "Mind the fence."),
        ("heading", "Places"),
        ("paragraph", "Loose text."),
        ("paragraph", "Boxed text"),
    ]


def test_the_title_is_the_first_heading_else_the_page_title_else_the_name() -> None:
    assert read(PAGE).title == "The Zone"
    assert read("<title>A  &amp; B</title><p>Text.").title == "A & B"
    assert read("<p>Text.").title == "About us"


def test_headings_make_sections() -> None:
    document = read("<h1>A</h1><p>One.<h2>B</h2><p>Two.<h3>C</h3><p>Three.<h2>D</h2><p>Four.")
    assert [section.headings for section in document.sections] == [(), ("B",), ("B", "C"), ("D",)]


def test_a_box_within_a_heading_and_its_link_to_itself() -> None:
    html = '<h4><a href="#x">§</a>fn one<div class="where">where T</div></h4><p>Text<a href="#n">1</a>.'
    assert parts(html) == [("heading", "fn one where T"), ("paragraph", "Text1.")]


def test_a_heading_that_is_never_closed_does_not_swallow_the_page() -> None:
    assert parts("<h1>Zone<p>Text.") == [("heading", "Zone"), ("paragraph", "Text.")]
    assert [kind for kind, _ in parts("<h1>" + "Much text. " * 50)] == ["paragraph"]


def test_lists_with_bullets_numbers_and_depth() -> None:
    document = read("<ul><li>a<li>b<ol start=3><li>c<p>more</p><li>d</ol></ul><p>End.")
    assert document.text == "- a\n- b\n  3. c\n    more\n  4. d\n\nEnd."
    assert [(block.kind, block.level) for block in document.blocks] == [
        ("item", 1),
        ("item", 1),
        ("item", 2),
        ("item", 2),
        ("item", 2),
        ("paragraph", 0),
    ]


def test_a_row_reads_on_its_own_with_its_columns() -> None:
    head = "<caption>Dates</caption><thead><tr><th>Year<th>Event</thead>"
    html = f"<table>{head}<tr><td>1953<td><p>Truce</p><tr><td>x</table>"
    assert parts(html) == [("paragraph", "Dates"), ("row", "Year: 1953 | Event: Truce"), ("row", "x")]


def test_a_row_without_a_header_and_a_header_without_rows() -> None:
    assert parts("<table><tr><th>Area<td>907</table>") == [("row", "Area | 907")]
    assert parts("<table><tr><th>A<th>B</table>") == [("row", "A | B")]


def test_a_table_for_the_layout_is_read_like_boxes() -> None:
    html = "<table><tr><td><h2>Left</h2><p>One.</td><td>Right<table><tr><th>K<tr><td>V</table></td></tr></table>"
    assert parts(html) == [("heading", "Left"), ("paragraph", "One."), ("paragraph", "Right"), ("row", "K: V")]


def test_code_is_kept_to_the_character() -> None:
    assert parts("<pre>\n<code>def f():\n    <b>return</b> 1 &lt; 2\n</code></pre>") == [
        ("code", "def f():\n    return 1 < 2")
    ]


def test_definitions_and_details_are_paragraphs() -> None:
    assert parts("<dl><dt>DMZ<dd>A strip.</dl><details><summary>Why?</summary>So.</details>") == [
        ("paragraph", "DMZ"),
        ("paragraph", "A strip."),
        ("paragraph", "Why?"),
        ("paragraph", "So."),
    ]


def test_a_name_like_a_banner_does_not_remove_most_of_a_page() -> None:
    assert parts('<div class="cookie-policy"><p>Cookies are small files.</p></div>') == [
        ("paragraph", "Cookies are small files.")
    ]


@pytest.mark.parametrize(
    "head",
    [b'<meta charset="windows-1251">', b'<meta http-equiv=content-type content="text/html; charset=windows-1251">'],
)
def test_the_encoding_that_a_page_declares(head: bytes) -> None:
    document = read_html(head + "<p>Зона</p>".encode("cp1251"), "d", "d.html")
    assert document.text == "Зона"


def test_deep_nesting_is_read_or_refused_in_bounded_time() -> None:
    began = time.perf_counter()
    assert parts("<div>" * 5000 + "<p>Deep.") == [("paragraph", "Deep.")]
    with pytest.raises(UnreadableDocument, match=r"^d\.html: its elements are nested more than 10,000 deep"):
        read_html(b"<div>" * 200_000 + b"x", "d", "d.html")
    assert time.perf_counter() - began < 10


def test_markup_in_text_stays_text() -> None:
    assert parts("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>") == [("paragraph", "<script>alert(1)</script>")]


TAGS = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<ul>", "</ul>", "<li>", "<ol start=x>", "<h2>", "</h2>", "<table>", "<tr>",
     "<td>", "<th>", "</table>", "<pre>", "</pre>", "<br>", "text. More", " ", "\n", "<b>", "</b>", "<!-- c -->",
     "&amp;", "\u00a0", "<aside>", "</aside>", "<main>", "<nav>", "</nav>", "<template>", "é😀", "<svg>", "</svg>",
     "<body>", "<td hidden>"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(TAGS, max_size=40).map("".join))
def test_blocks_and_passages_are_slices_in_order(html: str) -> None:
    document = read(html)
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(document.text)
        position = block.end
    for passage in split(document, lambda part: len(part.split()), 12):
        assert passage.text == document.text[passage.start : passage.end]


def test_an_instruction_to_a_program_is_no_element() -> None:
    assert parts("<p>One.<?p echo?></p><?head ?><p>Two.") == [("paragraph", "One."), ("paragraph", "Two.")]


@pytest.mark.parametrize("name", ["navheader", "navfooter", "nav-header"])
def test_the_menus_above_and_below_a_chapter_are_left_out(name: str) -> None:
    menu = f'<div class="{name}"><table><tr><th>Chapter 2</th></tr><tr><td>Prev</td></tr></table></div>'
    content = f"<h2>Needs</h2><p>{'It needs little memory. ' * 20}</p>"
    assert parts(f"<body>{menu}{content}</body>")[0] == ("heading", "Needs")
