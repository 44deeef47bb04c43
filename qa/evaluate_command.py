"""`python -m qa evaluate`: measure retrieval and answers on judged questions."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from corpus.command import say
from index.place import index_place
from qa.configuring import Configuration, configurations, known_settings
from qa.datasets import Dataset, read_dataset
from qa.evaluation import Evaluation, read_evaluations, write_json, write_text
from qa.gates import Limit, check, format_junit, parse_limit
from qa.judged import BadDataset
from qa.latest import FILE_NAME, keep_latest

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "dataset",
        type=Path,
        metavar="DATASET",
        help="a BEIR folder, a SQuAD 2.0 file, CLAPnq, or judged questions (.jsonl, .csv, or a folder of them)",
    )
    parser.add_argument(
        "--index",
        type=index_place,
        metavar="DIR",
        help="the index to measure (default: index/built for judged questions; for a test collection, "
        "one made of its own documents and kept in index/kept)",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="the first N questions only")
    parser.add_argument("--split", default="test", help="which judgements of a BEIR folder (default: test)")
    parser.add_argument(
        "--unjudged",
        choices=("unanswerable", "ignored"),
        default="unanswerable",
        help="what a BEIR question without any judgement is (default: unanswerable)",
    )
    _add_settings(parser)
    _add_outputs(parser)
    _add_guards(parser)
    parser.epilog = (
        f"Settings: {', '.join(known_settings())}. The latest evaluation of an existing index is kept beside it, "
        f"in {FILE_NAME}, for the web page to show."
    )
    parser.set_defaults(usage_error=parser.error)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is measured")
    group.add_argument("--retrieval-only", action="store_true", help="search, and don't answer")
    group.add_argument("--only", choices=("lexical", "vectors", "fused"),
                       help="one half of the search, or both fused, without the closer look that follows")
    group.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting; repeatable")
    group.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=A,B,C",
        help="measure each of these values and compare them; repeatable, which spans a grid",
    )
    group.add_argument("--measures", default="", metavar="A,B", help="more measures, as in nDCG@5,Recall@20")


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is written")
    group.add_argument("--json", metavar="FILE", help="everything, for compare; - is standard output")
    group.add_argument("--report", type=Path, metavar="FILE.html", help="one page with plots and every question")
    group.add_argument("--run", type=Path, dest="run_file", metavar="FILE", help="the ranking, as a TREC run")
    group.add_argument("--qrels", type=Path, metavar="FILE", help="the judgements, as TREC qrels")
    group.add_argument("--worst", type=int, default=5, metavar="N", help="show the N worst questions (default: 5)")


def _add_guards(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("guards, which end with exit status 1 when they fail")
    group.add_argument("--fail-under", action="append", default=[], metavar="MEASURE=X", help="as in nDCG@10=0.6")
    group.add_argument("--fail-over", action="append", default=[], metavar="MEASURE=X", help="as in ECE=0.1")
    group.add_argument("--baseline", type=Path, metavar="OLD.json", help="fail on a significant loss against it")
    group.add_argument("--junit", type=Path, metavar="FILE", help="the guards and the questions, as JUnit XML")


def run(arguments: argparse.Namespace) -> int:
    """0, or 1 where a guard failed."""
    chosen = configurations(arguments.set, arguments.vary, arguments.only, known_settings())
    limits = [parse_limit(text, least=True) for text in arguments.fail_under]
    limits += [parse_limit(text, least=False) for text in arguments.fail_over]
    if len(chosen) > 1 and (limits or arguments.baseline or arguments.run_file or arguments.junit):
        arguments.usage_error("--vary measures several: guards, --run and --junit are for one")
    measures = [*_more_measures(arguments.measures), *_search_limits(limits)]
    baseline = read_evaluations(arguments.baseline)[0] if arguments.baseline else None
    dataset = _limited(read_dataset(arguments.dataset, arguments.split, arguments.unjudged), arguments.limit)
    for note in dataset.notes:
        say(f"note: {note}")
    evaluations = list(_evaluations(arguments, dataset, chosen, measures))
    if arguments.qrels:
        write_text(arguments.qrels, _qrels(dataset))
    if len(evaluations) > 1:
        _present_several(evaluations, arguments)
        return 0
    return _present_one(evaluations[0], limits, baseline, arguments)


def _evaluations(
    arguments: argparse.Namespace, dataset: Dataset, chosen: Sequence[Configuration], measures: Sequence[str]
) -> Iterator[Evaluation]:
    from qa.evaluating import evaluate
    from qa.opening import opened
    from qa.progress import Progress
    from qa.trec import format_run

    for configuration in chosen:
        with opened(configuration, dataset, arguments.index, arguments.retrieval_only) as engine:
            label = ": ".join(part for part in (dataset.name, configuration.label) if part)
            evaluation, rankings = evaluate(
                dataset,
                engine.index,
                engine.asker,
                not arguments.retrieval_only,
                label,
                measures,
                Progress(configuration.label or "questions", len(dataset.questions)).show,
            )
        if arguments.run_file:
            write_text(arguments.run_file, format_run(rankings, dataset.name))
        yield replace(
            evaluation,
            index=str(engine.folder),
            settings=asdict(engine.indexing) | asdict(engine.search) | asdict(engine.answering),
        )


def _present_one(
    evaluation: Evaluation, limits: Sequence[Limit], baseline: Evaluation | None, arguments: argparse.Namespace
) -> int:
    from qa.printing import format_evaluation, format_worst

    _say_problems(evaluation)
    keep_latest(evaluation, arguments.index)
    if arguments.json != "-":
        print(format_evaluation(evaluation))
        if worst := format_worst(evaluation, arguments.worst):
            print(f"\n{worst}")
    if arguments.json:
        write_json(evaluation.to_json(), arguments.json)
    if arguments.report:
        from qa.report import report_html

        write_text(arguments.report, report_html(evaluation))
    gates = check(evaluation, limits, baseline)
    if arguments.junit:
        write_text(arguments.junit, format_junit(evaluation, gates))
    for gate in gates:
        say(f"{'passed' if gate.passed else 'FAILED'}  {gate.name}: {gate.message}")
    return int(not all(gate.passed for gate in gates))


def _present_several(evaluations: Sequence[Evaluation], arguments: argparse.Namespace) -> None:
    from qa.compare_command import present

    for evaluation in evaluations:
        _say_problems(evaluation)
    named = [replace(one, label=one.label.partition(": ")[2]) for one in evaluations]
    if arguments.json != "-":
        present(named, None, arguments.worst, None)
    if arguments.report:
        from qa.report import comparison_html

        write_text(arguments.report, comparison_html(named))
    if arguments.json:
        write_json({"evaluations": [one.to_json() for one in evaluations]}, arguments.json)


def _say_problems(evaluation: Evaluation) -> None:
    for problem in evaluation.left_out:
        say(f"left out: {problem}")


def _limited(dataset: Dataset, limit: int | None) -> Dataset:
    if limit is None:
        return dataset
    if limit < 1:
        raise BadDataset("--limit", f"{limit} questions measure nothing; give 1 or more")
    return replace(dataset, questions=dataset.questions[:limit])


def _more_measures(text: str) -> list[str]:
    from qa.measures import parse_measure

    return [str(parse_measure(name)) for name in text.split(",") if name.strip()]


def _search_limits(limits: Sequence[Limit]) -> list[str]:
    """Measures of documents that a limit names: they are measured for it."""
    from qa.scoring import ANSWER_MEASURES

    return [one.name for one in limits if " " not in one.name and one.name not in ANSWER_MEASURES]


def _qrels(dataset: Dataset) -> str:
    from qa.trec import format_qrels

    graded: dict[tuple[str, str], Any] = {
        (question.id, one.document): one.grade for question in dataset.questions for one in question.judgements
    }
    return format_qrels((query, document, grade) for (query, document), grade in graded.items())
