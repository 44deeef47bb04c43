"""Keys of programs and passwords of people: read from a file, kept hashed, compared in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from pathlib import Path

from corpus.errors import QuidError

__all__ = ["NOBODY", "BadSecrets", "Secrets", "read_keys", "read_passwords"]

LEAST = 16
_HASHED = "sha256:"


class BadSecrets(QuidError):
    """A file of keys or passwords that can't be used; its message names no secret."""


class Secrets:
    """What lets somebody in; false where there are none, and then nobody needs one."""

    def __init__(self, *digests: bytes) -> None:
        self._digests = digests

    def __bool__(self) -> bool:
        return bool(self._digests)

    def __repr__(self) -> str:
        return f"<{len(self._digests)} secrets>"

    def hold(self, secret: str) -> bool:
        """Whether that is one of them; takes as long for a wrong one as for a right one."""
        given = _digest(secret)
        return sum(hmac.compare_digest(given, one) for one in self._digests) > 0

    def admit(self, authorization: str) -> bool:
        """Whether the header `Authorization` brings one of them: Bearer KEY, or Basic user:password."""
        scheme, _, value = authorization.strip().partition(" ")
        if scheme.lower() == "bearer":
            return self.hold(value.strip())
        if scheme.lower() != "basic":
            return False
        try:
            return self.hold(base64.b64decode(value.strip(), validate=True).decode("utf-8"))
        except (binascii.Error, UnicodeDecodeError):
            return False


NOBODY = Secrets()


def read_keys(path: Path) -> Secrets:
    """The keys in a file: one a line, as it is or as `sha256:` and its hexadecimal hash; # begins a comment.

    BadSecrets where the file can't be read, has none, or one that is easily guessed.
    """
    keys = _lines(path, "a key")
    for number, key in keys:
        if not key.startswith(_HASHED) and len(key) < LEAST:
            raise BadSecrets(f"{path}:{number}: the key is too short; expected at least {LEAST} characters")
    return Secrets(*(_key_digest(path, number, key) for number, key in keys))


def read_passwords(path: Path) -> Secrets:
    """The people in a file: one a line, as user:password; # begins a comment.

    BadSecrets where the file can't be read, has none, or a line is something else.
    """
    people = _lines(path, "user:password")
    for number, line in people:
        user, _, password = line.partition(":")
        if not user or len(password) < 8:
            raise BadSecrets(f"{path}:{number}: expected user:password, the password of at least 8 characters")
    return Secrets(*(_digest(line) for _, line in people))


def _lines(path: Path, expected: str) -> list[tuple[int, str]]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadSecrets(f"can't read {path}: {reason}; expected {expected} on each line") from None
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    found = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not found:
        raise BadSecrets(f"nothing is in {path}; expected {expected} on each line")
    return found


def _key_digest(path: Path, number: int, key: str) -> bytes:
    if not key.startswith(_HASHED):
        return _digest(key)
    try:
        digest = bytes.fromhex(key.removeprefix(_HASHED))
    except ValueError:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise BadSecrets(f"{path}:{number}: expected {_HASHED} and 64 hexadecimal digits")
    return digest


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
