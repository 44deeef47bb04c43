"""What a ranking is worth: the field's measures, by trec_eval's definitions and names.

A ranking is seen through its judgements: `grades` holds the grade of each item, best item first
(None where nobody judged the item), and `relevant` the positive grades of everything that should
have been found, found or not. So the same functions serve documents and quotations. Every value
lies between 0 and 1, higher is better, and a question without results scores 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus import QuidError

__all__ = [
    "DEFAULT_MEASURES",
    "Measure",
    "average_precision",
    "grade_documents",
    "judged",
    "measure_ranking",
    "ndcg",
    "parse_measure",
    "precision",
    "recall",
    "reciprocal_rank",
    "success",
    "trec_order",
]

Grades = Sequence[int | None]

DEFAULT_MEASURES = (
    "nDCG@10",
    "Recall@5",
    "Recall@10",
    "Recall@100",
    "P@1",
    "P@5",
    "RR",
    "AP",
    "Success@1",
    "Success@5",
    "Success@10",
    "judged@10",
)


def ndcg(grades: Grades, relevant: Sequence[int], k: int | None = None) -> float:
    """Normalised discounted cumulative gain of the first k items, the grade itself as gain.

    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, TOIS 2002, in
    trec_eval's form (`ndcg_cut`): gain / log2(rank + 1), divided by that of the best order.
    """
    ideal = _discounted(sorted(relevant, reverse=True)[:k])
    return _discounted([max(grade or 0, 0) for grade in grades[:k]]) / ideal if ideal else 0.0


def recall(grades: Grades, relevant: Sequence[int], k: int | None = None) -> float:
    """Share of the relevant items that stand among the first k (trec_eval's `recall`)."""
    return _found(grades[:k]) / len(relevant) if relevant else 0.0


def precision(grades: Grades, relevant: Sequence[int], k: int | None = None) -> float:
    """Share of the first k places that hold a relevant item (trec_eval's `P`).

    Places that the ranking doesn't fill count as misses; without k the places are its length.
    """
    places = k or len(grades)
    return _found(grades[:k]) / places if places else 0.0


def reciprocal_rank(grades: Grades, relevant: Sequence[int], k: int | None = None) -> float:
    """1 / rank of the first relevant item, 0 where there is none (Voorhees, TREC-8 QA, 1999)."""
    ranks = (rank for rank, grade in enumerate(grades[:k], start=1) if (grade or 0) > 0)
    return 1.0 / next(ranks, math.inf)


def average_precision(grades: Grades, relevant: Sequence[int], k: int | None = None) -> float:
    """Mean over the relevant items of the precision at each one's rank, 0 for those not found.

    trec_eval's `map` and `map_cut` (Buckley and Voorhees, TREC 2005): the divisor is the number
    of relevant items, also where it exceeds k.
    """
    found = 0
    total = 0.0
    for rank, grade in enumerate(grades[:k], start=1):
        if (grade or 0) > 0:
            found += 1
            total += found / rank
    return total / len(relevant) if relevant else 0.0


def success(grades: Grades, relevant: Sequence[int], k: int | None = None) -> float:
    """1 where a relevant item stands among the first k, else 0 (trec_eval's `success`)."""
    return float(_found(grades[:k]) > 0)


def judged(grades: Grades, relevant: Sequence[int], k: int | None = None) -> float:
    """Share of the first k results that anybody judged: how far the other figures can be trusted.

    As in ir-measures, a ranking shorter than k is divided by its own length.
    """
    first = grades[:k]
    return sum(grade is not None for grade in first) / len(first) if first else 0.0


_FUNCTIONS: Mapping[str, Callable[[Grades, Sequence[int], int | None], float]] = {
    "nDCG": ndcg,
    "Recall": recall,
    "P": precision,
    "RR": reciprocal_rank,
    "AP": average_precision,
    "Success": success,
    "judged": judged,
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by its field's name, as in `nDCG@10`; `k` is None where the whole ranking counts."""

    name: str
    k: int | None

    def __str__(self) -> str:
        return self.name if self.k is None else f"{self.name}@{self.k}"

    def __call__(self, grades: Grades, relevant: Sequence[int]) -> float:
        return _FUNCTIONS[self.name](grades, relevant, self.k)


def parse_measure(text: str) -> Measure:
    """The measure that `text` names, in any case; QuidError lists the names where it names none."""
    match = re.fullmatch(r"([A-Za-z]+)(?:@([1-9][0-9]*))?", text.strip())
    names = {name.lower(): name for name in _FUNCTIONS}
    if match is None or match[1].lower() not in names:
        raise QuidError(f"no measure is called {text!r}; one of {', '.join(names.values())}, as in nDCG@10")
    return Measure(names[match[1].lower()], int(match[2]) if match[2] else None)


def measure_ranking(
    grades: Grades, relevant: Sequence[int], names: Iterable[str] = DEFAULT_MEASURES
) -> dict[str, float]:
    """The named measures of one ranking."""
    return {str(measure): measure(grades, relevant) for measure in map(parse_measure, names)}


def trec_order(scores: Mapping[str, float]) -> list[str]:
    """The ids in the order in which trec_eval ranks them, whatever order a run lists them in.

    It compares scores in single precision, and puts the id that sorts last first among equals.
    """
    import numpy as np

    single = np.fromiter(scores.values(), dtype=np.float32, count=len(scores)).tolist()
    return [name for _, name in sorted(zip(single, scores, strict=True), reverse=True)]


def grade_documents(ranking: Sequence[str], qrels: Mapping[str, int]) -> tuple[list[int | None], list[int]]:
    """`grades` and `relevant` of ranked document ids: what every measure here takes."""
    return [qrels.get(document) for document in ranking], [grade for grade in qrels.values() if grade > 0]


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _found(grades: Grades) -> int:
    return sum((grade or 0) > 0 for grade in grades)
