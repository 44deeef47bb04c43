"""`python -m bench crashes`: kill commands of the index at random instants, and fill its disk, while readers ask.

After each, the index passes its check, holds one whole edition of its documents (that before the
command or that after it), and nothing whose vector was stored is embedded again; no reader may see
an error or a mixture. What happened is shown, and every fault; the exit status is 1 where there is one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.full_disk import NoDisk, filled, small_disk
from bench.trial import KINDS, Outcome, Trials
from corpus import QuidError
from corpus.command import say

__all__ = ["Tally", "add_arguments", "fill", "kill", "run"]

_DISK = 48 << 20
# Half the kills come at any instant of a command, at most this many times as late as it takes: some come
# too late. The others come within so many seconds of its beginning to publish.
_LATE, _PUBLISHES = 1.2, 0.08
# A filled disk has room left for at most so many times the first generation.
_ROOM = 3


class Faulty(QuidError):
    """The index did not bear it."""


@dataclass(slots=True)
class Tally:
    """What happened: how often, by the kind of command and how it ended, and every fault."""

    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    stored: int = 0

    def take(self, outcome: Outcome, how: str) -> None:
        """Count an outcome."""
        self.ended[outcome.kind, f"{how}, {'new' if outcome.moved else 'as it was'}"] += 1
        self.faults += [f"{outcome.kind} ({how}): {fault}" for fault in outcome.faults]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="commands to kill (default: %(default)s)")
    parser.add_argument(
        "--full-disks", type=int, default=50, metavar="N", help="commands on a full disk (default: %(default)s)"
    )
    parser.add_argument("--readers", type=int, default=4, metavar="N", help="processes that ask (default: %(default)s)")
    parser.add_argument("--documents", type=int, default=24, metavar="N", help="in the library (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another run of luck (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """0 when everything was borne."""
    faults: list[str] = []
    for title, count, trial in (("killed", arguments.kills, kill), ("full disk", arguments.full_disks, fill)):
        if not count:
            continue
        try:
            tally = trial(count, arguments.readers, arguments.documents, arguments.seed)
        except NoDisk as error:
            say(f"no disk was filled: none can be mounted here ({error})")
            continue
        _show(title, tally)
        faults += tally.faults
    if faults:
        raise Faulty(f"{len(faults)} faults")
    return 0


def kill(count: int, readers: int, documents: int, seed: int) -> Tally:
    """So many commands are killed."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        trials = Trials(Path(folder) / "index", Path(folder), documents, seed)
        with _asked(trials, readers, tally):
            took = {kind: [trials.run(kind).seconds] for kind in KINDS}
            killed = 0
            while killed < count:
                kind, publishing = trials.chance.choice(KINDS), trials.chance.random() < 0.5
                latest = _PUBLISHES if publishing else _LATE * statistics.fmean(took[kind])
                outcome = trials.run(kind, trials.chance.uniform(0, latest), publishing)
                killed += outcome.status == -9
                if outcome.status == 0 and not publishing:
                    took[kind].append(outcome.seconds)
                tally.take(outcome, "killed" if outcome.status == -9 else "ended before")
                _show_progress(killed, count, tally)
    return tally


def fill(count: int, readers: int, documents: int, seed: int) -> Tally:
    """So many commands find that the disk is too full. NoDisk where there is none to fill."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, small_disk(Path(folder) / "disk", _DISK):
        trials = Trials(Path(folder) / "disk" / "index", Path(folder), documents, seed)
        with _asked(trials, readers, tally):
            size = sum(path.stat().st_size for path in trials.folder.glob("generations/000001/*"))
            trials.run("sync")
            full = 0
            while full < count:
                kind = trials.chance.choice(KINDS)
                free = int(trials.chance.uniform(0, _ROOM) * size)
                outcome = trials.run(kind, around=filled(Path(folder) / "disk", free))
                full += _take_filled(tally, outcome)
                _show_progress(full, count, tally)
    return tally


def _take_filled(tally: Tally, outcome: Outcome) -> bool:
    """Whether the command was refused because of the disk; then as in one line, and with nothing changed."""
    lines = outcome.said.splitlines()
    refused = outcome.status == 1 and len(lines) == 1 and "can't be written to" in lines[0]
    if outcome.status and not refused and "no generation before" not in outcome.said:
        outcome.faults.append(f"status {outcome.status}, said {outcome.said!r}")
    tally.take(outcome, "refused" if refused else "not refused")
    return refused


@contextmanager
def _asked(trials: Trials, readers: int, tally: Tally) -> Iterator[None]:
    """The index is made and, while this lasts, asked by so many readers."""
    trials.start()
    told: list[str] = []
    with trials.readers(readers, told):
        yield
    tally.stored = len(trials.embedded)
    for line in told:
        reader = json.loads(line)
        tally.faults += [f"reader: {fault}" for fault in reader["faults"]]
        excused = [f", {name} {times:,} times while it was damaged" for name, times in reader["excused"].items()]
        tally.told.append(
            f"a reader asked {reader['asked']:,} times, saw {reader['editions']} editions, "
            f"waited at most {reader['slowest']:.2f} s and had {len(reader['faults'])} faults"
            + "".join(excused)
        )


def _show_progress(done: int, count: int, tally: Tally) -> None:
    if done % 10 == 0:
        say(f"{done} of {count}, {len(tally.faults)} faults")


def _show(title: str, tally: Tally) -> None:
    print(f"{title}: {tally.stored:,} vectors were stored, {len(tally.faults)} faults")
    for (kind, how), times in sorted(tally.ended.items()):
        print(f"  {times:4} {kind}: {how}")
    for line in [*tally.told, *tally.faults]:
        print(f"  {line}")
