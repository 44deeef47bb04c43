"""`python -m ui`: serve the chat page, the widget and the API from one process; `python -m ui mcp` serves an agent."""

from __future__ import annotations

import argparse
import sys

from corpus.command import run_guarded
from ui.options import add_index, add_options, read_options


def main() -> int:
    """The exit status: 0 after Ctrl-C, 1 where it could not be served."""
    if sys.argv[1:2] == ["mcp"]:
        return run_guarded(_run_mcp, _mcp_parser().parse_args(sys.argv[2:]))
    return run_guarded(_run, _parser().parse_args())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui",
        description="Serve the chat page, the widget and the API from one process. `python -m ui mcp` serves an agent "
        "over standard input and output instead.",
        epilog="The name in brackets sets the same in the environment.",
    )
    add_options(parser)
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
    from ui.serving import serve

    return serve(read_options(arguments))


def _run_mcp(arguments: argparse.Namespace) -> int:
    from ui.mcp_command import serve_agent

    return serve_agent(arguments.index)


if __name__ == "__main__":
    sys.exit(main())
