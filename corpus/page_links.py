"""What a page says besides its text: where it leads, what its address is, and whether robots are welcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus.addresses import resolved
from corpus.fetching import AGENT
from corpus.html import parse_html
from corpus.robots import said_of_itself

__all__ = ["PageLinks", "page_links"]

_REFRESH = re.compile(r"""^\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?["']?([^"'\s]+)""", re.IGNORECASE)
_MOST = 5000


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The addresses that a page leads to, in order and without those it doesn't vouch for (nofollow).

    `canonical` is the address that it gives itself, if any; `is_welcome` whether it may be indexed.
    """

    links: tuple[str, ...]
    canonical: str | None
    is_welcome: bool


def page_links(data: bytes, address: str, declared: str | None, header: str) -> PageLinks:
    """What is in a page's HTML; `header` is its X-Robots-Tag."""
    tree = parse_html(data, address, declared)
    base = tree.css_first("base[href]")
    base_address = resolved(address, base.attributes.get("href") or "") if base else None
    sayings = [header, *_metas(tree, "robots"), *_metas(tree, AGENT.lower())]
    said = said_of_itself(sayings)
    links = () if "nofollow" in said else tuple(dict.fromkeys(_links(tree, base_address or address)))[:_MOST]
    canonical = tree.css_first("head link[rel~=canonical i][href]")
    own = resolved(base_address or address, canonical.attributes.get("href") or "") if canonical else None
    return PageLinks(links, own, "noindex" not in said)


def _links(tree: Any, base: str) -> Iterator[str]:
    for element in tree.css("meta[http-equiv=refresh i][content]"):
        if (found := _REFRESH.match(element.attributes.get("content") or "")) and (link := resolved(base, found[1])):
            yield link
    for element in tree.css("a[href], area[href]"):
        rel = (element.attributes.get("rel") or "").lower().split()
        if "nofollow" not in rel and (link := resolved(base, element.attributes.get("href") or "")):
            yield link


def _metas(tree: Any, name: str) -> Iterator[str]:
    for element in tree.css(f'meta[name="{name}" i][content]'):
        yield element.attributes.get("content") or ""
