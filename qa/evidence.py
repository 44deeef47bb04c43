"""What speaks for each sentence of the hits: the signals, and the score made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus import Sentence
from index import Hit
from qa.closer_look import Look
from qa.question import Expected, holds
from qa.stems import likeness, said_of, stem
from qa.years import share_of_years

__all__ = ["ASKS_THE_SAME", "Evidence", "gather", "look_closer"]

# What each signal adds to a sentence's score beside the cosine's 1: at first sight, to pick those
# that are looked at closely, and then.
_FUSED, _MEASURE, _NAME, _YEAR, _ROW, _HEADING = 0.15, 0.35, 0.15, 0.25, 0.10, 0.30
# From this likeness on, a heading asks what the question asks.
ASKS_THE_SAME = 0.7
_CLOSE_COSINE, _CLOSE_FUSED, _CLOSE_SIMILARITY, _CLOSE_MEAN = 0.3, 0.1, 0.3, 0.7


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a hit with what speaks for it; higher scores are better.

    `position` is the sentence's place in `hit.passage.sentences`. `cosine` is that of question and
    sentence (with its headings), `coverage` the share of the question's words, weighted by rarity,
    that the sentence holds, `held` whether it holds a thing of the expected kind, `heading` how far
    the section's own heading asks the same, and `dated` how far it is about the years that are
    asked for, 0 to 1. `mean`, `least` and `unmet` are its closeness; before it is looked at
    closely, `mean` is the coverage, `least` 0 and `unmet` the share of the question's words that it
    doesn't hold.
    """

    hit: Hit
    position: int
    text: str
    cosine: float
    coverage: float
    held: bool
    heading: float
    score: float
    mean: float = 0.0
    least: float = 0.0
    unmet: float = 0.0
    dated: float = 0.0

    @property
    def sentence(self) -> Sentence:
        return self.hit.passage.sentences[self.position]


def gather(question: str, hits: Sequence[Hit], rarity: Mapping[str, float], expected: Expected) -> list[Evidence]:
    """All sentences of the hits, best first; `rarity` weighs the question's content words."""
    weights = {stem(word): weight for word, weight in rarity.items()}
    total = sum(weights.values()) or 1.0
    found = []
    for hit in hits:
        heading = likeness(weights, hit.passage.headings[-1] if hit.passage.headings else "")
        for position, (sentence, cosine) in enumerate(zip(hit.passage.sentences, hit.sentences, strict=True)):
            text = hit.passage.slice(sentence.start, sentence.end)
            said = said_of(weights, text)
            coverage = sum(weight for word, weight in weights.items() if word in said) / total
            held = holds(expected, text, question)
            score = cosine + _FUSED * hit.score - _ROW * (sentence.kind == "row")
            dated = share_of_years(expected.years, text, hit.passage.context, hit.passage.text)
            score += _expected_bonus(expected, held) + _heading_bonus(heading) + _YEAR * dated
            seen = Evidence(
                hit, position, text, cosine, coverage, held, heading, score, coverage, unmet=1 - coverage, dated=dated
            )
            found.append(seen)
    return sorted(found, key=lambda evidence: -evidence.score)


def look_closer(evidence: Sequence[Evidence], expected: Expected, look: Look) -> list[Evidence]:
    """The evidence, scored anew word by word, best first."""
    closer = []
    for piece in evidence:
        near = look.sentence(piece.hit.passage, piece.position)
        score = _CLOSE_MEAN * near.mean + _CLOSE_COSINE * piece.cosine - _ROW * (piece.sentence.kind == "row")
        score += _CLOSE_FUSED * piece.hit.score + _CLOSE_SIMILARITY * piece.hit.similarity
        score += _expected_bonus(expected, piece.held) + _heading_bonus(piece.heading) + _YEAR * piece.dated
        closer.append(replace(piece, score=score, mean=near.mean, least=near.least, unmet=near.unmet))
    return sorted(closer, key=lambda piece: -piece.score)


def _expected_bonus(expected: Expected, held: bool) -> float:
    if not (held and expected.is_typed):
        return 0.0
    return _MEASURE if expected.is_measurable else _NAME


def _heading_bonus(asks: float) -> float:
    return _HEADING * max(0.0, asks - ASKS_THE_SAME) / (1 - ASKS_THE_SAME)
