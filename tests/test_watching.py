"""`sync --watch`: what changes in the folder is found at once, and what can't be read doesn't end it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.command import run_guarded
from index import open_index, sync_command

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("The cat sleeps.\n", encoding="utf-8")
    command = [sys.executable, "-m", "index", "sync", str(docs), "--watch", "--index", str(tmp_path / "built")]
    with (tmp_path / "said").open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=said,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background has Ctrl-C ignored, and so would what they start.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    assert process.stderr is not None
    assert process.stderr.readline() == f"watching {docs}; Ctrl-C ends it\n"
    yield docs, process
    process.kill()
    process.communicate()


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold, within a time that only a hanging process exceeds."""
    end = time.monotonic() + 60
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.1)
    return held


def texts(docs: Path) -> list[str]:
    with open_index(docs.parent / "built") as index:
        return [index.document(record.id).text for record in index.documents()]


def test_what_changes_in_a_watched_folder_is_found(watched: tuple[Path, subprocess.Popen[str]]) -> None:
    docs, process = watched
    assert texts(docs) == ["The cat sleeps."]
    (docs / "a.md").write_text("The cat wakes.\n", encoding="utf-8")
    assert eventually(lambda: texts(docs) == ["The cat wakes."])
    (docs / "b.txt").write_bytes(os.urandom(500))
    (docs / "sub").mkdir()
    (docs / "sub" / "c.md").write_text("The dog barks.\n", encoding="utf-8")
    assert eventually(lambda: texts(docs) == ["The cat wakes.", "The dog barks."])
    (docs / "a.md").unlink()
    assert eventually(lambda: texts(docs) == ["The dog barks."])
    # A sync is told after it is found: at the start, and at least one for each of three changes.
    assert eventually(lambda: (docs.parent / "said").read_text(encoding="utf-8").count("built: ") >= 4)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in err


def stopped_in_sync(number: int, docs: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status of a watch whose sync of that number, from 1, is stopped by Ctrl-C."""
    syncs = iter(range(1, number + 1))

    def sync(arguments: argparse.Namespace) -> None:
        if next(syncs) == number:
            raise KeyboardInterrupt

    monkeypatch.setattr(sync_command, "_sync", sync)
    monkeypatch.setattr(sync_command, "changes", lambda folder: iter([None] * (number + 1)))
    return run_guarded(sync_command.run, argparse.Namespace(folder=docs, watch=True))


def test_ctrl_c_ends_watching_well_even_in_the_middle_of_a_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stopped_in_sync(2, tmp_path, monkeypatch) == 0
    said = f"watching {tmp_path}; Ctrl-C ends it\nstopped; what was finished is kept\n"
    assert capsys.readouterr().err == said


def test_ctrl_c_before_the_first_sync_is_finished_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stopped_in_sync(1, tmp_path, monkeypatch) == 130
