"""`python -m index add`: add documents or update them, from files, folders and the web."""

from __future__ import annotations

import argparse
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import Document, Original, QuidError, Skipped, UnreadableDocument, find, find_in_folder
from corpus.addresses import canonical_form, is_address
from index.command_line import add_index_option, add_settings_options, add_workers_option, count_files, index_documents
from index.errors import IndexMissing, NothingToIndex
from index.naming import named_apart
from index.place import Place
from index.searching import open_index
from index.site_options import add_site_options, site_limits
from index.store import DocumentRecord
from index.updating import Summary

if TYPE_CHECKING:
    from index.sites import Sites

__all__ = ["add_arguments", "run"]

_LIKE_A_HOST = re.compile(r"www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "places", nargs="+", metavar="PATH_OR_URL", help="a document, a folder of documents, or an address on the web"
    )
    add_index_option(parser)
    add_settings_options(parser)
    add_workers_option(parser)
    add_site_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every place was read, 1 where one could not be; the others are added then too."""
    adding = _Adding(arguments)
    summary = adding.run()
    failures = [*adding.failures, *(str(one) for one in adding.unread(summary))]
    if failures:
        raise NothingToIndex("; ".join(failures))
    if not (summary.found or summary.removed):
        raise NothingToIndex(f"nothing was found to add in {', '.join(arguments.places)}")
    return 130 if adding.sites and adding.sites.was_stopped else 0


class _Adding:
    """Whatever was named, on its way into the index."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._known = _known(arguments.index)
        self._named: set[str] = set()
        self.sites = self._sites() if any(map(is_address, arguments.places)) else None
        self.failures: list[str] = []

    def run(self) -> Summary:
        """What became of it."""
        places, sites = self._arguments.places, self.sites
        everything = named_apart(self._found(places), [(record.id, record.source) for record in self._known])
        first = next(everything, None)
        if first is None and not (sites and sites.gone):
            return Summary()
        documents = itertools.chain([first] if first else [], everything)
        try:
            if not sites:
                return index_documents(self._arguments, documents, count_files(map(Path, places)))
            summary = index_documents(self._arguments, documents, remove=sites.gone, sought=sites.sought)
            sites.save()
            return summary
        except NothingToIndex:
            return Summary()

    def unread(self, summary: Summary) -> list[UnreadableDocument]:
        """Of the places that were named, those that were found and could not be read."""
        return [UnreadableDocument(one.source, one.reason) for one in summary.skipped if one.source in self._named]

    def _found(self, places: list[str]) -> Iterator[Document | Original | Skipped]:
        """What is at these places; of one that can't be read, the reason among the failures."""
        for place in places:
            try:
                yield from self._found_at(place)
            except QuidError as error:
                self.failures.append(str(error))

    def _found_at(self, place: str) -> Iterator[Document | Original | Skipped]:
        path = Path(place)
        if self.sites and is_address(place):
            is_empty = True
            for item in self.sites.find(place):
                is_empty = is_empty and isinstance(item, Skipped)
                yield item
            if is_empty:
                self._named.add(canonical_form(place))
        elif path.is_dir():
            yield from find_in_folder(path)
        elif _LIKE_A_HOST.match(place) and not path.exists():
            raise UnreadableDocument(place, f"does not exist; for a page on the web, type https://{place}")
        else:
            self._named.add(str(path))
            yield find(path)

    def _sites(self) -> Sites:
        from index.sites import Sites

        return Sites(self._arguments.index, self._known, site_limits(self._arguments), self._arguments.again)


def _known(place: Place) -> list[DocumentRecord]:
    """The documents in the index."""
    try:
        with open_index(place) as index:
            return index.documents()
    except IndexMissing:
        return []
