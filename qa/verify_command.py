"""`python -m qa verify`: whether the quotations of a conversation still stand in the documents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.command_line import add_index_option
from qa.evaluation import write_json
from qa.printing import wrap
from qa.verifying import Check, read_receipts, verify

__all__ = ["add_arguments", "format_checks", "run"]

STANDINGS = ("intact", "moved", "changed", "gone")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "file", type=Path, metavar="FILE.json",
        help="a conversation exported by the chat page, or what `python -m qa ask --json` printed",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 where every quotation stands in the documents, at its place or at another; 1 where one doesn't."""
    from index import open_index

    receipts = read_receipts(arguments.file)
    with open_index(arguments.index) as index:
        checks = list(verify(receipts, index))
    if arguments.json:
        counts = {standing: sum(one.standing == standing for one in checks) for standing in STANDINGS}
        write_json({"quotations": len(checks), **counts, "checks": [one.to_json() for one in checks]}, "-")
    else:
        sys.stdout.write(format_checks(checks))
    return 0 if all(one.holds for one in checks) else 1


def format_checks(checks: Sequence[Check]) -> str:
    """A line for each quotation under its question, what it says now, and the count."""
    lines: list[str] = []
    question = None
    for one in checks:
        if one.receipt.question != question:
            question = one.receipt.question
            lines += ["", *wrap(question or "(no question)")]
        lines += _lines(one)
    return "\n".join([*lines[1:], *([""] if lines else []), _count(checks), ""])


def _lines(one: Check) -> Iterator[str]:
    receipt = one.receipt
    place = f"{receipt.document}:{receipt.start}-{receipt.end}"
    if one.standing == "moved":
        place += f", now {one.document}:{one.start}-{one.end}"
    yield f"  {one.standing:<8}[{receipt.number}] {place}"
    if not one.holds:
        yield from wrap(f"          then  {' '.join(receipt.quote.split())}", hanging=16)
    if one.now:
        yield from wrap(f"          now   {one.now}", hanging=16)


def _count(checks: Sequence[Check]) -> str:
    if not checks:
        return "no quotation to look up: nothing was answered"
    counts = ((standing, sum(one.standing == standing for one in checks)) for standing in STANDINGS)
    said = ", ".join(f"{count} {standing}" for standing, count in counts if count)
    return f"{len(checks)} quotation{'' if len(checks) == 1 else 's'}: {said}"
