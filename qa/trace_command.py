"""`python -m qa trace`: where was my passage lost on the way to the answer?"""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from index.command_line import add_index_option
from qa.rescuing import Rescue, advise, find_rescues
from qa.tracing import Trace, trace

__all__ = ["add_arguments", "format_trace", "run"]

_MARKS = {True: "+", False: "x", None: " "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--quote", required=True, metavar="TEXT", help="what the answer should have quoted")
    parser.add_argument("--document", metavar="ID", help="the document that says it (default: any)")
    parser.add_argument(
        "--earlier",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question of the conversation; repeatable, oldest first",
    )
    parser.add_argument("--json", action="store_true", help="the trace as JSON")
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0, whether or not it was quoted."""
    from index import open_index
    from qa.calibration import with_threshold
    from qa.settings import AnswerSettings

    with open_index(arguments.index) as index:
        settings = with_threshold(AnswerSettings(), index)
        found = trace(arguments.question, arguments.quote, index, settings, arguments.document, arguments.earlier)
        rescues = find_rescues(found, index, settings, arguments.earlier)
    if arguments.json:
        said = {"rescues": [asdict(one) for one in rescues], "advice": advise(found, rescues)}
        print(json.dumps(found.to_json() | said, ensure_ascii=False, indent=1))
    else:
        print(format_trace(found, rescues))
    return 0


def format_trace(found: Trace, rescues: Sequence[Rescue]) -> str:
    """The stages as a person reads them on a terminal, within 100 columns; x marks where it was lost."""
    return "\n".join(_lines(found, rescues))


def _lines(found: Trace, rescues: Sequence[Rescue]) -> Iterator[str]:
    for stage in found.stages:
        head = f"{_MARKS[stage.held]} {stage.name:<12}"
        yield from textwrap.wrap(" ".join(stage.says.split()), 100, initial_indent=head, subsequent_indent=" " * 14)
    if found.quoted:
        return
    yield ""
    yield f"Lost at: {found.lost_at or 'quoting'}"
    for one in rescues[:3]:
        yield f"  {one.setting} {one.now:g} -> {one.then:g} would have it quoted"
    yield from textwrap.wrap(advise(found, rescues), 100, break_on_hyphens=False)
