"""Documents, their sections, what the room offers, and the tokens that the model counts."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest

import corpus
from corpus import Block, Document, Passage, Sentence
from corpus.building import DocumentBuilder
from corpus.tokens import model_folder, token_counter

ROOM = Path(corpus.__file__).parent


def test_all_names_exactly_what_the_room_imports() -> None:
    tree = ast.parse((ROOM / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        a.name for n in tree.body if isinstance(n, ast.ImportFrom) and n.module != "__future__" for a in n.names
    }
    assert set(corpus.__all__) == imported
    assert corpus.__all__ == sorted(corpus.__all__)


@pytest.mark.parametrize(
    ("library", "file"),
    [
        ("sentencex", "sentences.py"),
        ("tokenizers", "tokens.py"),
        ("selectolax", "html.py"),
        ("markdown_it", "markdown.py"),
        ("charset_normalizer", "decoding.py"),
    ],
)
def test_a_library_lives_behind_one_file(library: str, file: str) -> None:
    importing = [p.name for p in ROOM.glob("*.py") if f"from {library}" in p.read_text(encoding="utf-8")]
    assert importing == [file]


def test_sections_follow_the_levels_of_headings() -> None:
    text = "A\nB\nb\nC\nD\nd\n"
    blocks = (
        Block("heading", 0, 1, 1),
        Block("heading", 2, 3, 3),
        Block("paragraph", 4, 5),
        Block("heading", 6, 7, 2),
        Block("heading", 8, 9, 1),
        Block("paragraph", 10, 11),
    )
    document = Document("d", "T", "s", text, blocks)
    assert [(s.headings, s.start, s.end, len(s.blocks)) for s in document.sections] == [
        (("A",), 1, 1, 0),
        (("A", "B"), 4, 5, 1),
        (("A", "C"), 7, 7, 0),
        (("D",), 10, 11, 1),
    ]


def test_a_document_is_known_by_the_hash_of_its_text() -> None:
    document = Document("d", "T", "s", "Grüße \ud800", ())
    assert document.sha256 == hashlib.sha256(b"Gr\xc3\xbc\xc3\x9fe \xed\xa0\x80").hexdigest()


def test_a_passage_gives_only_what_is_within_it() -> None:
    passage = Passage("d", "T", "s", ("A", "T", "B"), None, "text here", 10, 19, (Sentence(10, 19),), "0")
    assert passage.slice(15, 19) == "here"
    assert passage.context == "T > A > B"
    for start, end in ((9, 12), (12, 20), (14, 13)):
        with pytest.raises(ValueError, match=r"is not within the passage \[10, 19\)"):
            passage.slice(start, end)


def test_blocks_are_built_at_exact_offsets() -> None:
    builder = DocumentBuilder()
    builder.add("heading", " A \n head ", 1)
    builder.add("paragraph", "  One \n\n two ")
    builder.add("paragraph", " \n ")
    builder.add("item", "x", 1, "- ")
    builder.add("item", "y", 2, "1. ")
    builder.add("item", "more of y", 2)
    builder.add("code", "\n  a\n\nb \n")
    document = builder.document("d", "T", "s")
    assert document.text == "A head\n\nOne\ntwo\n\n- x\n  1. y\n    more of y\n\n  a\n\nb"
    assert [document.text[block.start : block.end] for block in document.blocks] == [
        "A head",
        "One\ntwo",
        "x",
        "y",
        "more of y",
        "  a\n\nb",
    ]
    assert builder.first_heading() == "A head"
    assert builder.first_heading(2) == ""


def test_tokens_are_counted_as_the_packaged_model_does() -> None:
    count = token_counter()
    assert (count(""), count("the zone"), count("The  Zone!\n"), count("the " * 1000)) == (0, 2, 3, 1000)
    assert count("\ud800 zone") >= 1
    assert (model_folder() / "tokenizer.json").is_file()
