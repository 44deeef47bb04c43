"""Which sentence belongs to which passage: every question asks it for hundreds, so that it is kept in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

__all__ = ["Owners"]

# A passage's sentences are stored together, so that their numbers have no gaps.
_SELECT = "SELECT passage, min(id), count(*) FROM sentence {} GROUP BY passage ORDER BY passage"
_ALL, _SOME = _SELECT.format(""), _SELECT.format("WHERE passage IN ({})")
# Of more sentences than these, it is looked up: to read them all would keep the first question waiting.
_MOST_KEPT = 1_000_000
_AT_ONCE = 500


class Owners:
    """Numbers of sentences and of their passages; both count up together, as they were stored."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        highest = database.execute("SELECT max(id) FROM sentence").fetchone()[0] or 0
        self._kept = _arrays(database.execute(_ALL)) if highest <= _MOST_KEPT else None

    def passages(self, sentences: np.ndarray) -> np.ndarray:
        """The passage of each of those sentences."""
        if self._kept is None:
            rows = self._rows("SELECT id, passage FROM sentence WHERE id IN ({})", sentences.tolist())
            owners = dict(rows)
            return np.array([owners[sentence] for sentence in sentences.tolist()], np.int64)
        passages, first, _ = self._kept
        return passages[np.searchsorted(first, sentences, "right") - 1]

    def sentences(self, passages: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """The sentences of those passages, one passage after the other, and how many each has."""
        kept = self._kept
        owners, first, count = _arrays(self._rows(_SOME, passages)) if kept is None else kept
        if not len(owners):
            return np.zeros(0, np.int64), np.zeros(len(passages), np.int64)
        places = np.minimum(np.searchsorted(owners, passages), len(owners) - 1)
        counts = np.where(owners[places] == passages, count[places], 0)
        begin = np.repeat(first[places] - np.cumsum(counts) + counts, counts)
        return begin + np.arange(len(begin)), counts

    def _rows(self, query: str, numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
        wanted = sorted(set(numbers))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            yield from self._database.execute(query.format(",".join("?" * len(some))), some)


def _arrays(rows: Iterable[tuple[int, ...]]) -> np.ndarray:
    """Passages in order, the first sentence of each, and how many each has: shape (3, passages)."""
    return np.array(list(rows), np.int64).reshape(-1, 3).T.copy()
