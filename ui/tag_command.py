"""`python -m ui tag`: the line that brings the widget to a site, with the hash that its browser checks."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from corpus.command import say
from corpus.errors import QuidError
from ui.look import Look
from ui.settings import Settings, is_address
from ui.widget import frame_tag, script_tag, widget_script

__all__ = ["BadServer", "print_tag"]


class BadServer(QuidError):
    """No address of a server was named."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address!r} is no address of a chat; expected something like https://chat.example.org")


def print_tag(
    address: str, sites: tuple[str, ...], allowed: tuple[str, ...], look: Look, title: str = "", frame: bool = False
) -> int:
    """Print the tag for pages of `sites`; what else is to be done is said on standard error.

    `allowed` are the sites that the settings allow, as far as they are known here. BadServer or
    BadSite where an address or a site is none.
    """
    address = _cleaned(address)
    sites, settings = Settings(sites=sites).sites, Settings(sites=allowed)
    print(frame_tag(address, title or look.title) if frame else script_tag(address, widget_script(look), title))
    for line in _notes(address, sites, settings, frame):
        say(line)
    return 0


def _notes(address: str, sites: tuple[str, ...], settings: Settings, frame: bool) -> Iterator[str]:
    for site in sites:
        if site not in settings.sites:
            yield f"the settings here don't allow {site}: start the server with --allow-site {site}"
    if not (sites or settings.sites):
        yield "the settings here allow no site: start the server with --allow-site and the address of each"
    parts = urlsplit(address)
    name, own = parts.hostname or "", f"{parts.scheme}://{parts.netloc}"
    if name not in settings.hosts | {"localhost"} and not is_address(name):
        yield f"the server has to go by that name: start it with --allow-site {own} as well"
    needed = f"frame-src {own}" if frame else f"script-src {own}; frame-src {own}"
    yield f"where the site has a Content-Security-Policy, it needs: {needed}"
    if not frame:
        yield "the hash fits this version and these settings: after a change of either, put the new tag in the pages"


def _cleaned(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        parts.port  # noqa: B018 - raises where it isn't a number
    except ValueError:
        raise BadServer(address) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise BadServer(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
