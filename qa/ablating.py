"""What each stage of the way from question to answer is worth: all of them against all but one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from index import IndexSettings, Place
from qa.bare import bare_index
from qa.comparing import Comparison, compare, decisive_measure, same_questions
from qa.configuring import Configuration
from qa.datasets import Dataset
from qa.evaluation import Evaluation
from qa.statistics import holm

__all__ = ["ALL_ON", "STAGES", "Stage", "Worth", "evaluations", "worths"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage, and the settings that switch it off; with `bare`, by an index without titles and headings."""

    name: str
    off: Mapping[str, Any] = field(default_factory=dict)
    bare: bool = False

    @property
    def how(self) -> str:
        """How it is switched off, as it is typed."""
        if self.bare:
            return "an index without them"
        return " ".join(f"{name}={str(value).lower()}" for name, value in self.off.items())


ALL_ON = Stage("everything")
STAGES = (
    Stage("search by words", {"lexical_weight": 0.0}),
    Stage("search by meaning", {"lexical_weight": 1.0}),
    Stage("vectors of sentences", {"sentence_weight": 0.0}),
    Stage("titles and headings", bare=True),
    Stage("closer look at passages", {"reranked": 0}),
    Stage("closer look at sentences", {"looked_at": 0}),
    Stage("kind of thing asked for", {"expected_type": False}),
    Stage("refusal of small talk", {"small_talk": False}),
    Stage("spelling", {"spelling": False}),
    Stage("the conversation so far", {"follow_ups": False}),
    Stage("same text made one hit", {"twins": False}),
)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a stage adds to each measure: with everything, less without it; p corrected for all the stages."""

    stage: Stage
    measures: tuple[Comparison, ...]

    def to_json(self) -> dict[str, Any]:
        """The stage, how it is switched off, and the comparisons (second is with everything)."""
        return {
            "stage": self.stage.name,
            "off": self.stage.how,
            "measures": [one.to_json() for one in self.measures],
        }


def evaluations(
    dataset: Dataset,
    folder: Place | None,
    fixed: Mapping[str, Any],
    stages: Sequence[Stage] = STAGES,
    progress: Callable[[str, int], Callable[[int], None]] = lambda name, total: lambda done: None,
) -> Iterator[Evaluation]:
    """One with everything on, then one for each stage without it, all with the same threshold.

    `fixed` are settings that all of them have. `progress` is called with a stage's name and the number
    of questions, and what it gives with how many of these are done.
    """
    from qa.evaluating import evaluate
    from qa.opening import opened

    threshold: dict[str, Any] = {}
    for stage in (ALL_ON, *stages):
        place = bare_index(dataset, folder, IndexSettings()) if stage.bare else folder
        configuration = Configuration(stage.name, {**fixed, **threshold, **stage.off})
        with opened(configuration, dataset, place) as engine:
            found, _ = evaluate(
                dataset, engine.index, engine.asker, label=stage.name,
                progress=progress(stage.name, len(dataset.questions)),
            )  # fmt: skip
        threshold = threshold or {"threshold": engine.answering.threshold}
        settings = asdict(engine.indexing) | asdict(engine.search) | asdict(engine.answering)
        yield replace(found, index=str(engine.folder), settings=settings)


def worths(found: Sequence[Evaluation], stages: Sequence[Stage] = STAGES) -> list[Worth]:
    """What each stage is worth, by the ranking's measure and by the answers'; `found` is of `evaluations`."""
    everything, *others = found
    names = [name for name in dict.fromkeys((decisive_measure(found), "correct")) if everything.figure(name)]
    rows = [[_compared(one, everything, name) for name in names] for one in others]
    for column in range(len(names)):
        adjusted = holm([row[column].p for row in rows])
        for row, p in zip(rows, adjusted, strict=True):
            row[column] = replace(row[column], p_adjusted=p)
    return [Worth(stage, tuple(row)) for stage, row in zip(stages, rows, strict=True)]


def _compared(without: Evaluation, everything: Evaluation, measure: str) -> Comparison:
    shared, _ = same_questions([without, everything])
    return compare(shared, measure)[0]
