"""What the four rooms' commands share: one line for a user's mistake, and the exit statuses.

0 done, 1 it could not be done (one line on standard error says why and what to do), 2 the command
line is wrong.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Mapping, Sequence

from corpus.errors import QuidError

__all__ = ["dispatch", "run_guarded", "say"]


def say(line: str) -> None:
    """Write a line of progress or a warning to standard error."""
    print(line, file=sys.stderr, flush=True)


def run_guarded(run: object, arguments: argparse.Namespace) -> int:
    """Call `run(arguments)` and give its exit status; a user's mistake becomes one line and 1."""
    try:
        return int(run(arguments) or 0)  # type: ignore[operator]
    except QuidError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; what was finished is kept")
        return 130
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more to say, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def dispatch(
    program: str,
    description: str,
    commands: Mapping[str, tuple[str, str]],
    argv: Sequence[str] | None = None,
) -> int:
    """Run the subcommand that `argv` names and give its exit status.

    `commands` maps a name to (module, one line of help). The module is imported only when its
    command is called, so that `--help` costs nothing, and offers `add_arguments(parser)` and
    `run(arguments) -> int`.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=description)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    called = next((word for word in argv if not word.startswith("-")), None)
    for name, (module, help_line) in commands.items():
        subparser = subparsers.add_parser(name, help=help_line, description=help_line)
        if name == called:
            loaded = importlib.import_module(module)
            loaded.add_arguments(subparser)
            subparser.set_defaults(run=loaded.run)
    arguments = parser.parse_args(argv)
    return run_guarded(arguments.run, arguments)
