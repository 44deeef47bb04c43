"""Which row of a store an id is in."""

from __future__ import annotations

import numpy as np

__all__ = ["IdOrder"]


class IdOrder:
    """The ids of a store's rows, int64; ids that count up one by one take no memory."""

    def __init__(self, ids: np.ndarray) -> None:
        self._first, self._count = (int(ids[0]) if len(ids) else 0), len(ids)
        self._sorted, self._order = ids[:0], None
        steps = np.diff(ids)
        self._is_gapless = bool((steps == 1).all())
        if self._is_gapless:
            return
        if (steps > 0).all():  # as they come; no other order need be kept in memory
            self._sorted = ids
        else:
            self._order = np.argsort(ids, kind="stable")
            self._sorted = ids[self._order]

    def holds(self, ids: np.ndarray) -> np.ndarray:
        """For each of those ids, whether it is there."""
        if self._is_gapless:
            return (ids >= self._first) & (ids < self._first + self._count)
        return self._sorted[self._places(ids)] == ids

    def rows(self, ids: np.ndarray) -> np.ndarray:
        """The row of each of those ids; KeyError for one that isn't there."""
        unknown = ids[~self.holds(ids)]
        if len(unknown):
            raise KeyError(int(unknown[0]))
        if self._is_gapless:
            return ids - self._first
        places = self._places(ids)
        return places if self._order is None else self._order[places]

    def _places(self, ids: np.ndarray) -> np.ndarray:
        return np.minimum(np.searchsorted(self._sorted, ids), self._count - 1)
