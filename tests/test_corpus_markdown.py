"""Markdown is read as it looks when it is rendered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document, UnreadableDocument, read_markdown, split


def read(text: str) -> Document:
    return read_markdown(text.encode("utf-8", "replace"), "d", "docs/my_guide.md")


def parts(text: str) -> list[tuple[str, int, str]]:
    document = read(text)
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("A **bold** and *slanted* `word`.", "A bold and slanted word."),
        ("A [link](https://x.org 'title') and <https://y.org>.", "A link and https://y.org."),
        ("A ![small *map*](map.png) here.", "A small map here."),
        ("Broken\nby hand.", "Broken by hand."),
        ("Two  \nlines, three<br>lines.", "Two\nlines, three\nlines."),
        ("Some <b>HTML</b> <!-- hidden -->here &amp; there.", "Some HTML here & there."),
        ("~~Gone~~ and \\*kept\\*.", "Gone and *kept*."),
        ("> quoted", "quoted"),
    ],
)
def test_a_paragraph_is_the_text_that_a_reader_sees(written: str, shown: str) -> None:
    assert parts(written) == [("paragraph", 0, shown)]


def test_headings_make_sections() -> None:
    document = read("# Guide *to* [it](x)\n\nFirst.\n\n## Part `one`\n\nSecond.\n\nSetext\n---\n\nThird.")
    assert document.title == "Guide to it"
    assert document.text == "Guide to it\n\nFirst.\n\nPart one\n\nSecond.\n\nSetext\n\nThird."
    assert [(s.headings, document.text[s.start : s.end]) for s in document.sections] == [
        ((), "First."),
        (("Part one",), "Second."),
        (("Setext",), "Third."),
    ]


def test_lists_keep_their_bullets_and_numbers_in_the_text() -> None:
    document = read("3. three\n\n   more of three\n4. four\n   - nested\n     goes on\n\n* star\n- [x] done")
    assert document.text == "3. three\n  more of three\n4. four\n  - nested goes on\n- star\n- [x] done"
    assert [(b.level, document.text[b.start : b.end]) for b in document.blocks] == [
        (1, "three"),
        (1, "more of three"),
        (1, "four"),
        (2, "nested goes on"),
        (1, "star"),
        (1, "[x] done"),
    ]
    assert {b.kind for b in document.blocks} == {"item"}


def test_a_row_reads_on_its_own_with_its_columns() -> None:
    text = "| Year | Event | |\n|---|---|---|\n| 1953 | **Armistice** \\| truce | x |\n| 2018 | | |\n\nAfter."
    assert parts(text) == [
        ("row", 0, "Year: 1953 | Event: Armistice | truce | x"),
        ("row", 0, "Year: 2018"),
        ("paragraph", 0, "After."),
    ]


def test_a_table_of_nothing_but_a_header_is_a_row() -> None:
    assert parts("| A | B |\n|---|---|") == [("row", 0, "A | B")]


def test_code_is_kept_to_the_character() -> None:
    assert parts("```py\ndef f():\n\n    return *1*\n```\n\n    indented\n      more") == [
        ("code", 0, "def f():\n\n    return *1*"),
        ("code", 0, "indented\n  more"),
    ]


def test_front_matter_is_no_text_and_may_give_the_title() -> None:
    document = read('---\ntitle: "The: Guide"\ntags: [a]\n---\n\nText.')
    assert (document.title, document.text) == ("The: Guide", "Text.")


def test_without_any_title_the_name_of_the_file_is_made_readable() -> None:
    assert read("Text.").title == "My guide"


def test_html_between_the_lines_is_read_as_html() -> None:
    text = (
        '<div align="center">\n<p>Shown <b>text</b>.</p>\n</div>\n\n<!-- hidden -->\n\n'
        "<details><summary>Why?</summary>\n\nSo *it* is.\n\n</details>\n\n<script>\nrun()\n</script>"
    )
    assert parts(text) == [
        ("paragraph", 0, "Shown text."),
        ("paragraph", 0, "Why?"),
        ("paragraph", 0, "So it is."),
    ]


def test_footnotes_stand_at_the_end_with_their_marks() -> None:
    document = read("A claim.[^n] Another.\n\n[^n]: The *proof*.\n\nLast.")
    assert document.text == "A claim.[n] Another.\n\nLast.\n\n[n] The proof."


def test_a_line_of_badges_is_no_text() -> None:
    assert parts("[![build](a.svg)](b) [![docs](c.svg)](d)\n\nText.") == [("paragraph", 0, "Text.")]


def test_a_heading_within_a_quotation_or_a_list_begins_no_section() -> None:
    assert [kind for kind, _, _ in parts("> # Quoted\n> text\n\n- # Item\n")] == ["paragraph", "paragraph", "item"]


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_nesting_without_end_is_refused(mark: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"nested more than 100 deep$"):
        read(mark * 20_000 + "x")


@pytest.mark.parametrize("text", ["[" * 100_000, "![[" * 30_000, "a <![CDATA[ " * 9_000, "x" * 300_000, "*a " * 9_000])
def test_hostile_text_is_read_as_it_is_typed(text: str) -> None:
    assert parts(text + "\n\nEnd.")[-1] == ("paragraph", 0, "End.")


PIECES = st.sampled_from(
    ["# Head", "## Sub *x*", "A sentence. And another one.", "- item", "  - nested", "1. one", "> quote", "```",
     "    code", "| a | b |\n|---|---|\n| c | d. E |", "<div>html</div>", "***", "[^1]", "[^1]: note", "**bold",
     "\u00a0", "---", "Title\n===", "![alt](x)", "é😀", "line<br>break"]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n"])), max_size=20).map(
        lambda p: "".join(a + b for a, b in p)
    )
)
def test_blocks_and_passages_are_slices_in_order(text: str) -> None:
    document = read(text)
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(document.text)
        assert document.text[block.start : block.end].strip()
        position = block.end
    for passage in split(document, lambda part: len(part.split()), 12):
        assert passage.text == document.text[passage.start : passage.end]
