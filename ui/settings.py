"""What the owner of the pages decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from corpus.errors import QuidError
from ui.credentials import NOBODY, Secrets
from ui.look import Look

__all__ = ["OPEN_LIMITS", "STATIC", "BadSite", "Bringing", "Limits", "Settings", "is_address"]

STATIC = Path(__file__).parent / "static"


class BadSite(QuidError):
    """A site to be allowed was not named as scheme and host."""

    def __init__(self, site: str) -> None:
        super().__init__(f"{site!r} does not name a site; expected something like https://example.org")
        self.site = site


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken on; 0 means no limit, but for `running` and `body`.

    `rate` and `rate_all` are requests a minute that cost something, from one address and from all;
    `running` and `waiting` count questions, `seconds` is how long one may take, waiting included,
    and `body` the bytes of a request.
    """

    rate: float = 0
    rate_all: float = 0
    running: int = 4
    waiting: int = 1000
    seconds: float = 0
    body: int = 256 * 1024


# For a server that others than the person at this machine can reach.
OPEN_LIMITS = Limits(rate=60, rate_all=1200, waiting=64, seconds=30)


@dataclass(frozen=True, slots=True)
class Bringing:
    """How much may be brought in: bytes of a file and of all together, and how many may wait."""

    file: int = 200_000_000
    total: int = 5_000_000_000
    waiting: int = 500


@dataclass(frozen=True, slots=True)
class Settings:
    """How the pages look, and who may use them.

    `sites` are the origins that may show the widget and call the API besides our own pages: this
    one setting feeds `frame-ancestors`, CORS and the check of Origin and Host. BadSite where one
    isn't an origin. `behind_proxy` believes a web server in front about who asks. With `keys`,
    programs need one; with `passwords`, people need one. `metrics` shows them. With `bring`, documents
    can be brought in and removed on the page; by a web server in front only with `bring_from_afar`.
    """

    look: Look = field(default_factory=Look)
    sites: tuple[str, ...] = ()
    suggestions: int = 4
    limits: Limits = Limits()
    behind_proxy: bool = False
    keys: Secrets = NOBODY
    passwords: Secrets = NOBODY
    metrics: bool = False
    bring: bool = False
    bring_from_afar: bool = False
    bringing: Bringing = Bringing()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", tuple(_origin(site) for site in self.sites))

    @property
    def hosts(self) -> frozenset[str]:
        """The names of the allowed sites: the server answers to them too."""
        return frozenset(urlsplit(site).hostname or "" for site in self.sites)


def is_address(name: str) -> bool:
    """Whether a host is named by its IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _origin(site: str) -> str:
    try:
        parts = urlsplit(site.strip())
        parts.port  # noqa: B018 - raises where it isn't a number
    except ValueError:
        raise BadSite(site) from None
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise BadSite(site)
    if not origin.isascii() or not origin.isprintable() or set(origin) & set(" ;,'\"*@?#"):
        raise BadSite(site)
    return origin
