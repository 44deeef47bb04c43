"""How near questions about something else come to the documents: what an answer has to rise above.

A cosine of .3 is near in a folder about one thing, and nothing in a large one about everyday life,
where whatever is asked comes as near as that to some sentence. So the confidence looks at how near a
question comes beside how near others come that the documents are surely not about.
"""

from __future__ import annotations

import threading

from index import OpenIndex
from index.everyday import keep_level, kept_level, level_of

__all__ = ["USUAL", "Background"]

# About what it is for a hundred pages about one thing.
USUAL = 0.2


class Background:
    """The level of an index, found when it is first asked for and kept beside it; safe from many threads."""

    def __init__(self, index: OpenIndex) -> None:
        self._index = index
        self._level: float | None = None
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """The level, as of `level_of`: at first some tenths of a second; of a large index it is found as it is made."""
        with self._lock:
            if self._level is None:
                self._level = kept_level(self._index.folder, self._index.manifest)
            if self._level is None:
                self._level = round(level_of(self._index), 4)
                keep_level(self._index.folder, self._index.manifest, self._level)
            return self._level
