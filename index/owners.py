"""Which sentence belongs to which passage, kept in memory: every question asks it for hundreds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

__all__ = ["Owners"]


class Owners:
    """Numbers of sentences and of their passages; both count up together, as they were stored."""

    def __init__(self, database: sqlite3.Connection) -> None:
        # A passage's sentences are stored together, so that their numbers have no gaps.
        rows = database.execute("SELECT passage, min(id), count(*) FROM sentence GROUP BY passage ORDER BY passage")
        self._passages, self._first, self._counts = np.array(rows.fetchall(), np.int64).reshape(-1, 3).T.copy()

    def passages(self, sentences: np.ndarray) -> np.ndarray:
        """The passage of each of those sentences."""
        return self._passages[np.searchsorted(self._first, sentences, "right") - 1]

    def sentences(self, passages: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """The sentences of those passages, one passage after the other, and how many each has."""
        if not len(self._passages):
            return np.zeros(0, np.int64), np.zeros(len(passages), np.int64)
        places = np.minimum(np.searchsorted(self._passages, passages), len(self._passages) - 1)
        counts = np.where(self._passages[places] == passages, self._counts[places], 0)
        begin = np.repeat(self._first[places] - np.cumsum(counts) + counts, counts)
        return begin + np.arange(len(begin)), counts
