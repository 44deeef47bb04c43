"""`python -m ui`: serve the chat page, the widget and the API from one process; `python -m ui mcp` serves an agent."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping

from corpus.command import run_guarded
from ui.options import add_index, add_options, read_options


def main() -> int:
    """The exit status: 0 after Ctrl-C, 1 where it could not be served."""
    if sys.argv[1:2] == ["mcp"]:
        return run_guarded(_run_mcp, _mcp_parser().parse_args(sys.argv[2:]))
    if sys.argv[1:2] == ["settings"]:
        return run_guarded(_show_settings, argparse.Namespace())
    return run_guarded(_run, argparse.Namespace(words=sys.argv[1:]))


def _parser(environment: Mapping[str, str] = os.environ) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui",
        description="Serve the chat page, the widget and the API from one process. `python -m ui mcp` serves an agent "
        "over standard input and output instead; `python -m ui settings` prints an example of quid.toml.",
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


def _run(arguments: argparse.Namespace) -> int:
    from ui.settings_file import read_settings

    # What is wrong with the command line is said first, and --help needs no file.
    options = read_options(_parser().parse_args(arguments.words))
    owned = read_settings(options.settings)
    options = read_options(_parser({**owned.server, **os.environ}).parse_args(arguments.words))
    from ui.serving import serve

    return serve(options, owned)


def _show_settings(_: argparse.Namespace) -> int:
    from ui.settings_file import EXAMPLE

    print(EXAMPLE.read_text("utf-8"), end="")
    return 0


def _run_mcp(arguments: argparse.Namespace) -> int:
    from ui.mcp_command import serve_agent

    return serve_agent(arguments.index)


if __name__ == "__main__":
    sys.exit(main())
