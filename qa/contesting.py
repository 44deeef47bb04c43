"""The sentences that contradict what is quoted: shown beside it, so that whoever asked knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.composing import Place
from qa.disagreeing import Said, conflict
from qa.evidence import Evidence
from qa.quantities import quantities

__all__ = ["Conflict", "contest"]

# Among so many of the best sentences, and so much worse than the best at most, a contradiction is looked for.
_LOOKED_AT, _MARGIN = 20, 0.3
# Of a document that contradicts another in many places, so many are shown.
_MOST = 3


class Conflict(NamedTuple):
    """The positions of two places that contradict one another, and what each of them says, as it is written."""

    places: tuple[int, int]
    said: tuple[str, str]


def contest(places: Sequence[Place], ranked: Sequence[Evidence]) -> tuple[tuple[Place, ...], tuple[Conflict, ...]]:
    """The places, with those that contradict one of them behind, and the contradictions; `ranked` is best first."""
    least = ranked[0].score - _MARGIN
    near = [piece for piece in ranked[:_LOOKED_AT] if piece.score >= least and quantities(piece.text)]
    found = list(places)
    conflicts: list[Conflict] = []
    told: set[tuple[str, str]] = set()
    for piece, other, said in _contradictions(places, near):
        documents = (piece.hit.passage.document_id, other.hit.passage.document_id)
        if len(conflicts) == _MOST or documents in told:
            continue
        told |= {documents, documents[::-1]}
        if _position(other, found) is None:
            found.append(Place(other.hit.passage, other.sentence.start, other.sentence.end))
        positions = _position(piece, found), _position(other, found)
        assert positions[0] is not None and positions[1] is not None
        conflicts.append(Conflict((positions[0], positions[1]), said))
    return tuple(found), tuple(conflicts)


def _contradictions(
    places: Sequence[Place], near: Sequence[Evidence]
) -> Iterator[tuple[Evidence, Evidence, tuple[str, str]]]:
    """Each sentence that is quoted with each of another document that contradicts it."""
    for piece in near:
        if _position(piece, places) is None:
            continue
        for other in near:
            if other.hit.passage.document_id == piece.hit.passage.document_id:
                continue
            one, two = _said(piece), _said(other)
            if found := conflict(one, two):
                yield piece, other, (one.text[found[0].start : found[0].end], two.text[found[1].start : found[1].end])


def _position(piece: Evidence, places: Sequence[Place]) -> int | None:
    """Which of the places holds the sentence."""
    passage, sentence = piece.hit.passage, piece.sentence
    return next(
        (
            position
            for position, (own, start, end) in enumerate(places)
            if own.document_id == passage.document_id and start <= sentence.start and sentence.end <= end
        ),
        None,
    )


def _said(piece: Evidence) -> Said:
    return Said(piece.hit.passage, piece.sentence.start, piece.sentence.end)
