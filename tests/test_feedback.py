"""Feedback from the chat: what is kept, how safely, and what an evaluation makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from small_answerer import DELIVERY, REFUNDS, SmallAnswerer

from index import UnknownDocument
from qa.datasets import Judgement, read_dataset
from qa.feedback import Feedback, FeedbackStore, FeedbackUnwritable, Place
from qa.judged import BadDataset
from qa.recording import AGAIN_SECONDS, NothingToJudge, RecordingAnswerer

ROOT = Path(__file__).resolve().parents[1]
NOON = "2026-05-04T12:00:00Z"
REFUND = "How long does a refund take to my bank?"
REFUND_SAYS = "A refund reaches your bank within 14 days."
BOXES = "Which boxes can be returned within so many days?"


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "feedback.jsonl", now=lambda: NOON)


@pytest.fixture
def recorder(store: FeedbackStore) -> RecordingAnswerer:
    return RecordingAnswerer(SmallAnswerer(), store)


def lines(store: FeedbackStore) -> list[dict[str, object]]:
    return [json.loads(line) for line in store.path.read_text("utf-8").splitlines()]


def test_a_thumb_up_is_a_judged_question_for_each_quotation(recorder: RecordingAnswerer, store: FeedbackStore) -> None:
    assert recorder.judge(BOXES, ["Hello?"], helpful=True) == 2
    quotes = ["Unopened boxes can be returned within 30 days.", "Opened boxes can be returned within 10 days."]
    assert lines(store) == [
        {"question": BOXES, "earlier": ["Hello?"], "document": "shop/refunds.md", "quote": quote,
         "verdict": "right", "date": NOON}
        for quote in quotes
    ]  # fmt: skip


def test_a_thumb_down_names_no_quotation_and_keeps_the_word_on_it(
    recorder: RecordingAnswerer, store: FeedbackStore
) -> None:
    assert recorder.judge(REFUND, [], helpful=False, word="cards take longer") == 1
    assert lines(store) == [
        {"question": REFUND, "document": None, "quote": None, "verdict": "wrong", "word": "cards take longer",
         "date": NOON}
    ]  # fmt: skip


def test_a_verdict_on_one_sentence_keeps_the_document_s_own_characters(
    recorder: RecordingAnswerer, store: FeedbackStore
) -> None:
    start = DELIVERY.text.index("Parcels to islands")
    place = Place("delivery.md", start, start + 37)
    recorder.judge_quotation("How long?", [], False, place, sha256=DELIVERY.sha256)
    assert (lines(store)[0]["quote"], lines(store)[0]["verdict"]) == ("Parcels to islands travel for 9 days.", "wrong")


@pytest.mark.parametrize(
    ("place", "sha256", "error"),
    [
        (Place("delivery.md", 5, 5), "", f"expected 0 <= start < end <= {len(DELIVERY.text)}, the document's length"),
        (Place("delivery.md", -1, 5), "", f"expected 0 <= start < end <= {len(DELIVERY.text)}, the document's length"),
        (
            Place("delivery.md", 0, len(DELIVERY.text) + 1),
            "",
            f"expected 0 <= start < end <= {len(DELIVERY.text)}, the document's length",
        ),
        (Place("delivery.md", 8, 9), "", "nothing is said there; expected the start and end of a citation"),
        (
            Place("delivery.md", 0, 8),
            REFUNDS.sha256,
            "the document 'delivery.md' has changed since; ask again, and judge that answer",
        ),
    ],
)
def test_what_is_no_quotation_is_not_stored(
    recorder: RecordingAnswerer, store: FeedbackStore, place: Place, sha256: str, error: str
) -> None:
    with pytest.raises(NothingToJudge) as caught:
        recorder.judge_quotation("?", [], True, place, sha256=sha256)
    assert (str(caught.value), store.read()) == (error, ([], []))


def test_neither_a_stranger_s_document_nor_an_unanswered_question_can_have_helped(
    recorder: RecordingAnswerer, store: FeedbackStore
) -> None:
    with pytest.raises(UnknownDocument):
        recorder.judge_quotation("?", [], True, Place("none.md", 0, 5))
    with pytest.raises(NothingToJudge, match="the documents don't answer that question, so there is no answer"):
        recorder.judge("Who won?", [], helpful=True)
    assert store.read() == ([], [])


def test_a_refusal_is_kept_once_with_the_places_that_came_nearest(store: FeedbackStore) -> None:
    clock = Clock()
    recorder = RecordingAnswerer(SmallAnswerer(), store, clock)
    start = DELIVERY.text.index("The tracking number")
    for seconds, question in ((0, "Parcel lost?"), (AGAIN_SECONDS, "Parcel lost?"), (0, REFUND), (0, "Who won?")):
        clock.seconds += seconds
        recorder.ask(question)
    nearest = {"document": "delivery.md", "start": start, "end": len(DELIVERY.text)}
    kept = lines(store)
    assert [line["question"] for line in kept] == ["Parcel lost?", "Who won?"]
    assert {line["verdict"] for line in kept} == {"refused"}
    assert nearest in kept[0]["nearest"]  # type: ignore[operator]
    clock.seconds += AGAIN_SECONDS + 1
    recorder.ask("Parcel lost?")
    assert len(lines(store)) == 3


def test_an_answer_is_given_even_where_nothing_can_be_stored(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recorder = RecordingAnswerer(SmallAnswerer(), FeedbackStore(tmp_path / "none" / "feedback.jsonl"))
    assert not recorder.ask("Who won?").answered
    assert caplog.messages == [
        f"{tmp_path}/none/feedback.jsonl: feedback can't be stored (no such file or directory); "
        "make room there, or serve with --no-feedback"
    ]


def test_what_is_kept_is_read_back_and_is_for_the_owner_alone(store: FeedbackStore) -> None:
    said = [
        Feedback("Größe \ud800?", "right", ("a", "b"), "d.md", "20 m\n\u2028wide", date=NOON),
        Feedback("Who?", "refused", nearest=(Place("d.md", 1, 5),), date=NOON),
        Feedback("Who?", "wrong", word="no", date=NOON),
    ]
    assert store.add(said) == 3
    assert store.read() == (said, [])
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_line_is_skipped_and_named_and_swallows_nothing(store: FeedbackStore) -> None:
    store.add([Feedback("One?", "wrong")])
    with store.path.open("ab") as file:
        file.write(b'\xff\n{"question": "Two?", "docum')
    store.add([Feedback("Three?", "wrong")])
    with store.path.open("ab") as file:
        rest = b'"document": null, "quote": null, "verdict": "wrong", "date": "2026-05-04'
        file.write(b'{"question": 7, ' + rest + b'T12:00:00Z"}\n{"question": "4?", ' + rest + b'"}\n[]\n')
    said, problems = store.read()
    assert [one.question for one in said] == ["One?", "Three?"]
    assert [one.place for one in problems] == [f"{store.path}:{line}" for line in (2, 3, 5, 6, 7)]
    assert all(one.reason.startswith("damaged, and skipped (") for one in problems)


def test_a_full_file_takes_nothing_more_and_loses_nothing(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.jsonl", most_bytes=250, now=lambda: NOON)
    store.add([Feedback("One?", "wrong"), Feedback("Two?", "wrong")])
    before = store.path.read_bytes()
    with pytest.raises(FeedbackUnwritable, match=r"it is full, with 212 bytes; move it away to go on"):
        store.add([Feedback("Three?", "wrong")])
    assert len(before) == 212
    assert store.path.read_bytes() == before


WRITER = """
import sys
from pathlib import Path
from qa.feedback import Feedback, FeedbackStore
store = FeedbackStore(Path(sys.argv[1]))
for number in range(50):
    store.add([Feedback(f"{sys.argv[2]} {number} " + "x" * 5000, "wrong"), Feedback("and", "wrong")])
