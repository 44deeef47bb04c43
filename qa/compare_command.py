"""`python -m qa compare`: which evaluation is better, and whether that is more than chance."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.command import say
from qa.comparing import NotComparable, compare, decisive_measure, same_questions, values_of
from qa.evaluation import Evaluation, read_evaluations, write_json, write_text
from qa.printing import format_comparison, format_grid, format_losses, format_measures

__all__ = ["add_arguments", "present", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="EVALUATION.json", help="written by evaluate --json")
    parser.add_argument("--measure", help="the measure that decides (default: nDCG@10, of quotations if judged)")
    parser.add_argument("--losses", type=int, default=5, metavar="N", help="show the N worst losses (default: 5)")
    parser.add_argument("--json", metavar="FILE", help="write the comparison as JSON; - is standard output")
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="write one page with plots and every question")


def run(arguments: argparse.Namespace) -> int:
    """0 whoever wins."""
    found = [_named(one, path) for path in arguments.files for one in read_evaluations(path)]
    if len(found) < 2:
        raise NotComparable("one evaluation can't be compared; name a second file")
    evaluations = _distinct(found)
    present(evaluations, arguments.measure, arguments.losses, arguments.json)
    if arguments.report:
        from qa.report import comparison_html

        measure = arguments.measure and _own_name(evaluations[0], arguments.measure)
        write_text(arguments.report, comparison_html(evaluations, measure))
    return 0


def present(evaluations: Sequence[Evaluation], measure: str | None, most_losses: int, json_target: str | None) -> None:
    """Compare the evaluations on the questions they share, and print or write what comes of it."""
    shared, warning = same_questions(evaluations)
    if warning:
        say(f"warning: {warning}")
    measure = _own_name(shared[0], measure) if measure else decisive_measure(evaluations)
    comparisons = compare(shared, measure)
    if json_target:
        write_json({"measure": measure, "comparisons": [one.to_json() for one in comparisons]}, json_target)
    if json_target == "-":
        return
    print(f"{comparisons[0].n} questions, decided by {measure}\n")
    print(format_grid(shared, measure), end="\n\n")
    print(format_comparison(comparisons, shared))
    if len(shared) == 2:
        print()
        print(format_measures([compare(shared, name)[0] for name in _shared_measures(shared)]))
    old, new = _worth_a_look(shared, measure)
    worst = format_losses(old, new, measure, most_losses)
    if worst:
        print(f"\n{worst}")


def _worth_a_look(evaluations: Sequence[Evaluation], measure: str) -> tuple[Evaluation, Evaluation]:
    """Of two, the first and the second; of more, the best beside the first (or the next best)."""
    if len(evaluations) == 2:
        return evaluations[0], evaluations[1]
    means: list[Any] = []
    for one in evaluations:
        values = values_of(one, measure).values()
        means.append((sum(values) / len(values), one))
    best = max(means, key=lambda pair: pair[0])[1]
    if best is not evaluations[0]:
        return evaluations[0], best
    return max(means[1:], key=lambda pair: pair[0])[1], best


def _shared_measures(evaluations: Sequence[Evaluation]) -> list[str]:
    """The measures that the same questions have in both, in order."""
    first, second = ({name: None for one in each.outcomes for name in one.measures} for each in evaluations)
    return [name for name in first if name in second and not name.startswith("judged")]


def _own_name(evaluation: Evaluation, measure: str) -> str:
    """The measure as the evaluation spells it."""
    names = (name for one in evaluation.outcomes for name in one.measures)
    return next((name for name in names if name.lower() == measure.lower()), measure)


def _named(evaluation: Evaluation, path: Path) -> Evaluation:
    """Called by its file, since that is what was typed; by its settings too where a file holds several."""
    varied = evaluation.label.partition(": ")[2]
    return replace(evaluation, label=f"{path.stem} {varied}".strip())


def _distinct(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    labels = [one.label for one in evaluations]
    return [
        replace(one, label=f"{one.label} ({number})") if labels.count(one.label) > 1 else one
        for number, one in enumerate(evaluations, start=1)
    ]
