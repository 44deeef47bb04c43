"""Which sentence belongs to which passage, kept in memory: every question asks it for hundreds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

__all__ = ["Owners"]


class Owners:
    """Numbers of sentences and of their passages; both count up together, as they were stored."""

    def __init__(self, database: sqlite3.Connection) -> None:
        rows = database.execute("SELECT id, passage FROM sentence ORDER BY id").fetchall()
        self._sentences, self._passages = np.array(rows, np.int64).reshape(-1, 2).T

    def passages(self, sentences: np.ndarray) -> np.ndarray:
        """The passage of each of those sentences."""
        return self._passages[np.searchsorted(self._sentences, sentences)]

    def sentences(self, passages: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """The sentences of those passages, one passage after the other, and how many each has."""
        first = np.searchsorted(self._passages, passages, "left")
        counts = np.searchsorted(self._passages, passages, "right") - first
        begin = np.repeat(first - np.cumsum(counts) + counts, counts)
        return self._sentences[begin + np.arange(len(begin))], counts
