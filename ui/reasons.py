"""Why a document could not be read, in the reader's language.

Readers say it in English, on the terminal and in the index. A reason that has the form of one of the
texts called "reasons.…" is said by that text in the language that is spoken, with what fills its gaps.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from ui.texts import ENGLISH, Texts, current_texts, read_texts

__all__ = ["reason_said"]

_GAP = re.compile(r"\{(\w+)\}")


def reason_said(reason: str) -> tuple[str, str]:
    """The reason in the language that is spoken here, and which that is: English where nobody has translated it."""
    language = current_texts().language
    said = "" if language == ENGLISH else _translated(reason, language)
    return (said, language) if said else (reason, ENGLISH)


@lru_cache(maxsize=4096)
def _translated(reason: str, language: str) -> str:
    """Empty where no text has that form."""
    return _of_one(reason, read_texts(language))


def _of_one(reason: str, texts: Texts) -> str:
    found = _found(reason)
    if not found:
        return ""
    name, gaps = found
    return texts(name, **{gap: _of_one(value, texts) or value for gap, value in gaps.items()})


def _found(reason: str) -> tuple[str, dict[str, str]] | None:
    """The name of the text that has that form, and what stands in its gaps."""
    for name, form in _forms():
        if match := form.fullmatch(reason.replace("'", "’")):
            return name, match.groupdict()
    return None


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """Every text of a reason as a pattern, those with most words of their own first."""
    own = {name: said for name, said in read_texts(ENGLISH).entries.items() if name.startswith("reasons.")}
    ordered = sorted(own.items(), key=lambda one: -len(_GAP.sub("", one[1])))
    return [(name, re.compile(_pattern(said), re.DOTALL)) for name, said in ordered]


def _pattern(said: str) -> str:
    parts = _GAP.split(said)
    return "".join(f"(?P<{part}>.+?)" if nth % 2 else re.escape(part) for nth, part in enumerate(parts))
