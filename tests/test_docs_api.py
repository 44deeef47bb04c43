"""What docs/api.md tells people to type does what it says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from browsing import served

from qa.current import CurrentAnswerer
from ui.options import Options
from ui.server import create_app
from ui.settings import OPEN_LIMITS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "api.md").read_text()
ADDRESS = "http://127.0.0.1:7860"
COMMANDS = [
    line for block in re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL) for line in block.splitlines()
]
PROGRAMS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def address(shipped_index: Path) -> Iterator[str]:
    with closing(CurrentAnswerer(shipped_index)) as answerer, served(create_app(answerer, page=False)) as address:
        yield address


def typed(command: str, address: str) -> str:
    words = [*shlex.split(command.replace(ADDRESS, address)), "--silent", "--show-error", "--fail"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def said(path: str, given: Any) -> Any:
    """What shows that the route did its work."""
    if path == "/api/documents":
        return given["total"]
    if path == "/api/documents/dmz-zone.md":
        return "250 kilometres long" in given["text"]
    if path == "/api/search":
        return len(given["hits"])
    if path == "/v1/chat/completions":
        return "250 kilometres" in given["choices"][0]["message"]["content"]
    if path == "/v1/models":
        return given["data"][0]["id"]
    return given.get("status") or ("kilometres" in given["text"])


EXPECTED = {
    "/api/documents": 7, "/api/search": 3, "/v1/models": "quid-pro-quote", "/api/health": "ok", "/api/ready": "ready",
}  # fmt: skip


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith("curl ") and "stream" not in one])
def test_a_request_is_answered(command: str, address: str) -> None:
    path = command.split()[1].removeprefix(ADDRESS)
    assert said(path, json.loads(typed(command, address))) == EXPECTED.get(path, True)


def test_the_events_are_those_in_the_table(address: str) -> None:
    (command,) = (one for one in COMMANDS if "stream" in one)
    events = re.findall(r"^event: (.*)$", typed(command, address), re.MULTILINE)
    assert list(dict.fromkeys(events)) == ["understand", "search", "citation", "answer"]
    table = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert table == ["understand", "search", "citation", "answer", "error"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_prints_the_answer_and_the_quotation(
    program: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(program.replace(ADDRESS, address), names)
    names["client"].close()
    answer, *_, quotation = capsys.readouterr().out.splitlines()
    assert answer.startswith(quotation)
    assert "250 kilometres" in quotation


def test_no_example_goes_untried() -> None:
    untried = [one for one in COMMANDS if not one.startswith("curl ")]
    assert untried == [".venv/bin/pip install -r requirements-mcp.txt"]
    assert (ROOT / "requirements-mcp.txt").exists()
    assert len(PROGRAMS) == 1
    assert len(COMMANDS) >= 10


def test_the_limits_in_the_table_are_those_that_hold() -> None:
    rows = dict(re.findall(r"^\|[^|]*\| `--([\w-]+)` \| (\d+)", TEXT, re.MULTILINE))
    named = {"rate": "rate", "rate-all": "rate_all", "running": "running", "waiting": "waiting",
             "time-limit": "seconds", "body-limit": "body"}  # fmt: skip
    assert rows == {option: str(getattr(OPEN_LIMITS, name)) for option, name in named.items()}


def test_the_options_that_it_names_are_there() -> None:
    deploying = (ROOT / "docs" / "deploying.md").read_text()
    options = set(Options.__dataclass_fields__)
    named = set(re.findall(r"`--([\w-]+)", TEXT + deploying)) - {"help"}
    assert named
    assert {name.replace("-", "_") for name in named} <= options
    variables = set(re.findall(r"QUID_(\w+)", TEXT + deploying))
    assert variables
    assert {name.lower() for name in variables} <= options
