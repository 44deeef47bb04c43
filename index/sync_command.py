"""`python -m index sync`: make the index equal to a folder."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

from corpus import QuidError, read_folder
from corpus.command import say
from index.command_line import (
    Counted,
    ProgressLine,
    add_index_option,
    add_settings_options,
    current_settings,
    report,
    settings_from,
)
from index.updating import update_index


class NothingToSync(QuidError):
    """The folder isn't there or holds nothing to index; the index is left as it was."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what is not in it is removed from the index")
    add_index_option(parser)
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the index is equal to the folder, less what was skipped and said."""
    folder = arguments.folder
    if not folder.is_dir():
        raise NothingToSync(f"{folder} is not a folder; name the folder that holds your documents")
    documents = Counted(read_folder(folder))
    incoming = iter(documents)
    first = next(incoming, None)
    if first is None:
        raise NothingToSync(
            f"{folder} holds no document that can be read; put .md, .txt or .html files there (the index is as it was)"
        )
    say(f"indexing {folder} ...")
    progress = ProgressLine()
    settings = settings_from(arguments, current_settings(arguments.index))
    summary = update_index(
        arguments.index, itertools.chain([first], incoming), settings=settings, progress=progress, only=True
    )
    progress.close()
    report(summary, len(documents.skipped), arguments.index)
    return 0
