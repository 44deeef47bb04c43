"""`python -m qa diff`: which saved questions are answered differently since the index changed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus import QuidError
from index.command_line import add_index_option
from index.place import beside
from qa.answer import Answer
from qa.datasets import Question
from qa.differing import Difference, compare_answers, saved_questions
from qa.evaluation import write_json
from qa.printing import wrap
from qa.progress import Progress

__all__ = ["add_arguments", "format_differences", "run"]

SHIPPED = Path("qa/questions")


class NothingToAsk(QuidError):
    """There are no questions to ask both generations."""


class AnswersChanged(QuidError):
    """Some answers changed, where that was to be a failure."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "questions", nargs="*", type=Path, metavar="QUESTIONS",
        help="files of judged questions, or .txt with a question a line; beside them, those that people asked "
        "and that were kept with the index",
    )  # fmt: skip
    parser.add_argument("--from", dest="before", type=int, metavar="GENERATION", help="compare with this one "
                        "(default: the one before the current; `python -m index list` shows numbers)")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--fail-on", choices=("change", "loss"), metavar="WHAT", help="exit status 1 where any answer "
                        "changed (change), or where one was right by its judgement and isn't any more (loss)")
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0; 1 where answers changed and --fail-on says that this is a failure."""
    questions = saved_questions(arguments.questions, beside(arguments.index))
    if not questions:
        raise NothingToAsk(
            f"no questions: {arguments.index} has kept none; name a file, for example: python -m qa diff {SHIPPED}"
        )
    numbers, found = _compare(arguments, questions)
    if arguments.json:
        before, now = numbers
        write_json({"before": before, "now": now, "questions": len(questions),
                    "differences": [one.to_json() for one in found]}, "-")  # fmt: skip
    else:
        print(format_differences(found, len(questions), *numbers))
    lost = sum(one.is_worse for one in found)
    if arguments.fail_on == "change" and found:
        raise AnswersChanged(f"{len(found)} of {len(questions)} questions are answered differently")
    if arguments.fail_on == "loss" and lost:
        raise AnswersChanged(f"{lost} of {len(questions)} questions were answered rightly and aren't any more")
    return 0


def _compare(arguments: argparse.Namespace, questions: Sequence[Question]) -> tuple[tuple[int, int], list[Difference]]:
    from index import open_index
    from index.errors import in_folder
    from index.generations import earlier_number
    from qa.answering import answerer_over

    folder = in_folder(arguments.index, "comparing with an earlier generation")
    number = arguments.before or earlier_number(folder)
    progress = Progress("questions", len(questions)).show
    with open_index(arguments.index, generation=number) as old, open_index(arguments.index) as new:
        found = compare_answers(questions, answerer_over(old), answerer_over(new), progress)
        return (old.manifest.generation, new.manifest.generation), found


def format_differences(found: Sequence[Difference], asked: int, before: int, now: int) -> str:
    """Old and new beside each other, for a person."""
    if not found:
        all_of = f"All {asked} questions are" if asked > 1 else "The question is"
        return f"{all_of} answered as before (generation {before}, now {now})."
    head = f"{len(found)} of {asked} questions are answered differently (generation {before}, now {now})."
    lost = sum(one.is_worse for one in found)
    if lost:
        head += f" {lost} {'were' if lost > 1 else 'was'} right by {'their' if lost > 1 else 'its'} judgement"
        head += f" and {'are' if lost > 1 else 'is'}n't any more."
    return "\n".join([*wrap(head), *(line for one in found for line in _lines(one))])


def _lines(one: Difference) -> Iterator[str]:
    note = {"answered now": "answered now, refused before", "refused now": "refused now, answered before"}
    judged = {(True, False): ", which was right and isn't", (False, True): ", which was wrong and is right"}
    yield ""
    yield from wrap(one.question.text, 2)
    verdict = judged.get((bool(one.was_right), bool(one.is_right)), "") if one.was_right is not None else ""
    yield f"  {note.get(one.change, one.change)}{verdict}"
    for label, answer in (("before", one.before), ("now   ", one.now)):
        for line in _quotes(answer):
            yield from wrap(f"  {label}  {line}", 10)


def _quotes(answer: Answer) -> list[str]:
    if not answer.answered:
        return [f"(refused, confidence {answer.confidence:.2f})"]
    return [f"{' '.join(one.quote.split())} [{one.passage.document_id}]" for one in answer.citations]
