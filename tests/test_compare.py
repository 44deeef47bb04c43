"""Who wins, who doesn't, and in which words."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.compare_command import present
from qa.comparing import (
    NotComparable,
    compare,
    decisive_measure,
    find_winner,
    losses,
    same_questions,
    verdict_in_words,
)
from qa.evaluation import Evaluation, Excerpt, Expected, Outcome, compute_figures
from qa.gates import check


def asked(label: str, values: Sequence[float], measure: str = "nDCG@10") -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            f"q{number}",
            f"Question {number}?",
            True,
            {measure: float(value)},
            expected=(Expected(f"d{number}"),),
            found=(Excerpt(f"{label}{number}", 0, 4, f"What {label} found"),),
        )
        for number, value in enumerate(values)
    )


def evaluated(label: str, values: Sequence[float], measure: str = "nDCG@10", kind: str = "BEIR") -> Evaluation:
    """An evaluation whose questions have these values."""
    outcomes = asked(label, values, measure)
    return Evaluation(label, "drinks", kind, outcomes, compute_figures(outcomes))


def named(*evaluations: Evaluation) -> str | None:
    return find_winner(compare(evaluations, "nDCG@10"))


def test_the_difference_is_second_minus_first_with_wins_ties_and_losses() -> None:
    first, second = evaluated("old", [0.2, 0.5, 0.5, 1.0]), evaluated("new", [0.6, 0.5, 0.7, 0.9])
    (found,) = compare([first, second], "nDCG@10")
    assert (found.first, found.second, found.n) == ("old", "new", 4)
    assert (found.first_mean, found.second_mean) == (pytest.approx(0.55), pytest.approx(0.675))
    assert found.difference == pytest.approx(0.125)
    assert found.low <= found.difference <= found.high
    assert (found.wins, found.ties, found.losses) == (2, 1, 1)
    assert found.p == found.p_adjusted == 4 / 8


def test_a_clear_difference_names_the_winner() -> None:
    first, second = evaluated("old", [0.5] * 20), evaluated("new", [0.6] * 20)
    comparisons = compare([first, second], "nDCG@10")
    assert named(first, second) == named(second, first) == "new"
    assert verdict_in_words(comparisons) == "Winner: new, 0.100 nDCG@10 ahead of old on 20 questions (p<0.001)."


def test_an_evaluation_against_itself_finds_no_winner() -> None:
    values = np.random.default_rng(3).random(60).round(3)
    first, second = evaluated("A", values), evaluated("B", values)
    assert named(first, second) is None
    assert verdict_in_words(compare([first, second], "nDCG@10")) == (
        "No winner: nDCG@10 is the same on each of the 60 questions."
    )


def test_a_difference_that_may_be_chance_is_called_that() -> None:
    first, second = evaluated("old", [0.5, 0.5, 0.5, 0.5]), evaluated("new", [0.6, 0.6, 0.6, 0.4])
    comparisons = compare([first, second], "nDCG@10")
    assert find_winner(comparisons) is None
    detectable = (1.959964 + 0.841621) * 0.1 / math.sqrt(4)
    assert verdict_in_words(comparisons) == (
        "No winner: new has the highest mean, but its lead on old may well be chance (p=0.625). "
        f"With these 4 questions, a true difference under {detectable:.3f} would mostly go unseen."
    )


def test_four_questions_never_name_a_winner_and_six_may() -> None:
    assert named(evaluated("old", [0.0] * 5), evaluated("new", [1.0] * 5)) is None
    assert named(evaluated("old", [0.0] * 6), evaluated("new", [1.0] * 6)) == "new"


def test_several_are_corrected_for_each_other() -> None:
    old, new, other = evaluated("old", [0.0] * 6), evaluated("new", [1.0] * 6), evaluated("other", [0.0] * 6)
    found = compare([old, new, other], "nDCG@10")
    assert [(one.first, one.second) for one in found] == [("old", "new"), ("old", "other"), ("new", "other")]
    assert [one.p for one in found] == [2 / 64, 1.0, 2 / 64]
    assert [one.p_adjusted for one in found] == [6 / 64, 1.0, 6 / 64]
    assert find_winner(found) is None
    assert verdict_in_words(found).startswith(
        "No winner: new has the highest mean, but its lead on old, other may well be"
    )


def test_the_winner_of_several_beats_every_other() -> None:
    old, new, other = evaluated("old", [0.4] * 20), evaluated("new", [0.6] * 20), evaluated("other", [0.5] * 20)
    assert named(old, new, other) == "new"
    assert verdict_in_words(compare([old, new, other], "nDCG@10")) == (
        "Winner: new, 0.100 nDCG@10 ahead of the rest on 20 questions (p<0.001)."
    )


def test_two_hundred_comparisons_of_equals_name_a_winner_in_no_more_than_one_of_twenty() -> None:
    """More than 20 of 200 would happen once in 1,000 times at a rate of 5 % (binomial)."""
    draw = np.random.default_rng(42)
    winners = 0
    for _ in range(200):
        first, second = draw.choice([0.0, 0.387, 0.5, 0.631, 1.0, 1.0], size=(2, 60))
        pair = [
            Evaluation(label, "drinks", "BEIR", asked(label, values)) for label, values in (("A", first), ("B", second))
        ]
        winners += named(*pair) is not None
    assert 0 < winners <= 20


def test_different_question_sets_are_refused() -> None:
    first, second = evaluated("old", [0.5, 0.5]), evaluated("new", [0.5, 0.5])
    strangers = replace(
        second, dataset="food", outcomes=tuple(replace(one, id=f"x{one.id}") for one in second.outcomes)
    )
    with pytest.raises(NotComparable, match=r"no question is judged alike in all of them \(drinks, food\)"):
        same_questions([first, strangers])


def test_questions_that_not_all_share_are_left_out_with_a_warning() -> None:
    first, second = evaluated("old", [0.5, 0.1, 0.3]), evaluated("new", [0.7, 0.2])
    shared, warning = same_questions([first, second])
    assert warning == "different question sets (3, 2 questions): only the 2 that all share are compared"
    figure = shared[0].figure("nDCG@10")
    assert figure is not None
    assert (figure.value, figure.n) == (pytest.approx(0.3), 2)


def test_a_question_that_is_judged_otherwise_is_not_the_same() -> None:
    first, second = evaluated("old", [0.5, 0.1]), evaluated("new", [0.5, 0.2])
    changed = replace(second.outcomes[0], expected=(Expected("another"),))
    shared, warning = same_questions([first, replace(second, outcomes=(changed, second.outcomes[1]))])
    assert warning is not None
    assert [one.id for one in shared[0].outcomes] == ["q1"]


def test_quotations_decide_where_they_were_judged() -> None:
    assert decisive_measure([evaluated("a", [1.0]), evaluated("b", [1.0])]) == "nDCG@10"
    assert decisive_measure([evaluated("a", [1.0], "quotation nDCG@10", "judged")] * 2) == "quotation nDCG@10"
    with pytest.raises(NotComparable, match="no measure in common"):
        decisive_measure([evaluated("a", [1.0], "RR"), evaluated("b", [1.0], "AP")])


def test_a_measure_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(NotComparable, match="old has no 'AP' by question; it has nDCG@10"):
        compare([evaluated("old", [1.0]), evaluated("new", [1.0])], "AP")


def test_losses_come_worst_first() -> None:
    first, second = evaluated("old", [0.5, 1.0, 0.2]), evaluated("new", [0.4, 0.0, 0.9])
    found = losses(first, second, "nDCG@10")
    assert [(before.id, after.id, round(difference, 6)) for before, after, difference in found] == [
        ("q1", "q1", -1.0),
        ("q0", "q0", -0.1),
    ]


def test_what_is_printed_fits_a_terminal_and_shows_question_expected_and_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = evaluated("old", [0.5, 1.0, 0.2]), evaluated("new", [0.4, 0.0, 0.9])
    present([first, second], None, 1, None)
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= 100
    assert "Where new is worse than old: 2 questions, worst first" in out
    assert (
        "-1.000  Question 1?\n        expected: d1: \n"
        "        old: old1: What old found\n        new: new1: What new found\n"
        in out.replace("d1:\n", "d1: \n")
    )
    assert "Question 0?" not in out
    assert "No winner: old has the highest mean" in out


def test_the_comparison_as_json_says_who_won(capsys: pytest.CaptureFixture[str]) -> None:
    present([evaluated("old", [0.5] * 20), evaluated("new", [0.6] * 20)], None, 5, "-")
    value = json.loads(capsys.readouterr().out)
    assert value["measure"] == "nDCG@10"
    assert [(one["winner"], one["n"]) for one in value["comparisons"]] == [("new", 20)]


def test_the_command_takes_files_by_their_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from corpus.command import dispatch
    from qa.__main__ import COMMANDS

    files = []
    for name, value in (("monday", 0.5), ("tuesday", 0.6)):
        files.append(str(tmp_path / f"{name}.json"))
        Path(files[-1]).write_text(json.dumps(evaluated("drinks", [value] * 20).to_json()))
    assert dispatch("qa", "", COMMANDS, ["compare", *files]) == 0
    assert "Winner: tuesday, 0.100 nDCG@10 ahead of monday" in capsys.readouterr().out
    assert dispatch("qa", "", COMMANDS, ["compare", files[0]]) == 1
    assert capsys.readouterr().err == "error: one evaluation can't be compared; name a second file\n"


def test_a_significant_loss_against_the_baseline_fails_and_noise_passes() -> None:
    old = evaluated("old", [0.6] * 20)
    (worse,) = check(evaluated("new", [0.5] * 20), [], old)
    assert (worse.name, worse.passed) == ("no loss of nDCG@10", False)
    assert worse.message.startswith("nDCG@10 0.6000 before, 0.5000 now: -0.1000")
    (noise,) = check(evaluated("new", [0.5] + [0.6] * 19), [], old)
    (better,) = check(evaluated("new", [0.7] * 20), [], old)
    assert noise.passed and better.passed
