"""How sure the reading is: signals of a question and its best sentences, and a probability from them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

from qa.evidence import Evidence
from qa.question import Expected, counts

__all__ = ["Signals", "confidence_of", "signals_of"]

_LOOKED_AT = 3
# How sure the rules are that a sentence holds no name, beside a quantity.
_NAME_IS_SURE = 0.6

# A logistic regression on what can be answered, over the shipped questions and those of an article
# (these count twice), FeedbackQA's training questions with a quarter of their documents taken away
# (a third), and small talk from CLINC's training part; then Platt's scaling to what was answered
# rightly (in Advances in Large Margin Classifiers, 1999), cross-validated ten times.
_BIAS = -4.54
_WEIGHTS = {
    "mean": 3.21,
    "least": 2.58,
    "cosine": 0.90,
    "missing": -3.77,
    "held": -1.00,
    "gap": -0.78,
    "uncounted": -3.07,
    "heading": 2.65,
    "words": 2.19,
}


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answer from a near miss; all of them about 0 to 1."""

    mean: float
    """Of the best sentences, the nearest to the question word by word."""
    least: float
    """Of the best sentences, the one whose worst match of a question's word is best."""
    cosine: float
    """Of the best sentences, the nearest to the question as a whole."""
    missing: float
    """1 where a quantity or a time is expected that the best sentence doesn't hold; less for a name."""
    held: float
    """1 where it holds what is expected."""
    gap: float
    """How much better the best sentence would be without having to hold the thing expected."""
    uncounted: float
    """1 where things are to be counted and the best sentence has no number before their name."""
    heading: float
    """How far the heading above the best sentence asks the same."""
    words: float
    """How many words of the question carry its topic, up to 6, in sixths."""


def signals_of(ranked: Sequence[Evidence], rarity: Mapping[str, float], expected: Expected) -> Signals:
    """The signals of the evidence, which is not empty and ranked best first."""
    best, top = ranked[0], ranked[:_LOOKED_AT]
    typed = expected.is_typed
    return Signals(
        mean=max(piece.mean for piece in top),
        least=max(piece.least for piece in top),
        cosine=max(piece.cosine for piece in top),
        missing=(1.0 if expected.is_measurable else _NAME_IS_SURE) if typed and not best.held else 0.0,
        held=float(typed and best.held),
        gap=max(0.0, max(piece.mean for piece in ranked) - best.mean) if typed else 0.0,
        uncounted=float(expected.kind == "number" and bool(expected.counted) and not counts(expected, best.text)),
        heading=best.heading,
        words=min(len(rarity), 6) / 6,
    )


def confidence_of(signals: Signals) -> float:
    """The probability, 0 to 1, that an answer from these signals is right."""
    weighed = sum(_WEIGHTS[field.name] * value for field, value in zip(fields(signals), astuple(signals), strict=True))
    return 1 / (1 + math.exp(-(weighed + _BIAS)))
