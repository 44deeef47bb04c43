"""`python -m bench growth`: what an index costs as it grows, with an embedder that costs nothing.

For each size: making it, changing one document of it, having a running server find that, and asking.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bench.synthetic import SyntheticEmbedder, make_document, make_documents, make_question
from bench.timing import best, percentile, seconds, table, write
from index import Index, IndexSettings, open_index, update_index

__all__ = ["PARAGRAPHS", "PASSAGES", "SETTINGS", "Growth", "add_arguments", "copy_of", "grown", "run"]

# A document, as it is split by these settings.
PARAGRAPHS, PASSAGES = 9, 7
SETTINGS = IndexSettings(passage_tokens=150)
_CHANGES = 3


@dataclass(frozen=True, slots=True)
class Growth:
    """Figures of an index of so many passages: seconds, bytes, and milliseconds of a question (of the
    processor, so that what else runs doesn't count). `copied` is a plain copy of its files, synced.
    """

    documents: int
    passages: int
    sentences: int
    made: float
    memory: int
    disk: int
    changed: float
    copied: float
    found: float
    median: float
    slow: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N",
        help="sizes of the index (default: 1000 10000 100000; the last takes a quarter of an hour)",
    )  # fmt: skip
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="asked of each (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when all was measured."""
    grown_up = [_apart(partial(grown, size, arguments.questions)) for size in arguments.passages]
    heads = ["passages", "sentences", "made", "a second", "memory", "disk", "one changed", "files copied", "found",
             "question p50", "p95"]  # fmt: skip
    print(table([heads, *map(_row, grown_up)]))
    write(arguments.json, [asdict(one) for one in grown_up])
    return 0


def grown(size: int, questions: int) -> Growth:
    """Make an index of so many passages and measure it; in a process of its own, for the memory."""
    embedder, documents = SyntheticEmbedder(), max(1, size // PASSAGES)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place) / "index"
        made = seconds(
            lambda: update_index(
                folder, make_documents(documents, PARAGRAPHS), settings=SETTINGS, embedder=embedder
            )
        )
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        index = open_index(folder, embedder=embedder)
        changed, found = [], []
        for version in range(1, _CHANGES + 1):
            fresh = make_document(documents // 2, PARAGRAPHS, version)
            changed.append(seconds(lambda fresh=fresh: update_index(folder, [fresh], embedder=embedder)))
            asked = " ".join(fresh.text.split()[:8])
            started = time.perf_counter()
            assert not index.is_current()
            index.close()
            index = open_index(folder, embedder=embedder)
            hits = index.search(asked)
            found.append(time.perf_counter() - started)
            assert asked in " ".join(hits[0].passage.text.split())
        with index:
            taken = _asked(index, questions)
            files = [index.generation_folder / name for name in index.manifest.files]
            return Growth(
                documents=index.manifest.documents,
                passages=index.manifest.passages,
                sentences=index.manifest.sentences,
                made=made,
                memory=memory,
                disk=sum(path.stat().st_size for path in files),
                changed=min(changed),
                copied=best(3, lambda: copy_of(index.generation_folder, Path(place) / "copy"))[0],
                found=min(found),
                median=1000 * statistics.median(taken),
                slow=1000 * percentile(taken, 0.95),
            )


def copy_of(folder: Path, target: Path) -> None:
    """A plain copy of the folder, synced to the disk."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    for path in target.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _asked(index: Index, questions: int) -> list[float]:
    chance = random.Random(7)
    asked = [make_question(chance) for _ in range(questions + 10)]
    taken = []
    for question in asked:
        started = time.thread_time()
        index.search(question)
        taken.append(time.thread_time() - started)
    return taken[10:]


def _apart(work: Callable[[], Growth]) -> Growth:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work).result()


def _row(one: Growth) -> list[str]:
    return [
        f"{one.passages:,}", f"{one.sentences:,}", f"{one.made:.1f} s", f"{one.passages / one.made:,.0f}",
        f"{one.memory / 1e6:,.0f} MB", f"{one.disk / 1e6:,.0f} MB", f"{one.changed:.2f} s", f"{one.copied:.2f} s",
        f"{one.found:.2f} s", f"{one.median:.1f} ms", f"{one.slow:.1f} ms",
    ]  # fmt: skip
