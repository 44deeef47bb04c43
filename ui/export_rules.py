"""The rules by which the server reads questions and sentences, as data for a pack's scripts.

They are taken from where they stand, so that a pack never goes by other words or weights than the
server that it was made by.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any

__all__ = ["pack_rules", "translated"]

_MODULES = (
    "index.words", "qa.stems", "qa.question", "qa.evidence", "qa.closer_look", "qa.reranking", "qa.confidence",
    "qa.leaning", "qa.composing", "qa.twins", "qa.answering", "index.spelling", "index.slips",
    "index.embedding", "qa.years", "qa.denying",
)  # fmt: skip
_CONSTANT = re.compile(r"_?(?!CREATE_)[A-Z][A-Z_]*")
# What means the same letters everywhere in Python, and ASCII alone in a browser.
_LETTERS = r"\p{L}\p{N}_"
_BORDER = rf"(?:(?<=[{_LETTERS}])(?![{_LETTERS}])|(?<![{_LETTERS}])(?=[{_LETTERS}]))"
_OUTSIDE = {"w": f"[{_LETTERS}]", "W": f"[^{_LETTERS}]", "d": r"\p{Nd}", "b": _BORDER}
_WITHIN = {"w": _LETTERS, "d": r"\p{Nd}"}
_NOT = {r"[^\W_]": r"[\p{L}\p{N}]", r"[^\W\d_]": r"\p{L}"}
_SYNTAX = "^$\\.*+?()[]{}|/-"
_PIECE = re.compile(r"\\(.)|(\[\^?\]?)|(\])|.", re.DOTALL)


def pack_rules() -> dict[str, dict[str, Any]]:
    """{module: {constant: value}}: patterns as {"source", "flags"} of a browser's, the rest as JSON has it."""
    return {name.rpartition(".")[2]: _constants(importlib.import_module(name)) for name in _MODULES}


def _constants(module: ModuleType) -> dict[str, Any]:
    """The constants that JSON can hold, without the line before their names."""
    named = {name: value for name, value in vars(module).items() if _CONSTANT.fullmatch(name)}
    found = {name.lstrip("_"): _plain(value) for name, value in named.items()}
    return {name: value for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, re.Pattern):
        return {"source": translated(value.pattern), "flags": "iu" if value.flags & re.IGNORECASE else "u"}
    if isinstance(value, str):
        return translated(value) if "\\" in value or "(?:" in value else value
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if isinstance(value, int | float) else None


def translated(pattern: str) -> str:
    """A pattern of Python's as a browser reads it with the flag u: letters are those of all scripts."""
    for python, browser in _NOT.items():
        pattern = pattern.replace(python, browser)
    parts, within = [], False
    for match in _PIECE.finditer(pattern):
        escaped, opens, closes = match.groups()
        if escaped:
            # A browser takes no escape that isn't needed.
            plain = match[0] if escaped.isalnum() or escaped in _SYNTAX else escaped
            parts.append((_WITHIN if within else _OUTSIDE).get(escaped, plain))
            continue
        if opens and not within:
            within = True
        elif closes and within:
            within = False
        parts.append(match[0])
    return "".join(parts)
