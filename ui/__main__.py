"""`python -m ui`: serve the chat page, the widget and the API from one process; `python -m ui mcp` serves an agent."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from corpus.command import run_guarded
from ui.options import add_index, add_options, read_options


def main() -> int:
    """The exit status: 0 after Ctrl-C, 1 where it could not be served."""
    if sys.argv[1:2] == ["mcp"]:
        return run_guarded(_run_mcp, _mcp_parser().parse_args(sys.argv[2:]))
    if sys.argv[1:2] == ["tag"]:
        return run_guarded(_tag, _tag_parser().parse_args(sys.argv[2:]))
    if sys.argv[1:2] == ["export"]:
        return run_guarded(_export, argparse.Namespace(words=sys.argv[2:]))
    if sys.argv[1:2] == ["settings"]:
        return run_guarded(_show_settings, argparse.Namespace())
    return run_guarded(_run, argparse.Namespace(words=sys.argv[1:]))


def _parser(environment: Mapping[str, str] = os.environ) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui",
        description="Serve the chat page, the widget and the API from one process. `python -m ui mcp` serves an agent "
        "over standard input and output instead; `python -m ui settings` prints an example of quid.toml, "
        "`python -m ui tag` the line that brings the chat to a site's pages; `python -m ui export` writes a folder "
        "that answers on any static host, without a server.",
        epilog="The name in brackets sets the same in the environment.",
    )
    add_options(parser, environment)
    return parser


def _mcp_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui mcp",
        description="Give an agent the tools ask and search, by the Model Context Protocol over standard input and "
        "output. While the chat is served, they are at its address under /mcp as well.",
    )
    add_index(parser)
    return parser


def _tag_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui tag",
        description="Print the line that brings the chat to the pages of a site, with the hash that the reader's "
        "browser checks the script by.",
    )
    parser.add_argument("address", metavar="ADDRESS", help="where people reach this server: https://chat.example.org")
    parser.add_argument(
        "--site", action="append", default=[], metavar="https://SITE",
        help="a site whose pages get the line; says what is to be done where it isn't allowed yet; repeatable",
    )  # fmt: skip
    parser.add_argument("--title", default="", metavar="TEXT", help="what stands on the button, and above the chat")
    parser.add_argument("--frame", action="store_true", help="a frame instead, for sites that allow no scripts")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="the server's (default: quid.toml)")
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from ui.settings_file import read_settings

    # What is wrong with the command line is said first, and --help needs no file.
    options = read_options(_parser().parse_args(arguments.words))
    owned = read_settings(options.settings)
    options = read_options(_parser({**owned.server, **os.environ}).parse_args(arguments.words))
    # What is loaded now stays: looking through it for garbage again and again takes a fifth of the start.
    gc.disable()
    from ui.serving import serve

    return serve(options, owned)


def _tag(arguments: argparse.Namespace) -> int:
    from ui.settings_file import read_settings
    from ui.tag_command import print_tag

    owned = read_settings(arguments.settings)
    allowed = read_options(_parser({**owned.server, **os.environ}).parse_args([])).allow_site
    sites = tuple(arguments.site)
    return print_tag(arguments.address, sites, allowed, owned.look, arguments.title, arguments.frame)


def _export(arguments: argparse.Namespace) -> int:
    from ui.export_command import add_arguments, export_pack
    from ui.settings_file import read_settings

    parser = argparse.ArgumentParser(
        prog="python -m ui export",
        description="Write a folder that any static host serves: the widget and a page that shows it, answering in "
        "the reader's browser from this index, without a server. Says how it answers beside the server.",
    )
    add_index(parser)
    add_arguments(parser)
    given = parser.parse_args(arguments.words)
    look = read_settings(given.settings).look
    return export_pack(given.folder, given.index, look, given.model, given.questions, not given.no_measuring)


def _show_settings(_: argparse.Namespace) -> int:
    from ui.settings_file import EXAMPLE

    print(EXAMPLE.read_text("utf-8"), end="")
    return 0


def _run_mcp(arguments: argparse.Namespace) -> int:
    from ui.mcp_command import serve_agent

    return serve_agent(arguments.index)


if __name__ == "__main__":
    sys.exit(main())
