"""The owner's settings: in one file, commented, and by environment variables, which win."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import QuidError
from ui.colours import AMPLE, DARK, ENOUGH, LIGHT, Palette, contrast, legible, parse, shown
from ui.look import AUTO, BadLogo, Look, read_logo
from ui.options import OPTIONS
from ui.texts import languages

__all__ = ["DEFAULT_FILE", "EXAMPLE", "BadSettings", "Owned", "read_settings"]

DEFAULT_FILE = Path("quid.toml")
EXAMPLE = Path(__file__).parent / "quid.example.toml"
FEATURES = ("bring", "feedback", "evaluation")


class BadSettings(QuidError):
    """A setting isn't what was expected."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What the owner set: the look, which features are on (None: as it suits), and options of the server."""

    look: Look = field(default_factory=Look)
    features: Mapping[str, bool] = field(default_factory=dict)
    server: Mapping[str, str] = field(default_factory=dict)


def read_settings(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Owned:
    """The settings in that file, or in quid.toml if there is one, and in QUID_... of the environment.

    BadSettings, with one line that says where it stands and what was expected, for whatever won't do.
    """
    named = file or (Path(environment["QUID_SETTINGS"]) if environment.get("QUID_SETTINGS") else None)
    path = named or DEFAULT_FILE
    if named is None and not path.exists():
        return _Reading(path, "", environment).owned()
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadSettings(f"{path} can't be read ({(reason or str(error)).lower()}); write an example of it with: "
                          "python -m ui settings > quid.toml") from None  # fmt: skip
    return _Reading(path, text, environment).owned()


class _Reading:
    """A file of settings on its way to what it says."""

    def __init__(self, path: Path, text: str, environment: Mapping[str, str]) -> None:
        self._path, self._text, self._environment = path, text, environment
        try:
            self._tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadSettings(f"{path}: {error}") from None

    def owned(self) -> Owned:
        known = {"page": set(_PAGE), "colours": set(_COLOURS), "features": set(FEATURES), "server": OPTIONS}
        for table, values in self._tables.items():
            self._check_name(table, "", known)
            if not isinstance(values, dict):
                raise self._wrong(table, "", f"expected a table [{table}]", values)
            for name in values:
                self._check_name(name, table, known[table])
        page = {name: self._value(name, "page", check) for name, check in _PAGE.items()}
        given = {name: value for name, value in page.items() if value is not None}
        look = Look(**{**given, "palette": self._palette(), "logo": self._logo(given.pop("logo", None))})
        features = {name: self._value(name, "features", _switch, in_environment=False) for name in FEATURES}
        return Owned(look, {name: value for name, value in features.items() if value is not None}, self._server())

    def _value(self, name: str, table: str, check: Check, in_environment: bool = True) -> Any:
        """The checked value of a setting, of the environment if it is there; None where it isn't set."""
        variable = f"QUID_{name.upper()}"
        if in_environment and (said := self._environment.get(variable, "")):
            value: Any = [part.strip() for part in said.split("|") if part.strip()] if check is _questions else said
            try:
                return check(value)
            except ValueError as error:
                raise BadSettings(f"{variable}: {error}, found {value!r}") from None
        if name not in (values := self._tables.get(table, {})):
            return None
        try:
            return check(values[name])
        except ValueError as error:
            raise self._wrong(name, table, str(error), values[name]) from None

    def _palette(self) -> Palette | None:
        light = self._value("accent", "colours", _colour)
        dark = self._value("accent_dark", "colours", _colour)
        if light is None and dark is None:
            return None
        light = light or legible(dark, enough=AMPLE)
        dark = dark or legible(light, dark=True, enough=AMPLE)
        for name, colour, grounds in (("accent", light, LIGHT), ("accent_dark", dark, DARK)):
            least = min(contrast(colour, ground) for ground in grounds)
            if least < ENOUGH:
                better = shown(legible(colour, grounds is DARK))
                expected = f"expected a contrast of {ENOUGH} or more with the page, such as {better}"
                raise self._wrong(name, "colours", expected, f"{shown(colour)} with {least:.1f}", as_it_is=True)
        return Palette(light, dark)

    def _logo(self, name: str | None) -> Any:
        if name is None:
            return None
        try:
            return read_logo(self._path.parent / name)
        except BadLogo as error:
            raise BadSettings(f"{self._where('logo', 'page')}: {error}") from None

    def _server(self) -> dict[str, str]:
        """Options of `python -m ui`, by their names, as the environment would give them."""
        found: dict[str, str] = {}
        for name, value in self._tables.get("server", {}).items():
            variable = "QUID_" + name.upper().replace("-", "_")
            if isinstance(value, list):
                found[variable] = ",".join(map(str, value))
            elif isinstance(value, bool):
                found[variable] = "1" if value else ""
            elif isinstance(value, str | int | float):
                found[variable] = str(value)
            else:
                raise self._wrong(name, "server", "expected a text, a number, true or false", value)
        switches = self._tables.get("features", {})
        found |= {"QUID_BRING": "on" if switches["bring"] else "off"} if "bring" in switches else {}
        found |= {"QUID_NO_FEEDBACK": "" if switches["feedback"] else "1"} if "feedback" in switches else {}
        found |= {"QUID_SHOW_EVALUATION": "1"} if switches.get("evaluation") else {}
        return found

    def _check_name(self, name: str, table: str, known: Any) -> None:
        if name in known:
            return
        near = next(iter(difflib.get_close_matches(name, known, 1)), None)
        hint = f"did you mean {near!r}?" if near else f"expected one of: {', '.join(sorted(known))}"
        what = f"a setting in [{table}]" if table else "a table"
        raise BadSettings(f"{self._where(name, table)}: {name!r} is not {what}; {hint}")

    def _wrong(self, name: str, table: str, expected: str, found: object, as_it_is: bool = False) -> BadSettings:
        return BadSettings(f"{self._where(name, table)}: {expected}, found {found if as_it_is else repr(found)}")

    def _where(self, name: str, table: str) -> str:
        """The file, the line and the name of a setting."""
        variable = f"QUID_{name.upper()}"
        if table in ("page", "colours") and self._environment.get(variable):
            return variable
        current = ""
        for number, line in enumerate(self._text.splitlines(), 1):
            if heading := re.match(r"\s*\[([^\]]+)\]", line):
                current = heading[1].strip()
                if not table and current == name:
                    return f"{self._path}, line {number}"
            elif current == table and re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=", line):
                return f"{self._path}, line {number}, {name}"
        return f"{self._path}, {name}"


Check = Callable[[Any], Any]


def _text(longest: int) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest or not value.strip().isprintable():
            raise ValueError(f"expected a text of 1 to {longest} characters on one line")
        return value.strip()

    return check


def _questions(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 12:
        raise ValueError("expected a list of up to 12 questions")
    return tuple(map(_text(200), value))


def _language(value: Any) -> str:
    if value != AUTO and value not in languages():
        raise ValueError(f"expected one of: {', '.join((AUTO, *languages()))}")
    return str(value)


def _colour(value: Any) -> tuple[int, int, int]:
    if not isinstance(value, str) or (colour := parse(value)) is None:
        raise ValueError("expected a colour such as #17605a")
    return colour


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


_PAGE: dict[str, Check] = {
    "title": _text(80), "line": _text(200), "welcome": _text(200), "welcome_line": _text(500),
    "questions": _questions, "language": _language, "logo": _text(1000),
}  # fmt: skip
_COLOURS = ("accent", "accent_dark")
