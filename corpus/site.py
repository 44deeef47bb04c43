"""Read a page, the pages of a sitemap, or a site down to a depth, within one host."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from corpus.addresses import canonical_form, resolved
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.fetching import Fetched, Fetcher, NotFetched
from corpus.folders import Skipped
from corpus.frontier import Frontier
from corpus.network import Resolve, resolve
from corpus.page_links import PageLinks, page_links
from corpus.page_reading import HTML, original_from, suffix_of
from corpus.polite import REDIRECTS, Polite
from corpus.robots import said_of_itself
from corpus.site_limits import SiteLimits
from corpus.sitemap import is_sitemap
from corpus.sitemap_pages import sitemap_pages
from corpus.sketches import are_alike, sketch
from corpus.visits import Gone, Unchanged, Visit, Visits

__all__ = ["SiteItem", "SiteProgress", "read_page", "read_site"]

SiteItem = Document | Skipped | Unchanged | Gone
# Told (pages fetched, pages waiting, pages skipped) before each request.
SiteProgress = Callable[[int, int, int], None]

_FOR_GOOD = frozenset((301, 308))
_NOT_THERE = frozenset((404, 410))
_SITEMAP_TYPES = ("xml", "gzip", "octet-stream")
_FAILURES = 5


def read_site(
    start: str,
    limits: SiteLimits,
    visits: Visits | None = None,
    progress: SiteProgress = lambda fetched, waiting, skipped: None,
    resolve: Resolve = resolve,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[SiteItem]:
    """What is at an address, and where the limits say so what it leads to on its host, each as it comes.

    `visits` remembers the last visit: Unchanged and Gone are given of pages known from it. Raises
    UnreadableDocument where nothing can be got from the first address.
    """
    with Fetcher(limits, resolve) as fetcher:
        yield from _Walk(start, limits, visits or Visits(), fetcher, sleep, progress).items()


def read_page(address: str, limits: SiteLimits) -> Document:
    """The document of one page; UnreadableDocument, with a line that says why, where there is none."""
    for item in read_site(address, replace(limits, depth=0)):
        if isinstance(item, Document):
            return item
        if isinstance(item, Skipped):
            raise UnreadableDocument(item.source, item.reason)
    raise UnreadableDocument(address, "holds no page")


class _Walk:
    """One visit."""

    def __init__(
        self,
        start: str,
        limits: SiteLimits,
        visits: Visits,
        fetcher: Fetcher,
        sleep: Callable[[float], None],
        progress: SiteProgress,
    ) -> None:
        self._start, self._limits, self._visits = canonical_form(start), limits, visits
        self._fetcher, self._polite = fetcher, Polite(fetcher, limits, sleep)
        self._tell = progress
        self._frontier: Frontier | None = None
        self._began = time.monotonic()
        self._fetched = self._skipped = self._failures = 0
        self._texts: dict[str, Visit] = {}

    def items(self) -> Iterator[SiteItem]:
        """Everything, the first page first."""
        for item in self._everything():
            self._skipped += isinstance(item, Skipped)
            yield item

    def _everything(self) -> Iterator[SiteItem]:
        answer, has_moved = self._reach(self._start)
        assert answer is not None, "nothing was seen before the first page"
        frontier = self._frontier = Frontier(answer.address, self._limits)
        frontier.begin(self._start)
        frontier.begin(answer.address)
        if has_moved:
            yield from self._moved(self._start, answer)
        if answer.status == 200 and is_sitemap(answer.body):
            yield from self._list(answer, frontier)
        elif answer.status not in (200, 304, *_NOT_THERE) or (
            answer.status in _NOT_THERE and answer.address not in self._visits.earlier
        ):
            raise UnreadableDocument(answer.address, answer.outcome)
        else:
            yield from self._guarded(answer.address, self._take(answer, 0, True))
        for visit in self._visits.of_start(self._start, self._limits.depth):
            frontier.add(visit.address, visit.depth)
        while following := frontier.pop():
            if reason := self._spent():
                yield Skipped(self._start, f"{len(frontier) + 1:,} of its pages were not fetched: {reason}")
                return
            yield from self._guarded(following[0], self._page(*following, chase=True))
        if frontier.left_out:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in frontier.left_out.items())
            yield Skipped(self._start, f"some of its links were not followed: {reasons}")

    def _spent(self) -> str:
        """Which limit is reached; empty where none is."""
        limits = self._limits
        if self._fetched >= limits.pages:
            return f"{limits.pages:,} pages are the limit; allow more with --pages"
        if self._fetcher.bytes >= limits.total_bytes:
            return f"{limits.total_bytes / 1e6:,.0f} MB are the limit; allow more with --megabytes"
        if time.monotonic() - self._began >= limits.seconds:
            return f"{limits.seconds / 60:g} minutes are the limit; allow more with --minutes"
        return "the site failed several times in a row" if self._failures >= _FAILURES else ""

    def _guarded(self, address: str, items: Iterator[SiteItem]) -> Iterator[SiteItem]:
        """A page's items; one that can't be read is skipped, and the others go on."""
        try:
            yield from items
        except UnreadableDocument as error:
            self._failures += isinstance(error, NotFetched)
            yield Skipped(address, error.reason if error.source == address else str(error))

    def _page(self, address: str, depth: int, chase: bool) -> Iterator[SiteItem]:
        answer, has_moved = self._reach(address)
        if has_moved:
            yield from self._moved(address, answer)
        if answer is not None:
            yield from self._take(answer, depth, chase)

    def _moved(self, address: str, answer: Fetched | None) -> Iterator[Gone]:
        """The document of an address that leads elsewhere for good, to an answer or to a page seen before."""
        if answer is None or answer.status in (200, 304, *_NOT_THERE):
            known = self._visits.forget(address)
            if known and known.source == address:
                yield Gone(address, "has moved" + (f" to {answer.address}" if answer else ""))

    def _reach(self, address: str) -> tuple[Fetched | None, bool]:
        """The answer at the end of the redirects, None where that was seen before; whether it moved for good."""
        first, passed, for_good = address, {address}, True
        for _ in range(self._limits.redirects + 1):
            answer = self._ask(address)
            if answer.status not in REDIRECTS:
                return answer, for_good and address != first
            for_good = for_good and answer.status in _FOR_GOOD
            target = resolved(address, answer.headers.get("location", ""))
            if target is None:
                raise UnreadableDocument(first, "redirects to something that is no page of the web")
            own = self._frontier.adopted(target) if self._frontier else target
            if own is None:
                raise UnreadableDocument(first, f"leads to another host: {target}")
            if own in passed:
                raise UnreadableDocument(first, "redirects in a circle")
            if self._frontier and not self._frontier.begin(own):
                return None, for_good
            passed.add(own)
            address = own
        raise UnreadableDocument(first, f"redirects more than {self._limits.redirects} times")

    def _ask(self, address: str) -> Fetched:
        waiting = len(self._frontier) if self._frontier else 0
        self._tell(self._fetched, waiting, self._skipped)
        visit = self._visits.earlier.get(address)
        answer = self._polite.ask(address, visit.conditions if visit else {}, self._is_wanted)
        self._fetched += answer.status not in REDIRECTS
        self._failures = self._failures + 1 if answer.status >= 500 or answer.status == 429 else 0
        return answer

    def _is_wanted(self, answer: Fetched) -> bool:
        may_be_sitemap = self._frontier is None and answer.media_type.endswith(_SITEMAP_TYPES)
        return may_be_sitemap or suffix_of(answer) is not None

    def _take(self, answer: Fetched, depth: int, chase: bool) -> Iterator[SiteItem]:
        """What an answer amounts to."""
        address = answer.address
        if answer.status == 304 and (visit := self._visits.earlier.get(address)):
            yield from self._unchanged(replace(visit, start=self._start, depth=depth), depth)
        elif answer.status in _NOT_THERE:
            yield self._dropped(address, answer.outcome)
        elif answer.status != 200:
            yield Skipped(address, answer.outcome)
        elif (suffix := suffix_of(answer)) is None:
            yield Skipped(address, f"is {answer.media_type or 'of no type that is known'}, which is not read")
        else:
            page = self._said(answer, suffix)
            self._follow(page.links, depth)
            if page.is_welcome:
                yield from self._document(answer, suffix, page, depth, chase)
            else:
                yield self._dropped(address, "asks not to be indexed (noindex)")

    def _unchanged(self, visit: Visit, depth: int) -> Iterator[SiteItem]:
        """A page that is as it was; where it repeats another, that one decides."""
        self._follow(visit.links, depth)
        if visit.source == visit.address:
            self._remember(visit)
            yield Unchanged(visit.source)
            return
        if self._frontier.begin(visit.source):
            yield from self._guarded(visit.source, self._page(visit.source, depth, chase=False))
        twin = self._visits.now.get(visit.source)
        if twin and twin.sha256 == visit.sha256:
            self._remember(visit)
            return
        answer = self._polite.ask(visit.address, {}, self._is_wanted)
        if answer.status != 304:
            yield from self._take(answer, depth, chase=True)

    def _said(self, answer: Fetched, suffix: str) -> PageLinks:
        """What the page says of itself, and its links within the site."""
        header = answer.headers.get("x-robots-tag", "")
        if suffix not in HTML:
            return PageLinks((), None, "noindex" not in said_of_itself([header]))
        page = page_links(answer.body, answer.address, answer.charset, header)
        links = tuple(own for link in page.links if (own := self._frontier.adopted(link)))
        return replace(page, links=links)

    def _dropped(self, address: str, reason: str) -> Gone | Skipped:
        known = self._visits.forget(address)
        return Gone(address, reason) if known and known.source == address else Skipped(address, reason)

    def _follow(self, links: tuple[str, ...], depth: int) -> None:
        if depth < self._limits.depth:
            for link in links:
                self._frontier.add(link, depth + 1)

    def _document(
        self, answer: Fetched, suffix: str, page: PageLinks, depth: int, chase: bool
    ) -> Iterator[SiteItem]:
        """The page's document, unless it repeats another page's."""
        address = answer.address
        document = original_from(answer, suffix, address).read()
        seen = Visit(
            address,
            address,
            document.sha256,
            self._start,
            depth,
            answer.headers.get("etag", ""),
            answer.headers.get("last-modified", ""),
            page.links,
            sketch(document.text),
        )
        own = self._frontier.adopted(page.canonical) if page.canonical else None
        if own and own != address and chase and self._frontier.begin(own):
            yield from self._guarded(own, self._page(own, depth, chase=False))
        if twin := self._twin(seen, own):
            self._visits.remember(replace(seen, source=twin.source, sha256=twin.sha256))
            if (known := self._visits.earlier.get(address)) and known.source == address:
                yield Gone(address, f"is the same as {twin.source}")
        else:
            self._remember(seen)
            yield document

    def _twin(self, seen: Visit, own: str | None) -> Visit | None:
        """The page seen before that it repeats: its canonical one in about the same words, or any in the very same."""
        canonical = self._visits.now.get(own) if own and own != seen.address else None
        if canonical and are_alike(canonical.sketch, seen.sketch):
            return canonical
        return self._texts.get(seen.sha256)

    def _remember(self, visit: Visit) -> None:
        self._visits.remember(visit)
        if visit.source == visit.address:
            self._texts.setdefault(visit.sha256, visit)

    def _list(self, answer: Fetched, frontier: Frontier) -> Iterator[Skipped]:
        """Put the pages of a sitemap among those to be fetched."""

        def ask(address: str) -> Fetched:
            return self._polite.ask(address, {}, lambda answer: True)

        for item in sitemap_pages(answer, ask, frontier.adopted):
            if isinstance(item, Skipped):
                yield item
            else:
                frontier.add(item, 0)
