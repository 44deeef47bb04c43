"""The options that say how far, how fast and how long a site is read."""

from __future__ import annotations

import argparse

from corpus.site_limits import SiteLimits

__all__ = ["add_site_options", "site_limits"]

_USUAL = SiteLimits()


def add_site_options(parser: argparse.ArgumentParser) -> None:
    """For addresses; paths don't mind them."""
    group = parser.add_argument_group("for addresses", "of a page, of a sitemap, or of a site with --depth")
    group.add_argument("--depth", type=_whole, default=_USUAL.depth, metavar="N",
                       help="follow links within the host, N deep (default: 0, the page alone)")  # fmt: skip
    group.add_argument("--below", action="store_true", help="follow only links to pages in the first one's folder")
    group.add_argument("--pages", type=_positive, default=_USUAL.pages, metavar="N",
                       help="the most pages (default: %(default)s)")  # fmt: skip
    group.add_argument("--minutes", type=_number, default=_USUAL.seconds / 60, metavar="N",
                       help="the most time for each address (default: %(default)g)")  # fmt: skip
    group.add_argument("--megabytes", type=_number, default=_USUAL.total_bytes / 1e6, metavar="N",
                       help="the most to download from each address (default: %(default)g)")  # fmt: skip
    group.add_argument("--page-megabytes", type=_number, default=_USUAL.page_bytes / 1e6, metavar="N",
                       help="the most for one page (default: %(default)g)")  # fmt: skip
    group.add_argument("--delay", type=_seconds, default=_USUAL.delay, metavar="SECONDS",
                       help="the pause between two pages (default: %(default)g)")  # fmt: skip
    group.add_argument("--allow-private", action="store_true",
                       help="allow addresses of the local network and of this machine")  # fmt: skip
    group.add_argument("--again", action="store_true", help="fetch unchanged pages, too")


def site_limits(arguments: argparse.Namespace) -> SiteLimits:
    """The limits that these options ask for."""
    return SiteLimits(
        depth=arguments.depth,
        pages=arguments.pages,
        below=arguments.below,
        page_bytes=round(arguments.page_megabytes * 1e6),
        total_bytes=round(arguments.megabytes * 1e6),
        seconds=arguments.minutes * 60,
        delay=arguments.delay,
        allow_private=arguments.allow_private,
    )


def _whole(word: str) -> int:
    if not word.isascii() or not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word!r} is no whole number of 0 or more")
    return int(word)


def _positive(word: str) -> int:
    if not _whole(word):
        raise argparse.ArgumentTypeError(f"{word!r} is no whole number of 1 or more")
    return int(word)


def _number(word: str) -> float:
    number = _seconds(word)
    if not number:
        raise argparse.ArgumentTypeError(f"{word!r} is no number above 0")
    return number


def _seconds(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1e6:
        raise argparse.ArgumentTypeError(f"{word!r} is no number from 0 to 1,000,000")
    return number
