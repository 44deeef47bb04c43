"""What the README tells people to type does what it says, to the letter."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]
PYTHON = ".venv/bin/python "
SERVE = PYTHON + "-m ui --"
ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project after `make chat`, with a document of the user's own."""
    copy = tmp_path_factory.mktemp("project")
    for room in ("corpus", "index", "qa", "ui"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("built", "kept", "__pycache__"))
    (copy / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    (copy / "notes").mkdir()
    (copy / "notes" / "minutes.md").write_text("# Minutes\n\nThe committee met on Tuesday and chose a treasurer.\n")
    made = typed(".venv/bin/python -m index sync corpus/documents", copy)
    assert made.returncode == 0, made.stderr
    return copy


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    """Where the chat is served as the README says, but for the port, which is a free one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (command,) = (command for command in COMMANDS if command.startswith(SERVE))
    words = [*shlex.split(command), "--port", str(port)]
    with subprocess.Popen(words, cwd=project, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == f"Open http://127.0.0.1:{port}\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make ")])
def test_what_make_is_told_is_a_target_with_settings_that_it_has(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    _, target, *settings = command.split()
    assert re.search(rf"^{target}: ", makefile, re.MULTILINE)
    assert [name for name, *_ in (word.split("=") for word in settings) if f"\n{name} ?= " not in makefile] == []


# In the README's order: each may need what those before it did. Serving ends with the tests, see `address`.
@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command.startswith(PYTHON) and not command.startswith(SERVE)]
)
def test_a_command_does_its_work(command: str, project: Path) -> None:
    fewer = " --limit 12" if " evaluate " in command else ""
    done = typed(command + fewer, project)
    assert (done.returncode, done.stdout != "") == (0, True), done.stderr
    if "--json" in command and " ask " in command:
        answer = json.loads(done.stdout)
        assert answer["answered"]
        assert all(citation["quote"] in answer["text"] for citation in answer["citations"])


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("curl ")])
def test_a_request_is_answered(command: str, project: Path, address: str) -> None:
    assert ADDRESS in command
    done = typed(command.replace(ADDRESS, address) + " --silent --show-error --fail", project)
    assert done.returncode == 0, done.stderr
    assert "250 kilometres" in json.loads(done.stdout)["text"]


def test_the_page_and_the_description_of_the_api_are_where_the_readme_says(address: str, project: Path) -> None:
    addresses = set(re.findall(rf"{ADDRESS}[\w/]*", README))
    assert addresses == {ADDRESS, f"{ADDRESS}/api/docs", f"{ADDRESS}/api/ask"}
    for page in (address, f"{address}/api/docs"):
        done = typed(f"curl --silent --show-error --fail {page}", project)
        assert "<html" in done.stdout, done.stderr


def test_the_sites_that_the_readme_allows_may_show_the_widget_that_it_shows(address: str, project: Path) -> None:
    (script,) = re.findall(r'<script src="(https://[^/]+)(/widget\.js)"', README)
    assert f" --allow-site {script[0]}" in README
    done = typed(f"curl --silent --show-error --fail --include {address}{script[1]}", project)
    headers, _, body = done.stdout.partition("\n\n")
    assert "frame-ancestors 'self' https://www.example.org https://chat.example.org" in headers
    assert "script.dataset" in body


def test_no_command_of_the_readme_goes_untried() -> None:
    assert len(COMMANDS) >= 10
    assert [command for command in COMMANDS if not command.startswith(("make ", PYTHON, "curl "))] == []


def test_what_the_readme_links_to_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert "LICENSE" in links
    assert [link for link in links if not (ROOT / link).exists()] == []
    named = re.findall(r"`((?:corpus|index|qa|ui)/[\w/.]+)`", README)
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`(\.venv/bin/python [^`]+--help)`", README))))
def test_the_help_that_the_readme_points_to_is_there(command: str, project: Path) -> None:
    done = typed(command, project)
    assert (done.returncode, done.stdout[:6]) == (0, "usage:")
