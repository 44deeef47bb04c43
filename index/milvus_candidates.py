"""Which passages on Milvus may answer a question, by vectors and by words, and what their words score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from index.milvus_engine import Engine
from index.milvus_manifest import Known
from index.milvus_rows import number_of
from index.milvus_words import Words
from index.terms import Terms, bm25, dimension_of, rarities

__all__ = ["Scorer", "find_candidates"]

# The engine's scores are of the day a passage was written: a few more are taken, and scored as of today.
_MORE_WORDS = 20
# Without sparse vectors, a question's rarest words are looked for, as long as no more passages hold them together.
_HELD = 1_000


class Scorer:
    """BM25 of a question's stems, as of an edition."""

    def __init__(self, known: Known, words: Words, stems: Sequence[str], context_weight: float) -> None:
        self._stems, self._context_weight = stems, context_weight
        self.asked = Counter(stems)
        self.holding = {stem: words.holding(stem) for stem in self.asked}
        self.passages = known.manifest.passages
        self._average = known.length / max(self.passages, 1)

    def scores(self, lines: Sequence[str]) -> np.ndarray:
        """Of passages, by what is kept of their words; float, 0 and up."""
        return np.array([
            bm25(
                Terms.counted(line, self._stems), self.asked, self.holding, self.passages, self._average,
                self._context_weight,
            )
            for line in lines
        ])  # fmt: skip

    def best(self, lines: Sequence[str], depth: int) -> np.ndarray:
        """The same, and 0 of all but the `depth` best."""
        scores = self.scores(lines)
        if len(scores) > depth:
            scores[np.argsort(-scores, kind="stable")[depth:]] = 0.0
        return scores


def find_candidates(
    engine: Engine, known: Known, words: Words, stems: Sequence[str], vector: np.ndarray, depth: int,
    context_weight: float, where: str, pool: Executor,
) -> tuple[list[int], Scorer]:  # fmt: skip
    """Keys of passages that are near by their words or by their vectors; and what scores their words."""
    by_vector = pool.submit(
        engine.search, known.edition.build.passages, "vector", vector.astype(np.float32), 2 * depth,
        {"ef": 4 * depth}, where,
    )  # fmt: skip
    words.learn((), stems)
    scorer = Scorer(known, words, stems, context_weight)
    by_words = _by_sparse_vectors if engine.knows_words else _by_rare_words
    found = by_words(engine, known, scorer, depth + _MORE_WORDS, where)
    return list(dict.fromkeys([*found, *(key for key, _ in by_vector.result())])), scorer


def _by_sparse_vectors(engine: Engine, known: Known, scorer: Scorer, limit: int, where: str) -> list[int]:
    sparse: dict[int, float] = {}
    for stem, rarity in rarities(scorer.asked, scorer.holding, scorer.passages).items():
        if scorer.holding[stem]:
            sparse[dimension_of(stem)] = sparse.get(dimension_of(stem), 0.0) + rarity
    if not sparse:
        return []
    found = engine.search(known.edition.build.passages, "words", sparse, limit, {}, where)
    return [key for key, score in found if score > 0]


def _by_rare_words(engine: Engine, known: Known, scorer: Scorer, limit: int, where: str) -> list[int]:
    wanted, held = [], 0
    for stem in sorted(scorer.asked, key=lambda stem: scorer.holding[stem]):
        held += scorer.holding[stem]
        if held > _HELD:
            break
        if scorer.holding[stem]:
            wanted.append(number_of(stem))
    if not wanted:
        return []
    holding = f"array_contains_any(stems, {wanted})"
    condition = f"{holding} and ({where})" if where else holding
    rows = engine.query(known.edition.build.passages, ["key", "place", "terms"], condition)
    rows.sort(key=lambda row: row["place"])
    best = np.argsort(-scorer.scores([row["terms"] or "0 " for row in rows]), kind="stable")
    return [rows[place]["key"] for place in best[:limit]]
