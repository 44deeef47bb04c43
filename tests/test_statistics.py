"""Intervals and tests, by values that are known without them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qa.answer_measures import auroc
from qa.statistics import detectable_difference, holm, mean_intervals, randomisation_test, statistic_interval


def test_an_interval_is_the_same_twice() -> None:
    values = np.random.default_rng(7).random((50, 2))
    assert mean_intervals(values) == mean_intervals(values)
    assert randomisation_test(values[:, 0] - 0.4) == randomisation_test(values[:, 0] - 0.4)


def test_an_interval_does_not_depend_on_the_measures_beside_it() -> None:
    values = np.random.default_rng(7).random((50, 2))
    beside, alone = mean_intervals(values)[1], mean_intervals(values[:, 1:])[0]
    assert (beside.low, beside.high) == pytest.approx((alone.low, alone.high), abs=1e-12)


def test_the_interval_of_a_share_is_nearly_the_textbook_one() -> None:
    values = np.array([[1.0]] * 60 + [[0.0]] * 40)
    (interval,) = mean_intervals(values)
    half = 1.96 * math.sqrt(0.6 * 0.4 / 100)
    assert interval.value == pytest.approx(0.6)
    assert interval.low == pytest.approx(0.6 - half, abs=0.012)
    assert interval.high == pytest.approx(0.6 + half, abs=0.012)
    assert interval.n == 100


def test_all_questions_alike_leave_doubt_that_shrinks_with_their_number() -> None:
    ten, hundred = (mean_intervals(np.ones((n, 1)))[0] for n in (10, 100))
    assert (ten.value, ten.high) == (1.0, 1.0)
    assert ten.low == pytest.approx(10 / (10 + 1.959964**2))
    assert hundred.low == pytest.approx(100 / (100 + 1.959964**2))


def test_a_statistic_without_both_kinds_in_any_resample_has_no_interval() -> None:
    interval = statistic_interval(lambda rows: auroc(np.ones(4)[rows], np.ones(4, dtype=bool)[rows]), 4)
    assert math.isnan(interval.low) and math.isnan(interval.high)


def test_few_questions_are_tested_exactly() -> None:
    assert randomisation_test([1, 1, 1, 1, 1]) == 2 / 32
    assert randomisation_test([3, 1]) == 2 / 4
    assert randomisation_test([2, -1]) == 1.0


def test_questions_without_a_difference_do_not_change_p() -> None:
    assert randomisation_test([1, 1, 1, 1, 1, 0, 0, 0]) == 2 / 32
    assert randomisation_test([0.0, 0.0]) == 1.0


def test_p_is_never_zero_and_small_for_a_clear_difference() -> None:
    assert randomisation_test(np.ones(40)) == pytest.approx(1 / 10_001)


def test_p_of_many_questions_is_nearly_that_of_the_normal_approximation() -> None:
    deltas = np.array([1.0] * 60 + [-1.0] * 40)
    z = 19.5 / 10
    assert randomisation_test(deltas) == pytest.approx(math.erfc(z / math.sqrt(2)), abs=0.01)


def test_holm_multiplies_the_smallest_p_by_the_number_of_tests_and_keeps_the_order() -> None:
    assert holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06]
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_four_times_the_questions_halve_the_detectable_difference() -> None:
    few = np.array([0.1, -0.1] * 50)
    sigma = few.std(ddof=1)
    assert detectable_difference(few) == pytest.approx((1.959964 + 0.841621) * sigma / 10, rel=1e-5)
    assert detectable_difference(np.tile(few, 4)) == pytest.approx(detectable_difference(few) / 2, rel=0.01)
    assert math.isnan(detectable_difference([0.3]))


def test_comparisons_of_equals_name_a_winner_in_no_more_than_one_of_twenty() -> None:
    """200 simulated A against A comparisons on nDCG-like values, seeds drawn afresh for each.

    With a rate of 5 %, more than 20 of 200 happen once in 1,000 times (binomial); the simulation
    is seeded, so the outcome is the same every time.
    """
    draw = np.random.default_rng(200)
    steps = np.array([0.0, 0.0, 0.387, 0.431, 0.5, 0.631, 1.0, 1.0, 1.0])
    named = 0
    for _ in range(200):
        first, second = draw.choice(steps, size=(2, 80))
        named += randomisation_test(second - first, seed=int(draw.integers(2**31))) < 0.05
    assert 0 < named <= 20


def test_a_real_difference_of_the_detectable_size_is_found_four_times_in_five() -> None:
    draw = np.random.default_rng(80)
    found = 0
    for _ in range(200):
        noise = draw.normal(0, 0.3, 100)
        found += randomisation_test(noise + 2.8016 * 0.3 / 10, seed=int(draw.integers(2**31))) < 0.05
    assert 140 <= found <= 178
