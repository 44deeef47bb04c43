"""From the best sentences to what is quoted: as few as serve, each understood without its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus import Passage, Sentence
from qa.evidence import ASKS_THE_SAME, Evidence
from qa.question import Expected, asks_for_several
from qa.stems import stems

__all__ = ["Place", "compose"]

# A sentence joins the best one where its score is at most this much lower: beside it, or elsewhere;
# and the less sure the reading is, the more it shows.
_BESIDE, _ELSEWHERE, _FACT, _SEVERAL, _UNSURE = 0.20, 0.05, 0.04, 0.25, 0.20
# Two sentences that share this much of their words (Jaccard's index of stems) say the same.
_SAME = 0.6

_LEANING = re.compile(
    r"(?:this|these|that|those|it|its|they|their|them|he|she|his|her|such|both|the (?:former|latter|first|second|other)"
    r"|however|moreover|furthermore|therefore|thus|hence|also|additionally|instead|otherwise|consequently|still|yet"
    r"|then|so|but|and|or|as a result|in addition|for (?:example|instance)|on the other hand|at that time"
    r"|(?:in|at|under|for|from|by|with|on|after|during|despite|because of|due to|to) (?:this|these|that|those|such)"
    r"|(?:all|some|many|most|both|one|each|none|several) of (?:this|these|those|them)"
    r"|(?:in|by) contrast|on the contrary|in (?:turn|other words|short)|at the same time|as such|similarly|likewise"
    r"|nevertheless|nonetheless|conversely|accordingly|again|meanwhile|afterwards|besides|finally|later"
    r"|(?:\w+ )?(?:days|weeks|months|years) later)\b",
    re.IGNORECASE,
)
# So many sentences before it are taken along by one that leans on them, where those lean too.
_MOST_LEANT_ON = 2


class Place(NamedTuple):
    """A range of a document, in the passage that holds it."""

    passage: Passage
    start: int
    end: int


def compose(
    ranked: Sequence[Evidence], question: str, expected: Expected, confidence: float, most: int
) -> tuple[Place, ...]:
    """What to quote of the ranked evidence, in a natural order; at most about `most` sentences.

    A fact is one sentence, or few from several places; anything else takes along what stands
    beside it, and a reason or a list what other places add. Where a heading asks the very same,
    its section answers, with what stands beside the best sentence there.
    A lead-in takes its list along, an item its lead-in and, where several things are asked
    for, the other items; a sentence that leans on the one before it takes that one.
    """
    best = ranked[0]
    chosen: list[Evidence] = []
    is_fact = expected.is_typed and best.heading < ASKS_THE_SAME
    several = asks_for_several(question) and best.heading < ASKS_THE_SAME
    elsewhere = (_FACT if is_fact else _SEVERAL if several else _ELSEWHERE) + _unsure(confidence, is_fact)
    for evidence in ranked:
        beside = evidence.hit is best.hit and abs(evidence.position - best.position) == 1
        margin = _BESIDE if beside and not is_fact else elsewhere
        if len(chosen) < most and best.score - evidence.score <= margin and not _is_said(evidence, chosen):
            chosen.append(evidence)
    positions: dict[int, set[int]] = {}
    for evidence in chosen:
        positions.setdefault(id(evidence.hit), set()).update(_with_company(evidence, asks_for_several(question)))
    passages = list({id(evidence.hit): evidence.hit.passage for evidence in chosen}.items())
    return tuple(
        Place(passage, *run) for hit, passage in passages for run in _runs(passage.sentences, positions[hit], passage)
    )


def _unsure(confidence: float, is_fact: bool) -> float:
    return _UNSURE * (1 - confidence) * (0.5 if is_fact else 1.0)


def _is_said(evidence: Evidence, chosen: Sequence[Evidence]) -> bool:
    said = stems(evidence.text)
    return any(len(said & other) >= _SAME * len(said | other) for other in map(stems, (c.text for c in chosen)))


def _with_company(evidence: Evidence, several: bool) -> set[int]:
    """The sentence's position with those of the sentences that it can't be understood without."""
    sentences, position = evidence.hit.passage.sentences, evidence.position
    company = {position}
    if sentences[position].kind == "item":
        lead_in = _lead_in(evidence.hit.passage, position)
        company |= lead_in
        if several:
            company |= _list_after(sentences, min(lead_in, default=position))
    elif evidence.text.rstrip().endswith(":"):
        company |= _list_after(sentences, position)
    else:
        company |= _leant_on(evidence.hit.passage, position)
    return company


def _leant_on(passage: Passage, position: int) -> set[int]:
    """The sentence right before one that leans on it; and what that leans on."""
    sentences = passage.sentences
    found: set[int] = set()
    for before in range(position - 1, max(position - _MOST_LEANT_ON, 0) - 1, -1):
        own = sentences[before + 1]
        if sentences[before].kind != own.kind or not _LEANING.match(passage.slice(own.start, own.end)):
            break
        found.add(before)
    return found


def _lead_in(passage: Passage, position: int) -> set[int]:
    sentences = passage.sentences
    before = position
    while before > 0 and sentences[before].kind == "item":
        before -= 1
    lead = sentences[before]
    return {before} if lead.kind == "paragraph" and passage.slice(lead.start, lead.end).endswith(":") else set()


def _list_after(sentences: Sequence[Sentence], position: int) -> set[int]:
    after = position + 1
    while after < len(sentences) and sentences[after].kind == "item":
        after += 1
    return set(range(position, after))


def _runs(sentences: Sequence[Sentence], positions: set[int], passage: Passage) -> list[tuple[int, int]]:
    """Neighbouring sentences as one range each."""
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and runs[-1][1] == position - 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    return [(sentences[first].start, sentences[last].end) for first, last in runs]
