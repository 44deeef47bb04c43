"""Passages are slices of their document, fit their limit, and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Block, Document, Passage, plain_document, split


def words(text: str) -> int:
    return len(text.split())


def build(*blocks: tuple[str, str], title: str = "") -> Document:
    """A document of (kind, text) blocks; 'heading2' is a heading of level 2, items get a bullet."""
    text, built = "", []
    for kind, content in blocks:
        text += "\n\n- " if kind == "item" else "\n\n"
        start = len(text)
        text += content
        name, level = (kind[:7], int(kind[7:])) if kind.startswith("heading") else (kind, 0)
        built.append(Block(name, start, len(text), level))  # type: ignore[arg-type]
    return Document("d", title, "d.txt", text, tuple(built))


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def test_a_section_that_fits_is_one_passage() -> None:
    document = build(("heading1", "Zone"), ("paragraph", "It is wide. It is long."), ("paragraph", "It stays."))
    (passage,) = split(document, words, 50)
    assert passage.text == "It is wide. It is long.\n\nIt stays."
    assert passage.headings == ("Zone",)
    assert (passage.start, passage.end) == (8, 42)
    assert [passage.slice(s.start, s.end) for s in passage.sentences] == [
        "It is wide.",
        "It is long.",
        "It stays.",
    ]
    assert passage.sha256 == document.sha256


def test_a_passage_never_crosses_a_heading() -> None:
    document = build(
        ("paragraph", "Before."), ("heading1", "A"), ("paragraph", "One."), ("heading2", "B"), ("paragraph", "Two.")
    )
    assert [(p.headings, p.text) for p in split(document, words, 50)] == [
        ((), "Before."),
        (("A",), "One."),
        (("A", "B"), "Two."),
    ]


def test_the_title_is_not_repeated_among_the_headings() -> None:
    document = build(("heading1", "The  Zone"), ("heading2", "Past"), ("paragraph", "Old."), title="The Zone")
    (passage,) = split(document, words, 50)
    assert passage.headings == ("Past",)
    assert passage.context == "The Zone > Past"


def test_the_limit_counts_title_and_headings_too() -> None:
    document = build(("heading1", "Two words"), ("paragraph", "One two. Three four. Five six. Seven eight."))
    assert texts(split(document, words, 10)) == ["One two. Three four. Five six. Seven eight."]
    assert texts(split(document, words, 9)) == ["One two. Three four.", "Five six. Seven eight."]


def test_a_long_context_takes_a_third_of_the_limit_at_most() -> None:
    document = build(("heading1", "word " * 100), ("paragraph", "One two. Three four. Five six. Seven eight."))
    assert texts(split(document, words, 12)) == ["One two. Three four. Five six. Seven eight."]


def test_passages_are_balanced_instead_of_leaving_a_tiny_last_one() -> None:
    document = build(("paragraph", " ".join(f"This is sentence {n}." for n in "abcdef")))
    assert [words(p.text) for p in split(document, words, 20)] == [12, 12]


def test_a_break_between_paragraphs_is_preferred() -> None:
    document = build(("paragraph", "One two three. Four five six."), ("paragraph", "A b. C d. E f. G h."))
    assert texts(split(document, words, 10)) == ["One two three. Four five six.", "A b. C d. E f. G h."]


def test_a_list_stays_with_its_lead_in() -> None:
    document = build(
        ("paragraph", "One two three four. Five six seven."),
        ("paragraph", "There are two:"),
        ("item", "First one."),
        ("item", "Second one."),
    )
    assert texts(split(document, words, 11)) == [
        "One two three four. Five six seven.",
        "There are two:\n\n- First one.\n\n- Second one.",
    ]


def test_a_bullet_belongs_to_the_passage_and_not_to_the_sentence() -> None:
    document = build(("item", "First one. And more."), ("item", "Second."))
    passages = split(document, words, 4)
    assert texts(passages) == ["- First one.", "And more.\n\n- Second."]
    assert passages[0].slice(passages[0].sentences[0].start, passages[0].sentences[0].end) == "First one."
    assert passages[0].sentences[0].kind == "item"


def test_code_and_rows_are_one_sentence_each() -> None:
    document = build(("code", "a = 1. B = 2.\n\nc = 3"), ("row", "Year: 1953. | War: over."))
    (passage,) = split(document, words, 50)
    assert [(s.kind, passage.slice(s.start, s.end)) for s in passage.sentences] == [
        ("code", "a = 1. B = 2.\n\nc = 3"),
        ("row", "Year: 1953. | War: over."),
    ]


def test_a_sentence_that_does_not_fit_is_cut_at_white_space() -> None:
    document = build(("paragraph", "a b c d e f g h i j"))
    assert texts(split(document, words, 5)) == ["a b c d e", "f g h i j"]


def test_a_word_that_does_not_fit_is_cut_between_characters() -> None:
    document = build(("paragraph", "x" * 1000))
    passages = split(document, words, 10)
    assert "".join(texts(passages)) == "x" * 1000
    assert max(len(text) for text in texts(passages)) <= 160


def test_code_is_cut_at_line_ends() -> None:
    document = build(("code", "a = 1\nb = 2\nc = 3\nd = 4"))
    assert texts(split(document, words, 6)) == ["a = 1\nb = 2", "c = 3\nd = 4"]


def test_tokens_that_the_model_adds_to_any_input_count_once() -> None:
    document = build(("paragraph", "One two. Three four. Five six."))
    assert texts(split(document, lambda text: words(text) + 2, 8)) == ["One two. Three four. Five six."]


def test_headings_alone_make_no_passage() -> None:
    assert split(build(("heading1", "A"), ("heading2", "B")), words, 10) == []


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^limit is a number of tokens, at least 1, not 0$"):
        split(build(("paragraph", "A.")), words, 0)


def test_each_sentence_is_weighed_once() -> None:
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return words(text)

    split(build(("paragraph", "One is here. Two is here. Three is here.")), count, 6)
    assert sum(text == "Two is here." for text in counted) == 1


def test_a_plain_document_is_its_paragraphs() -> None:
    text = "\n  One line\r\nsame paragraph. \n \t\nIs this a heading\n\n\n* Last"
    document = plain_document("1", "A title", "set", text)
    assert document.text == text
    assert [(b.kind, text[b.start : b.end]) for b in document.blocks] == [
        ("paragraph", "One line\r\nsame paragraph."),
        ("paragraph", "Is this a heading"),
        ("paragraph", "* Last"),
    ]


CONTENT = st.lists(
    st.sampled_from(
        ["a", "Word", "long-word" * 4, "Dr.", "end.", "End!", "(", "x" * 70, "é", "日本。", "\n", "😀", "3.5"]
    ),
    min_size=1,
    max_size=25,
).map(lambda parts: " ".join(parts).strip() or "x")
KIND = st.sampled_from(["heading1", "heading2", "heading3", "paragraph", "paragraph", "item", "row", "code"])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(KIND, CONTENT), max_size=8), st.integers(12, 120), st.sampled_from([words, len]))
def test_every_character_of_the_body_is_in_exactly_one_passage(blocks, limit, count) -> None:  # type: ignore[no-untyped-def]
    document = build(*blocks, title="Title")
    passages = split(document, count, limit)
    position = 0
    covered: set[int] = set()
    for passage in passages:
        assert position <= passage.start < passage.end
        assert passage.text == document.text[passage.start : passage.end]
        assert count(passage.text) + min(count(passage.context), limit // 3) <= limit
        position = passage.start
        for sentence in passage.sentences:
            assert position <= sentence.start < sentence.end <= passage.end
            position = sentence.end
        assert position == passage.end
        covered.update(range(passage.start, passage.end))
    for block in document.blocks:
        inside = {i for i in range(block.start, block.end) if not document.text[i].isspace()}
        assert (inside.isdisjoint if block.kind == "heading" else inside.issubset)(covered)
