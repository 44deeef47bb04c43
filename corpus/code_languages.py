"""What is to be known of a language to find a file's definitions and comments, line by line and without a parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["LANGUAGES", "Language"]

_WORDS = (
    "public|private|protected|internal|static|final|abstract|sealed|partial|open|data|override|virtual|async|"
    "synchronized"
)
_NO_NAMES = "if|for|while|switch|catch|return|else|do|function|new|throw|await|typeof|sizeof|defined|using|with"
_BOXES = "class|interface|enum|namespace|struct|union|trait|module|record|object|protocol|extension"


@dataclass(frozen=True, slots=True)
class Language:
    """`definitions` match a line and name what begins there, in a group `box` if it holds other definitions.

    `comments` begin a line of comment, `blocks` are the marks around several; `has_docstrings` is
    Python's way; `is_flat` says that a definition reaches to the next one, not as far as the indent.
    """

    definitions: Sequence[re.Pattern[str]] = ()
    comments: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()
    has_docstrings: bool = False
    is_flat: bool = False


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, patterns))


_SLASHES, _STARS = ("//",), (("/*", "*/"),)
_MODIFIERS = rf"(?:(?:export|default|declare|{_WORDS})\s+)*"

_PYTHON = Language(
    _patterns(r"\s*(?P<box>class)\s+(?P<name>\w+)", r"\s*(?:async\s+)?def\s+(?P<name>\w+)"),
    comments=("#",),
    has_docstrings=True,
)
_SCRIPT = Language(
    _patterns(
        rf"\s*{_MODIFIERS}(?P<box>{_BOXES})\s+(?P<name>[\w$]+)",
        rf"\s*{_MODIFIERS}function\s*\*?\s*(?P<name>[\w$]+)",
        rf"\s*{_MODIFIERS}(?:const|let|var)\s+(?P<name>[\w$]+)\s*=\s*(?:async\s*)?"
        r"(?:function\b|\([^()]*\)\s*(?::[^=]*)?=>|\w+\s*=>)",
        r"\s*(?P<name>[\w$.]+)\s*=\s*(?:async\s*)?function\b",
        rf"\s+{_MODIFIERS}(?:(?:get|set|\*)\s*)?(?!(?:{_NO_NAMES})\b)(?P<name>[\w$#]+)\s*\([^;]*\)\s*(?::[^;=]*)?\{{\s*$",
    ),
    _SLASHES,
    _STARS,
)
_JAVA = Language(
    _patterns(
        rf"\s*(?:(?:{_WORDS})\s+)*(?P<box>{_BOXES})\s+(?P<name>\w+)",
        rf"\s*(?:(?:{_WORDS})\s+)*(?:fun|func|function|def)\s+(?P<name>\w+)",
        rf"\s+(?:(?:{_WORDS})\s+)+(?:[\w<>\[\],.?]+\s+){{0,3}}(?P<name>\w+)\s*\([^;]*$",
    ),
    _SLASHES,
    _STARS,
)
_C = Language(
    _patterns(
        rf"(?:template\s*<[^>]*>\s*)?(?P<box>{_BOXES})(?:\s+class)?\s+(?P<name>\w+)[^;()=]*$",
        rf"(?!(?:{_NO_NAMES}|typedef)\b)(?:[A-Za-z_][\w:<>,]*[\s*&]+){{0,6}}"
        # Old headers have a macro between a function's name and its arguments.
        r"(?![A-Z_]+\s*\(\()(?P<name>[A-Za-z_~][\w:~]*)(?:\s+[A-Z_]+\s*(?=\(\())?\s*\([^;]*$",
    ),
    _SLASHES,
    _STARS,
)
_GO = Language(
    _patterns(r"func\s+(?:\([^)]*\)\s*)?(?P<name>\w+)", r"(?P<box>type)\s+(?P<name>\w+)"), _SLASHES, _STARS
)
_RUST = Language(
    _patterns(
        r"\s*(?:pub(?:\([^)]*\))?\s+)?(?P<box>struct|enum|trait|mod|union|impl(?:<[^>]*>)?)\s+(?P<name>[\w:]+[^{]*)",
        r"\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:async|unsafe|const|extern(?: \"C\")?)\s+)*fn\s+(?P<name>\w+)",
    ),
    ("///", "//!", "//"),
    _STARS,
)
_RUBY = Language(
    _patterns(r"\s*(?P<box>class|module)\s+(?P<name>[\w:]+)", r"\s*def\s+(?P<name>[\w.?!=]+)"), ("#",)
)
_SHELL = Language(_patterns(r"\s*(?:function\s+)?(?P<name>[\w-]+)\s*\(\)", r"\s*function\s+(?P<name>[\w-]+)"), ("#",))
_SQL = Language(
    (
        re.compile(
            r"\s*create\s+(?:or\s+replace\s+)?(?:(?:global|temporary|temp|unique|materialized)\s+)*"
            r"(?:table|view|function|procedure|index|trigger|type)\s+(?:if\s+not\s+exists\s+)?(?P<name>[\w.\"`]+)",
            re.IGNORECASE,
        ),
    ),
    ("--",),
    _STARS,
)
_SECTIONS = Language(_patterns(r"\s*\[+\s*(?P<name>[^\]]+?)\s*\]+\s*$"), ("#", ";"), is_flat=True)
_YAML = Language(_patterns(r"(?P<name>[\w.\"' /-]+):\s*(?:#.*)?$"), ("#",))
_STYLE = Language((), _SLASHES, _STARS)
_MARKUP = Language((), (), (("<!--", "-->"),))
_HASHES = Language((), ("#",))

_SUFFIXES = {
    _PYTHON: ".py .pyi",
    _SCRIPT: ".js .mjs .cjs .jsx .ts .tsx .php",
    _JAVA: ".java .kt .cs .scala .swift .dart",
    _C: ".c .h .cpp .hpp .cc",
    _GO: ".go",
    _RUST: ".rs",
    _RUBY: ".rb",
    _SHELL: ".sh .bash",
    _SQL: ".sql",
    _SECTIONS: ".toml .ini .cfg .conf",
    _YAML: ".yaml .yml",
    _STYLE: ".css .scss",
    _MARKUP: ".xml",
    _HASHES: ".r .pl .ps1 .properties",
}

LANGUAGES: dict[str, Language] = {
    suffix: language for language, suffixes in _SUFFIXES.items() for suffix in suffixes.split()
}
