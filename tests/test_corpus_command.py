"""`python -m corpus` shows how documents are read, and says in one line what it can't do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUIDE = """# Guide

Opening. It is short.

## Part one

Two things:

- First thing.
- Second thing.

```
run --now
```
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corpus", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def guide(folder: Path) -> Path:
    path = folder / "guide.md"
    path.write_text(GUIDE, encoding="utf-8")
    return path


def test_a_document_is_shown_with_outline_passages_and_sentences(tmp_path: Path) -> None:
    done = run(guide(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Guide"
    assert lines[1] == str(tmp_path / "guide.md")
    assert lines[2].startswith("94 characters, 2 sections, 2 passages of at most 220 tokens, sha256 ")
    assert lines[4] == "Sections"
    assert " ".join(lines[5].split()) == "(before the first heading) 7-28"
    assert " ".join(lines[6].split()) == "Part one 40-94"
    assert " ".join(lines[8].split()) == "[1] (before the first heading) 7-28, 7 tokens"
    assert lines[9:11] == ["   1  Opening.", "   2  It is short."]
    assert lines[13:] == [
        "   1  Two things:",
        "   2  item: First thing.",
        "   3  item: Second thing.",
        "   4  code: run --now",
    ]


def test_json_holds_every_passage_and_nothing_else_is_printed(tmp_path: Path) -> None:
    done = run(guide(tmp_path), "--json", "--tokens", "12")
    shown = json.loads(done.stdout)
    assert (shown["document"], shown["title"]) == ("guide.md", "Guide")
    assert shown["passages"][0]["headings"] == []
    assert all(passage["tokens"] <= 12 for passage in shown["passages"])
    assert shown["passages"][0]["text"] == "Opening. It is short."
    assert shown["passages"][0]["sentences"] == [
        {"start": 7, "end": 15, "kind": "paragraph", "page": None, "place": ""},
        {"start": 16, "end": 28, "kind": "paragraph", "page": None, "place": ""},
    ]


def test_a_folder_is_a_line_for_each_document_and_skipped_files_go_to_standard_error(tmp_path: Path) -> None:
    guide(tmp_path)
    (tmp_path / "empty.txt").touch()
    done = run(tmp_path)
    assert done.stdout.splitlines() == [
        "guide.md  Guide",
        "  94 characters, 2 sections, 2 passages",
        "",
        "1 document, 94 characters, 2 passages of at most 220 tokens",
    ]
    assert done.stderr == f"skipped {tmp_path / 'empty.txt'}: is empty; there is nothing to read\n"
    listed = json.loads(run(tmp_path, "--json").stdout)
    assert [document["document"] for document in listed["documents"]] == ["guide.md"]
    assert listed["skipped"] == [
        {"source": str(tmp_path / "empty.txt"), "reason": "is empty; there is nothing to read"}
    ]


def test_what_cannot_be_done_is_one_line_and_status_1(tmp_path: Path) -> None:
    done = run(tmp_path / "none.md")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {tmp_path / 'none.md'}: does not exist; check the path\n"
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {tmp_path}: holds no document that can be read\n"


def test_a_wrong_command_line_is_status_2() -> None:
    done = run("x.md", "--tokens", "none")
    assert done.returncode == 2
    assert done.stderr.endswith("argument --tokens: 'none' is no number of tokens; type a whole number from 1\n")
    assert run().returncode == 2


def test_a_document_cannot_command_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It is \x1b[31mred\x07. " + "And so on and on. " * 40, encoding="utf-8")
    done = run(tmp_path / "a.txt")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout


def test_help_imports_nothing_heavy() -> None:
    began = time.perf_counter()
    assert run("--help").returncode == 0
    assert time.perf_counter() - began < 2
    code = (
        "import sys, corpus, corpus.__main__; heavy = {'selectolax', 'markdown_it', 'sentencex', 'tokenizers', "
        "'charset_normalizer', 'numpy', 'torch'}; print(heavy & {name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
