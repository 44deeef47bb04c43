"""What the pages say, in the reader's language: one file of texts for each, in ui/locales."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = [
    "ANY", "ENGLISH", "Texts", "current_texts", "languages", "read_texts", "spoken", "text", "understood", "with_texts",
]  # fmt: skip

LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en"
# Spoken while a page is made that is served in every language: texts are marks then, which `with_texts` fills in.
ANY = "*"
_MARK = re.compile(rb"\[\[quid:([\w.]+):(\d*)\]\]")
_SCRIPT = "texts."
# What a page's scripts say, by the first part of the texts' names; the chat page's say anything but _SERVED.
_PARTS = {
    "chat": (),
    "widget": ("asking", "feedback", "outline", "reply", "source"),
    "documents": ("bring", "documents"),
    "pack": ("asking", "outline", "pack", "reply", "source"),
}
# What the server says by itself.
_SERVED = ("gaps", "owner", "pack", "reasons", "widget")
# What stands between thousands.
_SEPARATORS = {"en": ",", "ko": ",", "de": ".", "es": ".", "fr": "\u202f"}


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language, by names such as "bring.title"."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, name: str, **values: object) -> str:
        """The text of that name with its {words} filled in; a `count` decides between one and other."""
        if self.language == ANY:
            return f"[[quid:{name}:{values.get('count', '')}]]"
        found = self.entries.get(name)
        if found is None:
            found = self.entries[f"{name}.{self._form(int(str(values['count'])))}"]
        for word, value in values.items():
            found = found.replace(f"{{{word}}}", self.number(value) if isinstance(value, int) else str(value))
        return found

    def number(self, value: int) -> str:
        """A whole number as it is written in that language."""
        return f"{value:,}".replace(",", _SEPARATORS.get(self.language, ","))

    def script(self, page: str = "chat") -> str:
        """What the scripts of that page say ("chat", "widget" or "documents"), as HTML in which they find it."""
        if self.language == ANY:
            return self(_SCRIPT + page)
        parts = _PARTS[page]
        own = {name: said for name, said in self.entries.items() if _is_said(name.split(".")[0], parts)}
        data = json.dumps({"language": self.language, "texts": own}, ensure_ascii=False)
        return f'<script type="application/json" id="quid-texts">{data.replace("<", chr(92) + "u003c")}</script>\n'

    def _form(self, count: int) -> str:
        return "one" if count == 1 or (count == 0 and self.language == "fr") else "other"


_SPOKEN: ContextVar[str] = ContextVar("language", default=ENGLISH)


def current_texts() -> Texts:
    """The texts of the language that is spoken here; see `spoken`."""
    return read_texts(_SPOKEN.get())


def text(name: str, **values: object) -> str:
    """The text of that name in the language that is spoken here."""
    return current_texts()(name, **values)


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Speak that language as long as this lasts."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are texts in."""
    return tuple(sorted(path.stem for path in LOCALES.glob("*.toml")))


def understood(accepted: str) -> str:
    """The language that a browser's Accept-Language likes best of those that there are; else English."""
    liked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:500].split(",")):
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        language = name.strip().lower().split("-")[0]
        if language in languages() and weight > 0:
            liked.append((-weight, place, language))
    return min(liked)[2] if liked else ENGLISH


@cache
def read_texts(language: str) -> Texts:
    """The texts of one of `languages()`, or of none in particular."""
    if language == ANY:
        return Texts(ANY, {})
    return Texts(language, dict(_flat(tomllib.loads((LOCALES / f"{language}.toml").read_text("utf-8")))))


def with_texts(page: bytes) -> bytes:
    """What was made while any language was spoken, in the one that is spoken here."""
    texts = current_texts()

    def filled(mark: re.Match[bytes]) -> bytes:
        name, count = mark[1].decode(), mark[2]
        if name.startswith(_SCRIPT):
            return texts.script(name.removeprefix(_SCRIPT)).encode()
        try:
            return texts(name, **({"count": int(count)} if count else {})).encode()
        except KeyError:
            return mark[0]

    return _MARK.sub(filled, page)


def _is_said(part: str, parts: tuple[str, ...]) -> bool:
    return part in parts if parts else part not in _SERVED


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
