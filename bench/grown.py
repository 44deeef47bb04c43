"""An index of so many passages, made and measured, each in a process of its own, for the memory."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench.making import PARAGRAPHS, PASSAGES, make_index
from bench.synthetic import MixedEmbedder, SyntheticEmbedder, make_document, make_question
from bench.timing import best, percentile, seconds
from index import Index, open_index, update_index
from index.lexical import search_lexical
from index.manifest import FILES
from index.models import load_embedder
from index.texts import TEXTS
from index.token_store import TOKENS
from index.vectors import FaissStore
from qa.answering import answerer_over

__all__ = ["Growth", "Made", "apart", "copy_of", "make", "measure"]

_CHANGES, _WARM = 3, 20
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Made:
    """What making it took: seconds, those of processors, and the most bytes of memory."""

    seconds: float
    processor: float
    memory: int


@dataclass(frozen=True, slots=True)
class Growth:
    """Figures of an index of so many passages: seconds, bytes, and milliseconds of a question.

    These are the processor's, so that what else runs doesn't count. `median` and `slow`, which 95 in 100
    are under, are of whole questions, answer and all; of these `model` is reading the question, `words`
    the lexical search, `neighbours` that of vectors, at the median. `memory` is the process's own after
    them, and `mapped` what it sees of files, which all processes share. `recall` is the share of the ten
    nearest vectors that the search finds. `copied` is a plain copy of the generation's files, synced.
    """

    documents: int
    passages: int
    sentences: int
    texts: int
    vectors: int
    tokens: int
    opened: float
    first: float
    median: float
    slow: float
    model: float
    words: float
    neighbours: float
    search: float
    recall: float
    memory: int
    mapped: int
    changed: float
    copied: float
    found: float


def make(folder: Path, size: int) -> Made:
    """Make an index of about so many passages, unless it is there."""
    notes = folder / "made.json"
    if not notes.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        started = time.perf_counter()
        make_index(folder, max(1, size // PASSAGES))
        taken = time.perf_counter() - started
        own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
        notes.write_text(json.dumps(asdict(Made(taken, processor, own.ru_maxrss * 1024))))
    return Made(**json.loads(notes.read_text()))


def measure(folder: Path, questions: int) -> Growth:
    """Ask it, then change it."""
    # Made before the clock runs: words are made up once, the model is loaded once.
    embedder, chance = MixedEmbedder(load_embedder()), random.Random(7)
    asked = [make_question(chance) for _ in range(questions + _WARM)]
    started = time.perf_counter()
    index = open_index(folder, embedder=embedder)
    opened = time.perf_counter() - started
    first = seconds(lambda: index.search(asked[0]))
    answerer = answerer_over(index)
    whole = [_milliseconds(lambda one=one: answerer.ask(one)) for one in asked][_WARM:]
    memory, mapped = _memory()
    parts = _parts(index, asked)
    recall = _recall(index, asked[: min(questions, 100)])
    texts, *vectors = (path.stat().st_size for path in _files(index))
    manifest, tokens = index.manifest, (folder / TOKENS).stat().st_size
    copied = best(2, lambda: copy_of(index.generation_folder, folder / "copy"))[0]
    shutil.rmtree(folder / "copy")
    changed, found = _changed(folder, index, manifest.documents)
    return Growth(
        documents=manifest.documents,
        passages=manifest.passages,
        sentences=manifest.sentences,
        texts=texts,
        vectors=sum(vectors),
        tokens=tokens,
        opened=opened,
        first=first,
        median=statistics.median(whole),
        slow=percentile(whole, 0.95),
        model=parts[0],
        words=parts[1],
        neighbours=parts[2],
        search=parts[3],
        recall=recall,
        memory=memory,
        mapped=mapped,
        changed=changed,
        copied=copied,
        found=found,
    )


def apart(work: Callable[[], _Result]) -> _Result:
    """What it gives, done in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work).result()


def copy_of(folder: Path, target: Path) -> None:
    """A plain copy of the folder, synced to the disk."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    for path in target.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _parts(index: Index, asked: Sequence[str]) -> list[float]:
    """Milliseconds at the median: reading the question, the words, the vectors, and the whole search."""
    chance = random.Random(23)
    # The model knows a question that it was asked already.
    fresh = dict(zip(asked, (make_question(chance) for _ in asked), strict=False))
    database, passages, _ = index.parts()
    depth, weight = index.settings.depth, index.settings.context_weight
    vectors = {question: index.embedder.embed_question(question) for question in asked}
    works: list[Callable[[str], object]] = [
        lambda question: index.embedder.embed_question(fresh[question]),
        lambda question: search_lexical(database, question, depth, weight),
        lambda question: passages.search(vectors[question], 2 * depth),
        index.search,
    ]
    return [
        statistics.median(_milliseconds(lambda work=work, one=one: work(one)) for one in asked[_WARM:])
        for work in works
    ]


def _recall(index: Index, asked: Sequence[str]) -> float:
    _, passages, _ = index.parts()
    exact = FaissStore.load(index.generation_folder / "passages.faiss", mapped=True)
    shares = []
    for question in asked:
        vector = index.embedder.embed_question(question)
        nearest = exact.search(vector, 10)[0]
        shares.append(len(np.intersect1d(passages.search(vector, 10)[0], nearest)) / max(len(nearest), 1))
    return statistics.mean(shares)


def _changed(folder: Path, index: Index, documents: int) -> tuple[float, float]:
    """Seconds until one document is changed, and until a server that runs has found that."""
    embedder, changed, found = SyntheticEmbedder(), [], []
    for version in range(index.manifest.generation, index.manifest.generation + _CHANGES):
        fresh = make_document(documents // 2, PARAGRAPHS, version)
        changed.append(seconds(lambda fresh=fresh: update_index(folder, [fresh], embedder=embedder)))
        asked = " ".join(fresh.text.split()[:8])
        started = time.perf_counter()
        assert not index.is_current()
        index.close()
        index = open_index(folder, embedder=embedder)
        hits = index.search(asked, 100)
        found.append(time.perf_counter() - started)
        # Not always the first: made-up documents hold the same words, and some more often.
        assert any(asked in " ".join(hit.passage.text.split()) for hit in hits)
    index.close()
    return min(changed), min(found)


def _files(index: Index) -> list[Path]:
    """The files of this generation, the database first."""
    folder = index.generation_folder
    texts = index.folder / TEXTS / index.manifest.texts if index.manifest.texts else folder / FILES[0]
    return [texts, *(folder / name for name in index.manifest.files if name != FILES[0])]


def _milliseconds(work: Callable[[], object]) -> float:
    """Of the processor, in all threads."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def _memory() -> tuple[int, int]:
    """Bytes of this process alone, and of files that it has mapped (Linux)."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own, mapped = (1024 * int(lines[name].split()[0]) for name in ("RssAnon", "RssFile"))
    return own, mapped
