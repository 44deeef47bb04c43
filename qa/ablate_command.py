"""`python -m qa ablate`: measure what each stage is worth, by switching it off."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.command import say
from index.place import index_place
from qa.ablating import ALL_ON, STAGES, Stage, Worth, evaluations, worths
from qa.comparing import Comparison, format_p
from qa.configuring import configurations, known_settings
from qa.datasets import Dataset, read_dataset
from qa.evaluation import Evaluation, write_json, write_text
from qa.judged import BadDataset
from qa.printing import format_table, wrap

__all__ = ["add_arguments", "format_markdown", "format_worths", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="as evaluate takes it")
    parser.add_argument("--index", type=index_place, metavar="DIR",
                        help="the index to measure (default: as of evaluate)")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N questions only")
    parser.add_argument("--split", default="test", help="which judgements of a BEIR folder (default: test)")
    parser.add_argument("--unjudged", choices=("unanswerable", "ignored"), default="unanswerable",
                        help="what a BEIR question without any judgement is (default: unanswerable)")
    parser.add_argument("--only", action="append", default=[], metavar="STAGE",
                        help=f"this stage only; repeatable: {', '.join(stage.name for stage in STAGES)}")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting; repeatable")
    parser.add_argument("--json", metavar="FILE", help="every comparison and evaluation; - is standard output")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the table in Markdown")


def run(arguments: argparse.Namespace) -> int:
    """0."""
    from qa.progress import Progress

    stages = _stages(arguments.only)
    fixed = configurations(arguments.set, [], None, known_settings())[0].values
    dataset = _limited(read_dataset(arguments.dataset, arguments.split, arguments.unjudged), arguments.limit)
    for note in dataset.notes:
        say(f"note: {note}")
    steps = {stage.name: step for step, stage in enumerate((ALL_ON, *stages), 1)}

    def progress(name: str, total: int) -> Callable[[int], None]:
        without = "everything" if name == ALL_ON.name else f"without {name}"
        return Progress(f"{steps[name]} of {len(steps)}, {without}: questions", total).show

    found = list(evaluations(dataset, arguments.index, fixed, stages, progress))
    for problem in found[0].left_out:
        say(f"left out: {problem}")
    rows = worths(found, stages)
    if arguments.json:
        every = [one.to_json() for one in found]
        write_json({"stages": [row.to_json() for row in rows], "evaluations": every}, arguments.json)
    if arguments.json != "-":
        print(format_worths(found[0], rows))
    if arguments.markdown:
        write_text(arguments.markdown, format_markdown(found[0], rows))
    return 0


def format_worths(everything: Evaluation, rows: Sequence[Worth]) -> str:
    """The table as a person reads it on a terminal."""
    lines = [_headline(everything), ""]
    for place, name in enumerate(one.measure for one in rows[0].measures):
        head = ("what it adds to", name, "95 % interval", "p (Holm)", "wins", "losses")
        body = [(row.stage.name, *_cells(row.measures[place])) for row in rows]
        lines += [*format_table([head, *body], "<>>>>>"), ""]
    return "\n".join([*lines, *wrap(_SAYS)])


def format_markdown(everything: Evaluation, rows: Sequence[Worth]) -> str:
    """The table in Markdown; differences that are more than chance are in bold."""
    names = [one.measure for one in rows[0].measures]
    columns = [part for name in names for part in (f"adds to {name}", "p (Holm)")]
    head = ["stage", "switched off by", *columns]
    lines = [_headline(everything), "", f"| {' | '.join(head)} |", f"|---|---|{'--:|' * (len(head) - 2)}"]
    for row in rows:
        cells = [row.stage.name, row.stage.how if row.stage.bare else f"`{row.stage.how}`"]
        for one in row.measures:
            difference, ends, p, *_ = _cells(one)
            cells += [f"{f'**{difference}**' if one.winner else difference} ({ends})", p]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", _SAYS, ""])


_SAYS = (
    "Each row is everything less everything but that stage, on the same questions, with its 95 % interval; p is that "
    "of a randomisation test, corrected for the number of stages."
)


def _cells(one: Comparison) -> tuple[str, ...]:
    ends = f"{one.low:+.3f} to {one.high:+.3f}"
    return f"{one.difference:+.3f}", ends, format_p(one.p_adjusted), str(one.wins), str(one.losses)


def _headline(everything: Evaluation) -> str:
    figures = (everything.figure(name) for name in ("quotation nDCG@10", "nDCG@10", "correct"))
    said = ", ".join(f"{one.name} {one.value:.3f}" for one in figures if one)
    return f"{everything.dataset}, {len(everything.outcomes)} questions: with everything {said}"


def _stages(names: Sequence[str]) -> list[Stage]:
    known = {stage.name: stage for stage in STAGES}
    for name in names:
        if name not in known:
            raise BadDataset("--only", f"no stage is called {name!r}; there are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] or list(STAGES)


def _limited(dataset: Dataset, limit: int | None) -> Dataset:
    if limit is not None and limit < 1:
        raise BadDataset("--limit", f"{limit} questions measure nothing; give 1 or more")
    return replace(dataset, questions=dataset.questions[:limit])
