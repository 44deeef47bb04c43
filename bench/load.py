"""`python -m bench load`: many people ask at once, and tens of thousands of questions are asked: speed, faults, memory.

Server, askers and a bare route are a process each, on loopback. The bare route gives a constant as
large as an answer through the same framework, so it is what the web alone costs here; the embedding
model's own time for a question is what no answer can be faster than.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.synthetic import make_question
from bench.timing import percentile, seconds, table, write
from corpus import read_folder
from corpus.command import say
from index import update_index
from index.models import load_embedder

__all__ = ["Figures", "Load", "add_arguments", "measure", "memory_of", "run", "served"]

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "qa" / "questions"


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked: so many of the judged questions, by how many at once and for how long; then questions
    of which each is another, in steps after which the memory is looked at.
    """

    judged: int = 1000
    askers: int = 50
    seconds: float = 60
    questions: int = 20_000
    step: int = 2_000


@dataclass(slots=True)
class Figures:
    """What was measured: seconds of the requests, answers a second, what went wrong, and bytes of memory."""

    embedding: float = 0.0
    asked: dict[str, list[float]] = field(default_factory=dict)
    rate: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    differing: int = 0
    memory: list[int] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    usual = Load()
    parser.add_argument("--askers", type=int, default=usual.askers, metavar="N", help="at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=usual.seconds, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--questions", type=int, default=usual.questions, metavar="N",
        help="asked while the server's memory is watched, each another one (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: one of the documents that ship")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing went wrong."""
    step = max(1, arguments.questions // 10)
    load = Load(askers=arguments.askers, seconds=arguments.seconds, questions=arguments.questions, step=step)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        index = arguments.index or Path(place) / "index"
        if not arguments.index:
            update_index(index, list(read_folder(ROOT / "corpus" / "documents")))
        figures = measure(index, load)
    print(table([["", "a second", "half within", "95 in 100 within"], *_rows(figures)]))
    print(f"{len(figures.faults)} faults, {figures.differing} answers other than without load")
    print("memory: " + ", ".join(f"{one / 1e6:.0f}" for one in figures.memory) + f" MB, each {load.step} questions")
    for fault in figures.faults[:10]:
        say(fault)
    write(arguments.json, asdict(figures))
    return 1 if figures.faults or figures.differing else 0


def measure(index: Path, load: Load) -> Figures:
    """Ask a server over that index as hard as `load` says."""
    figures, bodies = Figures(), _bodies()[: load.judged]
    serve = [sys.executable, "-m", "ui", "--port", "0", "--no-feedback", "--index", str(index)]
    plain = [sys.executable, "-m", "bench.bare"]
    with served(serve) as (server, address), served(plain) as (_, bare), _asker() as ask:
        first = ask(address=address, bodies=bodies, askers=1, count=2 * len(bodies), keep=True)
        _keep(figures, "one person", first)
        say("all questions were asked once, by one")
        figures.embedding = _embedding([body["question"] for body in bodies])
        for name, where, askers in (
            ("a bare route, one person", bare, 1),
            (f"a bare route, {load.askers} people", bare, load.askers),
            (f"{load.askers} people", address, load.askers),
        ):
            span = load.seconds if askers > 1 and where == address else min(load.seconds, 10)
            found = ask(address=where, bodies=bodies, askers=askers, seconds=span, keep=where == address)
            _keep(figures, name, found)
            say(f"{name}: {len(found['seconds'])} answers in {found['took']:.0f} s")
            if where == address:
                pairs = zip(first["answers"], found["answers"], strict=True)
                figures.differing += sum(other not in (one, None) for one, other in pairs)
        figures.memory = list(_memory(figures, ask, address, server.pid, load))
    return figures


def memory_of(process: int) -> int:
    """Bytes that a process holds in memory (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def _memory(figures: Figures, ask: Any, address: str, process: int, load: Load) -> Iterator[int]:
    """The server's memory before, and after each step of questions that were never asked before."""
    chance = random.Random(7)
    yield memory_of(process)
    for _ in range(load.questions // load.step):
        bodies = [{"question": f"{make_question(chance)} {chance.randrange(10**6)}"} for _ in range(load.step)]
        found = ask(address=address, bodies=bodies, askers=4, count=load.step)
        figures.faults += _faults(found)
        yield memory_of(process)
        say(f"{load.step} more questions, {memory_of(process) / 1e6:.0f} MB")


def _bodies() -> list[dict[str, Any]]:
    """The judged questions that ship, each once."""
    lines = (line for path in sorted(QUESTIONS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    judged = [json.loads(line) for line in lines if line.strip()]
    asked = {(one["question"], tuple(one.get("earlier") or ())) for one in judged}
    return [{"question": question, "earlier": list(earlier)} for question, earlier in sorted(asked)]


def _embedding(questions: Sequence[str]) -> float:
    """The median of what the model takes for a question, with nobody else asking."""
    model = load_embedder()
    model.embed_question("Is everything ready?")
    return percentile([seconds(lambda one=one: model.embed_question(one)) for one in questions], 0.5)


def _keep(figures: Figures, name: str, found: dict[str, Any]) -> None:
    figures.asked[name] = found["seconds"]
    figures.rate[name] = len(found["seconds"]) / found["took"]
    figures.faults += _faults(found)
    figures.differing += found["differing"]


def _faults(found: dict[str, Any]) -> list[str]:
    return [fault for fault, times in found["faults"].items() for _ in range(times)]


@contextmanager
def served(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server and its address, which it prints as `Open http://...`."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            if not line.startswith("Open "):
                raise RuntimeError(f"{' '.join(command)} could not be started")
            yield process, line.split()[1]
        finally:
            process.terminate()


@contextmanager
def _asker() -> Iterator[Any]:
    """What asks in a process of its own, again and again."""
    command = [sys.executable, "-m", "bench.asker"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(**said: Any) -> dict[str, Any]:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps({"path": "/api/ask", **said}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        try:
            yield ask
        finally:
            process.kill()


def _rows(figures: Figures) -> Iterator[list[str]]:
    for name, taken in figures.asked.items():
        half, most = percentile(taken, 0.5), percentile(taken, 0.95)
        yield [name, f"{figures.rate[name]:.0f}", f"{1000 * half:.1f} ms", f"{1000 * most:.1f} ms"]
    yield ["the model, for a question", f"{1 / figures.embedding:.0f}", f"{1000 * figures.embedding:.1f} ms", ""]
