"""What answers and their confidence are worth."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

__all__ = [
    "Bin",
    "RiskPoint",
    "Verdict",
    "area_under_risk_coverage",
    "auroc",
    "calibration_error",
    "exact_match",
    "reliability",
    "risk_coverage",
    "sentence_scores",
    "token_f1",
    "verdict",
]

Verdict = Literal["right", "wrong", "wrongly refused", "rightly refused", "wrongly answered"]
Span = tuple[int, int]


def verdict(answerable: bool, answered: bool, right: bool) -> Verdict:
    """What became of a question; only an unanswerable one is `wrongly answered`."""
    if not answerable:
        return "wrongly answered" if answered else "rightly refused"
    if not answered:
        return "wrongly refused"
    return "right" if right else "wrong"


def sentence_scores(cited: Collection[object], gold: Sequence[Collection[object]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the cited sentences, each 0 to 1; a refusal scores 0.

    `gold` holds the sentences of each alternative judgement. A cited sentence is right if any of
    them has it; recall is that of the alternative which was covered best, since one would do.
    F1 is their harmonic mean (van Rijsbergen, Information Retrieval, 1979).
    """
    quoted = set(cited)
    wanted = set().union(*gold)
    if not quoted or not wanted:
        return 0.0, 0.0, 0.0
    precision = len(quoted & wanted) / len(quoted)
    recall = max(len(quoted & set(one)) / len(set(one)) for one in gold if one)
    return precision, recall, _harmonic(precision, recall)


def normalise(text: str) -> str:
    """Lower case without punctuation, articles and extra space: SQuAD's own normalisation."""
    bare = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 where the normalised answer equals one of `gold`, else 0.

    Rajpurkar et al., SQuAD, EMNLP 2016, and Know what you don't know, ACL 2018: an unanswerable
    question's gold is the empty text, and so is a refusal.
    """
    return float(any(normalise(answer) == normalise(one) for one in gold or [""]))


def token_f1(answer: str, gold: Sequence[str]) -> float:
    """Best F1 of the answer's words against one of `gold`, 0 to 1, as SQuAD 2.0 scores it."""
    return max(_word_f1(normalise(answer).split(), normalise(one).split()) for one in gold or [""])


def auroc(confidences: Sequence[float], positive: Sequence[bool]) -> float:
    """Probability that a positive has a higher confidence than a negative; a tie counts a half.

    0.5 is chance, 1 is perfect, NaN where one of the two kinds is missing. Computed as the
    Mann-Whitney statistic (Hanley and McNeil, Radiology 1982).
    """
    scores = np.asarray(confidences, dtype=float)
    labels = np.asarray(positive, dtype=bool)
    positives, negatives = int(labels.sum()), int((~labels).sum())
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only at `confidence` and above: the share answered, and the share of those wrong."""

    confidence: float
    coverage: float
    risk: float


def risk_coverage(confidences: Sequence[float], right: Sequence[bool], questions: int) -> list[RiskPoint]:
    """How often the answers are wrong if only the surest are given, surest first.

    `confidences` and `right` are those of the answers given, `questions` the number that was
    asked: coverage ends where the threshold refused. Answers of equal confidence come together.
    El-Yaniv and Wiener, On the foundations of noise-free selective classification, JMLR 2010.
    """
    scores = np.asarray(confidences, dtype=float)
    if not len(scores):
        return []
    order = np.argsort(-scores, kind="stable")
    scores = scores[order]
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    return [
        RiskPoint(float(scores[end]), (int(end) + 1) / questions, float(wrong[end]) / (int(end) + 1))
        for end in ends
    ]


def area_under_risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Mean risk over the coverages of the answers given: 0 to 1, lower is better, NaN without any.

    AURC of Geifman and El-Yaniv, Selective classification for deep neural networks, NIPS 2017.
    """
    points = risk_coverage(confidences, right, len(confidences))
    widths = np.diff([0.0, *(point.coverage for point in points)])
    return float(np.dot(widths, [point.risk for point in points])) if points else float("nan")


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers given with a confidence of `low` up to `high`: their mean, and the share right."""

    low: float
    high: float
    answers: int
    confidence: float
    right: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """The answers given, in bins of equal width; empty bins are left out.

    DeGroot and Fienberg, The comparison and evaluation of forecasters, The Statistician 1983.
    """
    scores = np.asarray(confidences, dtype=float)
    hits = np.asarray(right, dtype=float)
    places = np.minimum((scores * bins).astype(int), bins - 1)
    filled = [(int(place), places == place) for place in np.unique(places)]
    return [
        Bin(
            place / bins,
            (place + 1) / bins,
            int(inside.sum()),
            float(scores[inside].mean()),
            float(hits[inside].mean()),
        )
        for place, inside in filled
    ]


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: mean gap of confidence and share right, weighted by answers.

    0 is perfect, at most 1, NaN without answers. Naeini et al., AAAI 2015; Guo et al., On
    calibration of modern neural networks, ICML 2017 (equal-width bins).
    """
    if not len(confidences):
        return float("nan")
    gaps = (one.answers * abs(one.confidence - one.right) for one in reliability(confidences, right, bins))
    return sum(gaps) / len(confidences)


def _word_f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    shared = sum((Counter(answer) & Counter(gold)).values())
    return _harmonic(shared / len(answer), shared / len(gold))


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
