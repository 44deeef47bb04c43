"""Gradio's import without what a page that calls no Python needs: a third of the processor's time that it takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

__all__ = ["gradio_without_ballast"]

# Read when somebody looks into them, which nobody does: no table comes to the page.
_LATER = frozenset({"pandas"})
# Gradio goes on without it; /mcp is the server's own.
_NEVER = frozenset({"mcp"})
# By it each class writes a stub for editors beside its source, of which it parses the source and compiles a template.
_STUBS = ("gradio.component_meta", "create_or_modify_pyi")


class _Finder:
    """Finds modules as Python does, but for those that are left out, put off or relieved."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        """What Python is to load, or None where it shall look by itself."""
        if name in _NEVER:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name not in _LATER and name != _STUBS[0]:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader) if name in _LATER else _Relieved(spec)
        return spec


class _Relieved:
    """Loads a module as its own loader does, and takes the function from it that writes stubs."""

    def __init__(self, spec: ModuleSpec) -> None:
        self._loader: Any = spec.loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the module's own loader makes it."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run it, and exchange that function where there is one by such a name."""
        self._loader.exec_module(module)
        if hasattr(module, _STUBS[1]):
            setattr(module, _STUBS[1], lambda *_: None)


@contextmanager
def gradio_without_ballast() -> Iterator[None]:
    """As long as this lasts, `import gradio` loads no pandas and no mcp, and writes no stubs."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.meta_path.remove(finder)  # type: ignore[arg-type]
