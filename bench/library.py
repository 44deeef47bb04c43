"""A folder of documents that goes from edition to edition, and what an index of each edition holds."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping
from pathlib import Path

from bench.synthetic import make_text
from corpus import read
from index import Index

__all__ = ["EDITION", "Library", "edition_of", "faults_of"]

# The document that says which edition it is.
EDITION = "edition.txt"


class Library:
    """Documents in `folder`; what an edition of them holds is kept in `records`, for readers to compare."""

    def __init__(self, folder: Path, records: Path, documents: int, chance: random.Random) -> None:
        self.folder, self.number = folder, 0
        self._records, self._chance = records, chance
        folder.mkdir(parents=True)
        records.mkdir(parents=True)
        for place in range(documents):
            self._write(f"{place:04}.txt")
        self._next = documents
        self._say_number()
        self.record(self.contents())

    def change(self, removing: bool = True) -> None:
        """Go on to the next edition: some documents change, one comes and, with `removing`, one goes."""
        self.number += 1
        names = sorted(path.name for path in self.folder.iterdir() if path.name != EDITION)
        for name in self._chance.sample(names, self._chance.randint(1, 4)):
            self._write(name)
        if removing:
            (self.folder / self._chance.choice(names)).unlink()
        self._write(f"{self._next:04}.txt")
        self._next += 1
        self._say_number()

    def contents(self) -> dict[str, str]:
        """{id: SHA-256 of the text} of the documents in the folder."""
        return {path.name: read(path).sha256 for path in sorted(self.folder.iterdir())}

    def record(self, contents: Mapping[str, str]) -> None:
        """Keep what an index of the current edition holds."""
        fresh = self._records / "fresh"
        fresh.write_text(json.dumps(contents), encoding="utf-8")
        os.replace(fresh, self._records / f"{self.number}.json")

    def _write(self, name: str) -> None:
        topic = self._chance.randrange(500)
        paragraphs = [make_text(self._chance, topic, self._chance.randint(1, 5)) for _ in range(3)]
        (self.folder / name).write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")

    def _say_number(self) -> None:
        (self.folder / EDITION).write_text(f"This is edition {self.number} of the library.\n", encoding="utf-8")


def edition_of(index: Index) -> int:
    """The number of the edition that the index says it holds."""
    return int(index.document(EDITION).text.split()[3])


def faults_of(index: Index, records: Path, question: str) -> list[str]:
    """What of an index is not its edition's; a question, asked of it, finds that edition's passages only."""
    number = edition_of(index)
    recorded: dict[str, str] = json.loads((records / f"{number}.json").read_text(encoding="utf-8"))
    held = {record.id: record.sha256 for record in index.documents()}
    hits = index.search(question)
    faults = [] if hits else [f"edition {number}: nothing is found"]
    faults += [f"edition {number}: {id} is another" for id in sorted(held.keys() | recorded.keys())
               if held.get(id) != recorded.get(id)]  # fmt: skip
    return faults + [
        f"edition {number}: {hit.passage.document_id} is found, and is none of its documents"
        for hit in hits
        if hit.passage.sha256 != recorded.get(hit.passage.document_id)
    ]
