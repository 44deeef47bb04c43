"""How far, how fast and how long a site is read."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SiteLimits"]


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """The bounds of one visit to a site; sizes are bytes, times seconds.

    `depth` counts the links from the first page, 0 is that page alone; with `below`, only pages in
    its folder are read. `delay` is the pause before each request; a site's own Crawl-delay counts
    where it is longer, up to `longest_delay`. `variants` is the most pages that differ in their
    query only. `allow_private` allows addresses of the local network.
    """

    depth: int = 0
    pages: int = 200
    below: bool = False
    page_bytes: int = 20_000_000
    total_bytes: int = 500_000_000
    page_seconds: float = 60.0
    seconds: float = 3600.0
    delay: float = 1.0
    longest_delay: float = 30.0
    redirects: int = 10
    variants: int = 20
    segments: int = 15
    allow_private: bool = False
