"""What can be set when the server is started: on the command line, or in the environment."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.place import Place

__all__ = ["OPTIONS", "Options", "add_index", "add_options", "read_options"]

PORT = 7860
INDEX = Path("index/built")


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who starts the server wants; None where the server is to choose.

    Rates are requests a minute, `time_limit` is in seconds, `body_limit` in bytes; 0 means no limit.
    """

    index: Place = INDEX
    host: str = "127.0.0.1"
    port: int = PORT
    allow_site: tuple[str, ...] = ()
    behind_proxy: bool = False
    path_prefix: str = ""
    no_feedback: bool = False
    show_evaluation: bool = False
    show_metrics: bool = False
    access_log: str = ""
    log_questions: bool = False
    rate: float | None = None
    rate_all: float | None = None
    running: int | None = None
    waiting: int | None = None
    time_limit: float | None = None
    threshold: float | None = None
    body_limit: int | None = None
    api_key_file: Path | None = None
    login_file: Path | None = None
    bring: bool | None = None
    wording_address: str = ""
    wording_model: str = ""
    settings: Path | None = None


def read_options(arguments: argparse.Namespace) -> Options:
    """The options that were parsed."""
    values = vars(arguments)
    named = {name: values[name] for name in Options.__dataclass_fields__ if name in values}
    return Options(**{**named, "allow_site": tuple(named.get("allow_site", ()))})


def add_options(parser: argparse.ArgumentParser, environment: Mapping[str, str] = os.environ) -> None:
    """All options; what the environment says holds unless the command line says otherwise."""
    add_index(parser, environment)
    for flag, settings in _OPTIONS.items():
        _add(parser, flag, dict(settings), environment)


def add_index(parser: argparse.ArgumentParser, environment: Mapping[str, str] = os.environ) -> None:
    """The one option that every command has."""
    about = {
        "type": _place, "metavar": "DIR", "default": str(INDEX),
        "help": "the index: a folder, or milvus://HOST:PORT/NAME (default: index/built)",
    }  # fmt: skip
    _add(parser, "--index", about, environment)


def _add(
    parser: argparse.ArgumentParser, flag: str, settings: dict[str, Any], environment: Mapping[str, str]
) -> None:
    name = "QUID_" + flag.removeprefix("--").upper().replace("-", "_")
    said = environment.get(name, "")
    if settings.get("action") == "store_true":
        settings["default"] = said not in ("", "0")
    elif settings.get("action") == "append":
        settings["default"] = said.replace(",", " ").split()
    elif said:
        # A default that is text is parsed, and refused, as if it had been typed.
        settings["default"] = said
    settings["help"] += f" [{name}]"
    parser.add_argument(flag, **settings)


def _place(text: str) -> Place:
    if not text.lower().startswith("milvus"):
        return Path(text)
    # Not before it is needed, as below.
    from index.place import index_place

    return index_place(text)


