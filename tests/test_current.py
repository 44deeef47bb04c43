"""A server that runs notices that the index has changed, and no question suffers from it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from word_embedder import CAT, DOG, WordEmbedder, document

from index import Hit, Searcher, UnknownDocument, open_index, update_index
from qa import Answerer
from qa.calibration import FILE_NAME
from qa.current import CurrentAnswerer
from qa.reading import Choice

ROOT = Path(__file__).resolve().parents[1]
NEW_DOG = document("dog.md", "The dog has two bones now.")


class FirstSentence:
    """A reader that chooses the first sentence of the best passage; `before` runs first."""

    before: Callable[[], object] = staticmethod(lambda: None)

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        self.before()
        sentence = hits[0].passage.sentences[0]
        return Choice(((hits[0].passage, sentence.start, sentence.end),), 0.9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    update_index(tmp_path / "built", [CAT, DOG], embedder=WordEmbedder())
    return tmp_path / "built"


class Opened:
    """Opens answerers over an index, and keeps them."""

    def __init__(self) -> None:
        self.answerers: list[Answerer] = []
        self.reader = FirstSentence()

    def __call__(self, folder: Path) -> Answerer:
        self.answerers.append(Answerer(open_index(folder, embedder=WordEmbedder()), self.reader))
        return self.answerers[-1]

    def is_closed(self, number: int) -> bool:
        try:
            self.answerers[number].searcher.documents()  # type: ignore[attr-defined]
        except sqlite3.ProgrammingError:
            return True
        return False


@pytest.fixture
def opened() -> Iterator[Opened]:
    opened = Opened()
    yield opened
    for answerer in opened.answerers:
        answerer.searcher.close()  # type: ignore[attr-defined]


def said(answerer: CurrentAnswerer) -> str:
    return answerer.ask("Which bone has the dog?").citations[0].quote


def test_a_changed_index_is_answered_from_without_a_restart_and_the_old_one_is_closed(
    folder: Path, opened: Opened
) -> None:
    answerer = CurrentAnswerer(folder, opened, seconds=0)
    assert said(answerer) == "The dog has a bone."
    update_index(folder, [NEW_DOG], remove=["cat.md"], embedder=WordEmbedder())
    assert said(answerer) == "The dog has two bones now."
    assert [record.id for record in answerer.searcher.documents()] == ["dog.md"]
    assert answerer.searcher.document("dog.md").text == NEW_DOG.text
    with pytest.raises(UnknownDocument):
        answerer.searcher.document("cat.md")
    assert (len(opened.answerers), opened.is_closed(0), opened.is_closed(1)) == (2, True, False)
    answerer.close()
    assert opened.is_closed(1)


def test_it_looks_once_in_a_while_and_reopens_nothing_that_is_current(folder: Path, opened: Opened) -> None:
    seconds = [0.0]
    answerer = CurrentAnswerer(folder, opened, seconds=1, clock=lambda: seconds[0])
    update_index(folder, [NEW_DOG], embedder=WordEmbedder())
    seconds[0] = 0.9
    assert said(answerer) == "The dog has a bone."
    seconds[0] = 1.0
    assert said(answerer) == "The dog has two bones now."
    seconds[0] = 9.0
    said(answerer)
    assert len(opened.answerers) == 2


def test_a_question_under_way_ends_with_the_generation_that_it_began_with(folder: Path, opened: Opened) -> None:
    answerer = CurrentAnswerer(folder, opened, seconds=0)
    reading, go_on = threading.Event(), threading.Event()
    opened.reader.before = lambda: (reading.set(), go_on.wait(20))
    slow: list[str] = []
    thread = threading.Thread(target=lambda: slow.append(said(answerer)))
    thread.start()
    assert reading.wait(20)
    opened.reader.before = lambda: None
    update_index(folder, [NEW_DOG], embedder=WordEmbedder())
    assert said(answerer) == "The dog has two bones now."
    assert not opened.is_closed(0)
    go_on.set()
    thread.join(20)
    assert (slow, opened.is_closed(0)) == (["The dog has a bone."], True)


def test_while_the_new_one_cannot_be_opened_the_old_one_goes_on_and_that_is_said_once(
    folder: Path, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    answerer = CurrentAnswerer(folder, opened, seconds=0)
    current = (folder / "CURRENT").read_text()
    (folder / "CURRENT").unlink()
    assert [said(answerer) for _ in range(3)] == ["The dog has a bone."] * 3
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(f"going on with the index as it was: no index in {folder}; make one with: ")
    (folder / "CURRENT").write_text(current)
    assert (said(answerer), len(opened.answerers)) == ("The dog has a bone.", 1)


UPDATE = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from word_embedder import WordEmbedder, document
from index import update_index
for bones in range(2, 12):
    update_index(Path(sys.argv[1]), [document("dog.md", f"The dog has {bones} bones now.")], embedder=WordEmbedder())
"""


def test_another_process_changes_the_index_again_and_again_and_no_question_fails(folder: Path, opened: Opened) -> None:
    answerer = CurrentAnswerer(folder, opened, seconds=0.01)
    answers: list[str] = []
    faults: list[BaseException] = []
    is_done = threading.Event()

    def ask() -> None:
        try:
            while not is_done.is_set():
                answers.append(said(answerer))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    done = subprocess.run([sys.executable, "-c", UPDATE, str(folder)], cwd=ROOT, capture_output=True, text=True)
    is_done.set()
    for thread in threads:
        thread.join()
    threading.Event().wait(0.02)
    assert (done.returncode, faults) == (0, [])
    assert set(answers) <= {"The dog has a bone.", *(f"The dog has {bones} bones now." for bones in range(2, 12))}
    assert said(answerer) == "The dog has 11 bones now."
    assert [opened.is_closed(number) for number in range(len(opened.answerers))] == [
        *[True] * (len(opened.answerers) - 1), False,
    ]  # fmt: skip


def test_whoever_has_just_published_can_ask_of_it_at_once(folder: Path, opened: Opened) -> None:
    answerer = CurrentAnswerer(folder, opened, seconds=1000)
    update_index(folder, [NEW_DOG], embedder=WordEmbedder())
    assert said(answerer) == "The dog has a bone."
    answerer.refresh()
    assert said(answerer) == "The dog has two bones now."
    answerer.refresh()
    assert len(opened.answerers) == 2


def test_a_calibration_that_comes_or_goes_is_noticed(folder: Path) -> None:
    opened = Opened()
    answerer = CurrentAnswerer(folder, opened, seconds=0)
    (folder / FILE_NAME).write_text("{}")
    said(answerer)
    assert len(opened.answerers) == 2
    said(answerer)
    assert len(opened.answerers) == 2
    (folder / FILE_NAME).unlink()
    said(answerer)
    assert len(opened.answerers) == 3
    answerer.close()
