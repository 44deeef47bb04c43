"""`python -m corpus PATH_OR_URL`: shows how a document, or a folder of them, is read and split."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus.addresses import is_address
from corpus.command import run_guarded

_TOKENS = 220


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m corpus",
        description="Show how a document is read and split: its title, its sections, and its passages "
        "with their sentences and places. A folder is shown as a list of its documents; of a site, one page.",
        epilog="example: python -m corpus corpus/documents/dmz-faq.md",
    )
    parser.add_argument("place", metavar="PATH_OR_URL", help="a file, a folder, or the address of a page")
    parser.add_argument(
        "--tokens",
        metavar="N",
        type=_token_count,
        default=_TOKENS,
        help="the most tokens of a passage with its headings (default: %(default)s)",
    )
    parser.add_argument(
        "--allow-private", action="store_true", help="allow addresses of the local network and of this machine"
    )
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    return parser


def _token_count(word: str) -> int:
    if not word.isascii() or not word.isdigit() or not int(word):
        raise argparse.ArgumentTypeError(f"{word!r} is no number of tokens; type a whole number from 1")
    return int(word)


def _run(arguments: argparse.Namespace) -> int:
    from corpus.reading import read
    from corpus.showing import show_document, show_folder

    path = Path(arguments.place)
    if is_address(arguments.place):
        from corpus.site import read_page
        from corpus.site_limits import SiteLimits

        document = read_page(arguments.place, SiteLimits(allow_private=arguments.allow_private))
        show_document(document, arguments.tokens, arguments.json)
    elif path.is_dir():
        show_folder(path, arguments.tokens, arguments.json)
    else:
        show_document(read(path), arguments.tokens, arguments.json)
    return 0


def main() -> int:
    """Run the command and give its exit status."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    return run_guarded(_run, _parser().parse_args())


if __name__ == "__main__":
    sys.exit(main())
