"""What stays open: refused and thumbed-down questions, grouped by meaning, as text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from word_embedder import BIRD, CAT, WordEmbedder, document

from corpus.command import dispatch
from index import open_index, update_index
from qa.__main__ import COMMANDS
from qa.clusters import MOST_TEXTS, cluster
from qa.feedback import Feedback, FeedbackStore, Verdict
from qa.gaps import Asked, find_gaps, open_questions

DOG = document("dog.md", "The dog has a bone. The dog drinks water.", "Dogs")
Gaps = Callable[..., tuple[int, str, str]]


def said(question: str, verdict: Verdict = "refused", day: int = 1, time: str = "12:00", **more: Any) -> Feedback:
    return Feedback(question, verdict, date=f"2026-05-{day:02}T{time}:00Z", **more)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index over a cat, a dog and a bird, which is searched by the words that are known."""
    for module in ("index.updating", "index.searching"):
        monkeypatch.setattr(f"{module}.load_embedder", lambda *names: WordEmbedder())
    update_index(tmp_path / "built", [CAT, DOG, BIRD])
    return tmp_path / "built"


@pytest.fixture
def gaps(built: Path, capsys: pytest.CaptureFixture[str]) -> Gaps:
    """Runs the command over what was said; gives exit status, standard output and standard error."""

    def run(entries: list[Feedback], *words: str) -> tuple[int, str, str]:
        FeedbackStore(built / "feedback.jsonl").add(entries)
        try:
            status = dispatch("qa", "", COMMANDS, ["gaps", "--index", str(built), *words])
        except SystemExit as exit:
            status = int(exit.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


SAID = [
    said("Does the dog swim?", day=1),
    said("Does the dog swim?", day=2),
    said("Do fish sleep?", day=3),
    said("Can a dog fly?", "wrong", day=4, word="=that is no answer"),
    said("Is milk good?", "right", day=5, document="cat.md", quote="The cat drinks milk."),
]
TEXT = """\
2 gaps, asked for 4 times

1. Does the dog swim?
   3 times (2 refused, 1 called wrong), 2026-05-01 to 2026-05-04
   also: Can a dog fly?
   said: =that is no answer
   near: Dogs
         The dog has a bone. The dog drinks water.
"""


def test_gaps_are_shown_biggest_first_with_counts_days_words_and_the_nearest_passages(gaps: Gaps) -> None:
    status, out, err = gaps(SAID)
    assert (status, err) == (0, "")
    assert out.startswith(TEXT)
    assert "\n2. Do fish sleep?\n   1 time (1 refused), 2026-05-03\n" in out
    assert "milk good" not in out


def test_as_json_a_gap_has_its_questions_and_where_its_nearest_passages_stand(gaps: Gaps) -> None:
    status, out, err = gaps(SAID, "--json")
    (dogs, fish), left_out = json.loads(out)["gaps"], json.loads(out)["left_out"]
    nearest = dogs.pop("nearest")
    assert (status, err, left_out, fish["question"]) == (0, "", 0, "Do fish sleep?")
    assert dogs == {
        "question": "Does the dog swim?",
        "times": 3,
        "refused": 2,
        "wrong": 1,
        "first": "2026-05-01",
        "last": "2026-05-04",
        "questions": [{"question": "Does the dog swim?", "times": 2}, {"question": "Can a dog fly?", "times": 1}],
        "words": ["=that is no answer"],
    }
    assert (nearest[0]["document"], nearest[0]["start"], nearest[0]["text"]) == ("dog.md", 0, DOG.text)


def test_as_a_table_no_cell_is_a_formula(gaps: Gaps) -> None:
    status, out, err = gaps([*SAID, said("@SUM(A1) seed?", day=9)], "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (status, err) == (0, "")
    assert [(row["question"], row["times"]) for row in rows] == [
        ("Does the dog swim?", "3"), ("'@SUM(A1) seed?", "1"), ("Do fish sleep?", "1"),
    ]  # fmt: skip
    assert (rows[0]["questions"], rows[0]["words"]) == ("Does the dog swim?\nCan a dog fly?", "'=that is no answer")
    assert (rows[0]["nearest_document"], rows[0]["nearest_excerpt"]) == ("dog.md", DOG.text)


def test_a_table_in_a_file_leaves_the_text_on_the_terminal(gaps: Gaps, tmp_path: Path) -> None:
    status, out, _ = gaps(SAID, "--csv", str(tmp_path / "new" / "gaps.csv"))
    assert (status, out.splitlines()[0]) == (0, "2 gaps, asked for 4 times")
    assert (tmp_path / "new" / "gaps.csv").read_text("utf-8").startswith("question,times,refused,wrong,first,last,")


def test_where_nothing_is_open_it_says_so(gaps: Gaps, built: Path) -> None:
    assert gaps([]) == (0, f"Nothing is open: no question in {built}/feedback.jsonl was refused or called wrong\n", "")
    assert gaps([], "--json")[1] == '{\n "gaps": [],\n "left_out": 0\n}\n'


def test_a_damaged_line_is_named_and_the_rest_is_shown(gaps: Gaps, built: Path) -> None:
    (built / "feedback.jsonl").write_text("{\n", "utf-8")
    status, out, err = gaps([said("Do fish sleep?")])
    assert (status, out.splitlines()[0]) == (0, "1 gap, asked for 1 time")
    assert err.startswith(f"skipped: {built}/feedback.jsonl:1: damaged, and skipped (JSONDecodeError: ")


def test_two_outputs_at_once_are_no_command_line(gaps: Gaps) -> None:
    status, out, err = gaps(SAID, "--json", "--csv", "-")
    assert (status, out) == (2, "")
    assert err.endswith("--json and --csv - would both write to standard output; give --csv a file\n")


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch("qa", "", COMMANDS, ["gaps", "--index", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith(f"error: no index in {tmp_path}/none; make one with: ")


def test_a_question_that_is_answered_by_now_is_open_no_more_unless_it_was_called_wrong(built: Path) -> None:
    with open_index(built) as index:
        found = find_gaps(SAID, index, lambda question: "dog" in question)
    assert [gap.question for gap in found.gaps] == ["Can a dog fly?", "Do fish sleep?"]


def test_the_last_word_on_a_question_counts_however_it_was_written() -> None:
    entries = [
        said("Where is  it?"), said("where is it?", "right", day=2),
        said("How far?", "right"), said("How far?", "wrong", day=2),
        said("Who?", "wrong"), said("Who?", "right", day=2), said("Who?", day=3),
    ]  # fmt: skip
    assert [(one.question, len(one.refused), len(one.wrong)) for one in open_questions(entries)] == [
        ("Who?", 1, 1), ("How far?", 0, 1),
    ]  # fmt: skip


def test_a_verdict_that_is_repeated_within_ten_minutes_is_one() -> None:
    minutes = ("12:00", "12:09", "12:10", "12:11", "12:21", "12:22")
    (one,) = open_questions([said("Who?", "wrong", time=time, word=f"w{time[-1]}") for time in minutes])
    kept = tuple(f"2026-05-01T{time}:00Z" for time in ("12:00", "12:11", "12:22"))
    assert one == Asked("Who?", wrong=kept, words=("w0", "w9", "w1", "w2"))


def test_a_follow_up_is_named_as_it_would_be_asked_alone() -> None:
    (one,) = open_questions([said("When was it established?", earlier=("What is the DMZ?",))])
    assert "DMZ" in one.question
    assert one.question != "When was it established?"


def unit(*degrees: float) -> np.ndarray:
    """Directions in the plane."""
    return np.stack([(np.cos(np.radians(one)), np.sin(np.radians(one))) for one in degrees]).astype(np.float32)


def test_texts_are_grouped_by_angle_and_the_most_central_comes_first() -> None:
    assert sorted(cluster(unit(0, 10, 20, 90, 180), [1] * 5, distance=0.1)) == [[1, 0, 2], [3], [4]]
    # 1 - cos 10 degrees is 0.015, and 1 - cos 20 degrees is 0.060: one apart from two is 0.038 on average.
    assert sorted(cluster(unit(0, 10, 20), [1] * 3, distance=0.03))[0] in ([0, 1], [0])
    assert len(cluster(unit(0, 10, 20), [1] * 3, distance=0.03)) == 2
    assert len(cluster(unit(0, 10, 20), [1] * 3, distance=0.04)) == 1


def test_what_was_asked_more_often_pulls_the_centre() -> None:
    assert cluster(unit(0, 10, 20), [1, 1, 50], distance=0.5)[0][0] == 2


def test_no_text_and_one_text_need_no_comparison_and_too_many_are_refused() -> None:
    assert cluster(np.zeros((0, 2), np.float32), []) == []
    assert cluster(unit(5), [3]) == [[0]]
    with pytest.raises(ValueError, match="4001 texts to compare; expected at most 4000"):
        cluster(np.zeros((MOST_TEXTS + 1, 2), np.float32), [1] * (MOST_TEXTS + 1))


def test_the_real_model_puts_what_means_the_same_together(tmp_path: Path) -> None:
    update_index(tmp_path, [DOG])
    asked = {
        "invoice": ("Can I pay with an invoice?", "How do I pay by invoice?", "Is payment by invoice possible?"),
        "subscription": ("How do I cancel my subscription?", "How can I end my subscription?"),
        "Sunday": ("When do you open on Sundays?",),
    }
    entries = [said(question) for questions in reversed(asked.values()) for question in questions]
    with open_index(tmp_path) as index:
        found = find_gaps(entries, index)
    assert [{one.question for one in gap.asked} for gap in found.gaps] == [set(q) for q in asked.values()]
