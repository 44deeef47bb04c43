"""`python -m bench peers DATASET`: the same documents, questions and model, given to other libraries.

They are installed into an environment of their own, and each works in processes of its own. All are
measured in one run, one after the other, so that the ratios hold where the seconds don't.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench import peer as worker
from bench.timing import percentile, table, write
from corpus import QuidError
from corpus.command import say
from corpus.tokens import model_folder
from qa.datasets import Dataset, Question, read_dataset
from qa.measures import ndcg

__all__ = ["Measured", "add_arguments", "run"]

OURS = "quid pro quote"
ENVIRONMENT = Path("bench/peers-environment")
_NEEDED = (
    "torch==2.13.0", "sentence-transformers>=6.2,<7", "faiss-cpu>=1.15,<2", "txtai>=9.14,<10", "haystack-ai>=3.4,<4",
    "sentence-transformers-haystack", "llama-index-core>=0.14,<0.15", "llama-index-embeddings-huggingface>=0.8,<0.9",
    "llama-index-vector-stores-faiss>=0.7,<0.8", "llama-index-retrievers-bm25>=0.8,<0.9",
)  # fmt: skip
_CPU_BUILDS = "https://download.pytorch.org/whl/cpu"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a library took: seconds, bytes, and its nDCG@10; `first` is from its start to the first answer."""

    name: str
    indexing: float
    indexing_memory: int
    disk: int
    first: float
    median: float
    slow: float
    memory: int
    ndcg: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("dataset", type=Path, help="a BEIR folder: corpus.jsonl, queries.jsonl, qrels/")
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="at most (default: %(default)s)")
    parser.add_argument(
        "--environment", type=Path, default=ENVIRONMENT, metavar="DIR",
        help="where the others are installed, now if they aren't (some minutes, 2 GB; default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=list(worker.PEERS), metavar="NAME", help="of the others")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when all was measured."""
    dataset = read_dataset(arguments.dataset)
    if dataset.documents is None:
        raise QuidError(f"{arguments.dataset} holds no documents; name a BEIR folder")
    python = _installed(arguments.environment)
    questions = list(islice((one for one in dataset.questions if one.judgements), arguments.questions))
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="peers-") as place:
        documents, asked = _write_rows(dataset, questions, Path(place))
        for name in (OURS, *(arguments.only or worker.PEERS)):
            command = [sys.executable, "-m", "bench.peers"] if name == OURS else [str(python), worker.__file__, name]
            folder = Path(place) / name.replace(" ", "-")
            folder.mkdir()
            measured.append(_measure(name, command, folder, documents, asked, questions))
            say(f"{name}: indexed in {measured[-1].indexing:.1f} s")
    print(table([_HEAD, *(_row(one, measured[0]) for one in measured)]))
    print(f"{dataset.name}, {len(questions)} questions. In brackets: how many times as much as ours.")
    write(arguments.json, [asdict(one) for one in measured])
    return 0


def _installed(environment: Path) -> Path:
    """The interpreter of that environment, with the other libraries in it."""
    python = environment / "bin" / "python"
    stamp = environment / "installed.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != "\n".join(_NEEDED):
        say(f"installing the other libraries into {environment}: some minutes")
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--extra-index-url", _CPU_BUILDS, *_NEEDED]
        if subprocess.run(pip, check=False).returncode:
            raise QuidError(f"the other libraries could not be installed into {environment}; see above")
        stamp.write_text("\n".join(_NEEDED), encoding="utf-8")
    return python


def _write_rows(dataset: Dataset, questions: Sequence[Question], place: Path) -> tuple[Path, Path]:
    """Documents (title and text) and questions as JSON lines."""
    assert dataset.documents
    documents, asked = place / "documents.jsonl", place / "questions.jsonl"
    _dump(documents, ({"id": one.id, "text": f"{one.title}\n{one.text}"} for one in dataset.documents()))
    _dump(asked, ({"id": one.id, "text": one.text} for one in questions))
    return documents, asked


def _dump(path: Path, rows: Iterator[dict[str, str]]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def _measure(
    name: str, command: list[str], folder: Path, documents: Path, asked: Path, questions: Sequence[Question]
) -> Measured:
    model = str(model_folder())
    made = _told(name, [*command, "index", str(folder), model, str(documents)])
    started = time.time()
    answered = _told(name, [*command, "ask", str(folder), model, str(asked)])
    return Measured(
        name=name,
        indexing=made["seconds"],
        indexing_memory=made["memory"],
        disk=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        first=answered["ready"] - started,
        median=percentile(answered["seconds"], 0.5),
        slow=percentile(answered["seconds"], 0.95),
        memory=answered["memory"],
        ndcg=statistics.fmean(_ndcg(one, answered["found"][one.id]) for one in questions),
    )


def _told(name: str, command: list[str]) -> dict[str, Any]:
    """What a process printed last, as JSON; QuidError where it failed."""
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **quiet})
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise QuidError(f"{name} failed: {last}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _ndcg(question: Question, found: Sequence[str]) -> float:
    grades: Mapping[str, int] = {one.document: one.grade for one in question.judgements}
    return ndcg([grades.get(id) for id in dict.fromkeys(found)], list(grades.values()), worker.DEPTH)


_HEAD = ["", "indexing", "memory", "on disk", "first answer", "a question", "p95", "memory", "nDCG@10"]


def _row(one: Measured, ours: Measured) -> list[str]:
    def beside(value: float, own: float, text: str) -> str:
        return text if one is ours else f"{text} ({value / own:.1f})"

    megabytes = {key: f"{getattr(one, key) / 1e6:,.0f} MB" for key in ("indexing_memory", "disk", "memory")}
    return [
        one.name,
        beside(one.indexing, ours.indexing, f"{one.indexing:.1f} s"),
        beside(one.indexing_memory, ours.indexing_memory, megabytes["indexing_memory"]),
        beside(one.disk, ours.disk, megabytes["disk"]),
        beside(one.first, ours.first, f"{one.first:.1f} s"),
        beside(one.median, ours.median, f"{1000 * one.median:.1f} ms"),
        beside(one.slow, ours.slow, f"{1000 * one.slow:.1f} ms"),
        beside(one.memory, ours.memory, megabytes["memory"]),
        f"{one.ndcg:.3f}",
    ]


class Ours:
    """This project, asked as the page asks it, but for the choice of sentences: ranked passages."""

    def index(self, rows: worker.Rows, folder: Path) -> None:
        """Index the documents."""
        from corpus import plain_document
        from index import update_index

        parts = ((row["id"], *row["text"].partition("\n")[::2]) for row in rows)
        update_index(folder / "index", (plain_document(id, title, id, text) for id, title, text in parts))

    def load(self, folder: Path) -> None:
        """Open the index."""
        from qa import open_answerer

        self._answerer = open_answerer(folder / "index")

    def search(self, question: str) -> list[str]:
        """The ids of the best documents."""
        hits = self._answerer.rank(question, 3 * worker.DEPTH)
        return list(dict.fromkeys(hit.passage.document_id for hit in hits))[: worker.DEPTH]


def _main(job: str, folder: str, _: str, rows: str) -> None:
    lines = Path(rows).read_text(encoding="utf-8").splitlines()
    print(json.dumps(worker.serve(Ours(), job, Path(folder), [json.loads(line) for line in lines])))


if __name__ == "__main__":
    _main(*sys.argv[1:])
