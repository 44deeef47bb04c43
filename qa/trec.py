"""Rankings and judgements in the formats of trec_eval, for other programs to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qa.measures import trec_order

__all__ = ["format_qrels", "format_run"]


def format_run(rankings: Mapping[str, Mapping[str, float]], tag: str) -> str:
    """`query Q0 document rank score tag` lines, from each question's documents and their scores.

    The ranks are in the order that trec_eval makes of the scores. Its fields end at a space: a
    space within an id is written as %20.
    """
    lines = [
        f"{_field(query)} Q0 {_field(document)} {rank} {scores[document]!r} {_field(tag)}\n"
        for query, scores in rankings.items()
        for rank, document in enumerate(trec_order(scores), start=1)
    ]
    return "".join(lines)


def format_qrels(judgements: Iterable[tuple[str, str, int]]) -> str:
    """`query 0 document grade` lines."""
    return "".join(f"{_field(query)} 0 {_field(document)} {grade}\n" for query, document, grade in judgements)


def _field(text: str) -> str:
    return re.sub(r"\s", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)
