"""`python -m index add`: add documents or update them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from corpus import Document, QuidError, Skipped, read, read_folder
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


class NothingAdded(QuidError):
    """Not one of the named documents could be read."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a document, or a folder of documents")
    add_index_option(parser)
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 where something was added or unchanged, 1 where nothing could be read."""
    documents = Counted(_read(arguments.paths))
    progress = ProgressLine()
    settings = settings_from(arguments, current_settings(arguments.index))
    summary = update_index(arguments.index, documents, settings=settings, progress=progress)
    progress.close()
    report(summary, len(documents.skipped), arguments.index)
    if not (summary.added or summary.updated or summary.unchanged):
        raise NothingAdded(f"nothing could be read from {', '.join(map(str, arguments.paths))}")
    return 0


def _read(paths: list[Path]) -> Iterator[Document | Skipped]:
    for path in paths:
        if path.is_dir():
            yield from read_folder(path)
            continue
        try:
            yield read(path)
        except QuidError as error:
            yield Skipped(str(path), str(error).removeprefix(f"{path}: "))
