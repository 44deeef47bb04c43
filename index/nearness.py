"""What comes near a question: passages and their sentences, by their vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from index.layers import StoredVectors
from index.owners import Owners

__all__ = ["Nearness"]

# Sentences are about ten times as many as passages: of more than these, only those of passages that were
# found otherwise are looked at. With feedbackqa_uk and SciFact nDCG@10 is the same either way.
_SENTENCES_SEARCHED = 50_000


class Nearness:
    """The vectors of an index's passages and sentences, whose numbers are in that database."""

    def __init__(self, passages: StoredVectors, sentences: StoredVectors, database: sqlite3.Connection) -> None:
        self.passages, self.sentences = passages, sentences
        self._database = database

    @property
    def is_large(self) -> bool:
        """Whether there are too many sentences to look at more of them than are needed."""
        return len(self.sentences) > _SENTENCES_SEARCHED

    def nearest(self, vector: np.ndarray, depth: int, among: Sequence[int] | None = None) -> dict[int, float]:
        """{passage: cosine} of those nearest to the vector, and of those whose sentences are.

        As many as `depth` of both, or twice as many passages; or the nearest of the passages `among`.
        """
        if among is not None:
            cosines = self.passages.cosines(among, vector)
            return {among[place]: float(cosines[place]) for place in np.argsort(-cosines, kind="stable")[: 2 * depth]}
        found, cosines = self.passages.search(vector, 2 * depth if self.is_large else depth)
        near = dict(zip(found.tolist(), cosines.tolist(), strict=True))
        if self.is_large:
            return near
        sentences, _ = self.sentences.search(vector, depth)
        return self.with_others(near, self._owners.passages(sentences).tolist(), vector)

    def with_others(self, near: Mapping[int, float], passages: Sequence[int], vector: np.ndarray) -> dict[int, float]:
        """Those cosines, and those of the passages that aren't among them."""
        others = sorted(set(passages) - near.keys())
        return {**near, **dict(zip(others, self.passages.cosines(others, vector).tolist(), strict=True))}

    def sentence_cosines(
        self, passages: Sequence[int], looked_at: np.ndarray, vector: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The cosines of the sentences of those passages, in order, and where each passage's begin and end.

        Passages count up; of those at other places than `looked_at`, which count up too, there are none.
        """
        sentences, found = self._owners.sentences([passages[place] for place in looked_at])
        counts = np.zeros(len(passages), np.int64)
        counts[looked_at] = found
        return self.sentences.cosines(sentences, vector), np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def _owners(self) -> Owners:
        return Owners(self._database)
