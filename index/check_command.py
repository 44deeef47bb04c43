"""`python -m index check`: prove that the index is whole."""

from __future__ import annotations

import argparse

from corpus import QuidError
from index.checking import check
from index.command_line import add_index_option
from index.searching import open_index


class IndexFaulty(QuidError):
    """The index opens, but something in it doesn't hold."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every point holds, 1 with one line for each that doesn't."""
    index = open_index(arguments.index)
    faults = check(index)
    for fault in faults:
        print(fault)
    if faults:
        raise IndexFaulty(f"{len(faults)} faults in {arguments.index}; remove that folder and index the documents again")
    manifest = index.manifest
    print(f"{arguments.index}: whole; {manifest.documents} documents, {manifest.passages} passages, "
          f"{manifest.sentences} sentences, generation {manifest.generation}")
    return 0
