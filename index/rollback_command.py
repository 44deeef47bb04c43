"""`python -m index rollback`: go back to the generation before the current one."""

from __future__ import annotations

import argparse

from index.command_line import add_index_option
from index.errors import in_folder
from index.generations import rollback

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the earlier generation is the current one again."""
    folder = in_folder(arguments.index, "going back to an earlier generation")
    print(f"{folder}: back at generation {rollback(folder)}")
    return 0
