"""`python -m corpus PATH`: shows how a document, or a folder of them, is read and split."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus.command import run_guarded

_TOKENS = 220


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m corpus",
        description="Show how a document is read and split: its title, its sections, and its passages "
        "with their sentences and places. A folder is shown as a list of its documents.",
        epilog="example: python -m corpus corpus/documents/dmz-faq.md",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a file or a folder")
    parser.add_argument(
        "--tokens",
        metavar="N",
        type=_token_count,
        default=_TOKENS,
        help="the most tokens of a passage with its headings (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    return parser


def _token_count(word: str) -> int:
    if not word.isascii() or not word.isdigit() or not int(word):
        raise argparse.ArgumentTypeError(f"{word!r} is no number of tokens; type a whole number from 1")
    return int(word)


def _run(arguments: argparse.Namespace) -> int:
    from corpus.showing import show_document, show_folder

    show = show_folder if arguments.path.is_dir() else show_document
    show(arguments.path, arguments.tokens, arguments.json)
    return 0


def main() -> int:
    """Run the command and give its exit status."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    return run_guarded(_run, _parser().parse_args())


if __name__ == "__main__":
    sys.exit(main())
