"""What the owner of the pages decides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from corpus.errors import QuidError

__all__ = ["STATIC", "BadSite", "Settings"]

STATIC = Path(__file__).parent / "static"


class BadSite(QuidError):
    """A site to be allowed was not named as scheme and host."""

    def __init__(self, site: str) -> None:
        super().__init__(f"{site!r} does not name a site; expected something like https://example.org")
        self.site = site


@dataclass(frozen=True, slots=True)
class Settings:
    """How the pages present themselves, and who may use them.

    `sites` are the origins that may show the widget and call the API besides our own pages: this
    one setting feeds `frame-ancestors`, CORS and the check of Origin and Host. BadSite where one
    isn't an origin.
    """

    title: str = "Quid pro Quote"
    line: str = "Answers in your documents\N{RIGHT SINGLE QUOTATION MARK} own words"
    sites: tuple[str, ...] = ()
    suggestions: int = 4

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", tuple(_origin(site) for site in self.sites))

    @property
    def hosts(self) -> frozenset[str]:
        """The names of the allowed sites: the server answers to them too."""
        return frozenset(urlsplit(site).hostname or "" for site in self.sites)


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
