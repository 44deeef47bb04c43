"""`python -m bench workers`: documents embedded by Ray's nodes on this machine, one of which is killed on the way.

With the real model, on short texts that are made up. Then the index is checked by its own command, and the first of
the documents are embedded without Ray, on as many processors: how fast that is, and whether the vectors are the same.
With `--milvus` the nodes write what they make into a real server themselves.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from bench.milvus_server import MilvusServer
from bench.ray_nodes import ray_nodes
from bench.synthetic import make_text
from bench.timing import table, write
from corpus import Document, plain_document
from corpus.command import say
from index import Index, IndexSettings, open_index, update_index
from index.cache import EmbeddingCache
from index.milvus_rows import number_of, vectors_in
from index.milvus_searching import MilvusIndex
from index.models import load_embedder
from index.place import Place, index_place
from index.preparing import prepare
from index.token_store import TOKENS, TokenWriter

__all__ = ["Measured", "add_arguments", "run"]

# Paragraphs of a short sentence each; split by these settings, most of them are a passage.
PARAGRAPHS, PASSAGES = 50, 45
_WORDS = 12
SETTINGS = IndexSettings(passage_tokens=32)


@dataclass(slots=True)
class Measured:
    """Figures of an index of so many passages: `texts` are those and their sentences, embedded in so many `seconds`.

    `before` and `after` are texts a second with all nodes and with what was left of them, without the start.
    """

    passages: int
    texts: int
    seconds: float
    before: float = 0.0
    after: float = 0.0
    other_vectors: int = 0


@dataclass(slots=True)
class _Clock:
    """When how many texts had been embedded."""

    seen: list[tuple[float, int]] = field(default_factory=list)
    said: float = 0.0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage == "texts":
            now = time.perf_counter()
            self.seen.append((now, done))
            if now - self.said > 60:
                say(f"{done:,} texts embedded")
                self.said = now

    def rate(self, begin: float, end: float) -> float:
        """Texts a second between these moments."""
        within = [one for one in self.seen if begin <= one[0] <= end] or [(0.0, 0)]
        (first, before), (last, after) = within[0], within[-1]
        return (after - before) / max(last - first, 1e-9)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--passages", type=int, default=100_000, metavar="N", help="at least (default: %(default)s)")
    parser.add_argument("--nodes", type=int, default=2, metavar="N", help="of a processor each (default: %(default)s)")
    parser.add_argument(
        "--beside", type=int, default=10_000, metavar="N",
        help="of them, this many are embedded without Ray too (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--milvus", action="store_true", help="an index on a Milvus server, not in a folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when all passages are there, once each, and their vectors are those that are made without Ray."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.nodes])
    with tempfile.TemporaryDirectory(prefix="bench-") as place, ExitStack() as ending:
        there, here = index_place(str(Path(place) / "there")), Path(place) / "here"
        if arguments.milvus:
            server = MilvusServer(Path(place) / "milvus")
            server.start()
            ending.callback(server.stop)
            there = index_place(f"milvus://{server.address}/there")
        on_ray = _on_ray(there, -(-arguments.passages // PASSAGES), arguments.nodes)
        checked = subprocess.run(
            [sys.executable, "-m", "index", "check", "--index", str(there)], capture_output=True, text=True
        )
        beside = _here(here, -(-arguments.beside // PASSAGES))
        with open_index(here) as expected, open_index(there) as made:
            if isinstance(made, Index):
                beside.other_vectors = _differing(expected, made)
            else:
                beside.other_vectors = _differing_on_milvus(here, -(-arguments.beside // PASSAGES), made)
    rows = [_row(f"Ray, {arguments.nodes} nodes, one killed halfway", on_ray), _row("without Ray", beside)]
    print(table([["", "passages", "texts", "seconds", "texts a second", "after the kill"], *rows]))
    print(f"python -m index check: {(checked.stdout + checked.stderr).strip().removeprefix(str(there))}")
    print(f"vectors of the first {beside.texts:,} texts that differ: {beside.other_vectors}")
    write(arguments.json, {"ray": asdict(on_ray), "here": asdict(beside), "check": checked.stdout})
    return int(bool(checked.returncode or beside.other_vectors or on_ray.passages < arguments.passages))


def _documents(count: int) -> Iterator[Document]:
    return (_document(number) for number in range(count))


def _document(number: int) -> Document:
    chance, id = random.Random(number), f"{number:06}.txt"
    sentences = [" ".join(make_text(chance, number, 1).split()[:_WORDS]).rstrip(".") for _ in range(PARAGRAPHS)]
    return plain_document(id, f"Document {number}", f"synthetic/{id}", "\n\n".join(f"{one}." for one in sentences))


def _on_ray(folder: Place, count: int, nodes: int) -> Measured:
    clock, killed = _Clock(), time.perf_counter()
    with ray_nodes(nodes) as ray:

        def documents() -> Iterator[Document]:
            nonlocal killed
            for number, document in enumerate(_documents(count)):
                if number == count // 2:
                    ray.kill()
                    killed = time.perf_counter()
                yield document

        started = time.perf_counter()
        summary = update_index(
            folder, documents(), settings=SETTINGS, progress=clock, notice=say, workers=ray.address
        )
        ended = time.perf_counter()
    return Measured(
        summary.passages, clock.seen[-1][1], ended - started, clock.rate(started, killed), clock.rate(killed, ended)
    )


def _here(folder: Path, count: int) -> Measured:
    clock, started = _Clock(), time.perf_counter()
    summary = update_index(folder, _documents(count), settings=SETTINGS, progress=clock, notice=say)
    ended = time.perf_counter()
    return Measured(summary.passages, clock.seen[-1][1], ended - started, clock.rate(started, ended))


def _differing(expected: Index, made: Index) -> int:
    """How many of the vectors of one index are others in the other, whose first documents are the same."""
    differing = 0
    for few, many in zip(expected.parts()[1:], made.parts()[1:], strict=True):
        # A large index keeps them in half precision.
        first, second = (store.vectors(few.ids.tolist()).astype("<f2") for store in (few, many))
        differing += int((first != second).any(axis=1).sum())
    return differing


def _differing_on_milvus(here: Path, count: int, made: MilvusIndex) -> int:
    """The same of an index on Milvus, where the vector of a passage stands with those of its sentences."""
    embedder, differing = load_embedder(), 0
    with closing(TokenWriter(here / TOKENS, embedder.name)) as tokens, closing(
        EmbeddingCache(here / "embeddings.sqlite", embedder, tokens)
    ) as cache:
        for one in prepare(list(_documents(count)), embedder, cache, SETTINGS):
            where = f"document == {number_of(one.document.id)}"
            rows = made.engine.query(made.build.passages, ["key", "place", "packed"], where, strong=True)
            rows.sort(key=lambda row: row["place"])
            found, counts = vectors_in([row["packed"] for row in rows], embedder.dimension)
            first = np.cumsum(counts) - counts
            expected = np.insert(one.sentence_vectors, first - np.arange(len(first)), one.vectors, axis=0)
            differing += int((found != expected.astype("<f2")).any(axis=1).sum())
    return differing


def _row(name: str, one: Measured) -> list[str]:
    after = f"{one.after:,.0f}" if one.after else ""
    return [name, f"{one.passages:,}", f"{one.texts:,}", f"{one.seconds:.0f}", f"{one.before:,.0f}", after]
