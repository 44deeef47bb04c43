"""Pack a section's sentences into as few passages as possible, broken where it hurts least."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.document import Block, Sentence

__all__ = ["Piece", "pack"]

# What a break costs, in units of the squared fill of a passage: a passage of a tenth beside one
# of nine tenths costs 0.32 more than two halves do, so balance outweighs an unbroken paragraph.
_WITHIN_PARAGRAPH = 0.15
_WITHIN_LIST = 0.15
_WITHIN_ITEM = 0.3
_AFTER_LEAD_IN = 0.5
_ONE_MORE_PASSAGE = 1000.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence on its way into a passage.

    `start` is the sentence's, or that of the bullet or number before it; `weight` counts tokens
    from there, `gap` those between it and the piece before; `opens` says that it is its block's
    first.
    """

    start: int
    sentence: Sentence
    weight: int
    gap: int
    block: Block
    opens: bool


def pack(pieces: list[Piece], room: int) -> list[list[Piece]]:
    """Runs of pieces, each weighing at most `room` with the gaps inside it."""
    if sum(piece.weight + piece.gap for piece in pieces) <= room:
        return [pieces] if pieces else []
    breaks = _best_breaks(pieces, room)
    return [pieces[start:end] for start, end in zip(breaks, [*breaks[1:], len(pieces)], strict=True)]


def _best_breaks(pieces: list[Piece], room: int) -> list[int]:
    """Where passages begin, at the lowest cost: for each end, the best beginning of the last one."""
    best: list[float] = [0.0]
    begin: list[int] = [0]
    for end in range(1, len(pieces) + 1):
        weight, lowest, chosen = 0, float("inf"), end - 1
        for start in range(end - 1, -1, -1):
            # A piece weighs something even where the model sees nothing in it: a run stays short.
            weight += max(1, pieces[start].weight) + (pieces[start + 1].gap if start < end - 1 else 0)
            if weight > room and start < end - 1:
                break
            cost = best[start] + _ONE_MORE_PASSAGE + (weight / room) ** 2 + _break_cost(pieces, start)
            if cost < lowest:
                lowest, chosen = cost, start
        best.append(lowest)
        begin.append(chosen)
    breaks, position = [], len(pieces)
    while position:
        position = begin[position]
        breaks.append(position)
    return breaks[::-1]


def _break_cost(pieces: list[Piece], start: int) -> float:
    if not start:
        return 0.0
    before, after = pieces[start - 1], pieces[start]
    if not after.opens:
        return _WITHIN_ITEM if after.block.kind == "item" else _WITHIN_PARAGRAPH
    if after.block.kind not in ("item", "row", "code"):
        return 0.0
    return _WITHIN_LIST if before.block.kind == after.block.kind else _AFTER_LEAD_IN
