"""`python -m index check`: prove that the index is whole."""

from __future__ import annotations

import argparse
import itertools

from corpus import QuidError
from index.checking import check
from index.command_line import add_index_option
from index.searching import open_index

__all__ = ["add_arguments", "run"]

_MOST_LINES = 50


class IndexFaulty(QuidError):
    """The index opens, but something in it doesn't hold."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every point holds, 1 with one line for each that doesn't."""
    with open_index(arguments.index) as index:
        manifest = index.manifest
        faults = list(itertools.islice(check(index), _MOST_LINES + 1))
    for fault in faults[:_MOST_LINES]:
        print(fault)
    if faults:
        count = f"more than {_MOST_LINES}" if len(faults) > _MOST_LINES else str(len(faults))
        raise IndexFaulty(
            f"{arguments.index} has faults ({count}); remove that folder and index the documents again, "
            f"or go back with: python -m index rollback --index {arguments.index}"
        )
    print(
        f"{arguments.index}: whole; {manifest.documents} documents, {manifest.passages} passages, "
        f"{manifest.sentences} sentences, generation {manifest.generation}"
    )
    return 0
