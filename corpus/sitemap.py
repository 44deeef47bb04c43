"""Sitemaps: the pages that a site lists itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.errors import UnreadableDocument
from corpus.inflating import DamagedCompression, TooLarge, inflated

__all__ = ["Sitemap", "is_sitemap", "read_sitemap"]

_ROOT = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_GZIP = b"\x1f\x8b"
_LARGEST = 52_428_800  # bytes, uncompressed: the most that sitemaps.org allows


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The addresses of pages, and those of further sitemaps, as they are written."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]


def is_sitemap(data: bytes) -> bool:
    """Whether this looks like a sitemap, compressed or not."""
    if data.startswith(_GZIP):
        try:
            data = inflated(data, _LARGEST)
        except (TooLarge, DamagedCompression):
            return False
    return bool(_ROOT.search(data[:4096]))


def read_sitemap(data: bytes, source: str) -> Sitemap:
    """The addresses in a sitemap or an index of sitemaps; no entity is expanded and nothing is loaded.

    Raises UnreadableDocument where it is none.
    """
    from lxml import etree

    try:
        data = inflated(data, _LARGEST) if data.startswith(_GZIP) else data
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
        root = etree.fromstring(data.strip(), parser)
    except (TooLarge, DamagedCompression, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(source, "is no sitemap that can be read") from error
    if root is None or str(root.tag).rpartition("}")[2] not in ("urlset", "sitemapindex"):
        raise UnreadableDocument(source, "is no sitemap that can be read")
    return Sitemap(_locations(root, "url"), _locations(root, "sitemap"))


def _locations(root: object, kind: str) -> tuple[str, ...]:
    found = root.xpath(f"*[local-name()='{kind}']/*[local-name()='loc']")  # type: ignore[attr-defined]
    # An entity that isn't expanded is a child: such an address is none.
    texts = ((element.text or "").strip() for element in found if not len(element))
    return tuple(dict.fromkeys(text for text in texts if text))
