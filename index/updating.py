"""A document becomes findable: split, embed, add, and publish the next generation."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from corpus import Document, Original, Skipped, UnreadableDocument
from index.cache import EmbeddingCache
from index.draft import Draft
from index.earlier import Earlier
from index.embedding import Embedder
from index.errors import NothingToIndex
from index.generations import next_number, publish, writing
from index.locking import writable
from index.models import load_embedder
from index.preparing import Prepared, prepare
from index.settings import IndexSettings
from index.token_store import TOKENS, TokenWriter

__all__ = ["Progress", "Summary", "update_index"]

# Told (stage, done, total or None) as the work goes on; stages are "documents" and "texts", those
# that were embedded, in documents or found in the cache; of texts, the total is that of the documents so far.
# At last "passages", of an index with very many of them: those that are sorted by nearness.
Progress = Callable[[str, int, int | None], None]

# Read, split and embedded together: enough for texts of similar length to meet, and half a minute's work.
_CHARACTERS_AT_A_TIME = 250_000

_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(slots=True)
class Summary:
    """What an update did, by documents' ids; `generation` is the current one now, `passages` the new ones.

    `repeated` are ids that came again with another content, which was left out. `found` counts the
    documents among what was given.
    """

    found: int = 0
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    passages: int = 0
    generation: int = 0
    seconds: float = 0.0


def update_index(
    folder: Path,
    documents: Iterable[Document | Original | Skipped],
    remove: Iterable[str] = (),
    settings: IndexSettings | None = None,
    progress: Progress = lambda stage, done, total: None,
    embedder: Embedder | None = None,
    only: bool = False,
    anew: bool = False,
    notice: Callable[[str], None] = lambda line: None,
    sought: Callable[[str], bool] = lambda source: False,
) -> Summary:
    """Add or replace documents by their ids, remove others, and publish one new generation.

    `remove` names ids to take away; with `only`, all that are not among `documents` go. What is
    unchanged costs nothing, an original that is known isn't even read, and when nothing changed
    nothing is published. Settings other than those of the index make all of it anew; so do `anew`
    and, with `only`, an index that is damaged. Until the last step, readers see the generation that was there.
    `notice` is told, in a line each, what is skipped and why; what was skipped earlier is remembered
    until its source is found, or `sought` says that it was looked for. IndexBusy where another process
    writes, IndexUnwritable where the disk is full, NothingToIndex where no document would be left.
    """
    started = time.perf_counter()
    with writing(folder) as place, Earlier(folder, only, ignored=anew) as earlier:
        settings = settings or earlier.settings
        embedder = embedder or load_embedder(settings.model, earlier.model)
        anew = anew or not earlier.was_made_with(settings, embedder.name)
        tokens = TokenWriter(folder / TOKENS, embedder.name)
        cache = EmbeddingCache(folder / "embeddings.sqlite", embedder, tokens)
        draft = Draft(place, None if anew else earlier.generation, embedder, tokens, settings)
        prepared = partial(prepare, embedder=embedder, cache=cache, settings=settings)
        update = _Update(folder, earlier, draft, prepared, anew, progress, notice)
        summary = update.summary
        try:
            update.take(documents)
            update.keep_or_remove(set(remove), only)
            has_changed = update.note_skipped(only, sought)
            if anew or has_changed or summary.added or summary.updated or summary.removed:
                summary.generation = next_number(folder)
                with writable(folder):
                    publish(folder, place, draft.finish(summary.generation, partial(progress, "passages")))
                # Not before: of a work that is stopped while it is published, nothing must be made again.
                cache.prune()
                draft.prune()
        finally:
            draft.close()
            cache.close()
            tokens.close()
    summary.seconds = time.perf_counter() - started
    return summary


class _Update:
    """Brings what changed into a draft, so many characters at a time."""

    def __init__(
        self,
        folder: Path,
        earlier: Earlier,
        draft: Draft,
        prepare: Callable[[list[Document], Callable[[int, int], None]], list[Prepared]],
        anew: bool,
        progress: Progress,
        notice: Callable[[str], None],
    ) -> None:
        self.summary = Summary(generation=earlier.number)
        self._folder, self._earlier, self._draft, self._prepare = folder, earlier, draft, prepare
        self._anew, self._progress, self._notice = anew, progress, notice
        self._seen: dict[str, str] = {}
        self._sources: set[str] = set()
        self._pending: list[Document] = []
        self._characters = self._done = self._texts = 0

    def take(self, found: Iterable[Document | Original | Skipped]) -> None:
        """Add those that are new or changed."""
        for item in found:
            try:
                self._take(item)
            except UnreadableDocument as error:
                self._skip(Skipped.because_of(error, "" if isinstance(item, Skipped) else item.id))
        self._flush()

    def keep_or_remove(self, remove: set[str], only: bool) -> None:
        """What was not among the documents goes where that was asked for, and stays where it wasn't."""
        hidden = [skipped.id for skipped in self.summary.skipped if skipped.out_of_reach]
        left = [id for id in self._earlier.ids() if id not in self._seen]
        gone = {id for id in left if (only and not _is_below(id, hidden)) or id in remove}
        is_lost = not self._earlier.number or (only and len(gone) == len(left))
        if not self._seen and is_lost and (only or self.summary.skipped):
            raise NothingToIndex("no document could be read")
        for id in left:
            (self.summary.removed if id in gone else self.summary.unchanged).append(id)
            if id in gone:
                self._remove(id)
            elif self._anew and (document := self._earlier.document(id)):
                self._queue(document)
        self._flush()

    def note_skipped(self, only: bool, sought: Callable[[str], bool]) -> bool:
        """Remember what was skipped; whether that is another list than it was."""
        before = self._earlier.skipped()
        left = {source: why for source, why in before.items() if source not in self._sources and not sought(source)}
        now = {} if only else left
        now |= {skipped.source: skipped.reason for skipped in self.summary.skipped}
        if now != before or (self._anew and now):
            with writable(self._folder):
                self._draft.note_skipped(now)
        return now != before

    def _take(self, item: Document | Original | Skipped) -> None:
        if isinstance(item, Skipped):
            self._skip(item)
            return
        item = item if isinstance(item, Original) else _storable(item)
        if item.id in self._seen:
            if self._seen[item.id] != _content(item):
                self.summary.repeated.append(item.id)
        elif isinstance(item, Original) and self._earlier.knows(item):
            self._see(item)
            self._keep(item.id)
        else:
            document = _storable(item.read()) if isinstance(item, Original) else item
            for note in document.notes:
                self._notice(f"note {document.source}: {note}")
            self._see(item)
            self._add(document)

    def _see(self, item: Document | Original) -> None:
        self._seen[item.id] = _content(item)
        self._sources.add(item.source)
        self.summary.found += 1

    def _add(self, document: Document) -> None:
        known = self._earlier.document(document.id)
        if known == document:
            self._keep(document.id)
            return
        (self.summary.updated if known else self.summary.added).append(document.id)
        self._queue(document)

    def _keep(self, id: str) -> None:
        self.summary.unchanged.append(id)
        if self._anew and (document := self._earlier.document(id)):
            self._queue(document)
        else:
            self._done += 1
            self._progress("documents", self._done, None)

    def _skip(self, skipped: Skipped) -> None:
        self.summary.skipped.append(skipped)
        self._done += 1
        self._notice(f"skipped {skipped.source}: {skipped.reason}")

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
            self._progress("texts", self._texts + done, self._texts + total)
            self._progress("documents", self._done + count * done // max(total, 1), None)

        with writable(self._folder):
            self.summary.passages += self._draft.add(self._prepare(self._pending, progress=tell))
        self._done, self._texts = self._done + count, self._texts + texts
        self._pending, self._characters = [], 0


def _content(item: Document | Original) -> str:
    return item.fingerprint if isinstance(item, Original) else item.sha256


def _is_below(id: str, hidden: Iterable[str]) -> bool:
    """Whether a document is one of those that are out of reach, or in a folder that is."""
    return any(not top or id == top or id.startswith(f"{top}/") for top in hidden)


def _storable(document: Document) -> Document:
    """The document with lone surrogates, which no database keeps, replaced one for one."""
    if not any(map(_SURROGATE.search, (document.id, document.title, document.source, document.text))):
        return document
    id, title, source, text = (
        _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", part)
        for part in (document.id, document.title, document.source, document.text)
    )
    return replace(document, id=id, title=title, source=source, text=text)
