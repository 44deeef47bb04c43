"""`python -m bench cluster`: kill a node of a Milvus cluster while people ask a server over it: what do they notice?

The cluster is a real one of six processes in a network namespace (Linux, root, etcd), loaded twice.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from bench.load import served
from bench.milvus_cluster import MilvusCluster
from bench.timing import percentile, write
from corpus import read_folder
from corpus.command import say
from index import update_index
from index.place import index_place

__all__ = ["Asked", "add_arguments", "run"]

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = (
    "After which war was the DMZ established?", "Who guards the DMZ?", "How long is the DMZ?",
    "What did each side give, and what did it get?", "When was the armistice signed?",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """When it was asked, in seconds from the kill, how long it took, and HTTP's status; 0 where nothing came."""

    when: float
    took: float
    status: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--askers", type=int, default=4, metavar="N", help="people at once (default: %(default)s)")
    parser.add_argument("--before", type=float, default=10, metavar="S", help="seconds before the kill (default: 10)")
    parser.add_argument("--after", type=float, default=40, metavar="S", help="seconds after it (default: 40)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="each question, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 where every question was answered, or said to be impossible for less than five seconds."""
    os.environ["QUID_MILVUS_REPLICAS"] = "2"
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        cluster = MilvusCluster(Path(place) / "cluster")
        cluster.start()
        try:
            address = f"milvus://{cluster.address}/bench"
            update_index(index_place(address), list(read_folder(ROOT / "corpus" / "documents")))  # type: ignore[arg-type]
            serve = [sys.executable, "-m", "ui", "--port", "0", "--no-feedback", "--index", address]
            with served(serve) as (_, server):
                asked = _asked(server, cluster, arguments)
        finally:
            cluster.stop()
    write(arguments.json, [asdict(one) for one in asked])
    return _told(asked)


def _asked(server: str, cluster: MilvusCluster, arguments: argparse.Namespace) -> list[Asked]:
    found: list[Asked] = []
    begun = time.monotonic()
    killing = begun + arguments.before

    def work(number: int) -> None:
        turn = number
        with httpx.Client(timeout=60) as client:
            while time.monotonic() < killing + arguments.after:
                started = time.monotonic()
                try:
                    body = {"question": QUESTIONS[turn % len(QUESTIONS)]}
                    status = client.post(f"{server}/api/ask", json=body).status_code
                except httpx.HTTPError:
                    status = 0
                found.append(Asked(started - killing, time.monotonic() - started, status))
                turn += 1
                time.sleep(0.05)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(arguments.askers)]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, killing - time.monotonic()))
    cluster.kill_query_node(0)
    say("a query node was killed")
    for thread in threads:
        thread.join()
    return sorted(found, key=lambda one: one.when)


def _told(asked: Sequence[Asked]) -> int:
    before, after = ([one for one in asked if (one.when < 0) == early] for early in (True, False))
    for what, some in (("before the kill", before), ("after it", after)):
        taken = [one.took for one in some]
        counted = sorted(Counter(one.status for one in some).items())
        statuses = ", ".join(f"{times} of status {status}" for status, times in counted)
        print(
            f"{what}: {statuses}; half within {1000 * percentile(taken, 0.5):.0f} ms, "
            f"95 in 100 within {1000 * percentile(taken, 0.95):.0f} ms, the longest {max(taken):.2f} s"
        )
    refused = [one for one in after if one.status != 200]
    span = max((one.when + one.took for one in refused), default=0.0) - min((one.when for one in refused), default=0.0)
    print(f"not answered: {len(refused)}, within {span:.1f} s")
    return 1 if span >= 5 or any(one.status not in (200, 503) for one in asked) else 0
