"""Sites on their way into an index: what is new, what is unchanged since the last visit, what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NoReturn

from corpus import Document, Original, Skipped, UnreadableDocument
from corpus.addresses import canonical_form, is_address, origin_of
from corpus.command import say
from corpus.site import read_site
from corpus.site_limits import SiteLimits
from corpus.visits import Gone, Unchanged, Visit, Visits
from index.earlier import EarlierDocuments, open_earlier
from index.place import Place, beside
from index.progress import ProgressLine
from index.store import DocumentRecord
from index.visits import load_visits, save_visits

__all__ = ["Sites"]


class Sites:
    """The pages at some addresses, for an update of the index at that place.

    `gone` are the ids of documents whose pages are not there any more; it fills as pages are found.
    With `again`, all pages are fetched whether or not they have changed.
    """

    def __init__(self, place: Place, known: Iterable[DocumentRecord], limits: SiteLimits, again: bool = False) -> None:
        self._place, self._limits = place, limits
        self._known = {record.source: record for record in known if is_address(record.source)}
        self._visits = Visits(() if again else self._remembered())
        self.gone: list[str] = []
        self.was_stopped = False
        self._visited: set[str] = set()

    def find(self, address: str) -> Iterator[Document | Original | Skipped]:
        """What is at an address and below it; Ctrl-C ends the visit, and keeps what was fetched."""
        count = 0
        with _SiteLine() as line, open_earlier(self._place) as earlier:
            try:
                for item in read_site(address, self._limits, self._visits, line.tell):
                    count += not isinstance(item, Skipped)
                    line.close()
                    yield from self._kept(item, earlier)
                self._visited.add(origin_of(canonical_form(address)))
            except KeyboardInterrupt:
                self.was_stopped = True
                what = f"what came so far ({count:,} pages) is indexed now"
                say(f"stopped at {address}; {what}, Ctrl-C again gives it up")

    def sought(self, source: str) -> bool:
        """Whether that is a page of a site that was visited to the end."""
        return is_address(source) and origin_of(source) in self._visited

    def save(self) -> None:
        """Remember this visit; to be called when the index holds what was found."""
        save_visits(beside(self._place) / "visits.sqlite", self._visits.now.values(), self._visits.gone)

    def _kept(
        self, item: Document | Skipped | Unchanged | Gone, earlier: EarlierDocuments
    ) -> Iterator[Document | Original | Skipped]:
        if isinstance(item, Unchanged):
            yield _unread(self._known[item.source], earlier)
        elif isinstance(item, Gone):
            if record := self._known.get(item.source):
                say(f"removed {record.id}: its page {item.reason}")
                self.gone.append(record.id)
        else:
            yield item

    def _remembered(self) -> Iterator[Visit]:
        """Of each document from the web at least its address; conditions only where the index has what was sent."""
        found = {visit.address: visit for visit in load_visits(beside(self._place) / "visits.sqlite")}
        for visit in found.values():
            record = self._known.get(visit.source)
            if record and record.sha256 == visit.sha256:
                yield visit
            elif record:
                yield replace(visit, etag="", modified="")
        for source, record in self._known.items():
            if source not in found:
                yield Visit(source, source, record.sha256, "", 0)


def _unread(record: DocumentRecord, earlier: EarlierDocuments) -> Original:
    """A document that the index has, named in such a way that it isn't read."""

    def never(data: bytes, id: str, source: str) -> NoReturn:
        raise UnreadableDocument(source, "was changed in the index meanwhile; add it again")

    document = earlier.document(record.id)
    return Original(record.id, record.source, document.fingerprint if document else "", b"", never)


class _SiteLine(ProgressLine):
    """A line on how a visit goes on."""

    def tell(self, fetched: int, waiting: int, skipped: int) -> None:
        """So many pages were fetched, wait, and were skipped."""
        self._counts.update(waiting=waiting, skipped=skipped)
        self("fetched", fetched, None)

    def line(self, seconds: float) -> str:
        """What is said after so many seconds."""
        parts = [f"{self._counts.get(what, 0):,} {what}" for what in ("fetched", "waiting", "skipped")]
        return f"pages: {', '.join(parts)}"
