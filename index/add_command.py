"""`python -m index add`: add documents or update them."""

from __future__ import annotations

import argparse
import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

from corpus import Original, QuidError, Skipped, find, find_in_folder
from index.command_line import add_index_option, add_settings_options, count_files, index_documents
from index.errors import IndexMissing, NothingToIndex
from index.naming import named_apart
from index.searching import open_index

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a document, or a folder of documents")
    add_index_option(parser)
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every path was read, 1 where one could not be; the others are added then too."""
    failures: list[str] = []
    everything = named_apart(_found(arguments.paths, failures), _known(arguments.index))
    found = 0
    with contextlib.suppress(NothingToIndex):
        if first := next(everything, None):
            summary = index_documents(arguments, itertools.chain([first], everything), count_files(arguments.paths))
            found = summary.found
            named = {str(path) for path in arguments.paths}
            failures += [f"{one.source}: {one.reason}" for one in summary.skipped if one.source in named]
    if failures:
        raise NothingToIndex("; ".join(failures))
    if not found:
        raise NothingToIndex(f"nothing was found to add in {', '.join(map(str, arguments.paths))}")
    return 0


def _found(paths: list[Path], failures: list[str]) -> Iterator[Original | Skipped]:
    """What is in the folders, and the files; of a path that can't be read, the reason among the failures."""
    for path in paths:
        try:
            if path.is_dir():
                yield from find_in_folder(path)
            else:
                yield find(path)
        except QuidError as error:
            failures.append(str(error))


def _known(folder: Path) -> list[tuple[str, str]]:
    """(id, source) of the documents in the index."""
    try:
        with open_index(folder) as index:
            return [(record.id, record.source) for record in index.documents()]
    except IndexMissing:
        return []
