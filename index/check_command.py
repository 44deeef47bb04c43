"""`python -m index check`: prove that the index is whole, and make it whole."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path

from corpus import QuidError
from corpus.command import say
from index.checking import WRONG_VECTOR, check
from index.command_line import add_index_option
from index.errors import IndexDamaged, in_folder
from index.hit import OpenIndex
from index.place import Place
from index.progress import ProgressLine
from index.repairing import repair
from index.searching import Index, open_index

__all__ = ["add_arguments", "run"]

_MOST_LINES = 50


class IndexFaulty(QuidError):
    """The index opens, but something in it doesn't hold."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--repair", action="store_true", help="make a faulty index anew, of the documents that it still holds whole"
    )
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every point holds, now or after the repair; 1 with one line for each that doesn't."""
    if arguments.repair:
        in_folder(arguments.index, "mending")
    faults = _show(arguments.index, arguments.repair)
    if faults and arguments.repair:
        _repair(arguments.index, any(WRONG_VECTOR in fault for fault in faults))
        faults = _show(arguments.index)
    if faults and not isinstance(arguments.index, Path):
        raise IndexFaulty(
            f"{arguments.index} has faults ({len(faults)}); make it anew: copy it from a folder with python -m index "
            f"copy, or add its documents under another name: python -m index sync FOLDER_OF_DOCUMENTS --index ..."
        )
    if faults:
        count = f"more than {_MOST_LINES}" if len(faults) > _MOST_LINES else str(len(faults))
        raise IndexFaulty(
            f"{arguments.index} has faults ({count}); mend it with: python -m index check --repair "
            f"--index {arguments.index}, or go back with: python -m index rollback --index {arguments.index}"
        )
    with open_index(arguments.index) as index:
        manifest = index.manifest
    print(
        f"{arguments.index}: whole; {manifest.documents} documents, {manifest.passages} passages, "
        f"{manifest.sentences} sentences, generation {manifest.generation}"
    )
    return 0


def _show(folder: Place, also_closed: bool = False) -> list[str]:
    """The faults, which are printed; with `also_closed`, that it can't be opened is one."""
    try:
        with open_index(folder) as index:
            faults = list(itertools.islice(_faults(index), _MOST_LINES + 1))
    except IndexDamaged as error:
        if not also_closed:
            raise
        faults = [error.what]
    for fault in faults[:_MOST_LINES]:
        print(fault)
    return faults


def _faults(index: OpenIndex) -> Iterator[str]:
    if isinstance(index, Index):
        return check(index)
    from index.milvus_checking import check_milvus
    from index.milvus_searching import MilvusIndex

    assert isinstance(index, MilvusIndex)
    return check_milvus(index)


def _repair(folder: Path, forget_vectors: bool) -> None:
    with ProgressLine() as progress:
        done = repair(folder, forget_vectors, progress)
    for id in done.lost:
        say(f"lost: {id}, whose text is damaged; add it again")
    print(f"{folder}: made anew, generation {done.summary.generation}, of {done.summary.found} documents")
