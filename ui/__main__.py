"""`python -m ui`: serve the chat page, the widget and the API from one process."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from corpus.command import run_guarded

PORT = 7860


def main() -> int:
    """The exit status: 0 after Ctrl-C, 1 where it could not be served."""
    parser = argparse.ArgumentParser(
        prog="python -m ui", description="Serve the chat page, the widget and the API from one process."
    )
    parser.add_argument(
        "--index", type=Path, default=Path("index/built"), metavar="DIR", help="the index (default: index/built)"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1, this machine alone)"
    )
    parser.add_argument("--port", type=_port, default=PORT, help=f"the port to listen on (default: {PORT})")
    parser.add_argument(
        "--allow-site", action="append", default=[], metavar="https://SITE",
        help="a site that may show the widget and ask, and by whose name the server may be called; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--no-feedback", action="store_true", default=os.environ.get("QUID_NO_FEEDBACK", "0") not in ("", "0"),
        help="keep neither thumbs nor unanswered questions (also: QUID_NO_FEEDBACK=1); else they are kept on this "
        "machine, in feedback.jsonl beside the index, without saying who asked",
    )  # fmt: skip
    parser.add_argument(
        "--show-evaluation", action="store_true", default=os.environ.get("QUID_SHOW_EVALUATION", "0") not in ("", "0"),
        help="show everybody the latest evaluation, and the questions left open as they were asked (also: "
        "QUID_SHOW_EVALUATION=1); else only where this machine alone is served, and no site is allowed",
    )  # fmt: skip
    return run_guarded(_run, parser.parse_args())


def _run(arguments: argparse.Namespace) -> int:
    from ui.serving import serve

    return serve(
        arguments.index, arguments.host, arguments.port, arguments.allow_site, not arguments.no_feedback,
        arguments.show_evaluation,
    )  # fmt: skip


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; expected a number up to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
