"""Is one configuration really better than another, or was it chance? The same questions decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from corpus import QuidError
from qa.evaluation import Evaluation, Outcome, compute_figures
from qa.statistics import CONFIDENCE, detectable_difference, holm, mean_intervals, randomisation_test

__all__ = [
    "Comparison",
    "NotComparable",
    "compare",
    "decisive_measure",
    "find_winner",
    "format_p",
    "losses",
    "same_questions",
    "values_of",
    "verdict_in_words",
]

SIGNIFICANCE = round(1 - CONFIDENCE, 10)


class NotComparable(QuidError):
    """The evaluations share no questions, or not the measure."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two configurations on the same `n` questions; `difference` is second minus first.

    `p` is that of the randomisation test, `p_adjusted` after Holm's correction for all the pairs
    that were compared. `detectable` is the difference that n questions would reveal 4 times in 5.
    """

    measure: str
    first: str
    second: str
    n: int
    first_mean: float
    second_mean: float
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float
    detectable: float
    wins: int
    ties: int
    losses: int

    @property
    def winner(self) -> str | None:
        """The label of the better one, None where the difference may be chance."""
        if self.p_adjusted >= SIGNIFICANCE:
            return None
        return self.second if self.difference > 0 else self.first

    def to_json(self) -> dict[str, Any]:
        """The comparison, with the winner's label or null."""
        return asdict(self) | {"winner": self.winner}


def decisive_measure(evaluations: Sequence[Evaluation]) -> str:
    """The measure that decides unless another is asked for.

    nDCG@10, of quotations where quotations were judged: those hold for any way of splitting.
    """
    judged = all(one.dataset_kind == "judged" for one in evaluations)
    wanted = ("quotation nDCG@10", "nDCG@10", "right", "correct") if judged else ("nDCG@10", "right", "correct")
    for name in wanted:
        if all(one.figure(name) for one in evaluations):
            return name
    raise NotComparable("the evaluations have no measure in common; evaluate them again on the same questions")


def same_questions(evaluations: Sequence[Evaluation]) -> tuple[list[Evaluation], str | None]:
    """The evaluations on the questions that all of them judge alike, and a warning if some are not.

    NotComparable where they share none.
    """
    keys = [{_key(outcome) for outcome in one.outcomes} for one in evaluations]
    common = set.intersection(*keys)
    if not common:
        names = ", ".join(dict.fromkeys(one.dataset for one in evaluations))
        raise NotComparable(
            f"no question is judged alike in all of them ({names}); evaluate the same questions with each"
        )
    if all(len(key) == len(common) for key in keys):
        return list(evaluations), None
    counts = ", ".join(str(len(key)) for key in keys)
    warning = f"different question sets ({counts} questions): only the {len(common)} that all share are compared"
    return [_restricted(one, common) for one in evaluations], warning


def compare(evaluations: Sequence[Evaluation], measure: str) -> list[Comparison]:
    """Every pair of evaluations of the same questions, in order, with p corrected for all pairs.

    `measure` is one that questions have: a mean over them. NotComparable where one lacks it.
    """
    found = [_compare_pair(first, second, measure) for first, second in combinations(evaluations, 2)]
    adjusted = holm([one["p"] for one in found])
    return [Comparison(**one, p_adjusted=p) for one, p in zip(found, adjusted, strict=True)]


def find_winner(comparisons: Sequence[Comparison]) -> str | None:
    """The label of the one that is significantly better than every other, if there is one."""
    labels = {label for one in comparisons for label in (one.first, one.second)}
    for label in labels:
        own = [one for one in comparisons if label in (one.first, one.second)]
        if own and all(one.winner == label for one in own):
            return label
    return None


def verdict_in_words(comparisons: Sequence[Comparison]) -> str:
    """What the comparison comes to, in a sentence or two."""
    measure, n = comparisons[0].measure, comparisons[0].n
    if all(one.wins == one.losses == 0 for one in comparisons):
        return f"No winner: {measure} is the same on each of the {n} questions."
    means = {label: mean for one in comparisons for label, mean in _means(one)}
    best = max(means, key=means.__getitem__)
    own = [one for one in comparisons if best in (one.first, one.second)]
    doubtful = [one for one in own if one.winner != best]
    p = format_p(max(one.p_adjusted for one in doubtful or own))
    p = f"p{p}" if p.startswith("<") else f"p={p}"
    if not doubtful:
        lead = min(abs(one.difference) for one in own)
        rest = "the rest" if len(own) > 1 else next(other for other in means if other != best)
        return f"Winner: {best}, {lead:.3f} {measure} ahead of {rest} on {n} questions ({p})."
    rivals = ", ".join(other for one in doubtful for other in (one.first, one.second) if other != best)
    needed = max(one.detectable for one in doubtful)
    return (
        f"No winner: {best} has the highest mean, but its lead on {rivals} may well be chance ({p}). "
        f"With these {n} questions, a true difference under {needed:.3f} would mostly go unseen."
    )


def losses(first: Evaluation, second: Evaluation, measure: str) -> list[tuple[Outcome, Outcome, float]]:
    """The questions on which the second is worse, worst first: both outcomes and the difference."""
    before = {_key(one): one for one in first.outcomes}
    pairs = [
        (before[_key(one)], one, one.measures[measure] - before[_key(one)].measures[measure])
        for one in second.outcomes
        if measure in one.measures
    ]
    return sorted((pair for pair in pairs if pair[2] < 0), key=lambda pair: pair[2])


def format_p(p: float) -> str:
    """p with the digits that mean something."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def values_of(evaluation: Evaluation, measure: str) -> dict[object, float]:
    """Each question's value; NotComparable where no question has the measure."""
    found = {_key(one): one.measures[measure] for one in evaluation.outcomes if measure in one.measures}
    if not found:
        names = list(dict.fromkeys(name for one in evaluation.outcomes for name in one.measures))
        raise NotComparable(f"{evaluation.label} has no {measure!r} by question; it has {', '.join(names)}")
    return found


def _compare_pair(first: Evaluation, second: Evaluation, measure: str) -> dict[str, Any]:
    before, after = values_of(first, measure), values_of(second, measure)
    deltas = np.array([after[key] - before[key] for key in before])
    interval = mean_intervals(deltas[:, None], bounded=False)[0]
    return {
        "measure": measure,
        "first": first.label,
        "second": second.label,
        "n": len(deltas),
        "first_mean": float(np.mean(list(before.values()))),
        "second_mean": float(np.mean(list(after.values()))),
        "difference": interval.value,
        "low": interval.low,
        "high": interval.high,
        "p": randomisation_test(deltas),
        "detectable": detectable_difference(deltas),
        "wins": int((deltas > 0).sum()),
        "ties": int((deltas == 0).sum()),
        "losses": int((deltas < 0).sum()),
    }


def _key(outcome: Outcome) -> tuple[object, ...]:
    judged = tuple(sorted((one.document, one.grade, one.quote or "") for one in outcome.expected))
    return outcome.id, outcome.question, tuple(outcome.earlier), judged


def _restricted(evaluation: Evaluation, common: set[tuple[object, ...]]) -> Evaluation:
    kept = tuple(one for one in evaluation.outcomes if _key(one) in common)
    if len(kept) == len(evaluation.outcomes):
        return evaluation
    return replace(evaluation, outcomes=kept, figures=compute_figures(kept))


def _means(one: Comparison) -> list[tuple[str, float]]:
    return [(one.first, one.first_mean), (one.second, one.second_mean)]
