"""One trial after another on an index: a command is begun, and what is left of it is looked at."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from bench.library import Library, edition_of, faults_of
from bench.synthetic import SyntheticEmbedder, make_question
from bench.writer import DIMENSION, PUBLISHING
from index import IndexDamaged, IndexMismatch, open_index
from index.checking import check
from index.generations import all_generations
from index.manifest import FILES

__all__ = ["KINDS", "Outcome", "Trials"]

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("add", "sync", "rollback", "repair")


@dataclass(slots=True)
class Outcome:
    """How a command ended: its exit status (-9 where it was killed), its seconds, what it said, and
    whether the index holds what it held `before` it, or what the command was to bring.
    """

    kind: str
    status: int
    seconds: float
    said: str
    moved: bool = False
    faults: list[str] = field(default_factory=list)


class Trials:
    """An index at `folder` of a library whose editions are recorded in `work`."""

    def __init__(self, folder: Path, work: Path, documents: int, seed: int) -> None:
        self.folder, self.records = folder, work / "records"
        self.chance = random.Random(seed)
        self.library = Library(work / "library", self.records, documents, self.chance)
        self.embedded: Counter[str] = Counter()
        self._work, self._embedder = work, SyntheticEmbedder(DIMENSION)
        self._begun = 0

    def run(
        self,
        kind: str,
        seconds: float | None = None,
        publishing: bool = False,
        around: AbstractContextManager[None] | None = None,
    ) -> Outcome:
        """Run the command within `around`, and look at what is left of the index.

        It is killed so many seconds after it began, or began `publishing`.
        """
        before = self._held()
        target = self._prepare(kind)
        with around or nullcontext():
            outcome = self._command(kind, self._arguments(kind), seconds, publishing)
        self._look(outcome, before, target)
        return outcome

    def start(self) -> Outcome:
        """Make the index, of the first edition."""
        outcome = self._command("sync", self._arguments("sync"))
        self._look(outcome, 0, 0)
        return outcome

    @contextmanager
    def readers(self, count: int, told: list[str]) -> Iterator[None]:
        """So many processes that ask all the while; what each tells at its end is a line of JSON in `told`."""
        command = [sys.executable, "-m", "bench.reader", str(self.folder), str(self.records)]
        processes = [
            subprocess.Popen([*command, str(seed)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for seed in range(count)
        ]
        try:
            for process in processes:
                assert process.stdout and process.stdout.readline() == "ready\n"
            yield
            told += [process.communicate(timeout=60)[0].strip() for process in processes]
        finally:
            for process in processes:
                process.kill()
                process.wait()

    def _prepare(self, kind: str) -> int:
        """Make ready what the command needs; gives the edition that it is to bring."""
        if kind == "rollback":
            return self._earlier()
        if kind == "repair":
            self._damage()
            return self._held_before_damage
        held = self._contents() if kind == "add" else {}
        self.library.change(removing=kind == "sync")
        self.library.record(held | self.library.contents())
        return self.library.number

    def _arguments(self, kind: str) -> list[str]:
        words = {"rollback": ["rollback"], "repair": ["check", "--repair"]}.get(kind, [kind, str(self.library.folder)])
        return [*words, "--index", str(self.folder)]

    def _command(
        self, kind: str, words: list[str], seconds: float | None = None, publishing: bool = False
    ) -> Outcome:
        log = self._work / "embedded"
        log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.writer", str(log), *words]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout
            ready = process.stdout.readline()
            started = time.perf_counter()
            if publishing:
                while process.stdout.readline().strip() not in (PUBLISHING, ""):
                    pass
            if seconds is not None:
                time.sleep(seconds)
                process.kill()
            _, errors = process.communicate()
            outcome = Outcome(kind, process.returncode, time.perf_counter() - started, errors)
        if ready != "ready\n":
            raise RuntimeError(errors)
        self.embedded.update(log.read_text().split())
        return outcome

    def _look(self, outcome: Outcome, before: int, target: int) -> None:
        damaged = self.records / "damaged"
        if damaged.exists():
            try:
                open_index(self.folder).close()
            except IndexDamaged:  # as it was
                mended = self._command("repair", self._arguments("repair"))
                if mended.status:
                    outcome.faults.append(f"not mended: {mended.said.strip()}")
            damaged.unlink()
        with open_index(self.folder, embedder=self._embedder) as index:
            held = edition_of(index)
            outcome.moved = held == target != before
            outcome.faults += check(index)
            outcome.faults += faults_of(index, self.records, make_question(self.chance))
        if held not in (before, target) or (outcome.status == 0 and held != target):
            outcome.faults.append(f"edition {held} after {before} and on the way to {target}")
        if again := [key for key, times in self.embedded.items() if times > 1]:
            outcome.faults.append(f"{len(again)} texts were embedded again")
            self.embedded = Counter(set(self.embedded))

    def _held(self) -> int:
        with open_index(self.folder, embedder=self._embedder) as index:
            return edition_of(index)

    def _contents(self) -> dict[str, str]:
        with open_index(self.folder, embedder=self._embedder) as index:
            return {record.id: record.sha256 for record in index.documents()}

    def _earlier(self) -> int:
        """The edition of the generation that a rollback leads to: that before the current one which is whole."""
        current, *others = all_generations(self.folder)
        for place in others:
            if place.name < current.name:
                try:
                    with open_index(self.folder, generation=int(place.name)) as index:
                        return edition_of(index)
                except (IndexDamaged, IndexMismatch):
                    continue
        return self._held()

    def _damage(self) -> None:
        """Flip a bit of one half of the vectors, cut it off, or take it away; those who have it open keep theirs."""
        self._held_before_damage = self._held()
        (self.records / "damaged").touch()
        path = all_generations(self.folder)[0] / self.chance.choice(FILES[1:])
        content = bytearray(path.read_bytes())
        place = self.chance.randrange(len(content))
        match self.chance.choice(("bit", "cut", "gone")):
            case "bit":
                content[place] ^= 1 << self.chance.randrange(8)
            case "cut":
                del content[place:]
            case "gone":
                path.unlink()
                return
        copy = path.with_name("damaged.new")
        copy.write_bytes(content)
        os.replace(copy, path)
