"""How near questions about something else come to the documents: what an answer has to rise above.

A cosine of .3 is near in a folder about one thing, and nothing in a large one about everyday life,
where whatever is asked comes as near as that to some sentence. So the confidence looks at how near a
question comes beside how near others come that the documents are surely not about.
"""

from __future__ import annotations

import json
import statistics
import threading
from contextlib import suppress
from typing import Any

from index import OpenIndex, Searcher
from index.files import replace_text
from qa.chatter import EVERYDAY

__all__ = ["FILE_NAME", "USUAL", "Background", "level_of"]

FILE_NAME = "background.json"
# About what it is for a hundred pages about one thing.
USUAL = 0.2

_FORMAT = 1
_HITS = 5
# So many times as many passages, or so many times fewer, come nearer or less near.
_OUTGROWN = 1.25


def level_of(searcher: Searcher) -> float:
    """The cosine, -1 to 1, of the nearest sentence to a question about something else, at the median.

    The median, since the documents may be about one or the other thing after all.
    """
    found = [searcher.search(question, _HITS) for question in EVERYDAY]
    nearest = [max(max(hit.sentences, default=hit.similarity) for hit in hits) for hits in found if hits]
    return statistics.median(nearest) if nearest else 0.0


class Background:
    """The level of an index, found when it is first asked for and kept beside it; safe from many threads."""

    def __init__(self, index: OpenIndex) -> None:
        self._index = index
        self._level: float | None = None
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """The level, as of `level_of`: at first some tenths of a second, of a large index a second or two."""
        with self._lock:
            if self._level is None:
                self._level = self._kept()
            if self._level is None:
                self._level = round(level_of(self._index), 4)
                self._keep()
            return self._level

    def _kept(self) -> float | None:
        """What was kept, where it was found for about as many passages and with the same model."""
        try:
            kept = json.loads((self._index.folder / FILE_NAME).read_text(encoding="utf-8"))
            then, now = int(kept["passages"]), self._index.manifest.passages
            if (kept["format"], kept["model"]) != (_FORMAT, self._index.manifest.model):
                return None
            return float(kept["level"]) if max(then, now) <= _OUTGROWN * min(then, now) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _keep(self) -> None:
        """Keep it for the next start; where that can't be, it is found again."""
        manifest = self._index.manifest
        value: dict[str, Any] = {"format": _FORMAT, "model": manifest.model, "passages": manifest.passages}
        with suppress(OSError):
            replace_text(self._index.folder / FILE_NAME, json.dumps(value | {"level": self._level}))
