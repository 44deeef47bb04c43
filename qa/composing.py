"""From the best sentences to what is quoted: as few as serve, each understood without its neighbours."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from corpus import Passage, Sentence
from qa.evidence import ASKS_THE_SAME, Evidence
from qa.leaning import announces, at_the_beginning, at_the_end, needs_the_passage_before, with_company
from qa.question import Expected, asks_for_several
from qa.stems import stems

__all__ = ["Neighbour", "Place", "compose"]

# A sentence joins the best one where its score is at most this much lower: in the same passage, but less
# so where a name or a quantity is asked for and among the rows of a table, which are all alike; or
# elsewhere. The less sure the reading is, the more it shows.
_HERE, _HERE_NAME, _FACT = 0.20, 0.15, 0.04
_ELSEWHERE, _SEVERAL, _UNSURE = 0.05, 0.15, 0.20
# Among the sentences of a passage, what the cosine counts beside the score, and the logarithm of the
# length: a long sentence says more. Beyond twice the usual characters it says no more.
_COSINE, _LENGTH, _USUAL, _TWICE = 0.30, 0.05, 90, 0.7
# Two sentences that share this much of their words (Jaccard's index of stems) say the same.
_SAME = 0.6
# What only says where to read on adds nothing to an answer.
_POINTER = re.compile(
    r"(?:see(?:(?: also)?:| (?:also|section|chapter|below|page|here|https?|www))"
    r"|(?:to )?(?:read|learn|find out) more|(?:for )?more information)",
    re.IGNORECASE,
)

_Key = tuple[str, int]
# Gives the passage beside one in its section, if there is one.
Neighbour = Callable[[Passage], Passage | None]


class Place(NamedTuple):
    """A range of a document, in the passage that holds it."""

    passage: Passage
    start: int
    end: int


def _nothing(passage: Passage) -> Passage | None:
    """What stands beside it isn't known."""


def compose(
    ranked: Sequence[Evidence],
    question: str,
    expected: Expected,
    confidence: float,
    most: int,
    before: Neighbour = _nothing,
    after: Neighbour = _nothing,
) -> tuple[Place, ...]:
    """What to quote of the ranked evidence, in a natural order; at most about `most` sentences.

    A quantity is one sentence, or few from several places; anything else takes along what its own
    passage says about it, and a reason or a list what other places add. Where a heading asks the
    very same, its section answers. Each sentence comes with those that it can't be understood
    without; `before` and `after` give the passages beside one in its section, where they may stand.
    """
    several = asks_for_several(question)
    chosen = _chosen(ranked, expected, several, confidence, most)
    passages: dict[_Key, Passage] = {}
    positions: dict[_Key, set[int]] = {}

    def quote(passage: Passage, more: set[int]) -> None:
        positions.setdefault(_key(passages.setdefault(_key(passage), passage)), set()).update(more)

    for evidence in chosen:
        quote(evidence.hit.passage, with_company(evidence.hit.passage, evidence.position, several))
    for passage in list(passages.values()):
        own, last = positions[_key(passage)], len(passage.sentences) - 1
        if needs_the_passage_before(passage, own) and (earlier := before(passage)):
            quote(earlier, at_the_end(earlier, passage, several))
        if last in own and announces(passage, last) and (later := after(passage)):
            quote(later, at_the_beginning(later))
    return tuple(
        Place(passage, *run)
        for passage in _in_order(list(passages.values()))
        for run in _runs(passage.sentences, positions[_key(passage)])
    )


def _chosen(
    ranked: Sequence[Evidence], expected: Expected, several: bool, confidence: float, most: int
) -> list[Evidence]:
    best = ranked[0]
    same_heading = best.heading >= ASKS_THE_SAME
    is_fact = expected.is_typed and not same_heading
    unsure = _UNSURE * (1 - confidence) * (0.5 if is_fact else 1.0)
    here = _HERE_NAME if is_fact else _HERE
    if best.sentence.kind == "row" or (is_fact and expected.is_measurable):
        here = _FACT
    here += unsure
    elsewhere = (_FACT if is_fact else _SEVERAL if several and not same_heading else _ELSEWHERE) + unsure
    chosen = [best]
    for evidence in ranked[1:]:
        if evidence.hit is best.hit:
            joins = _worth(best) - _worth(evidence) <= here
        else:
            joins = best.score - evidence.score <= elsewhere
        if joins and len(chosen) < most and not _POINTER.match(evidence.text) and not _is_said(evidence, chosen):
            chosen.append(evidence)
    return chosen


def _worth(evidence: Evidence) -> float:
    """What a sentence is worth beside the others of its passage."""
    length = min(math.log((len(evidence.text) + 1) / _USUAL), _TWICE)
    return evidence.score + _COSINE * evidence.cosine + _LENGTH * length


def _is_said(evidence: Evidence, chosen: Sequence[Evidence]) -> bool:
    said = stems(evidence.text)
    return any(len(said & other) >= _SAME * len(said | other) for other in map(stems, (c.text for c in chosen)))


def _in_order(passages: Sequence[Passage]) -> list[Passage]:
    """The passages as they came, but those of one section together, in the order in which they stand."""
    sections: dict[tuple[str, tuple[str, ...]], list[Passage]] = {}
    for passage in passages:
        sections.setdefault((passage.document_id, passage.headings), []).append(passage)
    return [passage for section in sections.values() for passage in sorted(section, key=lambda one: one.start)]


def _runs(sentences: Sequence[Sentence], positions: set[int]) -> list[tuple[int, int]]:
    """Neighbouring sentences as one range each."""
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and runs[-1][1] == position - 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    return [(sentences[first].start, sentences[last].end) for first, last in runs]


def _key(passage: Passage) -> _Key:
    return passage.document_id, passage.start
