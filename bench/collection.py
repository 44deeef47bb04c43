"""`python -m bench collection DATASET --index KEPT`: a test collection measured here, and as one would in twenty lines.

Whole commands are timed, from start to the last line, turn by turn: what counts is the ratio of questions a second.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.timing import seconds, table, write
from corpus.command import say
from qa.datasets import read_dataset

__all__ = ["Reading", "add_arguments", "run"]

ROOT = Path(__file__).resolve().parents[1]
# What is measured more than the twenty lines do stands first.
HERE: Mapping[str, tuple[str, ...]] = {
    "here: search, closer look, answers": (),
    "here: search, closer look": ("--retrieval-only",),
    "here: words and vectors": ("--retrieval-only", "--only", "fused"),
    "here: vectors": ("--retrieval-only", "--only", "vectors"),
}
PLAIN: Mapping[str, tuple[str, ...]] = {
    "plain: kept vectors, one by one": ("--singly",),
    "plain: kept vectors, one batch": (),
}
FRESH = "plain: nothing kept"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a collection was measured, and how long the fastest of the turns took, in seconds."""

    what: str
    seconds: float
    questions: int

    @property
    def rate(self) -> float:
        """Questions a second, from start to end."""
        return self.questions / self.seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="a BEIR folder")
    parser.add_argument("--index", type=Path, required=True, metavar="DIR", help="the index of it that was kept")
    parser.add_argument("--turns", type=int, default=2, metavar="N", help="of all of them (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when all was measured."""
    questions = len(read_dataset(arguments.dataset).questions)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        readings = list(_readings(arguments, Path(place) / "vectors.npy", questions))
    plain = [one for one in readings if one.what.startswith("plain")]
    heads = ["", "seconds", "questions a second", *(one.what.removeprefix("plain: ") for one in plain)]
    print(table([heads, *([one.what, f"{one.seconds:.1f}", f"{one.rate:.1f}",
                           *(f"{one.rate / other.rate:.1f} times" for other in plain)] for one in readings)]))
    write(arguments.json, [asdict(one) for one in readings])
    return 0


def _readings(arguments: argparse.Namespace, vectors: Path, questions: int) -> Iterator[Reading]:
    ours = ["qa", "evaluate", str(arguments.dataset), "--index", str(arguments.index)]
    plain = ["bench.plain_evaluation", str(arguments.dataset), "--kept", str(vectors)]
    commands = {name: [*ours, *more] for name, more in HERE.items()}
    commands |= {name: [*plain, *more] for name, more in PLAIN.items()}
    yield _said(Reading(FRESH, _call(plain), questions))
    taken = [{name: _call(command) for name, command in commands.items()} for _ in range(arguments.turns)]
    for name in commands:
        yield _said(Reading(name, min(turn[name] for turn in taken), questions))


def _call(words: list[str]) -> float:
    command = [sys.executable, "-m", *words]
    return seconds(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True))


def _said(reading: Reading) -> Reading:
    say(f"{reading.what}: {reading.seconds:.1f} s")
    return reading
