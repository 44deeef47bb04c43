"""`python -m index add`: add documents or update them."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path

from corpus import Document, QuidError, Skipped, read, read_folder
from index.command_line import Counted, add_index_option, add_settings_options, count_files, index_documents
from index.errors import IndexMissing
from index.naming import named_apart
from index.searching import open_index

__all__ = ["add_arguments", "run"]


class NotAdded(QuidError):
    """Something that was named could not be read."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a document, or a folder of documents")
    add_index_option(parser)
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every path was read, 1 where one could not be; the others are added then too."""
    failures: list[str] = []
    counted = Counted(_read(arguments.paths, failures), count_files(arguments.paths))
    documents = named_apart(counted, _known(arguments.index))
    if first := next(documents, None):
        index_documents(arguments, itertools.chain([first], documents), counted)
    if failures:
        raise NotAdded("; ".join(failures))
    if not first:
        raise NotAdded(f"nothing was found to add in {', '.join(map(str, arguments.paths))}")
    return 0


def _read(paths: list[Path], failures: list[str]) -> Iterator[Document | Skipped]:
    """What is in the folders, and the files; of a path that can't be read, the reason among the failures."""
    for path in paths:
        try:
            if path.is_dir():
                yield from read_folder(path)
            else:
                yield read(path)
        except QuidError as error:
            failures.append(str(error))


def _known(folder: Path) -> list[tuple[str, str]]:
    """(id, source) of the documents in the index."""
    try:
        with open_index(folder) as index:
            return [(record.id, record.source) for record in index.documents()]
    except IndexMissing:
        return []
