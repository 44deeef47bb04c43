"""The shape of the whole house: who imports whom, what each room offers, and what a command costs."""

from __future__ import annotations

import ast
import importlib
import json
import resource
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("corpus", "index", "qa", "ui")
# Where each heavy library may be imported: so it can be exchanged, and costs nothing elsewhere.
HOMES = {
    "faiss": {"index/neighbours.py"},
    "sentence_transformers": {"index/sentence_transformer.py"},
    "torch": {"index/sentence_transformer.py", "index/exporting.py"},
    "onnxruntime": {"index/exported.py", "index/exporting.py"},
    "transformers": set(),
    "tokenizers": {"corpus/tokens.py"},
    "gradio": {"ui/page.py"},
    "pymilvus": {"index/milvus_engine.py"},
    "milvus_lite": {"index/milvus_engine.py"},
    "sentencex": {"corpus/sentences.py"},
    "rapidfuzz": {"index/near_words.py"},
    "httpcore": {"corpus/fetching.py", "corpus/network.py"},
    "protego": {"corpus/robots.py"},
    "trafilatura": {"corpus/main_content.py"},
    "selectolax": {"corpus/html.py"},
    "pypdfium2": {"corpus/pdf.py", "corpus/pdf_lines.py"},
    "mammoth": {"corpus/docx.py"},
    "pptx": {"corpus/pptx.py"},
    "openpyxl": {"corpus/xlsx.py"},
    "sklearn": {"qa/clusters.py"},
    "matplotlib": {"qa/plots.py"},
    "mcp": {"ui/agents.py"},
    "prometheus_client": {"ui/metrics.py"},
    "ray": {"index/workers.py"},
}


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def tracked() -> list[str]:
    """The files that git knows or would add, as paths from the root."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


@cache
def imports(path: Path) -> tuple[tuple[int, str], ...]:
    """The (line, module) of every import in a file, those inside functions and for types alone too."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, "." * node.level + (node.module or "")))
    return tuple(found)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_imports_point_to_the_left_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in modules()
        for line, module in imports(path)
        for room in [path.relative_to(ROOT).parts[0]]
        if module.startswith(".") or module.split(".")[0] in (*ROOMS[ROOMS.index(room) + 1 :], "tests")
    ]
    assert wrong == []


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_is_imported_in_its_own_files_only(library: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for _, module in imports(path)
        if module.split(".")[0] == library
    }
    assert found == HOMES[library]
    assert len(found) <= 2


@pytest.mark.parametrize("name", [name_of(path) for path in modules() if path.stem != "__main__"])
def test_what_a_module_lists_as_its_own_is_there(name: str) -> None:
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])
    assert len(listed) == len(set(listed))
    assert [name for name in listed if not hasattr(module, name)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_offers_what_its_face_imports_and_nothing_else(room: str) -> None:
    body = ast.parse((ROOT / room / "__init__.py").read_text()).body
    imported = {alias.asname or alias.name for node in body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(getattr(importlib.import_module(room), "__all__", [])) == imported - {"annotations"}


def test_what_one_file_takes_from_another_is_what_that_lists() -> None:
    files = {name_of(path): path for path in modules()}
    taken = {
        f"{path.relative_to(ROOT)}:{node.lineno} takes {node.module}.{alias.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module in files
        for alias in node.names
        if f"{node.module}.{alias.name}" not in files
        and alias.name not in getattr(importlib.import_module(node.module), "__all__", [])
    }
    assert taken == set()


HELP = """
import json, runpy, sys
sys.argv = ["-m", "--help"]
try:
    runpy.run_module({room!r}, run_name="__main__", alter_sys=True)
except SystemExit as exit:
    print(json.dumps([exit.code, sorted(set({heavy!r}) & set(sys.modules))]))
"""


@pytest.mark.parametrize("room", ROOMS)
def test_help_loads_no_heavy_library_and_says_how_the_command_is_called(room: str) -> None:
    heavy = [*HOMES, "fastapi", "uvicorn", "scipy", "sklearn", "pandas"]
    code = HELP.format(room=room, heavy=heavy)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    *text, result = done.stdout.splitlines()
    assert (done.stderr, json.loads(result)) == ("", [0, []])
    assert text[0].startswith(f"usage: python -m {room} ")


def test_help_takes_less_than_half_a_second() -> None:
    def seconds() -> float:
        """Of work: what the machine does besides doesn't count."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "qa", "--help"], cwd=ROOT, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.5


def test_no_file_of_the_product_is_longer_than_400_lines() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_tests_are_flat_so_that_none_of_their_folders_hides_a_room() -> None:
    names = [Path(name) for name in tracked() if name.startswith("tests/") and name.endswith(".py")]
    assert names
    assert [name for name in names if len(name.parts) != 2 or name.stem in (*ROOMS, "__init__")] == []


def test_nothing_names_the_machine_that_it_was_written_on() -> None:
    places = {str(ROOT), str(Path.home()) + "/", "/wo" "rk/", "/op" "t/", "/ro" "ot/"}
    registries = {"pypi" ".org", "python" "hosted.org", "deb.debian" ".org", "npm" "js.org"}
    found = {
        name: words
        for name in tracked()
        for text in [(ROOT / name).read_bytes().decode("utf-8", "replace")]
        if (words := [word for word in places | registries if word in text])
    }
    assert found == {}
