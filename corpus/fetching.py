"""One request for one page, safe and bounded. One of two files that know httpcore.

Nothing is followed here, and no proxy, cookie or password is taken from the environment.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from http import HTTPStatus
from types import TracebackType
from urllib.parse import urlsplit

import httpcore

from corpus.errors import UnreadableDocument
from corpus.inflating import DamagedCompression, TooLarge, inflated
from corpus.network import Deadline, GuardedBackend, PrivateAddress, Resolve, resolve
from corpus.site_limits import SiteLimits

__all__ = ["AGENT", "USER_AGENT", "Fetched", "Fetcher", "NotFetched", "post"]

AGENT = "QuidProQuote"
USER_AGENT = f"{AGENT}/1 (+reads pages that its user names, to quote from them)"

# Otherwise a page could make this program talk to a mail server or a database.
_PUBLIC_PORTS = frozenset((80, 443, *range(8000, 9000)))
_ACCEPT = "text/html, application/xhtml+xml, text/markdown, text/plain, application/pdf, */*;q=0.5"
_STEP = 20.0
_UNTRUSTED = re.compile(r"certificate verify failed: (.+?)(?: \(_ssl|$)")


class NotFetched(UnreadableDocument):
    """Nothing came from an address, or not all of it: the network or the server failed."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from an address: status, headers by their names in lower case, and the body.

    The body is empty where the status is not 200, and where it was not wanted.
    """

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """Such as `text/html`; empty where the server doesn't say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the server names, if any."""
        header = Message()
        header["content-type"] = self.headers.get("content-type", "")
        return header.get_content_charset()

    @property
    def outcome(self) -> str:
        """The status in words: 'answers 404 (Not Found)'."""
        known = self.status in set(HTTPStatus)
        return f"answers {self.status}" + (f" ({HTTPStatus(self.status).phrase})" if known else "")


class Fetcher:
    """Sends requests, one at a time, within the limits; counts the bytes that came."""

    def __init__(self, limits: SiteLimits, resolve: Resolve = resolve) -> None:
        self._limits = limits
        self._deadline = Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            max_connections=2,
            keepalive_expiry=5,
            network_backend=GuardedBackend(limits.allow_private, self._deadline, resolve),
        )
        self.bytes = 0

    def get(
        self, address: str, headers: Mapping[str, str] | None = None, wanted: Callable[[Fetched], bool] = lambda _: True
    ) -> Fetched:
        """The answer of an address in its canonical form; where it isn't `wanted`, without its body.

        Raises UnreadableDocument, with a line that says why, where there is none within the limits.
        """
        self._check_port(address)
        self._deadline.begin(self._limits.page_seconds)
        with _said(address, self._limits):
            sent = {"User-Agent": USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate", **(headers or {})}
            steps = dict.fromkeys(("connect", "read", "write", "pool"), _STEP)
            with self._pool.stream("GET", address, headers=list(sent.items()), extensions={"timeout": steps}) as answer:
                found = Fetched(address, answer.status, _headers(answer.headers), b"")
                if found.status != 200 or not wanted(found):
                    return found
                return Fetched(address, found.status, found.headers, self._body(answer, found))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_port(self, address: str) -> None:
        port = urlsplit(address).port
        if port is None or port in _PUBLIC_PORTS or (self._limits.allow_private and port >= 1024):
            return
        raise UnreadableDocument(address, f"is on port {port}; pages are read from the ports 80, 443 and 8000 to 8999")

    def _body(self, answer: httpcore.Response, found: Fetched) -> bytes:
        limit = self._limits.page_bytes
        if _number(found.headers.get("content-length", "")) > limit:
            raise TooLarge
        body = bytearray()
        for chunk in answer.iter_stream():
            self.bytes += len(chunk)
            body += chunk
            if len(body) > limit:
                raise TooLarge
        match found.headers.get("content-encoding", "").strip().lower():
            case "" | "identity":
                return bytes(body)
            case "gzip" | "x-gzip" | "deflate":
                return inflated(bytes(body), limit)
            case other:
                raise UnreadableDocument(found.address, f"comes compressed as {other[:40]!r}, which was not asked for")


def post(address: str, body: bytes, headers: Mapping[str, str], seconds: float, most: int) -> tuple[int, bytes]:
    """The status and the content of the answer, of at most `most` bytes, to what is sent to a server of one's own.

    It may be in the local network; nothing is followed. OSError where no answer comes: TimeoutError
    where it takes longer than so many seconds, all in all.
    """
    deadline, content = Deadline(), b""
    deadline.begin(seconds)
    backend = GuardedBackend(allow_private=True, deadline=deadline)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend) as pool,
            pool.stream("POST", address, headers=dict(headers), content=body) as answer,
        ):
            for chunk in answer.iter_stream():
                content += chunk
                if len(content) > most:
                    raise OSError(f"more than {most // 1024} kB came")
            return answer.status, content
    except httpcore.TimeoutException as error:
        raise TimeoutError(f"nothing came within {seconds:g} seconds") from error
    except (PrivateAddress, httpcore.NetworkError, httpcore.ProtocolError, ValueError) as error:
        raise OSError(str(error) or type(error).__name__) from error


@contextmanager
def _said(address: str, limits: SiteLimits) -> Iterator[None]:
    """Whatever goes wrong on the way, as one line."""
    try:
        yield
    except PrivateAddress as error:
        hint = "" if limits.allow_private else "; add --allow-private if it is yours"
        raise UnreadableDocument(address, f"{error}{hint}") from error
    except TooLarge as error:
        reason = f"is larger than {limits.page_bytes / 1e6:,.3g} MB, the most that is read of a page"
        raise UnreadableDocument(address, reason) from error
    except DamagedCompression as error:
        raise UnreadableDocument(address, "is damaged: its compressed data is not whole") from error
    except httpcore.TimeoutException as error:
        raise NotFetched(address, f"did not come within {limits.page_seconds:g} seconds") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError) as error:
        if untrusted := _UNTRUSTED.search(str(error)):
            raise NotFetched(address, f"has no certificate that can be trusted: {untrusted[1]}") from error
        raise NotFetched(address, f"could not be fetched: {error or type(error).__name__}") from error


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """By names in lower case; what comes several times is joined with commas."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0


@cache
def _ssl_context() -> ssl.SSLContext:
    """The usual authorities, or those that SSL_CERT_FILE or SSL_CERT_DIR name."""
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return ssl.create_default_context()
    import certifi

    return ssl.create_default_context(cafile=certifi.where())
