"""The walk over the questions: each takes the path that every other question takes, and is measured."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from corpus import Passage
from index import Hit, Searcher
from qa.answer import Answer
from qa.answer_measures import verdict
from qa.answering import BadQuestion
from qa.datasets import Dataset, DatasetKind, Question
from qa.evaluation import Evaluation, Excerpt, Expected, Outcome, compute_figures
from qa.expecting import Library, Shelf, expect
from qa.measures import DEFAULT_MEASURES, trec_order
from qa.scoring import DEPTH, is_right, score_answer, score_search

__all__ = ["Asker", "EvaluatedIndex", "evaluate", "places_for"]

_SHOWN, _EXCERPT = 5, 400


class Asker(Protocol):
    """Whoever answers: the chat's own answerer."""

    def ask(self, question: str, earlier: Sequence[str] = ()) -> Answer: ...

    def rank(self, searched_for: str, k: int) -> Sequence[Hit]:
        """The k best passages, as they come before the reading."""
        ...


class EvaluatedIndex(Searcher, Library, Protocol):
    """An index as an evaluation needs it: searched, and looked up in."""


@dataclass(slots=True)
class Walk:
    """What stays the same from question to question."""

    index: EvaluatedIndex
    asker: Asker
    answers: bool
    kind: DatasetKind
    shelf: Shelf
    places: int
    measures: tuple[str, ...]
    rankings: dict[str, dict[str, float]] = field(default_factory=dict)


def evaluate(
    dataset: Dataset,
    index: EvaluatedIndex,
    asker: Asker,
    answers: bool = True,
    label: str = "",
    measures: Iterable[str] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[Evaluation, dict[str, dict[str, float]]]:
    """Measure the search of `index`, and the answers of `asker` unless `answers` is False.

    Each question is asked in any case, and searched for as the asker understands it.

    Gives the evaluation, and for each question id the 100 best documents with the score of the
    best passage of each. `measures` are added to the usual ones. A question that can't be asked
    counts as refused.
    """
    started = time.perf_counter()
    shelf = Shelf.of(index)
    questions, problems = expect(dataset, shelf)
    records = index.documents()
    passages = sum(record.passages for record in records)
    names = tuple(dict.fromkeys((*DEFAULT_MEASURES, *measures)))
    walk = Walk(index, asker, answers, dataset.kind, shelf, places_for(len(records), passages), names)
    index.search(questions[0][0].text, 1)  # whatever is loaded at the first question isn't timed
    outcomes = []
    for done, (question, expected) in enumerate(questions, start=1):
        outcomes.append(_outcome(walk, question, expected))
        progress(done)
    evaluation = Evaluation(
        label=label or dataset.name,
        dataset=dataset.name,
        dataset_kind=dataset.kind,
        outcomes=tuple(outcomes),
        figures=compute_figures(outcomes),
        left_out=(*dataset.problems, *problems),
        notes=dataset.notes,
        documents=len(records),
        passages=passages,
        index_sha256=hashlib.sha256("".join(sorted(record.sha256 for record in records)).encode()).hexdigest(),
        versions=versions(),
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        seconds=round(time.perf_counter() - started, 3),
    )
    return evaluation, walk.rankings


def versions() -> dict[str, str]:
    """The versions of what the figures depend on."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name in ("numpy", "torch", "sentence-transformers", "transformers", "faiss-cpu"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def search_deep(
    rank: Callable[[str, int], Sequence[Hit]], question: str, places: int, found: Sequence[Hit] = ()
) -> tuple[Sequence[Hit], dict[str, float]]:
    """The best passages, and the 100 best documents with their best passage's score.

    `places` is how many passages to ask for first; more are asked for until 100 documents are
    among them or no more are there. `found` are those of an earlier search for the same, which are
    taken if they are as many. A document that says the very same counts where the other one does.
    """
    while True:
        hits = found if len(found) >= places else rank(question, places)
        scores: dict[str, float] = {}
        for hit in hits:
            for passage in (hit.passage, *hit.also):
                scores[passage.document_id] = max(scores.get(passage.document_id, hit.score), hit.score)
        if len(scores) >= DEPTH or len(hits) < places:
            return hits, {name: scores[name] for name in trec_order(scores)[:DEPTH]}
        places *= 2


def places_for(documents: int, passages: int) -> int:
    """How many of an index's passages will nearly always be of 100 different documents."""
    return max(DEPTH, min(passages, DEPTH * 3 * passages // max(2 * documents, 1)))


def _outcome(walk: Walk, question: Question, expected: tuple[Expected, ...]) -> Outcome:
    started = time.perf_counter()
    answer = _ask(walk.asker, question)
    ended = time.perf_counter()
    hits, scores = search_deep(walk.asker.rank, answer.searched_for, walk.places, answer.hits)
    walk.rankings[question.id] = scores
    measures, ranked = score_search(expected, hits, list(scores), walk.shelf, walk.measures)
    outcome = Outcome(
        id=question.id,
        question=question.text,
        answerable=question.answerable,
        measures=measures,
        expected=ranked,
        found=tuple(_excerpt(one.passage, one.passage.start, one.passage.end, one.score) for one in hits[:_SHOWN]),
        milliseconds=round((ended - started) * 1000, 2),
        earlier=question.earlier,
        searched_for=answer.searched_for,
        kind=question.kind,
    )
    return _with_answer(walk, outcome, answer) if walk.answers else outcome


def _ask(asker: Asker, question: Question) -> Answer:
    try:
        return asker.ask(question.text, question.earlier)
    except BadQuestion as refusal:
        return Answer(question.text, question.text, (), 0.0, (), str(refusal))


def _with_answer(walk: Walk, outcome: Outcome, answer: Answer) -> Outcome:
    right = any(is_right(walk.kind, citation, outcome.expected) for citation in answer.citations)
    result = verdict(outcome.answerable, answer.answered, right)
    measures = score_answer(walk.kind, answer, result, outcome.expected, outcome.answerable, walk.shelf)
    return replace(
        outcome,
        measures={**outcome.measures, **measures},
        verdict=result,
        confidence=answer.confidence,
        cited=tuple(_excerpt(one.passage, one.start, one.end) for one in answer.citations),
    )


def _excerpt(passage: Passage, start: int, end: int, score: float = 0.0) -> Excerpt:
    text = passage.slice(start, end)
    line = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
    return Excerpt(passage.document_id, start, end, line, round(score, 6))
