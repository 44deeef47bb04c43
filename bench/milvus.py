"""`python -m bench milvus`: an index on Milvus beside one in a folder: made, on disk, in memory, asked.

The server is a real one in a network namespace (Linux, root), and both hold the same made-up
documents; questions are read by the model. Version 2.3.5 has no sparse vectors, so its candidates
come from vectors alone.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.load import memory_of
from bench.making import PARAGRAPHS, PASSAGES, SETTINGS
from bench.milvus_server import MilvusServer
from bench.synthetic import MixedEmbedder, SyntheticEmbedder, make_documents, make_question
from bench.timing import percentile, seconds, table, write
from corpus.command import say
from index import open_index, update_index
from index.models import load_embedder
from index.place import Place, index_place
from qa.answering import answerer_over

__all__ = ["Beside", "add_arguments", "run"]


@dataclass(frozen=True, slots=True)
class Beside:
    """Seconds of making it, of searches, of answers; answers a second by how many ask; the engine's bytes."""

    what: str
    passages: int
    made: float
    searched: list[float]
    answered: list[float]
    rates: dict[int, float]
    memory: int
    disk: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--passages", type=int, nargs="+", default=[10_000, 100_000], metavar="N", help="default: 10000 100000"
    )
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="of each kind (default: %(default)s)")
    parser.add_argument("--askers", type=int, nargs="+", default=[1, 8], metavar="N", help="at once (default: 1 8)")
    parser.add_argument("--seconds", type=float, default=10, metavar="N", help="of asking (default: %(default)s)")
    parser.add_argument("--index", metavar="ADDRESS", help="on a server that runs already; default: one of its own")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when all was measured."""
    found: list[Beside] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as place, _engine(arguments.index, Path(place)) as engine:
        for passages in arguments.passages:
            folder = Path(place) / f"index-{passages}"
            for what, index in (("in a folder", folder), ("on Milvus", index_place(f"{engine.address}_{passages}"))):
                found.append(_measure(what, index, passages, arguments, engine))
                say(f"{passages} passages {what}: {' '.join(_row(found[-1])[2:])}")
    head = ["", "passages", "made", "a search, half", "95 in 100", "an answer, half", "95 in 100"]
    head += [f"answers/s, {askers} at once" for askers in arguments.askers] + ["engine's memory", "disk"]
    print(table([head, *map(_row, found)]))
    write(arguments.json, [asdict(one) for one in found])
    return 0


@dataclass(frozen=True, slots=True)
class _Engine:
    address: str
    memory: Callable[[], int]
    disk: Callable[[], int]


@contextmanager
def _engine(address: str | None, place: Path) -> Iterator[_Engine]:
    if address:
        yield _Engine(address, lambda: 0, lambda: 0)
        return
    server = MilvusServer(place / "milvus")
    server.start()
    try:
        at = f"milvus://{server.address}/bench"
        yield _Engine(at, lambda: memory_of(server.process), lambda: _disk(server.folder))
    finally:
        server.stop()


def _measure(what: str, place: Place, passages: int, arguments: argparse.Namespace, engine: _Engine) -> Beside:
    count = max(1, passages // PASSAGES)
    here = isinstance(place, Path)
    before = 0 if here else engine.disk()
    documents = make_documents(count, PARAGRAPHS)
    made = seconds(lambda: update_index(place, documents, settings=SETTINGS, embedder=SyntheticEmbedder()))
    with open_index(place, embedder=MixedEmbedder(load_embedder())) as index:
        answerer, chance = answerer_over(index), random.Random(11)
        questions = [make_question(chance) for _ in range(arguments.questions + 10)]
        searched = [seconds(lambda one=one: index.search(one)) for one in questions][10:]
        questions = [make_question(chance) for _ in range(arguments.questions + 10)]
        answered = [seconds(lambda one=one: answerer.ask(one)) for one in questions][10:]
        rates = {askers: _rate(answerer.ask, askers, arguments.seconds) for askers in arguments.askers}
        disk = _disk(place) if here else engine.disk() - before
        return Beside(
            what, index.manifest.passages, made, searched, answered, rates, 0 if here else engine.memory(), disk
        )


def _rate(ask: Callable[[str], object], askers: int, span: float) -> float:
    """Answers a second that so many threads get together, each asking one question after the other."""
    counts, until = [0] * askers, time.perf_counter() + span

    def work(number: int) -> None:
        chance = random.Random(100 + number)
        while time.perf_counter() < until:
            ask(make_question(chance))
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(askers)]
    taken = seconds(lambda: [thread.start() for thread in threads] and [thread.join() for thread in threads])
    return sum(counts) / taken


def _disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _row(one: Beside) -> list[str]:
    times = [percentile(taken, share) for taken in (one.searched, one.answered) for share in (0.5, 0.95)]
    return [
        one.what, f"{one.passages:,}", f"{one.made:.0f} s", *(f"{1000 * taken:.1f} ms" for taken in times),
        *(f"{rate:.1f}" for rate in one.rates.values()),
        f"{one.memory / 1e6:,.0f} MB" if one.memory else "", f"{one.disk / 1e6:,.0f} MB",
    ]  # fmt: skip
