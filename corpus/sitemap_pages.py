"""The pages of a sitemap and of all sitemaps that it lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpus.addresses import resolved
from corpus.errors import UnreadableDocument
from corpus.fetching import Fetched
from corpus.folders import Skipped
from corpus.sitemap import read_sitemap

__all__ = ["sitemap_pages"]

_SITEMAPS = 50


def sitemap_pages(
    first: Fetched, ask: Callable[[str], Fetched], adopted: Callable[[str], str | None]
) -> Iterator[str | Skipped]:
    """Addresses within the site, as `adopted` has it, in the sitemaps' order, and what is left out.

    `ask` fetches a further sitemap. UnreadableDocument where the first one can't be read.
    """
    pending, seen, elsewhere = [first], {first.address}, 0
    while pending:
        answer = pending.pop(0)
        try:
            sitemap = read_sitemap(answer.body, answer.address)
        except UnreadableDocument as error:
            if answer is first:
                raise
            yield Skipped(answer.address, error.reason if answer.status == 200 else answer.outcome)
            continue
        for page in sitemap.pages:
            own = adopted(resolved(answer.address, page) or "")
            elsewhere += own is None
            if own:
                yield own
        for link in sitemap.sitemaps:
            own = adopted(resolved(answer.address, link) or "")
            if own is None or own in seen:
                continue
            if len(seen) >= _SITEMAPS:
                yield Skipped(own, f"is one sitemap too many; {_SITEMAPS} are read")
                return
            seen.add(own)
            try:
                pending.append(ask(own))
            except UnreadableDocument as error:
                yield Skipped(own, error.reason)
    if elsewhere:
        yield Skipped(first.address, f"{elsewhere:,} of the pages in its sitemap are on other hosts")
