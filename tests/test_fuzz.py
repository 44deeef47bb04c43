"""Damaged files of every format give a document that is in order, or a line that says why not."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from corpus import Block, Document
from corpus.fuzz import check_document, fuzz, mutated
from corpus.reading import READERS

ROOT = Path(__file__).resolve().parents[1]
TEXT = "A title\n\nThe zone is 4 km wide.\n\n- one\n- two\n"


def archive(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return buffer.getvalue()


def document(*blocks: Block, text: str = "One two three.", title: str = "T") -> Document:
    return Document("d", title, "s", text, blocks)


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (document(Block("paragraph", 0, 3), Block("paragraph", 4, 14)), ""),
        (
            document(Block("paragraph", 0, 7), Block("paragraph", 4, 14)),
            "overlaps another, is empty or beyond the text",
        ),
        (document(Block("paragraph", 4, 7), Block("paragraph", 0, 3)), "overlaps another, is empty or beyond the text"),
        (document(Block("paragraph", 0, 15)), "overlaps another, is empty or beyond the text"),
        (document(Block("paragraph", 3, 3)), "overlaps another, is empty or beyond the text"),
        (document(Block("paragraph", 0, 4)), "begins or ends with white space"),
        (document(Block("heading", 0, 3)), "has level 0"),
        (document(Block("paragraph", 0, 3, 0, 0)), "is on page 0"),
        (document(Block("paragraph", 0, 3), title=" "), "its title is ' '"),
    ],
)
def test_a_document_out_of_order_is_found(wrong: Document, found: str) -> None:
    assert found in check_document(wrong)
    assert bool(found) == bool(check_document(wrong))


def test_the_same_seed_damages_alike_and_archives_within_their_parts() -> None:
    data = archive(**{f"part{number}": TEXT * 20 for number in range(5)})
    damaged = [mutated(data, random.Random(seed)) for seed in range(40)]
    assert damaged == [mutated(data, random.Random(seed)) for seed in range(40)]
    assert len(set(damaged)) > 30
    whole = sum(_is_sound(one) for one in damaged)
    assert whole > 10


def _is_sound(data: bytes) -> bool:
    """Whether it is an archive that can be unpacked, and yet not the one that it was."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return opened.testzip() is None and {opened.read(name) for name in opened.namelist()} != {TEXT * 20}
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def test_what_readers_raise_besides_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def reader(data: bytes, id: str, source: str) -> Document:
        if data != TEXT.encode():
            raise Panic("end byte index\n121")
        return document(Block("paragraph", 0, 3))

    monkeypatch.setitem(READERS, ".txt", reader)
    outcomes = list(fuzz({"a.txt": TEXT.encode()}, 2, 1))
    assert [outcome for outcome, _, _ in outcomes] == ["document", "failed", "failed"]
    assert [(f.source, f.seed, f.what) for _, _, f in outcomes if f] == [
        ("a.txt", "1:0", "Panic: end byte index 121"),
        ("a.txt", "1:1", "Panic: end byte index 121"),
    ]


def test_text_formats_stand_damage() -> None:
    files = {
        "a.txt": TEXT.encode(),
        "a.md": b"# A title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n  - two\n\n```py\nx = 1\n```\n",
        "a.html": b"<h1>A</h1><p>One &amp; two.<table><tr><th>a<td>1</table><ul><li>x<pre>y</pre></ul>",
    }
    assert [finding for _, _, finding in fuzz(files, 120, 1) if finding] == []


def test_the_command_tells_what_it_tried(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A title\n\nThe zone is 4 km wide.\n")
    command = [sys.executable, "-m", "corpus.fuzz", str(tmp_path), "--mutations", "20", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n0 found\n")
    counts = [int(line.split()[2]) for line in done.stdout.splitlines() if line.startswith(".md")]
    assert sum(counts) == 21
