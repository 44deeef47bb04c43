"""A plain text's headings, lists and paragraphs are found, and its characters stay as they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document, read_text


def parts(text: str) -> list[tuple[str, int, str]]:
    document = read_text(text.encode(), "d", "some/my-notes_2024.txt")
    assert document.text == text
    return [(block.kind, block.level, text[block.start : block.end]) for block in document.blocks]


ARTICLE = """The Lake Bargain: Why It’s Stalling and What Comes Next

The lake between Aland and Bern (LAB) has long been a point of dispute. Talks failed twice.

Understanding the Bargain in the Context of the Lake

A bargain means “fish for water,” as both say.

Recent Failures of the Bargain

Several factors contribute:

1. Lost Trust

Trust was lost in 1953.

2. Unsteady Policy

Policy changed, e.g. in the U.S. and elsewhere.

Engagement, Not Isolation

It helps.

  • Small Steps: Small steps build trust.
  • Third Parties: Others may help.

Why is the bargain not working?

Nobody keeps it.

Nobody checks it.

What can people do to support the lake?

They can swim.

Leave a Comment"""


def test_an_article_with_headings_on_lines_of_their_own() -> None:
    assert parts(ARTICLE) == [
        ("heading", 1, "The Lake Bargain: Why It’s Stalling and What Comes Next"),
        ("paragraph", 0, "The lake between Aland and Bern (LAB) has long been a point of dispute. Talks failed twice."),
        ("heading", 2, "Understanding the Bargain in the Context of the Lake"),
        ("paragraph", 0, "A bargain means “fish for water,” as both say."),
        ("heading", 2, "Recent Failures of the Bargain"),
        ("paragraph", 0, "Several factors contribute:"),
        ("heading", 3, "1. Lost Trust"),
        ("paragraph", 0, "Trust was lost in 1953."),
        ("heading", 3, "2. Unsteady Policy"),
        ("paragraph", 0, "Policy changed, e.g. in the U.S. and elsewhere."),
        ("heading", 2, "Engagement, Not Isolation"),
        ("paragraph", 0, "It helps."),
        ("item", 1, "Small Steps: Small steps build trust."),
        ("item", 1, "Third Parties: Others may help."),
        ("heading", 2, "Why is the bargain not working?"),
        ("paragraph", 0, "Nobody keeps it."),
        ("paragraph", 0, "Nobody checks it."),
        ("heading", 2, "What can people do to support the lake?"),
        ("paragraph", 0, "They can swim."),
    ]


def test_numbered_headings_stand_under_the_heading_before_them() -> None:
    document = read_text(ARTICLE.encode(), "d", "d.txt")
    assert document.title == "The Lake Bargain: Why It’s Stalling and What Comes Next"
    paths = {document.text[s.start : s.end]: s.headings for s in document.sections}
    assert paths["Trust was lost in 1953."] == ("Recent Failures of the Bargain", "1. Lost Trust")
    assert paths["They can swim."] == ("What can people do to support the lake?",)


def test_numbered_lines_in_a_row_are_a_list() -> None:
    text = "To do so:\n\n1. Open the box\n\n2. Take it out\n\n3. Close the box\n\nThat is all."
    assert [kind for kind, _, _ in parts(text)] == ["paragraph", "item", "item", "item", "paragraph"]


def test_deeper_numbers_are_deeper_headings() -> None:
    text = "Guide\n\nRead it.\n\n2. Methods\n\nWe counted.\n\n2.1 Sampling\n\nWe chose some.\n\n3. Results\n\nFew came."
    assert [(level, part) for kind, level, part in parts(text) if kind == "heading"] == [
        (1, "Guide"),
        (3, "2. Methods"),
        (4, "2.1 Sampling"),
        (3, "3. Results"),
    ]


def test_lines_broken_by_hand_are_one_paragraph() -> None:
    first = "The zone is a strip of land that runs\nacross the peninsula. It was made in\n1953. It is still there."
    last = "The end is near."
    assert parts(f"{first}\n\n{last}") == [("paragraph", 0, first), ("paragraph", 0, last)]


def test_a_list_begins_without_a_blank_line_and_goes_on_over_lines() -> None:
    text = (
        "There are two ways to do it:\n- one that is long and goes on over\n  the line\n  * nested\n- other\nThe end."
    )
    assert parts(text) == [
        ("paragraph", 0, "There are two ways to do it:"),
        ("item", 1, "one that is long and goes on over\n  the line"),
        ("item", 2, "nested"),
        ("item", 1, "other"),
        ("paragraph", 0, "The end."),
    ]


def test_a_numbered_list_without_blank_lines() -> None:
    text = "Steps:\n1. Open the box.\n2. Close it.\n\n(a) first part\n(b) second part"
    assert [(kind, part) for kind, _, part in parts(text)] == [
        ("paragraph", "Steps:"),
        ("item", "Open the box."),
        ("item", "Close it."),
        ("item", "first part"),
        ("item", "second part"),
    ]


def test_a_year_at_the_beginning_of_a_line_is_no_number_of_a_list() -> None:
    text = "The war that began in the summer of 1950 ended three years later, in\n1953. It was over."
    assert parts(text) == [("paragraph", 0, text)]


def test_underlined_headings() -> None:
    text = "Guide\n=====\n\nIt is short.\n\nFirst part\n----------\nIt begins.\n\n-----\n\nIt goes on."
    assert parts(text) == [
        ("heading", 1, "Guide"),
        ("paragraph", 0, "It is short."),
        ("heading", 2, "First part"),
        ("paragraph", 0, "It begins."),
        ("paragraph", 0, "It goes on."),
    ]


def test_headings_in_capitals_right_above_their_text() -> None:
    text = "NAME\n    quid - answers questions.\n\nDESCRIPTION\n    It reads documents. It quotes\n    them.\n"
    assert parts(text) == [
        ("heading", 1, "NAME"),
        ("paragraph", 0, "quid - answers questions."),
        ("heading", 2, "DESCRIPTION"),
        ("paragraph", 0, "It reads documents. It quotes\n    them."),
    ]


def test_plain_headings_stand_under_those_in_capitals() -> None:
    text = "A Guide\n\nShort.\n\nPART ONE\n\nHere it begins.\n\nSmall matters\n\nThey matter.\n\nPART TWO\n\nIt ends."
    assert [level for kind, level, _ in parts(text) if kind == "heading"] == [1, 2, 3, 2]


FREE = "It is free. " * 9


def test_a_heading_right_above_a_long_line() -> None:
    text = "Opening Hours\nThe museum is open on every day of the week but Monday, when it is closed. " + FREE
    assert [(kind, part[:13]) for kind, _, part in parts(text)] == [
        ("heading", "Opening Hours"),
        ("paragraph", "The museum is"),
    ]


def test_long_lines_are_paragraphs_without_blank_lines_between_them() -> None:
    line = "This line is long because nobody broke it by hand, " * 4 + "and so it ends here."
    assert [part for _, _, part in parts(f"{line}\n{line}\n")] == [line, line]


def test_lines_without_full_stops_are_no_headings_where_all_are_so() -> None:
    text = "\n\n".join(f"Item number {name} of the list" for name in "abcdefgh")
    assert {kind for kind, _, _ in parts(text)[1:]} == {"paragraph"}


def test_a_single_line_is_a_paragraph_and_the_title_comes_from_the_name() -> None:
    document = read_text(b"Just one line", "d", "some/my-notes_2024.txt")
    assert [block.kind for block in document.blocks] == ["paragraph"]
    assert document.title == "My notes 2024"


def test_a_last_line_without_text_below_it_stays_quotable() -> None:
    assert parts("It began.\n\nIt went on.\n\nThe End") == [
        ("paragraph", 0, "It began."),
        ("paragraph", 0, "It went on."),
        ("paragraph", 0, "The End"),
    ]


def test_line_ends_of_any_kind_become_line_feeds() -> None:
    document = read_text(b"One.\r\n\r\nTwo.\rThree.", "d", "d.txt")
    assert document.text == "One.\n\nTwo.\nThree."


def check(document: Document) -> None:
    """Blocks are in order, apart, not empty, within the text and without white space around them."""
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(document.text)
        part = document.text[block.start : block.end]
        assert part == part.strip()
        assert (1 <= block.level <= 6) if block.kind == "heading" else block.level >= 0
        position = block.end


LINES = st.sampled_from(
    ["", "", "Heading Here", "1. Numbered", "2.1 Deeper", "- item", "  * nested", "• dot", "====", "---", "CAPITALS",
     "A sentence that ends. And more.", "no capital", "What is it?", "Leave a Comment", "\tindented", "1.", "-",
     "\u2028", "word " * 40, "é\u00a0", "(a) x"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join) | st.text(max_size=80))
def test_no_text_breaks_the_order_of_blocks_or_loses_a_letter(text: str) -> None:
    if "\x00" in text or not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c in "\n\t\u2028")
    document = read_text(text.encode("utf-8", "replace"), "d", "d.txt")
    check(document)
    covered = bytearray(len(document.text))
    for block in document.blocks:
        covered[block.start : block.end] = b"\x01" * (block.end - block.start)
    left = "".join(c for c, inside in zip(document.text, covered, strict=True) if not inside)
    for known in ("Leave a Comment", "1.", "(a)"):
        left = left.replace(known, "")
    assert not any(map(str.isalpha, left))


def test_a_title_underlined_by_stars_is_a_heading_and_a_box_of_hashes_is_none() -> None:
    assert parts("""****************
The Core Options
****************

They control all of it.

# Made by hand.
###############
value = 1""") == [
        ("heading", 1, "The Core Options"),
        ("paragraph", 0, "They control all of it."),
        ("paragraph", 0, "# Made by hand."),
        ("paragraph", 0, "value = 1"),
    ]


def test_numbered_headings_and_lines_of_a_wide_script() -> None:
    assert parts("""維護者指南

2.1. 社群的工作者

在確認金鑰身份值得信任之後，應當下載其公鑰並將其儲存在
debian/upstream/signing-key.asc 檔案中。然後再讀下文。

下列文件：

第一份文件說明了一切。""") == [
        ("heading", 1, "維護者指南"),
        ("heading", 4, "2.1. 社群的工作者"),
        ("paragraph", 0, "在確認金鑰身份值得信任之後，應當下載其公鑰並將其儲存在\n"
         "debian/upstream/signing-key.asc 檔案中。然後再讀下文。"),
        ("paragraph", 0, "下列文件："),
        ("paragraph", 0, "第一份文件說明了一切。"),
    ]  # fmt: skip
