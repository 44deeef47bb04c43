"""Who may call what, where the owner asks for keys of programs or for passwords of people."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Literal

from ui.credentials import Secrets
from ui.errors import Failure
from ui.limits import Buckets

__all__ = ["Access", "Kind"]

# Whom a route is for: anybody; people, in a browser; programs; or both of these.
Kind = Literal["open", "page", "program", "shared"]

FAILURES = 20


class Access:
    """Lets in who may come in; after some wrong keys or passwords an address has to wait for its next guess.

    Keys alone keep programs out, not people: what the page and the widget call stays open to them,
    that is to a browser that names the page it is on. Passwords keep everybody out; keys then
    serve programs in their stead.
    """

    def __init__(self, keys: Secrets, passwords: Secrets, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys, self._passwords = keys, passwords
        self._failures = Buckets(FAILURES, clock)

    def denial(self, kind: Kind, authorization: str, is_page: bool, client: str) -> Failure | None:
        """Why not; None where they may. `is_page` says that the origin of a page came along, a known one."""
        if self._is_open(kind, is_page) or (kind != "page" and self._keys.admit(authorization)):
            return None
        # A key is too long to be guessed, and who has one needn't wait for others at the same address.
        wait = math.ceil(self._failures.wait(client))
        if wait:
            return Failure(429, f"too many wrong keys or passwords; please wait {wait} s", {"Retry-After": str(wait)})
        if self._passwords.admit(authorization):
            return None
        if authorization:
            self._failures.take(client)
        if kind == "page" or not self._keys:
            return Failure(401, "expected a user and a password", _CHALLENGE)
        return Failure(401, "expected a key that this server knows, as: Authorization: Bearer KEY", self._bearer())

    def _is_open(self, kind: Kind, is_page: bool) -> bool:
        if kind == "open" or not (self._keys or self._passwords):
            return True
        if self._passwords:
            return False
        return kind == "page" or (kind == "shared" and is_page)

    def _bearer(self) -> dict[str, str]:
        """A browser that has a password asks for it again only where it is told that one would do."""
        return _CHALLENGE if self._passwords else {"WWW-Authenticate": "Bearer"}


_CHALLENGE = {"WWW-Authenticate": 'Basic realm="documents", charset="UTF-8"'}