def _on_or_off(text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise argparse.ArgumentTypeError(f"{text!r} won't do; expected on or off")
    return text.lower() == "on"


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; expected a number up to 65535")
    return int(text)


def _prefix(text: str) -> str:
    if text and not re.fullmatch(r"(/[\w.~-]+)+/?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a path; expected something like /chat")
    return text.rstrip("/")


def _number(least: int, kind: Callable[[str], float] = int) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = -1
        if not least <= number <= 1e9:
            raise argparse.ArgumentTypeError(f"{text!r} won't do; expected a number from {least} to 1000000000")
        return number

    return parse


def _threshold(text: str) -> float:
    # Not before it is needed: the room's libraries take longer to load than all the rest of `--help`.
    from qa.settings import parse_threshold

    return parse_threshold(text)


_SWITCH = {"action": "store_true"}
_RATE = {"type": _number(0, float), "metavar": "N"}
_COUNT = {"type": _number(1), "metavar": "N"}

_OPTIONS: dict[str, dict[str, Any]] = {
    "--host": {
        "default": "127.0.0.1", "help": "the address to listen on (default: 127.0.0.1, this machine alone)",
    },
    "--port": {"type": _port, "default": PORT, "help": f"the port to listen on (default: {PORT})"},
    "--allow-site": {
        "action": "append", "metavar": "https://SITE",
        "help": "a site that may show the widget and ask, and by whose name the server may be called; repeatable",
    },
    "--behind-proxy": {
        **_SWITCH,
        "help": "a web server of yours passes all requests on, and nobody else reaches this one: believe its "
        "X-Forwarded-For about who asks",
    },
    "--path-prefix": {
        "type": _prefix, "metavar": "/PATH", "default": "",
        "help": "the path under which that web server shows this one, and which it takes off before it asks",
    },
    "--no-feedback": {
        **_SWITCH,
        "help": "keep neither thumbs nor unanswered questions; else they are kept on this machine, in "
        "feedback.jsonl beside the index, without saying who asked",
    },
    "--show-evaluation": {
        **_SWITCH,
        "help": "show everybody the latest evaluation, and the questions left open as they were asked; else only "
        "where this machine alone is served, and no site is allowed",
    },
    "--show-metrics": {
        **_SWITCH,
        "help": "show /metrics, for Prometheus: to everybody, or with API keys to whoever has one",
    },
    "--access-log": {
        "metavar": "FILE", "default": "",
        "help": "write a line of JSON about each request, without what was asked; - is standard error "
        "(default: none is written)",
    },
    "--log-questions": {
        **_SWITCH, "help": "write into that log what was asked, too: tell the people who ask that you do",
    },
    "--rate": {
        **_RATE,
        "help": "questions a minute that one address may ask, 0 for any number (default: 60 once others than this "
        "machine are served)",
    },
    "--rate-all": {
        **_RATE, "help": "questions a minute from all addresses together, 0 for any number (default likewise: 1200)",
    },
    "--running": {**_COUNT, "help": "questions worked on at the same time (default: 4)"},
    "--waiting": {
        "type": _number(0), "metavar": "N",
        "help": "questions that may wait; more are turned away (default: 1000; 64 once others are served)",
    },
    "--time-limit": {
        "type": _number(0, float), "metavar": "SECONDS",
        "help": "how long a question may take, waiting included, 0 for any time (default: 30 once others are served)",
    },
    "--threshold": {
        "type": _threshold, "metavar": "X",
        "help": "refuse below this confidence, 0 to 1 (default: as calibrated, see python -m qa calibrate)",
    },
    "--body-limit": {
        **_COUNT, "help": "bytes that a request may bring along (default: 262144)",
    },
    "--api-key-file": {
        "type": Path, "metavar": "FILE",
        "help": "programs need one of these keys, one a line (see docs/api.md); the page and the widget don't",
    },
    "--login-file": {
        "type": Path, "metavar": "FILE",
        "help": "people need one of these passwords, as user:password, one a line (see docs/api.md)",
    },
    "--wording-address": {
        "metavar": "URL", "default": "",
        "help": "word answers by a language model that speaks OpenAI's chat completions at this address, such as "
        "http://127.0.0.1:11434/v1; the quotations stay below (default: none; see docs/settings.md)",
    },
    "--wording-model": {"metavar": "NAME", "default": "", "help": "the language model's name there"},
    "--settings": {
        "type": Path, "metavar": "FILE",
        "help": "how the pages look and what they offer (default: quid.toml, if it is there); an example of it: "
        "python -m ui settings",
    },
    "--bring": {
        "type": _on_or_off, "metavar": "on|off",
        "help": "whether documents can be added and removed on the page, by whoever can open it (default: on as long "
        "as this machine alone is served)",
    },
}  # fmt: skip
OPTIONS = frozenset(flag.removeprefix("--") for flag in ("--index", *_OPTIONS))
