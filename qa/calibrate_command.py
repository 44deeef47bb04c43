"""`python -m qa calibrate`: find from which confidence on the answers from these documents can be trusted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.command import say
from index.command_line import add_index_option
from index.place import beside
from qa.calibration import FILE_NAME, BadCalibration, Calibration, forget, keep
from qa.calibration_words import asked_in_words, caution, promise_in_words, spread
from qa.datasets import Dataset, read_dataset
from qa.evaluation import write_json, write_text
from qa.printing import format_table, wrap
from qa.promising import Point

__all__ = ["add_arguments", "format_calibration", "format_curve", "run"]

_FEWEST, _MOST = 60, 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--promise", type=_share, default=0.05, metavar="SHARE",
                        help="at most this share of the answers given is wrong (default: 0.05)")
    parser.add_argument("--questions", type=Path, metavar="FILE",
                        help="judged questions, as evaluate takes them; where they are fewer than 50 that are "
                        "answered, others are made from the documents")
    parser.add_argument("--number", type=_number, default=400, metavar="N", help="how many to ask (default: 400)")
    parser.add_argument("--unanswerable", type=_share, default=0.2, metavar="SHARE",
                        help="the share of questions that the documents don't answer (default: 0.2)")
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="one page with the curve")
    parser.add_argument("--json", metavar="FILE", help="the calibration; - is standard output")
    parser.add_argument("--reset", action="store_true", help="remove the calibration, and ask nothing")
    add_index_option(parser)
    parser.epilog = (
        f"The calibration is kept beside the index, in {FILE_NAME}, and is used by ask, evaluate and the server "
        "until --reset, or until the model or the way of finding the confidence changes."
    )


def run(arguments: argparse.Namespace) -> int:
    """0; BadCalibration where nothing can be promised, and then the one that was kept stays."""
    if arguments.reset:
        return _reset(beside(arguments.index))
    judged = read_dataset(arguments.questions) if arguments.questions else None
    calibration = _calibrated(arguments, judged)
    path = keep(calibration, beside(arguments.index))
    if arguments.json:
        write_json(calibration.to_json(), arguments.json)
    if arguments.json != "-":
        print(format_calibration(calibration))
        print(f"\nKept in {path}; --reset removes it.")
    if arguments.report:
        from qa.calibration_report import calibration_html

        write_text(arguments.report, calibration_html(calibration, str(arguments.index)))
    return 0


def format_calibration(calibration: Calibration) -> str:
    """What is promised, on what grounds, and what other thresholds would do, as a person reads it."""
    total = sum(calibration.asked.values())
    lines = [*wrap(promise_in_words(calibration)), "", *format_curve(calibration.curve, total, calibration.chosen), ""]
    return "\n".join([*lines, *wrap(f"{asked_in_words(calibration)} {caution(calibration)}")])


def format_curve(curve: Sequence[Point], questions: int, chosen: Point | None = None) -> Iterator[str]:
    """About ten points of the curve as a table."""
    rows = [("from confidence", "answers", "of the questions", "wrong", "surely at most", "")]
    for point in spread(curve, chosen):
        shares = (f"{point.answers / questions:.0%}", f"{point.wrong / point.answers:.1%}", f"{point.bound:.1%}")
        mark = "<- threshold" if point == chosen else ""
        rows.append((f"{point.confidence:.3f}", str(point.answers), *shares, mark))
    return format_table(rows, ">>>>><")


def _calibrated(arguments: argparse.Namespace, judged: Dataset | None) -> Calibration:
    """Asked and fitted; what can't be promised is shown, and raised as BadCalibration."""
    from index import open_index
    from qa.calibrating import ask_all, curve_of, fit, why_not
    from qa.cases import cases_of
    from qa.progress import Progress
    from qa.settings import AnswerSettings

    settings = AnswerSettings()
    with open_index(arguments.index) as index:
        cases = cases_of(index, arguments.number, arguments.unanswerable, judged)
        if not any(case.places for case in cases):
            raise BadCalibration(f"{arguments.index} has no text that questions can be made of; add documents to it")
        say(f"asking {len(cases)} questions of {index.manifest.documents:,} documents ...")
        index.search(cases[0].text, 1)  # what is loaded at the first question says nothing of the time left
        replies = ask_all(index, cases, settings, Progress("questions", len(cases)).show)
        found = fit(replies, arguments.promise, index, settings)
    if found is None:
        if (curve := curve_of(replies)) and arguments.json != "-":
            print("\n".join(format_curve(curve, len(replies))))
        raise BadCalibration(why_not(replies, arguments.promise))
    return found


def _reset(folder: Path) -> int:
    done = forget(folder)
    print(f"The calibration of {folder} is removed" if done else f"There is no calibration beside {folder}")
    return 0


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} won't do; expected a share between 0 and 1, as in 0.05")
    return share


def _number(text: str) -> int:
    if not text.isdecimal() or not _FEWEST <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} won't do; expected a whole number from {_FEWEST} to {_MOST}")
    return int(text)
