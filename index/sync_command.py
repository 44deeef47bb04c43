"""`python -m index sync`: make the index equal to a folder."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

from corpus import QuidError, find_in_folder
from corpus.command import say
from index.brought import Brought
from index.command_line import add_index_option, add_settings_options, add_workers_option, count_files, index_documents
from index.errors import NothingToIndex
from index.place import beside
from index.watching import changes

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER",
        help="what is not in it is removed from the index, but for what was brought in the chat page",
    )  # fmt: skip
    parser.add_argument(
        "--watch", action="store_true", help="go on until Ctrl-C, and sync again whenever a file changes"
    )
    add_index_option(parser)
    add_settings_options(parser)
    add_workers_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the index is equal to the folder, less what was skipped and said.

    Raises KeyboardInterrupt for Ctrl-C before the first sync is finished; after it, that is how watching ends.
    """
    if not arguments.watch:
        _sync(arguments)
        return 0
    is_watching = False
    try:
        for _ in changes(_folder(arguments)):
            try:
                _sync(arguments)
            except QuidError as error:
                if not is_watching:
                    raise
                say(f"error: {error}")
            if not is_watching:
                say(f"watching {arguments.folder}; Ctrl-C ends it")
            is_watching = True
    except KeyboardInterrupt:
        # The announced end, which may come in the middle of a sync.
        if not is_watching:
            raise
        say("stopped; what was finished is kept")
    return 0


def _sync(arguments: argparse.Namespace) -> None:
    folder = _folder(arguments)
    found, brought = find_in_folder(folder), Brought(beside(arguments.index))
    try:
        if (first := next(found, None)) is None:
            raise NothingToIndex("the folder is empty")
        everything = itertools.chain([first], found, brought.find())
        index_documents(arguments, everything, count_files([folder, *brought.folders()]), only=True)
    except NothingToIndex:
        raise NothingToIndex(
            f"{folder} holds no document that can be read; put some there: .pdf, .docx, .md, .html, .txt, "
            "or another kind that is read (the index is as it was)"
        ) from None


def _folder(arguments: argparse.Namespace) -> Path:
    folder = arguments.folder
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise NothingToIndex(f"{folder} {what}; name the folder that holds your documents")
    return folder
