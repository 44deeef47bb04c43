"""`python -m index remove`: remove documents by their ids."""

from __future__ import annotations

import argparse

from index.command_line import add_index_option, report
from index.errors import UnknownDocument
from index.searching import open_index
from index.updating import update_index


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help="as `python -m index list` shows them")
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all of them are gone; nothing is removed where one is unknown."""
    index = open_index(arguments.index)
    known = {record.id for record in index.documents()}
    index.close()
    for id in arguments.ids:
        if id not in known:
            raise UnknownDocument(id)
    report(update_index(arguments.index, [], remove=arguments.ids), 0, arguments.index)
    return 0
