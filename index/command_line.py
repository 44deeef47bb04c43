"""What the commands of this room share: options, progress, and the summary at the end."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from corpus import Document, Original, Skipped
from corpus.command import say
from index.earlier import open_earlier
from index.place import Place, index_place
from index.progress import ProgressLine
from index.settings import DEFAULT_FOLDER, IndexSettings
from index.updating import Summary, update_index

__all__ = [
    "ProgressLine",
    "add_index_option",
    "add_settings_options",
    "add_workers_option",
    "count_files",
    "index_documents",
    "report",
]


def add_index_option(parser: argparse.ArgumentParser) -> None:
    """`--index DIR`, on every command."""
    parser.add_argument(
        "--index", type=index_place, default=DEFAULT_FOLDER, metavar="DIR",
        help=f"the index (default: {DEFAULT_FOLDER}); or milvus://HOST:PORT/NAME, an index on Milvus",
    )  # fmt: skip


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """How the index is made; without these an index keeps the settings that it has."""
    parser.add_argument("--model", help="a sentence-transformers model: a name or a folder")
    parser.add_argument(
        "--passage-tokens", type=_passage_tokens, metavar="N", help="tokens in a passage with its headings, 32 and up"
    )


def add_workers_option(parser: argparse.ArgumentParser) -> None:
    """`--workers ADDRESS`, on the commands that bring documents."""
    parser.add_argument(
        "--workers", metavar="ADDRESS",
        help="read and embed on the machines of a Ray cluster: ray://HOST:PORT; or HOST:PORT, or auto, on one of its "
        "machines; or local, a Ray that is started on this one (see docs/cluster.md)",
    )  # fmt: skip


def count_files(paths: Iterable[Path]) -> int:
    """About as many as reading these files and folders will come by: hidden ones are passed over."""
    count = 0
    for path in paths:
        count += not path.is_dir()
        for _, folders, files in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(".")]
            count += sum(not name.startswith(".") for name in files)
    return count


def index_documents(
    arguments: argparse.Namespace,
    documents: Iterable[Document | Original | Skipped],
    expected: int | None = None,
    only: bool = False,
    remove: Iterable[str] = (),
    sought: Callable[[str], bool] = lambda source: False,
) -> Summary:
    """Bring documents into the index that the arguments name, with progress and a summary.

    `remove` and `sought` are as in `update_index`, and looked at when all documents have come.
    """
    with ProgressLine(lambda: expected) as progress:
        summary = update_index(
            arguments.index, documents, remove, _settings(arguments), progress, only=only, notice=say, sought=sought,
            workers=arguments.workers,
        )  # fmt: skip
    report(summary, arguments.index)
    return summary


def report(summary: Summary, folder: Place) -> None:
    """What was done, in one line; and one on what was left out, on standard error."""
    if summary.repeated:
        say(f"left out, since another document has the same id: {', '.join(summary.repeated)}")
    counts = {
        "added": len(summary.added),
        "updated": len(summary.updated),
        "removed": len(summary.removed),
        "unchanged": len(summary.unchanged),
        "skipped": len(summary.skipped) + len(summary.repeated),
    }
    done = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    print(f"{folder}: {done or 'nothing to do'}; {summary.passages} new passages, {summary.seconds:.1f} s")


def _settings(arguments: argparse.Namespace) -> IndexSettings | None:
    """The settings that were asked for on top of the index's own; None where none were."""
    if arguments.model is None and arguments.passage_tokens is None:
        return None
    with open_earlier(arguments.index, forgiving=True) as earlier:
        base = earlier.settings
    return IndexSettings(arguments.model or base.model, arguments.passage_tokens or base.passage_tokens)


def _passage_tokens(value: str) -> int:
    if not value.isdecimal() or int(value) < 32:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number of 32 or more")
    return int(value)
