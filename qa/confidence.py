"""How sure the reading is: signals of a question and its best sentences, and a probability from them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import astuple, dataclass, fields

from index import Hit
from index.words import words
from qa.evidence import Evidence, stem
from qa.question import Expected, counts

__all__ = ["Signals", "confidence_of", "signals_of"]

_LOOKED_AT = 3
# How sure the rules are that a sentence holds no name, beside a quantity.
_NAME_IS_SURE = 0.6
_NAME = re.compile(r"(?<!^)(?<![.!?]\s)\b[A-Z][\w'’-]+")


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answer from a near miss; all of them about 0 to 1 but `words`."""

    mean: float
    """Of the best sentences, the nearest to the question word by word."""
    least: float
    """Of the best sentences, the one whose worst match of a question's word is best."""
    cosine: float
    """Of the best sentences, the nearest to the question as a whole."""
    similarity: float
    """Of the hits, the nearest passage to the question as a whole."""
    lexical: float
    """Of the hits, the highest BM25 score for each unit of the question's rarity."""
    covered: float
    """The share of the question's rarity that the best sentence's passage holds, headings included."""
    missing: float
    """1 where a quantity or a time is expected that the best sentence doesn't hold; less for a name."""
    held: float
    """1 where it holds what is expected."""
    gap: float
    """How much better the best sentence would be without having to hold the thing expected."""
    uncounted: float
    """1 where things are to be counted and the best sentence has no number before their name."""
    strange: float
    """The share of the names in the question that stand nowhere in the best sentence's passage."""
    heading: float
    """How far the heading above the best sentence asks the same."""
    words: float
    """How many words of the question carry its topic, up to 6, in sixths."""


def signals_of(
    question: str, ranked: Sequence[Evidence], hits: Sequence[Hit], rarity: Mapping[str, float], expected: Expected
) -> Signals:
    """The signals of the evidence, which is not empty and ranked best first."""
    best, top = ranked[0], ranked[:_LOOKED_AT]
    total = sum(rarity.values()) or 1.0
    typed = expected.is_typed
    said = {stem(word) for word in words(f"{best.hit.passage.context} {best.hit.passage.text}")}
    return Signals(
        mean=max(piece.mean for piece in top),
        least=max(piece.least for piece in top),
        cosine=max(piece.cosine for piece in top),
        similarity=max(hit.similarity for hit in hits),
        lexical=max(hit.lexical for hit in hits) / total,
        covered=sum(weight for word, weight in rarity.items() if stem(word) in said) / total,
        missing=(1.0 if expected.is_measurable else _NAME_IS_SURE) if typed and not best.held else 0.0,
        held=float(typed and best.held),
        gap=max(0.0, max(piece.mean for piece in ranked) - best.mean) if typed else 0.0,
        uncounted=float(expected.kind == "number" and bool(expected.counted) and not counts(expected, best.text)),
        strange=_strange(question, said),
        heading=best.heading,
        words=min(len(rarity), 6) / 6,
    )


def _strange(question: str, said: Set[str]) -> float:
    names = {word for match in _NAME.finditer(question) for word in words(match[0].removesuffix("'s"))}
    return sum(stem(name) not in said for name in names) / len(names) if names else 0.0


def confidence_of(signals: Signals) -> float:
    """The probability, 0 to 1, that an answer from these signals is right."""
    weighed = sum(_WEIGHTS[field.name] * value for field, value in zip(fields(signals), astuple(signals), strict=True))
    return 1 / (1 + math.exp(-(weighed + _BIAS)))


_BIAS = -5.28
_WEIGHTS = {
    "mean": 2.63,
    "least": 3.42,
    "cosine": 1.60,
    "similarity": 2.32,
    "lexical": -0.02,
    "covered": -0.08,
    "missing": -5.39,
    "held": -1.90,
    "gap": -1.04,
    "uncounted": -3.94,
    "strange": -0.10,
    "heading": 1.85,
    "words": 3.58,
}
