"""How sure the reading is: signals of a question and its best sentences, and a probability from them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

from qa.denying import denies
from qa.evidence import Evidence
from qa.question import Expected, counts

__all__ = ["Signals", "confidence_of", "signals_of"]

_LOOKED_AT = 3
# How sure the rules are that a sentence holds no name, beside a quantity.
_NAME_IS_SURE = 0.6

# A logistic regression on what can be answered, over the shipped questions (which count four
# times) and those of an article (six times), FeedbackQA's training questions with a quarter of
# their documents taken away (the UK's a third: for many, pages say the same as the one judged),
# CAsT-answerability's with a third of its answers taken away, and small talk from CLINC's training
# part; then Platt's scaling to what was answered rightly (in Advances in Large Margin
# Classifiers, 1999), cross-validated ten times.
_BIAS = 0.82
_WEIGHTS = {
    "least": 1.05,
    "cosine": 1.40,
    "missing": -3.97,
    "held": -1.11,
    "gap": -1.43,
    "uncounted": -3.02,
    "heading": 4.08,
    "words": 1.85,
    "unmet": -5.19,
    "background": -5.74,
}


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answer from a near miss; all of them about 0 to 1."""

    least: float
    """Of the best sentences, the one whose worst match of a question's word is best."""
    cosine: float
    """Of the best sentences, the nearest to the question as a whole."""
    missing: float
    """1 where a quantity or a time is expected that the best sentence doesn't hold, where a year asked
    for stands nowhere in its passage, or where it denies nothing and is asked what is not so; less for a name."""
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
    unmet: float
    """Of the best sentence, how far the question's words are from being found in it."""
    background: float
    """How near the documents come to a question about something else: what to rise above."""


def signals_of(
    ranked: Sequence[Evidence], rarity: Mapping[str, float], expected: Expected, background: float
) -> Signals:
    """The signals of the evidence, which is not empty and ranked best first; `background` as of `qa.background`."""
    best, top = ranked[0], ranked[:_LOOKED_AT]
    typed = expected.is_typed
    return Signals(
        least=max(piece.least for piece in top),
        cosine=max(piece.cosine for piece in top),
        missing=_missing(best, expected),
        held=float(typed and best.held),
        gap=max(0.0, max(piece.mean for piece in ranked) - best.mean) if typed else 0.0,
        uncounted=float(expected.kind == "number" and bool(expected.counted) and not counts(expected, best.text)),
        heading=best.heading,
        words=min(len(rarity), 6) / 6,
        unmet=best.unmet,
        background=background,
    )


def _missing(best: Evidence, expected: Expected) -> float:
    if (expected.years and not best.dated) or (expected.denied and not denies(best.text)):
        return 1.0
    if best.held or not expected.is_typed:
        return 0.0
    return 1.0 if expected.is_measurable else _NAME_IS_SURE


def confidence_of(signals: Signals) -> float:
    """The probability, 0 to 1, that an answer from these signals is right."""
    weighed = sum(_WEIGHTS[field.name] * value for field, value in zip(fields(signals), astuple(signals), strict=True))
    return 1 / (1 + math.exp(-(weighed + _BIAS)))
