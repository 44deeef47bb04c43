"""`python -m qa gaps`: show what was asked and not answered well, grouped by meaning."""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.command import say
from index.command_line import add_index_option
from index.place import Place, beside
from qa.evaluation import write_json, write_text
from qa.feedback import FILE_NAME, Feedback, FeedbackStore
from qa.gaps import Gap, Gaps, find_gaps

__all__ = ["add_arguments", "format_csv", "format_gaps", "run"]

_EXCERPT, _OTHERS = 300, 8
_COLUMNS = (
    "question", "times", "refused", "wrong", "first", "last", "questions", "words",
    "nearest_document", "nearest_title", "nearest_headings", "nearest_excerpt",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--csv", metavar="FILE", help="a table, a gap to a line; - is standard output")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--again", action="store_true",
                        help="ask what was refused again, and leave out what is answered by now")
    add_index_option(parser)
    parser.set_defaults(usage_error=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """0, also where nothing is open."""
    if arguments.json and arguments.csv == "-":
        arguments.usage_error("--json and --csv - would both write to standard output; give --csv a file")
    store = FeedbackStore(beside(arguments.index) / FILE_NAME)
    said, problems = store.read()
    gaps = _found(arguments.index, said, arguments.again)
    for problem in problems:
        say(f"skipped: {problem}")
    if gaps.left_out:
        say(f"note: {gaps.left_out:,} questions more, which were asked seldom or long ago, are left out")
    if arguments.csv and arguments.csv != "-":
        write_text(Path(arguments.csv), format_csv(gaps))
    if arguments.json:
        write_json(gaps.to_json(), "-")
    elif arguments.csv == "-":
        print(format_csv(gaps), end="")
    elif gaps.gaps:
        print(format_gaps(gaps))
    else:
        print(f"Nothing is open: no question in {store.path} was refused or called wrong")
    return 0


def _found(place: Place, said: Iterable[Feedback], again: bool) -> Gaps:
    from index import open_index
    from qa.answering import open_answerer

    if not again:
        with open_index(place) as index:
            return find_gaps(said, index)
    answerer = open_answerer(place)
    with answerer.searcher as index:  # type: ignore[attr-defined]
        return find_gaps(said, index, lambda question: answerer.ask(question).answered)


def format_gaps(gaps: Gaps) -> str:
    """The gaps as a person reads them on a terminal."""
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    times, count = sum(gap.times for gap in gaps.gaps), len(gaps.gaps)
    lines = [f"{_many(count, 'gap')}, asked for {_many(times, 'time')}", ""]
    for number, gap in enumerate(gaps.gaps, 1):
        lines += [*_gap_lines(number, gap, width), ""]
    return "\n".join(lines[:-1])


def format_csv(gaps: Gaps) -> str:
    """The gaps as a table; several questions or words stand on lines of their own in a cell."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(_COLUMNS)
    for gap in gaps.gaps:
        table.writerow(_unformulated(cell) for cell in _cells(gap))
    return file.getvalue()


def _gap_lines(number: int, gap: Gap, width: int) -> Iterator[str]:
    counts = [f"{gap.refused} refused"] * bool(gap.refused) + [f"{gap.wrong} called wrong"] * bool(gap.wrong)
    days = gap.dates[0] if gap.dates[0] == gap.dates[-1] else f"{gap.dates[0]} to {gap.dates[-1]}"
    yield f"{number}. {_short(gap.question, width - 4)}"
    yield f"   {_many(gap.times, 'time')} ({', '.join(counts)}), {days}"
    for one in gap.asked[1 : _OTHERS + 1]:
        again = f" ({one.times} times)" if one.times > 1 else ""
        yield f"   also: {_short(one.question, width - 20)}{again}"
    if len(gap.asked) > _OTHERS + 1:
        yield f"   and {len(gap.asked) - _OTHERS - 1} more like these"
    for word in gap.words:
        yield f"   said: {_short(word, width - 9)}"
    for hit in gap.nearest:
        yield f"   near: {_short(hit.passage.context, width - 9)}"
        yield f"         {_short(hit.passage.text, width - 9)}"


def _cells(gap: Gap) -> Iterator[object]:
    yield from (gap.question, gap.times, gap.refused, gap.wrong, gap.dates[0], gap.dates[-1])
    yield from ("\n".join(one.question for one in gap.asked), "\n".join(gap.words))
    if gap.nearest:
        passage = gap.nearest[0].passage
        yield from (passage.document_id, passage.title, " > ".join(passage.headings), _short(passage.text, _EXCERPT))
    else:
        yield from ("", "", "", "")


def _unformulated(cell: object) -> object:
    """A spreadsheet runs what begins like a formula, and anybody may ask one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _short(text: str, width: int) -> str:
    return textwrap.shorten(" ".join(text.split()), max(width, 20), placeholder=" ...")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
