"""`python -m index remove`: remove documents by their ids."""

from __future__ import annotations

import argparse
import difflib

from index.brought import Brought
from index.command_line import add_index_option, report
from index.errors import UnknownDocument
from index.place import beside
from index.searching import open_index
from index.updating import update_index

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="as `python -m index list` shows them")
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all of them are gone; nothing is removed where one is unknown."""
    with open_index(arguments.index) as index:
        known = {record.id for record in index.documents()}
    for id in arguments.ids:
        if id not in known:
            raise UnknownDocument(id, next(iter(difflib.get_close_matches(id, known, 1)), None))
    with Brought(beside(arguments.index)).without(arguments.ids):
        report(update_index(arguments.index, [], remove=arguments.ids), arguments.index)
    return 0
