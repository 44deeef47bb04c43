"""A document becomes findable: split, embed, add, and publish the next generation."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus import Document
from index.cache import EmbeddingCache
from index.draft import Draft
from index.earlier import Earlier
from index.embedding import Embedder, load_embedder
from index.generations import next_number, publish, writing
from index.locking import writable
from index.settings import IndexSettings

__all__ = ["Progress", "Summary", "update_index"]

# Told (stage, done, total or None) as the work goes on; stages are "documents" and "texts", those
# that were embedded, in documents or found in the cache.
Progress = Callable[[str, int, int | None], None]

# Read, split and embedded together: enough for texts of similar length to meet, and half a minute's work.
_CHARACTERS_AT_A_TIME = 250_000

_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(slots=True)
class Summary:
    """What an update did, by documents' ids; `generation` is the current one now, `passages` the new ones.

    `repeated` are ids that came again with another content, which was left out.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    passages: int = 0
    generation: int = 0
    seconds: float = 0.0


def update_index(
    folder: Path,
    documents: Iterable[Document],
    remove: Iterable[str] = (),
    settings: IndexSettings | None = None,
    progress: Progress = lambda stage, done, total: None,
    embedder: Embedder | None = None,
    only: bool = False,
) -> Summary:
    """Add or replace documents by their ids, remove others, and publish one new generation.

    `remove` names ids to take away; with `only`, all that are not among `documents` go. What is
    unchanged costs nothing, and when nothing changed nothing is published. Settings other than
    those of the index make all of it anew; with `only`, so does an index that is damaged. Until
    the last step, readers see the generation that was there. IndexBusy where another process
    writes, IndexUnwritable where the disk is full.
    """
    started = time.perf_counter()
    with writing(folder) as place, Earlier(folder, forgiving=only) as earlier:
        settings = settings or earlier.settings
        embedder = embedder or load_embedder(settings.model)
        anew = not earlier.was_made_with(settings, embedder.name)
        cache = EmbeddingCache(folder / "embeddings.sqlite", embedder)
        draft = Draft(place, None if anew else earlier.folder, embedder, cache, settings)
        update = _Update(folder, earlier, draft, anew, progress)
        summary = update.summary
        try:
            update.take(documents)
            update.keep_or_remove(set(remove), only)
            if anew or summary.added or summary.updated or summary.removed:
                summary.generation = next_number(folder)
                with writable(folder):
                    cache.prune()
                    publish(folder, place, draft.finish(summary.generation))
        finally:
            draft.close()
            cache.close()
    summary.seconds = time.perf_counter() - started
    return summary


class _Update:
    """Brings what changed into a draft, so many characters at a time."""

    def __init__(self, folder: Path, earlier: Earlier, draft: Draft, anew: bool, progress: Progress) -> None:
        self.summary = Summary(generation=earlier.number)
        self._folder, self._earlier, self._draft = folder, earlier, draft
        self._anew, self._progress = anew, progress
        self._seen: dict[str, str] = {}
        self._pending: list[Document] = []
        self._characters = self._done = self._texts = 0

    def take(self, documents: Iterable[Document]) -> None:
        """Add those that are new or changed."""
        for document in map(_storable, documents):
            if document.id not in self._seen:
                self._seen[document.id] = document.sha256
                self._take(document)
            elif self._seen[document.id] != document.sha256:
                self.summary.repeated.append(document.id)
        self._flush()

    def keep_or_remove(self, remove: set[str], only: bool) -> None:
        """What was not among the documents goes where that was asked for, and stays where it wasn't."""
        for id in self._earlier.ids():
            if id in self._seen:
                continue
            if only or id in remove:
                self.summary.removed.append(id)
                self._remove(id)
            else:
                self.summary.unchanged.append(id)
                if self._anew and (document := self._earlier.document(id)):
                    self._queue(document)
        self._flush()

    def _take(self, document: Document) -> None:
        known = self._earlier.document(document.id)
        if known == document:
            self.summary.unchanged.append(document.id)
        else:
            (self.summary.updated if known else self.summary.added).append(document.id)
        if known != document or self._anew:
            self._queue(document)
        else:
            self._done += 1
            self._progress("documents", self._done, None)

    def _remove(self, id: str) -> None:
        if not self._anew:
            with writable(self._folder):
                self._draft.remove(id)

    def _queue(self, document: Document) -> None:
        self._pending.append(document)
        self._characters += len(document.text)
        if self._characters >= _CHARACTERS_AT_A_TIME:
            self._flush()

    def _flush(self) -> None:
        if not self._pending:
            return
        count, texts = len(self._pending), 0

        def tell(done: int, total: int) -> None:
            nonlocal texts
            texts = total
            self._progress("texts", self._texts + done, None)
            self._progress("documents", self._done + count * done // max(total, 1), None)

        with writable(self._folder):
            self.summary.passages += self._draft.add(self._pending, tell)
        self._done, self._texts = self._done + count, self._texts + texts
        self._pending, self._characters = [], 0


def _storable(document: Document) -> Document:
    """The document with lone surrogates, which no database keeps, replaced one for one."""
    if not any(map(_SURROGATE.search, (document.id, document.title, document.source, document.text))):
        return document
    id, title, source, text = (
        _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", part)
        for part in (document.id, document.title, document.source, document.text)
    )
    return replace(document, id=id, title=title, source=source, text=text)
