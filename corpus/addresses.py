"""Addresses of pages: one form for each page, and the document ids made of them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from corpus.errors import UnreadableDocument
from corpus.naming import printable

__all__ = ["canonical_form", "id_from_address", "is_address", "origin_of", "resolved"]

_LONGEST = 2000
_DEFAULT_PORTS = {"http": 80, "https": 443}
# What is added to links to follow people around, and changes nothing on the page.
_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs\w+|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|ttclid|igshid|"
    r"mc_[ce]id|mkt_tok|s_cid|_ga|_gl|ref_src|ref_url|vero_id|oly_\w+_id|phpsessid|jsessionid",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/]*", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ESCAPED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
# The characters of RFC 3986 that stand for themselves in a path and in a query.
_PATH, _QUERY = "/%:@!$&'()*+,;=~-._", "/%:@!$&'()*+,;=~-._?"


def is_address(word: str) -> bool:
    """Whether a word names something on the web, and no file: it begins like https://."""
    return bool(_SCHEME.match(word))


def canonical_form(address: str) -> str:
    """The one form of an address, in ASCII: without fragment, default port and tracking parameters.

    Raises UnreadableDocument where it is no address that may be read.
    """
    shown = printable(address.strip())[:200]
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        raise UnreadableDocument(shown, "is no address of a page; type one like https://example.org/docs/") from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise UnreadableDocument(shown, f"begins with {scheme or 'no scheme'}:; only http and https are read")
    if not parts.hostname:
        raise UnreadableDocument(shown, "names no host; type an address like https://example.org/docs/")
    if "@" in parts.netloc:
        raise UnreadableDocument(shown, "holds a user name; pages behind a login are not read")
    host = _host(parts, shown)
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    found = urlunsplit((scheme, host, _path(parts.path), _query(parts.query), ""))
    if len(found) > _LONGEST:
        raise UnreadableDocument(shown, f"is longer than {_LONGEST:,} characters")
    return found


def resolved(base: str, link: str) -> str | None:
    """The address that a link on a page leads to, in its one form; None where it leads to no page."""
    try:
        return canonical_form(urljoin(base, link.strip()))
    except (UnreadableDocument, ValueError):
        return None


def origin_of(address: str) -> str:
    """Scheme, host and port of an address in its one form: `https://example.org`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def id_from_address(address: str) -> str:
    """A readable id: the address without its scheme, with letters of all scripts as themselves."""
    rest = _ESCAPED.sub(_decoded, address.split("://", 1)[-1])
    return printable(rest.removesuffix("/") if rest.count("/") == 1 else rest)


def _host(parts: SplitResult, shown: str) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnreadableDocument(shown, "has a host name that no host can have; check the address") from error
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", name):
        raise UnreadableDocument(shown, "has a host name that no host can have; check the address")
    return name.lower()


def _path(path: str) -> str:
    """Without '.' and '..', and with characters escaped in one way."""
    path = _SESSION_IN_PATH.sub("", path)
    kept: list[str] = []
    segments = path.split("/")[1:] or [""]
    for segment in segments:
        if segment == ".." and kept:
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(_escaped(segment, _PATH))
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    parts = [part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0])]
    return _escaped("&".join(parts), _QUERY)


def _escaped(text: str, safe: str) -> str:
    """Percent-escapes in capitals, none where the character may stand for itself."""
    bare = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    once = re.sub(r"%[0-9A-Fa-f]{2}", lambda found: _plain(found[0]), bare)
    return quote(once.encode("utf-8", "replace"), safe=safe)


def _plain(escape: str) -> str:
    character = chr(int(escape[1:], 16))
    return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else escape.upper()


def _decoded(found: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