"""


def test_threads_and_processes_write_whole_lines_that_stay_together(store: FeedbackStore) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(store.path), name], cwd=ROOT) for name in ("one", "two")
    ]
    more = [Feedback("thread", "wrong"), Feedback("and", "wrong")]
    threads = [threading.Thread(target=lambda: [store.add(more) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    said, problems = store.read()
    assert (len(said), problems) == (600, [])
    assert {one.question for one in said[1::2]} == {"and"}
    assert "and" not in {one.question for one in said[::2]}


def test_a_disk_that_takes_half_a_line_leaves_none_of_it(store: FeedbackStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add([Feedback("One?", "wrong")])
    before = store.path.read_bytes()
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: real(handle, data[:9]))
        with pytest.raises(FeedbackUnwritable, match="no space left on the disk"):
            store.add([Feedback("Two?", "wrong")])
    assert store.path.read_bytes() == before


def test_an_evaluation_uses_what_helped_and_sets_the_rest_aside(store: FeedbackStore) -> None:
    helped = Feedback(REFUND, "right", (), "shop/refunds.md", REFUND_SAYS)
    store.add([Feedback("Who won?", "refused"), helped, helped, Feedback("Where?", "wrong"), Feedback("Why?", "wrong")])
    dataset = read_dataset(store.path)
    (question,) = dataset.questions
    assert (question.text, dataset.problems) == (REFUND, ())
    assert question.judgements == (Judgement("shop/refunds.md", quote=REFUND_SAYS, place=f"{store.path}:2"),)
    assert dataset.notes == (
        f"{store.path}: 2 wrong and 1 refused in the chat, set aside: nobody said what would answer; "
        "see: python -m qa gaps",
    )


def test_a_later_thumb_down_takes_back_what_was_called_right_and_no_more(store: FeedbackStore) -> None:
    def right(question: str, quote: str) -> Feedback:
        return Feedback(question, "right", (), "d.md", quote)

    store.add(
        [
            right("One?", "a"), Feedback("One?", "wrong"),
            right("Two?", "a"), right("Two?", "b"), Feedback("Two?", "wrong", (), "d.md", "b"),
            Feedback("Three?", "wrong"), right("Three?", "a"),
            right("Four?", "a"), Feedback("Four?", "wrong", ("another conversation",)),
        ]
    )  # fmt: skip
    questions = read_dataset(store.path).questions
    found = {question.text: [one.quote for one in question.judgements] for question in questions}
    assert found == {"Two?": ["a"], "Three?": ["a"], "Four?": ["a"]}


def test_a_file_of_refusals_alone_judges_nothing_and_says_so(store: FeedbackStore) -> None:
    store.add([Feedback("Who won?", "refused")])
    with pytest.raises(BadDataset, match=r"no judged question in it; 1 refused in the chat, set aside: nobody said"):
        read_dataset(store.path)
