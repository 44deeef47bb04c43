"""Settings by name, as `--set`, `--vary` and `--only` give them, and the grid that they span."""

from __future__ import annotations

import itertools
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, TypeVar

from corpus import QuidError

__all__ = ["BadSetting", "Configuration", "apply_settings", "configurations", "known_settings"]

# Parts of the search alone, without the closer look that puts what was found in order.
ONLY = {
    "lexical": {"lexical_weight": 1.0, "reranked": 0},
    "vectors": {"lexical_weight": 0.0, "reranked": 0},
    "fused": {"reranked": 0},
}

Settings = TypeVar("Settings")


class BadSetting(QuidError):
    """A setting has no such name, or no such value."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings that differ from the defaults; `label` names those that vary."""

    label: str
    values: Mapping[str, Any]


def known_settings() -> dict[str, type]:
    """The dataclass of every setting that can be named."""
    from index import IndexSettings, SearchSettings
    from qa import AnswerSettings

    return {field.name: owner for owner in (IndexSettings, SearchSettings, AnswerSettings) for field in fields(owner)}


def configurations(
    chosen: Sequence[str], varied: Sequence[str], only: str | None, owners: Mapping[str, type]
) -> list[Configuration]:
    """The configurations that `--set`, `--vary` and `--only` ask for: one, or the grid of the varied.

    `chosen` and `varied` are as typed, "key=value" and "key=a,b,c". BadSetting says what is wrong.
    """
    fixed = dict(ONLY[only]) if only else {}
    for text in chosen:
        name, value = _split(text)
        fixed[name] = _parse(name, value, owners)
    axes = []
    for text in varied:
        name, values = _split(text)
        axes.append([(f"{name}={value.strip()}", name, _parse(name, value, owners)) for value in values.split(",")])
    return [
        Configuration(" ".join(typed for typed, _, _ in point), {**fixed, **{name: value for _, name, value in point}})
        for point in itertools.product(*axes)
    ]


def apply_settings(base: Settings, values: Mapping[str, Any]) -> Settings:
    """`base` with those of `values` that are its own."""
    own = {field.name for field in fields(base)}  # type: ignore[arg-type]
    return replace(base, **{name: value for name, value in values.items() if name in own})  # type: ignore[type-var]


def _split(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise BadSetting(f"{text!r} sets nothing; expected NAME=VALUE, as in passage_tokens=256")
    return name.strip(), value.strip()


def _parse(name: str, value: str, owners: Mapping[str, type]) -> Any:
    if name not in owners:
        close = get_close_matches(name, owners, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(owners)}"
        raise BadSetting(f"no setting is called {name!r}; {hint}")
    kind = typing.get_type_hints(owners[name])[name]
    try:
        return _convert(kind, value.strip())
    except ValueError:
        raise BadSetting(f"{name}={value!r} can't be; expected {_describe(kind)}") from None


def _convert(kind: Any, value: str) -> Any:
    """`value` as the annotation says; ValueError where it can't be."""
    options = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Literal:
        return {str(option): option for option in options}[value] if value in map(str, options) else _fail()
    if typing.get_origin(kind) in (typing.Union, UnionType):
        if NoneType in options and value.lower() == "none":
            return None
        return _convert(next(option for option in options if option is not NoneType), value)
    if kind is bool:
        flags = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        return flags[value.lower()] if value.lower() in flags else _fail()
    return kind(value)


def _fail() -> Any:
    raise ValueError


def _describe(kind: Any) -> str:
    if typing.get_origin(kind) is typing.Literal:
        return " or ".join(map(str, typing.get_args(kind)))
    if typing.get_origin(kind) in (typing.Union, UnionType):
        return " or ".join(_describe(option) for option in typing.get_args(kind))
    names = {int: "a whole number", float: "a number", bool: "true or false", str: "a word", NoneType: "none"}
    return names.get(kind, str(kind))
