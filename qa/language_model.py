"""A language model behind any address that speaks OpenAI's chat completions."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from corpus import QuidError
from corpus.fetching import post

__all__ = ["KEY", "BadModel", "LanguageModel", "NotWorded", "language_model"]

# The environment variable that the key is in: neither a file nor a command line keeps a secret.
KEY = "QUID_WORDING_KEY"
_SECONDS = 20.0
_MOST_BYTES = 256 * 1024


class BadModel(QuidError):
    """A language model was not named as it must be."""


class NotWorded(QuidError):
    """The language model gave no wording; the message says why, in one line."""


class LanguageModel:
    """Asks one model; safe from many threads. Nothing but its own address is called: no redirect is followed."""

    def __init__(self, address: str, name: str, key: str = "", seconds: float = _SECONDS) -> None:
        self.name, self.seconds = name, seconds
        self._url = _checked(address)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "quid"}
        if key:
            if not key.isascii() or not key.isprintable():
                raise BadModel(f"{KEY} won't do; expected a key of printable ASCII on one line")
            self._headers["Authorization"] = f"Bearer {key}"

    def reply(self, messages: Sequence[Mapping[str, str]]) -> str:
        """What the model says to the messages; NotWorded where that doesn't come whole and in time."""
        body = json.dumps({"model": self.name, "messages": list(messages), "stream": False}).encode()
        try:
            status, content = post(self._url, body, self._headers, self.seconds, _MOST_BYTES)
        except TimeoutError as error:
            raise self._failed(f"did not answer within {self.seconds:g} seconds") from error
        except OSError as error:
            raise self._failed(f"gives no answer ({error})") from error
        if 300 <= status < 400:
            raise self._failed(f"answers {status}, a redirect, which is not followed")
        if status != 200:
            raise self._failed(f"answers {status}")
        try:
            said = json.loads(content)["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            said = None
        if not isinstance(said, str):
            raise self._failed("answers something else than a chat completion")
        return said

    def _failed(self, why: str) -> NotWorded:
        return NotWorded(f"the language model at {self._url} {why}")


def language_model(
    address: str, name: str, environment: Mapping[str, str] = os.environ, most_seconds: float = 0
) -> LanguageModel | None:
    """The model of that name at that address, with the key of the environment; None where neither is set.

    With `most_seconds`, a reply may take at most as long. BadModel where only one is set, or the address won't do.
    """
    if not address and not name:
        return None
    if not address or not name:
        missing, there = ("address", "model") if not address else ("model", "address")
        raise BadModel(f"--wording-{missing} is missing; expected it beside --wording-{there}")
    seconds = min(_SECONDS, most_seconds) if most_seconds else _SECONDS
    return LanguageModel(address, name, environment.get(KEY, ""), seconds)


def _checked(address: str) -> str:
    """Where completions are asked for below that address, as OpenAI's clients are given it."""
    try:
        parts: Any = urlsplit(address)
        parts.port  # noqa: B018 - raises where it isn't a number
    except ValueError:
        parts = urlsplit("")
    plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or not plain:
        raise BadModel(f"{address!r} is no address of a language model; expected one such as http://127.0.0.1:11434/v1")
    if parts.username or parts.password:
        raise BadModel(f"the address of the language model holds a password; put a key into {KEY} instead")
    whole = address.rstrip("/")
    return whole if whole.endswith("/chat/completions") else f"{whole}/chat/completions"
