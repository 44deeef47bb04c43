"""`python -m index copy`: bring an index in a folder to Milvus, without embedding anything again."""

from __future__ import annotations

import argparse

from corpus import QuidError
from corpus.command import say
from index.command_line import report
from index.errors import in_folder
from index.place import MilvusAddress, index_place
from index.progress import ProgressLine
from index.searching import Index, open_index

__all__ = ["add_arguments", "run"]


class BadCopy(QuidError):
    """What can't be copied to."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("source", type=index_place, metavar="FROM", help="the folder of an index")
    parser.add_argument("target", type=index_place, metavar="TO", help="milvus://HOST:PORT/NAME; made equal to FROM")


def run(arguments: argparse.Namespace) -> int:
    """0 when all that is in the one is in the other, and nothing else."""
    from index.copying import copy_index

    folder, target = in_folder(arguments.source, "being copied"), arguments.target
    if not isinstance(target, MilvusAddress):
        raise BadCopy(f"{target} is a folder, and an index there is copied with cp -r; name milvus://HOST:PORT/NAME")
    with open_index(folder) as index, ProgressLine(lambda: index.manifest.documents) as progress:
        assert isinstance(index, Index)
        summary = copy_index(index, target, progress, say)
    report(summary, target)
    return 0
