"""A threshold for a promise: the bound is exact, the promise is kept, and it ends with what it was made for."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import plain_document
from corpus.command import dispatch
from index import Index, open_index, update_index
from qa import AnswerSettings
from qa.__main__ import COMMANDS
from qa.calibrating import ask_all, fit, why_not
from qa.calibration import (
    FILE_NAME,
    BadCalibration,
    Calibration,
    confidence_version,
    forget,
    keep,
    read_calibration,
    settings_of,
    with_threshold,
)
from qa.calibration_report import calibration_html
from qa.cases import Case, Without, cases_of, searcher_for
from qa.made_questions import make_questions
from qa.promising import Point, fewest_answers, find_threshold, risk_curve, upper_bound
from qa.settings import DEFAULT_THRESHOLD

PLAIN = AnswerSettings(closer_look=False, spelling=False)
TEXT = (
    "# Kettles\n\nThe copper kettle was invented in 1871 by a smith from Graz.\n\n"
    "The steel kettle boils faster because its bottom is thinner than that of the copper one.\n"
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    documents = [
        plain_document("kettles.md", "Kettles", "kettles.md", TEXT),
        plain_document("ferries.md", "Ferries of the northern lakes", "ferries.md", "Ferries leave at noon."),
    ]
    update_index(tmp_path / "index", documents)
    with open_index(tmp_path / "index") as opened:
        yield opened


def made_for(index: Index, **changed: object) -> Calibration:
    point = Point(0.75, 100, 1)
    calibration = Calibration(
        0.7, 0.05, 0.95, point, (point,), {"judged": 100}, 80, 70, index.manifest.model, confidence_version(),
        settings_of(index, AnswerSettings()), 2, 2, "2026-01-01T00:00:00Z",
    )  # fmt: skip
    return replace(calibration, **changed)  # type: ignore[arg-type]


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    # Without a mistake among n it is 1 - 0.05^(1/n); two of ten: the tables say 0.5069.
    assert upper_bound(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert upper_bound(2, 10) == pytest.approx(0.5069, abs=5e-5)
    assert upper_bound(0, 0) == upper_bound(3, 3) == 1.0


def test_it_takes_59_answers_without_a_mistake_to_promise_one_in_twenty() -> None:
    assert fewest_answers(0.05) == 59
    assert fewest_answers(0.05, wrong=1) == 93
    assert fewest_answers(0.5) == 5


def test_answers_of_equal_confidence_come_together() -> None:
    curve = risk_curve([0.5, 0.9, 0.5], [True, False, False])
    assert [(point.confidence, point.answers, point.wrong) for point in curve] == [(0.9, 1, 0), (0.5, 3, 1)]


def test_the_threshold_is_the_most_lenient_before_the_first_that_fails() -> None:
    confidences = [1 - place / 1000 for place in range(300)]
    found = find_threshold(risk_curve(confidences, [place >= 200 for place in range(300)]), 0.05)
    # It begins with 93 answers and takes steps of 15: with 213, 13 are wrong.
    assert found is not None and (found.answers, found.wrong) == (198, 0)


def test_nothing_is_promised_of_too_few_answers_or_too_many_mistakes() -> None:
    assert find_threshold([], 0.05) is None
    assert find_threshold(risk_curve([0.9] * 58, [False] * 58), 0.05) is None
    every_tenth = risk_curve([1 - n / 1000 for n in range(300)], [n % 10 == 0 for n in range(300)])
    assert find_threshold(every_tenth, 0.05) is None


def test_a_promise_is_broken_no_more_often_than_it_says() -> None:
    """An answer of confidence c is wrong with probability (1 - c) / 2; so those from t on with (1 - t) / 4."""
    chance = random.Random(7)
    broken = kept = 0
    for _ in range(300):
        confidences = [chance.random() for _ in range(300)]
        found = find_threshold(risk_curve(confidences, [chance.random() < (1 - c) / 2 for c in confidences]), 0.1)
        if found:
            kept += 1
            broken += (1 - found.confidence) / 4 > 0.1
    assert kept > 100
    assert 0 < broken <= 0.05 * 300


def test_the_calibrated_threshold_holds_for_the_index_unless_another_is_asked_for(index: Index) -> None:
    assert with_threshold(AnswerSettings(), index).threshold == DEFAULT_THRESHOLD
    keep(made_for(index), index.folder)
    assert read_calibration(index.folder) == made_for(index)
    assert with_threshold(AnswerSettings(), index).threshold == 0.7
    assert with_threshold(AnswerSettings(threshold=0.1), index).threshold == 0.1
    assert forget(index.folder) and not forget(index.folder)
    assert with_threshold(AnswerSettings(), index).threshold == DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model": "another@1"}, "it was made with the model another@1"),
        ({"version": "0123456789abcdef"}, "this version of the program finds the confidence in another way"),
        ({"settings": {"closer_look": False}}, "it was made with another"),
    ],
)
def test_a_calibration_of_something_else_is_not_used_and_that_is_said(
    index: Index, caplog: pytest.LogCaptureFixture, changed: dict[str, object], said: str
) -> None:
    keep(made_for(index, **changed), index.folder)
    with caplog.at_level(logging.WARNING, "qa"):
        assert with_threshold(AnswerSettings(), index).threshold == DEFAULT_THRESHOLD
    (record,) = caplog.records
    assert said in record.getMessage() and "python -m qa calibrate" in record.getMessage()


def test_a_damaged_calibration_is_not_used_and_that_is_said(index: Index, caplog: pytest.LogCaptureFixture) -> None:
    (index.folder / FILE_NAME).write_text("{")
    with pytest.raises(BadCalibration, match="is no calibration of this version"):
        read_calibration(index.folder)
    with caplog.at_level(logging.WARNING, "qa"):
        assert with_threshold(AnswerSettings(), index).threshold == DEFAULT_THRESHOLD
    assert "calibrate again" in caplog.text


def test_questions_are_made_of_what_the_sentences_say(index: Index) -> None:
    made = {one.kind: one for seed in range(12) for one in make_questions(index, 10, seed)}
    assert made["date"].text == "When was it that the copper kettle was invented by a smith from Graz?"
    assert made["reason"].text == "Why is it that the steel kettle boils faster?"
    assert made["title"].text == "Ferries of the northern lakes"
    assert "invented in 1871" in TEXT[made["date"].start : made["date"].end]
    assert make_questions(index, 10, 3) == make_questions(index, 10, 3)


def test_what_is_held_out_is_not_found(index: Index) -> None:
    question = "When was the copper kettle invented?"
    case = Case(question, "judged", (("kettles.md", 0, len(TEXT)),), hidden=True)
    searcher = searcher_for(index, case)
    assert isinstance(searcher, Without) and not case.answerable
    assert index.search(question, 5)[0].passage.document_id == "kettles.md"
    assert {hit.passage.document_id for hit in searcher.search(question, 5)} == {"ferries.md"}
    assert searcher_for(index, replace(case, hidden=False)) is index


def test_a_share_of_the_questions_is_not_to_be_answered(shipped_index: Path) -> None:
    with open_index(shipped_index) as index:
        cases = cases_of(index, 60, 0.5)
        assert [one.text for one in cases_of(index, 60, 0.5)] == [one.text for one in cases]
        assert abs(sum(one.answerable for one in cases) - len(cases) / 2) <= 1
        replies = ask_all(index, cases[:12], PLAIN)
        assert len(replies) == 12 and all(one.wrong for one in replies if one.answered and not one.case.answerable)
        assert fit(replies, 0.05, index, PLAIN) is None
        assert "answers are too few, since it takes 59 without a mistake" in why_not(replies, 0.05)


def test_the_report_says_the_promise_and_draws_the_curve(index: Index) -> None:
    page = calibration_html(made_for(index), "index/built")
    assert "At most 5% of the answers wrong" in page and "1 of 100 were" in page
    assert "promised: 5 %" in page and page.count("<svg") == 1


def typed(*words: object) -> int:
    return dispatch("qa", "", COMMANDS, ["calibrate", *map(str, words)])


def test_too_few_questions_are_said_in_one_line_and_nothing_is_kept(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("--index", index.folder) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("error: at most 5% of the answers wrong can't be promised: ")
    assert not (index.folder / FILE_NAME).exists()


def test_an_index_without_text_can_not_be_calibrated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    update_index(tmp_path / "index", [])
    assert typed("--index", tmp_path / "index") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("has no text that questions can be made of; add documents to it")


def test_a_calibration_is_removed_on_demand(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    keep(made_for(index), index.folder)
    assert typed("--index", index.folder, "--reset") == 0
    assert "is removed" in capsys.readouterr().out and not (index.folder / FILE_NAME).exists()
    assert typed("--index", index.folder, "--reset") == 0
    assert "There is no calibration" in capsys.readouterr().out


@pytest.mark.parametrize("words", [("--promise", "5"), ("--promise", "x"), ("--number", "3"), ("--unanswerable", "1")])
def test_what_can_not_be_is_refused(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        typed(*words)
    assert stopped.value.code == 2 and f"{words[1]!r} won't do" in capsys.readouterr().err
