"""`python -m index sync`: make the index equal to a folder."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

from corpus import QuidError, read_folder
from index.command_line import Counted, add_index_option, add_settings_options, count_files, index_documents

__all__ = ["add_arguments", "run"]


class NothingToSync(QuidError):
    """The folder isn't there or holds nothing to index; the index is left as it was."""


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
        raise NothingToSync(f"{folder} {what}; name the folder that holds your documents")
    counted = Counted(read_folder(folder), count_files([folder]))
    documents = iter(counted)
    first = next(documents, None)
    if first is None:
        raise NothingToSync(
            f"{folder} holds no document that can be read; put .md, .txt or .html files there (the index is as it was)"
        )
    index_documents(arguments, itertools.chain([first], documents), counted, only=True)
    return 0
