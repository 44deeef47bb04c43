"""What may be promised after so many answers, of which so many were wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["SURE", "Point", "fewest_answers", "find_threshold", "risk_curve", "upper_bound"]

# How sure a promise is.
SURE = 0.95
# Of the answers, the share by which each step of the search for a threshold is more lenient.
_STEP = 0.05
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of answering at `confidence` and above: how many answers, and how many of them wrong."""

    confidence: float
    answers: int
    wrong: int

    @property
    def bound(self) -> float:
        """The share of wrong ones that isn't exceeded, 95 % surely."""
        return upper_bound(self.wrong, self.answers)

    def keeps(self, promise: float) -> bool:
        """Whether no more than the share `promise` is wrong, 95 % surely."""
        return self.wrong < self.answers and _at_most(self.wrong, self.answers, promise) <= 1 - SURE


def upper_bound(wrong: int, answers: int) -> float:
    """The share of wrong answers that isn't exceeded, 95 % surely: 0 to 1, 1 without answers.

    One-sided and exact (Clopper and Pearson, Biometrika 1934).
    """
    if wrong >= answers:
        return 1.0
    low, high = wrong / answers, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, answers, middle) > 1 - SURE else (low, middle)
    return high


def fewest_answers(promise: float, wrong: int = 0) -> int:
    """How many answers, `wrong` of them wrong, it takes to promise that."""
    low, high = wrong, wrong + 1
    while not Point(0.0, high, wrong).keeps(promise):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if Point(0.0, middle, wrong).keeps(promise) else (middle, high)
    return high


def risk_curve(confidences: Sequence[float], wrong: Sequence[bool]) -> list[Point]:
    """A point for each confidence that an answer has, surest first; equal ones come together."""
    ranked = sorted(zip(confidences, wrong, strict=True), key=lambda pair: -pair[0])
    points, mistakes = [], 0
    for place, (confidence, is_wrong) in enumerate(ranked, 1):
        mistakes += is_wrong
        if place == len(ranked) or ranked[place][0] != confidence:
            points.append(Point(confidence, place, mistakes))
    return points


def find_threshold(curve: Sequence[Point], promise: float) -> Point | None:
    """The most lenient point of the curve that keeps the promise; None where none is sure to.

    Thresholds are tried from the strictest that could pass with one wrong answer to more lenient
    ones, until the first that fails: so all of them together are wrong no more often than one
    (fixed sequence testing: Angelopoulos and others, Learn then Test, 2021; the bound is that of
    Geifman and El-Yaniv, Selective classification for deep neural networks, NIPS 2017).
    """
    if not curve:
        return None
    total = curve[-1].answers
    wanted: float = fewest_answers(promise, wrong=1)
    found = None
    for point in curve:
        if point.answers < wanted and point.answers < total:
            continue
        if not point.keeps(promise):
            return found
        found, wanted = point, point.answers + max(1.0, _STEP * total)
    return found


def _at_most(wrong: int, answers: int, share: float) -> float:
    """The probability of `wrong` or fewer among so many, where each is wrong with that probability."""
    if share <= 0 or share >= 1:
        return float(share <= 0)
    term = math.exp(
        math.lgamma(answers + 1) - math.lgamma(wrong + 1) - math.lgamma(answers - wrong + 1)
        + wrong * math.log(share) + (answers - wrong) * math.log1p(-share)
    )  # fmt: skip
    total = term
    for k in range(wrong, 0, -1):
        term *= k / (answers - k + 1) * (1 - share) / share
        total += term
        if term < _NEGLIGIBLE * total:
            break
    return min(1.0, total)
