"""What is left out of Gradio's import: the page is the same without it."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ui.gradio_loading import gradio_without_ballast

ROOT = Path(__file__).resolve().parents[1]
LOADED = """
import sys, ui.page
gradio = ui.page._gradio()
print(sorted({"gradio", "mcp", "pandas", "pandas.core"} & set(sys.modules)))
import pandas
print(pandas.DataFrame([[1]]).shape, "pandas.core" in sys.modules)
import mcp
print(mcp.__name__)
"""


def test_neither_tables_nor_agents_are_loaded_with_the_page_and_both_are_there_for_whoever_wants_them() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("['gradio', 'pandas']\n(1, 1) True\nmcp\n", "")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[str], ModuleType]]:
    """A package of that name with this as the module that makes classes, imported without ballast."""

    def known() -> dict[str, ModuleType]:
        return {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "gradio"}

    def imported(source: str) -> ModuleType:
        (tmp_path / "gradio").mkdir()
        (tmp_path / "gradio" / "__init__.py").write_text("")
        (tmp_path / "gradio" / "component_meta.py").write_text(source)
        with gradio_without_ballast():
            return importlib.import_module("gradio.component_meta")

    before, finders = known(), list(sys.meta_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(tmp_path), *sys.path])
        for name in before:
            del sys.modules[name]
        yield imported
        for name in known():
            del sys.modules[name]
        sys.modules.update(before)
    assert sys.meta_path == finders


def test_what_makes_classes_is_as_it_was_but_writes_no_stubs(small: Callable[[str], ModuleType]) -> None:
    found = small("def create_or_modify_pyi(*_):\n    raise OSError\ndef updateable():\n    return 7")
    assert found.create_or_modify_pyi(object, "object", []) is None
    assert found.updateable() == 7


def test_a_version_that_writes_no_stubs_is_loaded_as_it_is(small: Callable[[str], ModuleType]) -> None:
    found = small("known = 3")
    assert (found.known, hasattr(found, "create_or_modify_pyi")) == (3, False)
