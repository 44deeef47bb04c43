"""Real Ray, of two nodes on this machine: what its workers make is what is made here, whatever dies on the way."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from bench.ray_nodes import RayNodes, ray_nodes
from bench.synthetic import make_document
from corpus import Document, Original, find_in_folder
from corpus.command import dispatch
from index import open_index, update_index
from index.__main__ import COMMANDS
from index.checking import check
from index.store import select_passages

COUNT = 24


@pytest.fixture(scope="module")
def nodes() -> Iterator[RayNodes]:
    with ray_nodes(2) as nodes:
        yield nodes


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.workers._CHARACTERS", 1_000)


def made() -> list[Document]:
    return [make_document(number, passages=2, sentences=3) for number in range(COUNT)]


def content(folder: Path) -> list[object]:
    """All that is in an index, to the last bit: documents, passages and the vectors of both."""
    with open_index(folder) as index:
        assert list(check(index)) == []
        database, passages, sentences = index.parts()
        numbers = sorted(passages.ids.tolist())
        return [
            [index.document(record.id) for record in index.documents()],
            select_passages(database, numbers),
            passages.vectors(numbers).tobytes(),
            sentences.vectors(sorted(sentences.ids.tolist())).tobytes(),
        ]


def test_files_are_read_by_workers_and_what_cannot_be_read_or_kills_its_reader_is_skipped(
    nodes: RayNodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.workers._RETRIES", 0)
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "broken.pdf").write_bytes(b"nothing of the kind")
    (folder / "cats.md").write_text("# Cats\n\nThe cat drinks milk.\n")
    (folder / "page.html").write_text("<main><h1>Dogs</h1><p>The dog has a bone.</p></main>")
    canvas = Canvas(str(folder / "zebra.pdf"))
    canvas.drawString(72, 700, "A zebra eats grass on the wide plain.")
    canvas.save()
    deadly = Original("deadly.txt", "docs/deadly.txt", "1", b"x", lambda data, id, source: os._exit(9))
    said: list[str] = []
    found = [*find_in_folder(folder), deadly]
    summary = update_index(tmp_path / "index", found, notice=said.append, workers=nodes.address)
    assert (summary.added, summary.found, summary.passages) == (["cats.md", "page.html", "zebra.pdf"], 3, 3)
    assert said == [
        f"Ray at {nodes.address}: 2 machines with 2 processors for this",
        f"skipped {folder}/broken.pdf: is no PDF: it does not begin as one does; get a fresh copy",
        "skipped docs/deadly.txt: its worker died of it, 1 time; add it without workers",
    ]
    update_index(tmp_path / "here", find_in_folder(folder))
    assert content(tmp_path / "index") == content(tmp_path / "here")


def test_a_machine_that_dies_and_a_stop_lose_nothing_and_nothing_is_there_twice(
    nodes: RayNodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> Iterator[Document]:
        for number, document in enumerate(made()):
            if number == COUNT // 2:
                nodes.kill()
            if number == COUNT - 2:
                raise KeyboardInterrupt
            yield document

    with pytest.raises(KeyboardInterrupt):
        update_index(tmp_path / "index", interrupted(), workers=nodes.address)
    sent: list[str] = []
    monkeypatch.setattr("index.workers.errand_of", lambda item: sent.append(item.id) or item)
    summary = update_index(tmp_path / "index", made(), workers=nodes.address)
    assert (len(summary.added), summary.skipped) == (COUNT, [])
    # What had come back isn't made again; the rest was on the way, and is.
    assert sent == [document.id for document in made()[-len(sent) :]]
    assert len(sent) < COUNT * 3 / 4
    update_index(tmp_path / "here", made())
    assert content(tmp_path / "index") == content(tmp_path / "here")
    assert not (tmp_path / "index" / "unpublished.sqlite").exists()


def test_only_what_changed_is_given_to_workers(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "cats.md").write_text("# Cats\n\nThe cat drinks milk.\n")
    update_index(tmp_path / "index", find_in_folder(folder))
    # There are none, and none are asked.
    again = update_index(tmp_path / "index", find_in_folder(folder), workers="ray://127.0.0.1:1")
    assert (again.unchanged, again.generation) == (["cats.md"], 1)


def test_workers_that_are_not_there_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cats.md").write_text("# Cats\n\nThe cat drinks milk.\n")
    command = ["add", str(tmp_path / "cats.md"), "--index", str(tmp_path / "index"), "--workers", "ray://127.0.0.1:1"]
    assert dispatch("index", "", COMMANDS, command) == 1
    assert capsys.readouterr().err == (
        "error: Ray at ray://127.0.0.1:1 can't be reached ([Errno 111] Connection refused); is it running? "
        "docs/cluster.md says how it is started\n"
    )


def test_without_ray_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "cats.md").write_text("# Cats\n\nThe cat drinks milk.\n")
    command = ["sync", str(tmp_path), "--index", str(tmp_path / "index"), "--workers", "auto"]
    assert dispatch("index", "", COMMANDS, command) == 1
    assert capsys.readouterr().err == (
        "error: --workers needs Ray, which isn't installed; type: .venv/bin/pip install -r requirements-ray.txt\n"
    )
