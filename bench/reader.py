"""`python -m bench.reader INDEX RECORDS SEED`: asks an index all the while, until its standard input ends.

Prints, as JSON, how often it asked, of how many editions, and every error and every answer that
was not of one whole edition. Errors while a file named `damaged` lies in RECORDS are counted apart.
"""

from __future__ import annotations

import json
import logging
import random
import select
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.library import edition_of, faults_of
from bench.synthetic import SyntheticEmbedder, make_question
from bench.writer import DIMENSION
from index import Index, open_index
from qa.current import CurrentAnswerer

__all__ = ["Reader"]

_PAUSE = 0.02


class _Asker:
    """As much of an answerer as the search of one needs."""

    def __init__(self, searcher: Index) -> None:
        self.searcher = searcher


class Reader:
    """Asks an index that it keeps open as a server does, and one that it opens anew each time."""

    def __init__(self, folder: Path, records: Path, seed: int) -> None:
        self._folder, self._records = folder, records
        self._chance = random.Random(seed)
        self._embedder = SyntheticEmbedder(DIMENSION)
        self.asked, self.editions, self.faults, self.slowest = 0, set[int](), list[str](), 0.0
        self.excused: Counter[str] = Counter()
        self._current: Any = CurrentAnswerer(folder, lambda place: _Asker(self._open(place)), seconds=0)  # type: ignore[arg-type,return-value]

    def ask(self) -> None:
        """Once of each."""
        damaged = (self._records / "damaged").exists()
        started = time.perf_counter()
        try:
            with self._current.lent() as asker:
                self._look(asker.searcher)
            with self._open(self._folder) as index:
                self._look(index)
        except Exception as error:
            # Damage is done behind everybody's back, also between a reader's check of a file and its use.
            if damaged or (self._records / "damaged").exists():
                self.excused[type(error).__name__] += 1
            else:
                self.faults.append(f"{type(error).__name__}: {error}")
        self.slowest = max(self.slowest, time.perf_counter() - started)

    def close(self) -> None:
        """Let go of the index."""
        self._current.close()

    def _open(self, folder: Path) -> Index:
        return open_index(folder, embedder=self._embedder)

    def _look(self, index: Index) -> None:
        self.faults += faults_of(index, self._records, make_question(self._chance))
        self.editions.add(edition_of(index))
        self.asked += 1


def main(folder: Path, records: Path, seed: int) -> None:
    """Until standard input ends."""
    logging.disable(logging.WARNING)
    reader = Reader(folder, records, seed)
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], _PAUSE)[0]:
        reader.ask()
    reader.close()
    told = {"asked": reader.asked, "editions": len(reader.editions), "slowest": reader.slowest}
    print(json.dumps({**told, "faults": reader.faults, "excused": reader.excused}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
