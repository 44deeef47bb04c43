"""`python -m index sync`: make the index equal to a folder."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

from corpus import find_in_folder
from index.command_line import add_index_option, add_settings_options, count_files, index_documents
from index.errors import NothingToIndex

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what is not in it is removed from the index")
    add_index_option(parser)
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the index is equal to the folder, less what was skipped and said."""
    folder = arguments.folder
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise NothingToIndex(f"{folder} {what}; name the folder that holds your documents")
    found = find_in_folder(folder)
    try:
        if (first := next(found, None)) is None:
            raise NothingToIndex("the folder is empty")
        index_documents(arguments, itertools.chain([first], found), count_files([folder]), only=True)
    except NothingToIndex:
        raise NothingToIndex(
            f"{folder} holds no document that can be read; put .md, .txt or .html files there (the index is as it was)"
        ) from None
    return 0
