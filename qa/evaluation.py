"""The result of an evaluation: every figure, and everything that became of every question."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qa.answer_measures import area_under_risk_coverage, auroc, calibration_error
from qa.judged import BadDataset, Problem, read_text
from qa.statistics import Interval, mean_intervals, statistic_interval

__all__ = [
    "Evaluation",
    "Excerpt",
    "Expected",
    "Figure",
    "Outcome",
    "compute_figures",
    "read_evaluations",
    "write_json",
    "write_text",
]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The characters [start, end) of a document; `text` begins with them and may be cut short."""

    document: str
    start: int
    end: int
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What should have been found, and where it was: ranks count from 1, None is not found.

    `ranges` are the places in the document that say `quote`; `rank` is the document's, and
    `passage_rank` that of the first passage which holds the whole quotation.
    Where only documents were judged there is no quotation, and `text` is how the document begins.
    """

    document: str
    grade: int = 1
    quote: str | None = None
    text: str = ""
    ranges: tuple[tuple[int, int], ...] = ()
    rank: int | None = None
    passage_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    `measures` are its values by name, 0 to 1, for those that apply to it. `found` are the best
    passages. `verdict` and `confidence` are None where only retrieval was measured, and so is
    `cited` empty. `milliseconds` is the time that answering took (searching, without answers).
    """

    id: str
    question: str
    answerable: bool
    measures: Mapping[str, float]
    expected: tuple[Expected, ...] = ()
    found: tuple[Excerpt, ...] = ()
    verdict: str | None = None
    confidence: float | None = None
    cited: tuple[Excerpt, ...] = ()
    milliseconds: float = 0.0
    earlier: tuple[str, ...] = ()
    searched_for: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over `n` questions with its 95 % confidence interval."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One configuration measured on one data set.

    `settings` and `versions` are by name; `index_sha256` is the hash of all documents' hashes.
    `left_out` could not be judged. `date` is UTC, ISO 8601; `seconds` the time of the evaluation.
    """

    label: str
    dataset: str
    dataset_kind: str
    outcomes: tuple[Outcome, ...]
    figures: tuple[Figure, ...] = ()
    left_out: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    documents: int = 0
    passages: int = 0
    index: str = ""
    index_sha256: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    seconds: float = 0.0

    def figure(self, name: str) -> Figure | None:
        """The figure of that name, in any case; None where it was not measured."""
        return next((one for one in self.figures if one.name.lower() == name.lower()), None)

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON; NaN becomes null."""
        return {"format": FORMAT, **_without_nan(asdict(self))}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Evaluation:
        """The evaluation that `to_json` wrote; KeyError or TypeError where it is something else."""
        if value["format"] != FORMAT:
            raise KeyError("format")
        return Evaluation(
            **{name: value[name] for name in Evaluation.__slots__ if name not in _NESTED},
            outcomes=tuple(_outcome(one) for one in value["outcomes"]),
            figures=tuple(Figure(**{**one, **_nan_again(one)}) for one in value["figures"]),
            left_out=tuple(Problem(**one) for one in value["left_out"]),
            notes=tuple(value["notes"]),
        )


_NESTED = ("outcomes", "figures", "left_out", "notes")


def compute_figures(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    """Every figure of the questions' measures and confidences, in the order they are shown."""
    groups: dict[tuple[int, ...], list[str]] = {}
    names = list(dict.fromkeys(name for one in outcomes for name in one.measures))
    for name in names:
        rows = tuple(row for row, one in enumerate(outcomes) if name in one.measures)
        groups.setdefault(rows, []).append(name)
    found: dict[str, Interval] = {}
    for rows, group in groups.items():
        values = np.array([[outcomes[row].measures[name] for name in group] for row in rows])
        found.update(zip(group, mean_intervals(values), strict=True))
    figures = [_figure(name, found[name]) for name in names]
    return tuple([*figures, *_confidence_figures(outcomes)])


def read_evaluations(path: Path) -> list[Evaluation]:
    """The evaluations in a file that `python -m qa evaluate --json` wrote; BadDataset otherwise."""
    wanted = "expected a file that python -m qa evaluate DATASET --json FILE wrote"
    try:
        value = json.loads(read_text(path))
        rows = value.get("evaluations", [value])
        return [Evaluation.from_json(row) for row in rows]
    except json.JSONDecodeError as error:
        raise BadDataset(f"{path}:{error.lineno}", f"not JSON ({error.msg}); {wanted}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise BadDataset(str(path), f"no evaluation of this version ({error}); {wanted}") from None


def write_json(value: Mapping[str, Any], target: str) -> None:
    """Write to the file `target`, or to standard output where it is "-"."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    if target == "-":
        print(text)
    else:
        write_text(Path(target), text + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file, its folder included; BadDataset says why where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadDataset(str(path), f"can't be written ({error.strerror})") from None


def _confidence_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    asked = [one for one in outcomes if one.confidence is not None]
    given = [one for one in asked if one.cited]
    figures = []
    if len({one.answerable for one in asked}) == 2:
        figures.append(_resampled("AUROC", auroc, asked, [one.answerable for one in asked]))
    if given:
        right = [one.verdict == "right" for one in given]
        figures.append(_resampled("AURC", area_under_risk_coverage, given, right))
        figures.append(_resampled("ECE", calibration_error, given, right))
    return figures


def _resampled(
    name: str, measure: Callable[..., float], outcomes: Sequence[Outcome], labels: Sequence[bool]
) -> Figure:
    confidences = np.array([one.confidence for one in outcomes], dtype=float)
    flags = np.array(labels, dtype=bool)
    return _figure(name, statistic_interval(lambda rows: measure(confidences[rows], flags[rows]), len(flags)))


def _figure(name: str, interval: Interval) -> Figure:
    return Figure(name, interval.value, interval.low, interval.high, interval.n)


def _outcome(value: Mapping[str, Any]) -> Outcome:
    return Outcome(
        **{
            **value,
            "expected": tuple(
                Expected(**{**one, "ranges": tuple((start, end) for start, end in one["ranges"])})
                for one in value["expected"]
            ),
            "found": tuple(Excerpt(**one) for one in value["found"]),
            "cited": tuple(Excerpt(**one) for one in value["cited"]),
            "earlier": tuple(value["earlier"]),
        }
    )


def _without_nan(value: Any) -> Any:
    """JSON has no NaN: null stands for it."""
    if isinstance(value, dict):
        return {name: _without_nan(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and value != value else value


def _nan_again(figure: Mapping[str, Any]) -> dict[str, float]:
    return {name: float("nan") for name in ("value", "low", "high") if figure[name] is None}
