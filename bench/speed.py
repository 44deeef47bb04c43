"""`python -m bench speed` (make bench): how fast all is, against what somebody would write in twenty lines.

Everything is measured in one run, turn by turn with plain sentence-transformers in float32 and a
flat FAISS index: what counts is the ratio, which holds on another machine better than the times.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.request import urlopen

import numpy as np

from bench.grown import copy_of
from bench.making import PARAGRAPHS, PASSAGES, SETTINGS
from bench.synthetic import SyntheticEmbedder, make_document, make_documents, make_question
from bench.timing import best, percentile, seconds, table, write
from corpus import read_folder
from corpus.command import say
from index import Embedder, TokenVectors, open_index, update_index
from index.models import load_embedder
from qa.answering import answerer_over

__all__ = ["Measure", "add_arguments", "run"]

ROOT = Path(__file__).resolve().parents[1]
_TURNS = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds, and those of the plain way; None where there is none to compare with."""

    what: str
    seconds: float
    plain: float | None = None
    beside: str = ""


class _Mixed(SyntheticEmbedder):
    """Questions are read by the model; passages, of which there are too many, are made up."""

    def __init__(self, model: Embedder) -> None:
        super().__init__(model.dimension)
        self.name, self.window, self._model = model.name, model.window, model

    def embed_question(self, question: str) -> np.ndarray:
        return self._model.embed_question(question)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([super(_Mixed, self).embed_question(text) for text in texts])

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[TokenVectors]]:
        return self.embed_passages(texts), super().embed_tokens(texts)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._model.embed_tokens(texts)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--passages", type=int, default=10_000, metavar="N", help="in the index that is asked (default: %(default)s)"
    )
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="asked of it (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when all was measured."""
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        for part in (_embedding, _starting, lambda folder: _asking(folder, arguments.passages, arguments.questions)):
            for measure in part(Path(place)):
                measures.append(measure)
                say(f"{measure.what}: {_clock(measure.seconds)}")
    print(table([["", "here", "beside", "ratio", "which is"], *map(_row, measures)]))
    write(arguments.json, [asdict(one) for one in measures])
    return 0


def _embedding(_: Path) -> Iterator[Measure]:
    from bench.plain import Plain

    plain, model = Plain(), load_embedder()
    chance = random.Random(3)
    texts = [make_document(number, 1, sentences=6).text for number in range(48)]
    questions = [make_question(chance) for _ in range(200)]
    plain.embed(texts[:8])
    model.embed_passages(texts[:8])
    here, beside = best(_TURNS, lambda: model.embed_passages(texts), lambda: plain.embed(texts))
    yield Measure("a passage embedded", here / len(texts), beside / len(texts), "sentence-transformers, float32")
    asked = iter(questions)
    turns = len(questions) // 2
    taken = [
        (seconds(lambda: model.embed_question(next(asked))), seconds(lambda: plain.embed([next(asked)])))
        for _ in range(turns)
    ]
    here, beside = (percentile(column, 0.5) for column in zip(*taken, strict=True))
    yield Measure("a question embedded", here, beside, "sentence-transformers, float32")


def _starting(folder: Path) -> Iterator[Measure]:
    from bench.plain import Plain

    documents = list(read_folder(ROOT / "corpus" / "documents"))
    update_index(folder / "shipped", documents)
    with open_index(folder / "shipped") as index:
        texts = [one.text for record in index.documents() for one in index.passages(record.id)]
    plain = Plain()
    plain.add(texts, plain.embed(texts))
    plain.save(folder)
    question = "After which war was the DMZ established?"
    ask = [sys.executable, "-m", "qa", "ask", question, "--index", str(folder / "shipped")]
    twenty = [sys.executable, "-m", "bench.plain", str(folder), question]
    here, beside = best(3, lambda: _call(ask), lambda: _call(twenty))
    yield Measure("python -m qa ask, from start to answer", here, beside, "the same in twenty lines")
    help, nothing = [sys.executable, "-m", "qa", "--help"], [sys.executable, "-c", ""]
    here, beside = best(5, lambda: _call(help), lambda: _call(nothing))
    yield Measure("python -m qa --help", here, beside, "Python doing nothing")
    yield from _opening(folder / "shipped")


def _opening(index: Path) -> Iterator[Measure]:
    chat, bare = ["-m", "ui", "--port", "0", "--index", str(index)], ["-m", "bench.bare_page"]
    here, beside = best(3, lambda: _serve(chat), lambda: _serve(bare))
    yield Measure("python -m ui, from start to its page", here, beside, "a bare Gradio page and the model")


def _asking(folder: Path, passages: int, questions: int) -> Iterator[Measure]:
    from bench.plain import Plain

    embedder, many, count = _Mixed(load_embedder()), folder / "many", max(1, passages // PASSAGES)
    update_index(many, make_documents(count, PARAGRAPHS), settings=SETTINGS, embedder=embedder)
    with open_index(many, embedder=embedder) as index:
        plain, chance = Plain(), random.Random(11)
        texts = [one.text for record in index.documents() for one in index.passages(record.id)]
        plain.add(texts, embedder.embed_passages(texts))
        answerer, taken = answerer_over(index), []
        for _ in range(questions + 10):
            one, other = make_question(chance), make_question(chance)
            taken.append((seconds(lambda one=one: answerer.ask(one)), seconds(lambda other=other: plain.search(other))))
        for what, share in (("half are faster", 0.5), ("95 in 100 are faster", 0.95)):
            here, beside = (percentile(column, share) for column in zip(*taken[10:], strict=True))
            yield Measure(f"a question of {len(texts):,} passages, {what}", here, beside, "found, and not answered")
        generation = index.generation_folder
    versions = iter(range(1, 100))

    def change() -> None:
        update_index(many, [make_document(count // 2, PARAGRAPHS, next(versions))], embedder=embedder)

    here, beside = best(3, change, lambda: copy_of(_any(many, generation), folder / "copy"))
    yield Measure("one document changed among them", here, beside, "a copy of the index's files")


def _any(index: Path, generation: Path) -> Path:
    """That generation, or one that is there in its place."""
    return generation if generation.is_dir() else max((index / "generations").glob("0*"))


def _call(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def _serve(words: list[str]) -> None:
    """Start a server, wait for the page that it names, and stop it."""
    command, environment = [sys.executable, *words], os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}
    out, err = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=err, text=True) as process:
        try:
            assert process.stdout
            while not (said := process.stdout.readline()).startswith("Open "):
                assert said or process.poll() is None
            with urlopen(said.removeprefix("Open ").strip()) as page:
                assert page.status == 200
        finally:
            process.terminate()


def _row(one: Measure) -> list[str]:
    beside = ["", ""]
    if one.plain:
        ratio = one.plain / one.seconds
        beside = [_clock(one.plain), f"{ratio:.1f} times as fast" if ratio >= 1 else f"{1 / ratio:.1f} times as long"]
    return [one.what, _clock(one.seconds), *beside, one.beside]


def _clock(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.5 else f"{1000 * seconds:.1f} ms"
