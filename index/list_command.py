"""`python -m index list`: show the documents that are in the index."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from index.command_line import add_index_option
from index.searching import open_index

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    add_index_option(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0; one document a line, and the totals."""
    with open_index(arguments.index) as index:
        records, skipped, manifest = index.documents(), index.skipped(), index.manifest
    if arguments.json:
        listed = {
            "generation": manifest.generation,
            "created": manifest.created,
            "model": manifest.model,
            "documents": [asdict(record) for record in records],
            "skipped": [{"source": source, "reason": reason} for source, reason in skipped.items()],
        }
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    width = max((len(record.id) for record in records), default=0)
    for record in records:
        print(
            f"{record.id:{width}}  {record.passages:5} passages  {record.characters:9,} characters  "
            f"{record.added[:10]}  {' '.join(record.title.split())}"
        )
    for source, reason in skipped.items():
        print(f"skipped {source}: {reason}")
    print(
        f"{manifest.documents} documents, {manifest.passages} passages, {manifest.sentences} sentences; "
        f"generation {manifest.generation} of {manifest.created}, model {manifest.model}"
    )
    return 0
