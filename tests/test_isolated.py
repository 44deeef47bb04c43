"""A reader that crashes, hangs or swells takes nothing with it, and what it reads arrives whole."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from corpus import Block, Document, UnreadableDocument
from corpus.errors import ReaderFailed
from corpus.isolated import isolated
from corpus.wire import decode_document, encode_document

ROOT = Path(__file__).resolve().parents[1]


def read(name: str, data: bytes = b"It is so.", **limits: float) -> Document:
    return isolated(f"tests.bad_readers:{name}", **limits)(data, "id", "a/b.bin")  # type: ignore[arg-type]


def failure(name: str, **limits: float) -> str:
    with pytest.raises(ReaderFailed) as caught:
        read(name, **limits)
    assert read("good").text == "It is so."
    return str(caught.value)


def test_a_document_arrives_as_it_was_read() -> None:
    assert read("good") == Document("id", "T", "a/b.bin", "It is so.", (Block("paragraph", 0, 9, 0, 3, "line 1"),))


def test_every_field_and_every_code_point_survives() -> None:
    text = "é\u2028\x00\U0001f600 lone: \ud83d\ude00 \udc80"
    blocks = (Block("heading", 0, 1, 2), Block("row", 2, 5, 0, 7, "B7:D7"), Block("item", 5, 6, 3, None, "\ud83d"))
    document = Document("i", 'T"\ud800', "s", text, blocks)
    back = decode_document(encode_document(document))
    assert len(text) == 15
    for field in dataclasses.fields(Document):
        assert getattr(back, field.name) == getattr(document, field.name)
    assert [type(block) for block in back.blocks] == [Block, Block, Block]


def test_a_refusal_keeps_its_words() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read("refuses")
    assert (caught.value.source, caught.value.reason) == ("a/b.bin", "is not to my taste")
    assert not isinstance(caught.value, ReaderFailed)


def test_a_hanging_reader_is_stopped() -> None:
    assert failure("hangs", seconds=0.8) == "a/b.bin: took more than 1 s to read; it is damaged, or must be split"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited where the system can")
def test_a_reader_that_needs_too_much_memory_is_stopped() -> None:
    reason = "needs more memory than 2 GB to read; it is damaged, or must be split"
    assert failure("swells") == f"a/b.bin: {reason}"


def test_a_reader_that_dies_is_replaced() -> None:
    about = "it is damaged, or needs more memory than 2 GB"
    assert failure("dies") == f"a/b.bin: its reader crashed (SIGABRT): {about}"
    assert failure("leaves") == f"a/b.bin: its reader crashed (exit status 3): {about}"


def test_an_unforeseen_exception_is_one_line() -> None:
    assert failure("raises") == r"a/b.bin: could not be read, it seems to be damaged (KeyError: 'no\nsuch part')"


def test_what_earlier_files_left_behind_is_no_fault_of_this_one() -> None:
    assert [read("dies_the_second_time").text for _ in range(3)] == ["It is so."] * 3


def test_what_a_library_prints_does_not_get_into_the_document(capfd: pytest.CaptureFixture[str]) -> None:
    assert [read("prints").text, read("good").text] == ["It is so."] * 2
    assert capfd.readouterr() == ("", "")


def test_one_process_serves_all_files_and_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET_KEY", "hush")
    with pytest.raises(ReaderFailed):
        read("leaves")
    told = {read("process").text for _ in range(3)}
    assert len(told) == 1
    assert str(ROOT) in told.pop()
    assert "SECRET" not in read("process").text
    assert not read("process").text.startswith(f"{os.getpid()} ")


def test_threads_may_read_at_the_same_time() -> None:
    texts: dict[int, str] = {}

    def work(number: int) -> None:
        for _ in range(5):
            texts[number] = texts.get(number, "") + read("good", f"{number}, ".encode()).text

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"{number}, " * 5 for number in range(8)}


CHILD = """
import sys
sys.path.insert(0, {root!r})
from corpus.isolated import isolated
print(isolated("tests.bad_readers:process")(b"", "id", "s").text.split()[0], flush=True)
{end}
"""


@pytest.mark.parametrize(
    "end", ["", "import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
)
def test_the_process_is_found_from_any_folder_and_ends_with_the_program(tmp_path: Path, end: str) -> None:
    code = CHILD.format(root=str(ROOT), end=end)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    if sys.platform == "linux":
        number = int(done.stdout)
        deadline = threading.Event()
        for _ in range(100):
            if not _runs(number):
                return
            deadline.wait(0.05)
        raise AssertionError(f"process {number} is still there")


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False
