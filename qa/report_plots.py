"""Which plots an evaluation or a comparison has, and what each shows in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

from qa.answer_measures import Bin, reliability, risk_coverage
from qa.comparing import Comparison
from qa.evaluation import Evaluation, Outcome
from qa.report_parts import plot_figure
from qa.statistics import CONFIDENCE

__all__ = ["comparison_plots", "evaluation_plots", "recall_by_rank"]

_RANKS = tuple(range(1, 101))
Points = list[tuple[float, float]]


def evaluation_plots(evaluation: Evaluation) -> str:
    """HTML of the plots that this evaluation can have: of its search, and of its answers if they were measured."""
    return _recall([("", evaluation)]) + _risk([("", evaluation)]) + _reliability(evaluation)


def comparison_plots(
    evaluations: Sequence[Evaluation], comparisons: Sequence[Comparison], differences: Sequence[float]
) -> str:
    """HTML of the plots of up to four evaluations; `differences` are by question, of the first comparison."""
    named = [(one.label, one) for one in evaluations[:4]]
    return _wins(comparisons[0], differences) + _recall(named) + _risk(named)


def recall_by_rank(outcomes: Sequence[Outcome], wanted: Callable[[Outcome], Sequence[int | None]]) -> Points:
    """(k, mean share of the `wanted` ranks that are at most k) for k from 1 to 100.

    A wanted rank that is None was not found; questions that want nothing are left out.
    """
    ranks = [own for one in outcomes if (own := wanted(one))]
    if not ranks:
        return []
    return [
        (k, sum(sum(rank is not None and rank <= k for rank in own) / len(own) for own in ranks) / len(ranks))
        for k in _RANKS
    ]


def _documents(outcome: Outcome) -> list[int | None]:
    return list({one.document: one.rank for one in outcome.expected if one.grade > 0}.values())


def _quotations(outcome: Outcome) -> list[int | None]:
    """The rank of the first passage that holds one of the quotations."""
    own = [one.passage_rank for one in outcome.expected if one.ranges]
    found = [rank for rank in own if rank is not None]
    return [min(found) if found else None] if own else []


def _recall(named: Sequence[tuple[str, Evaluation]]) -> str:
    from qa.plots import Line, draw_lines

    lines = []
    for label, one in named:
        kinds = (("documents", "Recall", _documents), ("quotation", "quotation Success", _quotations))
        for kind, measure, wanted in kinds if len(named) == 1 else kinds[:1]:
            points = recall_by_rank(one.outcomes, wanted)
            if points:
                lines.append(Line(label or kind, points, _bars(one, measure)))
    if not lines:
        return ""
    shares = [", ".join(f"{line.points[k - 1][1]:.0%} at {k}" for k in (1, 10, 100)) for line in lines]
    ends = "; ".join(f"{line.name}: {share}" for line, share in zip(lines, shares, strict=True))
    says = f"How much of what was wanted is among the first k places ({ends}). Upright lines are 95 % intervals."
    if len(named) == 1 and len(lines) == 2:
        says += " A quotation is found where a passage holds it whole."
    drawn = draw_lines(lines, "k, the places looked at", "found among the first k", says)
    return plot_figure("Recall by k", drawn, says)


def _bars(evaluation: Evaluation, measure: str) -> list[tuple[float, float, float, float]]:
    found = ((k, evaluation.figure(f"{measure}@{k}")) for k in (1, 5, 10, 100))
    return [(k, one.value, one.low, one.high) for k, one in found if one]


def _given(evaluation: Evaluation) -> tuple[list[float], list[bool]]:
    """Confidence of each answer that was given, and whether it is right."""
    given = [one for one in evaluation.outcomes if one.cited and one.confidence is not None]
    return [one.confidence or 0.0 for one in given], [one.verdict == "right" for one in given]


def _risk(named: Sequence[tuple[str, Evaluation]]) -> str:
    from qa.plots import draw_risk_coverage

    curves = []
    for label, one in named:
        confidences, right = _given(one)
        threshold = one.settings.get("threshold")
        if confidences:
            curves.append((label, risk_coverage(confidences, right, len(one.outcomes)), threshold))
    if not curves:
        return ""
    ends = [
        f"{name + ': ' if name else ''}at the threshold{f' of {threshold:g}' if threshold is not None else ''}, "
        f"{curve[-1].coverage:.0%} of the questions are answered and {curve[-1].risk:.0%} of those answers are wrong"
        for name, curve, threshold in curves
    ]
    says = f"How often answers are wrong if only the surest are given; {'; '.join(ends)}. "
    says += "A higher threshold moves to the left."
    return plot_figure("Risk and coverage", draw_risk_coverage(curves, says), says)


def _reliability(evaluation: Evaluation) -> str:
    from qa.plots import draw_reliability

    confidences, right = _given(evaluation)
    if not confidences:
        return ""
    bins = reliability(confidences, right)
    intervals = [_share_interval(one) for one in bins]
    error = evaluation.figure("ECE")
    off = f" On average it is {error.value:.2f} off (ECE)." if error else ""
    listed = "; ".join(f"{one.confidence:.2f} sure, {one.right:.0%} right ({one.answers})" for one in bins)
    says = f"Is the confidence what it promises? On the dashed line it is.{off} By bin: {listed}."
    return plot_figure("Reliability of the confidence", draw_reliability(bins, intervals, says), says)


def _share_interval(one: Bin) -> tuple[float, float]:
    """Wilson's 95 % interval (JASA 1927) of the bin's share, which holds for few answers too."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    n, share = one.answers, one.right
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def _wins(comparison: Comparison, differences: Sequence[float]) -> str:
    from qa.plots import draw_differences

    says = (
        f"{comparison.second} against {comparison.first}, question by question: {comparison.wins} wins, "
        f"{comparison.ties} ties, {comparison.losses} losses; on average {comparison.difference:+.3f}."
    )
    drawn = draw_differences(differences, f"difference of {comparison.measure}", says)
    return plot_figure("Wins and losses by question", drawn, says)
