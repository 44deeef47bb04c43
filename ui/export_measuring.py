"""What a pack loses against the server, by the project's own evaluation of the very engine that ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus import Passage
from index import Hit, Index
from qa import Answer, BadQuestion, Citation
from qa.answering import answerer_over
from qa.comparing import Comparison, compare, same_questions
from qa.datasets import Dataset
from qa.evaluating import evaluate
from qa.evaluation import Evaluation
from qa.statistics import holm
from ui.export_asking import PackEngine
from ui.export_texts import Library

__all__ = ["Loss", "PackAsker", "measure_loss"]

MEASURES = ("quotation nDCG@10", "nDCG@10", "right", "rightly refused", "correct")


class PackAsker:
    """A pack's engine as the evaluation asks it."""

    def __init__(self, engine: PackEngine, library: Library) -> None:
        self._engine, self._library = engine, library

    def ask(self, question: str, earlier: Sequence[str] = ()) -> Answer:
        """The engine's answer, with its places counted in characters; no hits."""
        said = self._engine.reply({"ask": question, "earlier": list(earlier)})
        if said.get("refused"):
            raise BadQuestion("the pack took the question for none")
        citations = tuple(self._citation(number, *place) for number, place in enumerate(said["citations"], 1))
        return Answer(question, said["searched_for"], citations, said["confidence"], (), said["text"])

    def rank(self, searched_for: str, k: int) -> list[Hit]:
        """The k best passages, best first."""
        passages = self._library.passages
        return [
            Hit(passages[one["passage"]], one["score"], also=tuple(passages[twin] for twin in one["also"]))
            for one in self._engine.reply({"rank": searched_for, "k": k})
        ]

    def _citation(self, number: int, document: str, first: int, last: int) -> Citation:
        start, end = (self._library.units[document].back(place) for place in (first, last))
        return Citation(number, self._passage(document, start, end), start, end)

    def _passage(self, document: str, start: int, end: int) -> Passage:
        return next(
            one
            for one in self._library.passages
            if one.document_id == document and one.start <= start and end <= one.end
        )


@dataclass(frozen=True, slots=True)
class Loss:
    """The server's evaluation and the pack's on the same questions, and each measure's difference, tested."""

    server: Evaluation
    pack: Evaluation
    comparisons: tuple[Comparison, ...]

    def to_json(self) -> list[dict[str, Any]]:
        """For each measure, both values with their intervals, and the difference with its own."""
        return [self._row(one) for one in self.comparisons]

    def _row(self, one: Comparison) -> dict[str, Any]:
        figures = {"server": self.server.figure(one.measure), "pack": self.pack.figure(one.measure)}
        values = {name: [round(f.value, 4), round(f.low, 4), round(f.high, 4)] for name, f in figures.items() if f}
        return {
            "measure": one.measure, "n": one.n, **values, "difference": round(one.difference, 4),
            "low": round(one.low, 4), "high": round(one.high, 4), "p": round(one.p_adjusted, 4),
        }  # fmt: skip


def measure_loss(
    index: Index, library: Library, engine: PackEngine, dataset: Dataset,
    progress: Callable[[int], None] = lambda done: None,
) -> Loss:  # fmt: skip
    """Ask both all the questions; what can't be judged by these documents raises BadDataset.

    The p of each difference is corrected for there being several measures (Holm).
    """
    server, _ = evaluate(dataset, index, answerer_over(index), label="server", progress=progress)
    done = len(server.outcomes)
    asker = PackAsker(engine, library)
    pack, _ = evaluate(dataset, index, asker, label="pack", progress=lambda more: progress(done + more))
    (first, second), _ = same_questions([server, pack])
    found = [compare([first, second], name)[0] for name in MEASURES if server.figure(name) and pack.figure(name)]
    adjusted = holm([one.p for one in found])
    return Loss(server, pack, tuple(replace(one, p_adjusted=p) for one, p in zip(found, adjusted, strict=True)))
