"""`python -m bench growth`: what an index costs as it grows, with vectors that are made up.

For each size: making it, opening it, asking, changing one document of it, having a running server find that.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

from bench.grown import Growth, Made, apart, make, measure
from bench.timing import table, write
from corpus.command import say

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000], metavar="N",
        help="sizes of the index (default: 1000 10000 100000 1000000; the last takes 24 GB of disk and an hour)",
    )  # fmt: skip
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="asked of each (default: %(default)s)")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="make the indexes there, and measure those that are there already"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as JSON")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="the curves, as SVG")


def run(arguments: argparse.Namespace) -> int:
    """0 when all was measured."""
    found: list[tuple[Made, Growth]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        for size in arguments.passages:
            folder = (arguments.keep or Path(place)) / str(size)
            made = apart(partial(make, folder, size))
            found.append((made, apart(partial(measure, folder, arguments.questions))))
            say(f"{found[-1][1].passages:,} passages are measured")
    growths = [one for _, one in found]
    print(table([_MADE_HEADS, *(_made_row(*one) for one in found)]), end="\n\n")
    print(table([_ASKED_HEADS, *map(_asked_row, growths)]), end="\n\n")
    print(table([_CHANGED_HEADS, *map(_changed_row, growths)]))
    write(arguments.json, [{**asdict(made), **asdict(one)} for made, one in found])
    if arguments.plots:
        from bench.growth_plots import draw_growth

        draw_growth(growths, arguments.plots)
    return 0


_MADE_HEADS = ["passages", "sentences", "made in", "of processors", "memory", "texts", "vectors", "tokens"]
_ASKED_HEADS = [
    "passages", "opened in", "first question", "question p50", "p95", "of it model", "words", "vectors", "recall@10",
    "memory", "of files",
]  # fmt: skip
_CHANGED_HEADS = ["passages", "one changed", "files copied", "found after"]


def _made_row(made: Made, one: Growth) -> list[str]:
    return [
        f"{one.passages:,}", f"{one.sentences:,}", f"{made.seconds:,.0f} s", f"{made.processor:,.0f} s",
        _size(made.memory), _size(one.texts), _size(one.vectors), _size(one.tokens),
    ]  # fmt: skip


def _asked_row(one: Growth) -> list[str]:
    return [
        f"{one.passages:,}", f"{one.opened:.2f} s", f"{one.first:.2f} s", f"{one.median:.1f} ms", f"{one.slow:.1f} ms",
        f"{one.model:.1f} ms", f"{one.words:.1f} ms", f"{one.neighbours:.1f} ms", f"{one.recall:.3f}",
        _size(one.memory), _size(one.mapped),
    ]  # fmt: skip


def _changed_row(one: Growth) -> list[str]:
    return [f"{one.passages:,}", f"{one.changed:.2f} s", f"{one.copied:.2f} s", f"{one.found:.2f} s"]


def _size(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
