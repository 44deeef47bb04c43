"""Why a document could not be read, in the reader's language: found again by the form that it has in English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import UnreadableDocument, read
from ui.reasons import reason_said
from ui.texts import spoken

ROOT = Path(__file__).resolve().parents[1]
# Said of whole sites and folders, which are added on a terminal, or by libraries in their own words.
ON_A_TERMINAL = {
    "addresses.py": ["is longer than"],
    "csv_tables.py": [],
    "decoding.py": ["holds X, not text"],
    "fetching.py": ["is on port", "XX", "comes compressed as", "is damaged: its compressed data"],
    "folders.py": ["X; name a folder of documents"],
    "fuzz.py": ["is no folder", "holds no file to read"],
    "html.py": ["its elements are nested"],
    "isolated_worker.py": ["holds more than 100 million"],
    "isolated.py": ["its reader gave no document"],
    "json_records.py": ["is JSON nested too deep", "holds no line of JSON"],
    "mail.py": ["holds binary data, not an e-mail", "is an e-mail"],
    "markdown.py": ["its lists or quotations"],
    "reading.py": ["is a folder", "is not a regular file"],
    "showing.py": ["holds no document"],
    "epub.py": ["is damaged: its X names no book"],
    "site.py": ["redirects", "leads to another host", "some of its links", "X of its pages"],
    "sitemap.py": ["is no sitemap"],
    "sitemap_pages.py": ["X of the pages", "is one sitemap too many"],
}


def said(reason: str, language: str = "de") -> tuple[str, str]:
    with spoken(language):
        return reason_said(reason)


@pytest.mark.parametrize(
    ("reason", "german"),
    [
        ("is empty; there is nothing to read", "ist leer; es gibt nichts zu lesen"),
        ("is no PPTX file but a PDF; name it .pdf", "ist keine PPTX-Datei, sondern ein PDF; nenne sie .pdf"),
        ("holds no text (3 pages)", "enthält keinen Text (3 Seiten)"),
        ("holds no text (1 page)", "enthält keinen Text (1 Seite)"),
    ],
)
def test_a_reason_is_said_in_the_reader_s_language_with_what_fills_its_gaps(reason: str, german: str) -> None:
    assert said(reason) == (german, "de")
    assert said(reason, "en") == (reason, "en")


def test_a_reason_that_nobody_translated_stays_english_and_says_so() -> None:
    assert said("holds a kind of knot") == ("holds a kind of knot", "en")


def test_what_a_reader_says_of_a_broken_file_is_found(tmp_path: Path) -> None:
    for name, content in {"a.pdf": b"none", "b.docx": b"%PDF-1.7 ...", "c.eml": b"Hello.", "d.xyz": b"?"}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableDocument) as error:
            read(tmp_path / name)
        assert said(error.value.reason, "ko")[1] == "ko"


def reasons() -> Iterator[tuple[str, str]]:
    """(file, reason) of each reason that stands in a reader's source, with X for what is filled in."""
    raised = ("UnreadableDocument", "ReaderFailed", "Skipped")
    for path in sorted((ROOT / "corpus").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in raised:
                yield from ((path.name, words) for given in node.args[1:2] if (words := literal(given)))


def literal(given: ast.expr) -> str:
    """The text that is written there; empty where it is made elsewhere."""
    if isinstance(given, ast.JoinedStr):
        return "".join(literal(part) or "X" for part in given.values)
    return str(given.value) if isinstance(given, ast.Constant) else ""


def test_every_reason_that_a_page_can_show_has_a_translation() -> None:
    left = [
        (file, reason)
        for file, reason in reasons()
        if not any(reason.startswith(known) for known in ON_A_TERMINAL.get(file, [])) and said(reason)[1] == "en"
    ]
    assert left == []
