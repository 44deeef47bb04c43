"""What an update changes: which documents are new, other ones or gone, brought to whatever writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from corpus import Document, Original, Skipped, UnreadableDocument
from index.earlier import EarlierDocuments
from index.errors import NothingToIndex
from index.locking import writable
from index.preparing import Prepared, storable

__all__ = ["Prepare", "Progress", "Summary", "Target", "Update", "Workers"]

# Told (stage, done, total or None) as the work goes on; stages are "documents" and "texts", those
# that were embedded, in documents or found in the cache; of texts, the total is that of the documents so far.
# At last "passages", of an index with very many of them: those that are sorted by nearness.
Progress = Callable[[str, int, int | None], None]

# Splits and embeds documents together, telling its `progress` (texts embedded, all texts of these).
Prepare = Callable[[list[Document], Callable[[int, int], None]], list[Prepared]]

# Read, split and embedded together: enough for texts of similar length to meet, and half a minute's work.
_CHARACTERS_AT_A_TIME = 250_000


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


class Target(Protocol):
    """Writes the index: a draft of the next generation, or an engine."""

    def add(self, prepared: Sequence[Prepared]) -> int:
        """Add documents or replace those of the same ids; gives the number of passages."""
        ...

    def remove(self, document_id: str) -> None:
        """Remove a document; an id that isn't there is none."""
        ...

    def note_skipped(self, skipped: Mapping[str, str]) -> None:
        """Remember what was found and not read, {source: reason}."""
        ...


class Workers(Protocol):
    """Prepare documents elsewhere, many at a time; they are given back in the order in which they came."""

    def give(self, item: Document | Original) -> Iterator[list[Prepared | Skipped]]:
        """Take one more; gives batches that are done where too many are on the way."""
        ...

    def finish(self) -> Iterator[list[Prepared | Skipped]]:
        """Gives all that are still on the way."""
        ...


class Update:
    """Brings what changed to `target`, so many characters at a time.

    `prepare` does so here; where there is `hire`, the workers that it gives do, and it is called when they are needed.
    """

    def __init__(
        self,
        folder: Path,
        earlier: EarlierDocuments,
        target: Target,
        prepare: Prepare,
        hire: Callable[[], Workers] | None,
        anew: bool,
        progress: Progress,
        notice: Callable[[str], None],
    ) -> None:
        self.summary = Summary(generation=earlier.number)
        self._folder, self._earlier, self._target, self._prepare = folder, earlier, target, prepare
        self._hire = hire
        self._workers: Workers | None = None
        self._anew, self._progress, self._notice = anew, progress, notice
        self._seen: dict[str, str] = {}
        self._unread: set[str] = set()
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
        if not gone and not self._anew:
            self.summary.unchanged += left
            return
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
                self._target.note_skipped(now)
        return now != before

    def _take(self, item: Document | Original | Skipped) -> None:
        if isinstance(item, Skipped):
            self._skip(item)
            return
        item = item if isinstance(item, Original) else storable(item)
        if item.id in self._unread:
            self._flush()  # whether it can be read decides on the one that comes now
        if item.id in self._seen:
            if self._seen[item.id] != _content(item):
                self.summary.repeated.append(item.id)
        elif isinstance(item, Original) and self._earlier.knows(item):
            self._see(item)
            self._keep(item.id)
        elif isinstance(item, Original) and self._hire:
            self._see(item)
            self._unread.add(item.id)
            self._hand_out(item)
        else:
            document = storable(item.read()) if isinstance(item, Original) else item
            self._see(item)
            self._add(document)

    def _see(self, item: Document | Original) -> None:
        self._seen[item.id] = _content(item)
        self._sources.add(item.source)
        self.summary.found += 1

    def _add(self, document: Document) -> None:
        if self._is_news(document):
            self._queue(document)
        else:
            self._keep(document.id)

    def _is_news(self, document: Document) -> bool:
        """Whether a document that was read is new or another than it was; it is counted among those."""
        for note in document.notes:
            self._notice(f"note {document.source}: {note}")
        known = self._earlier.document(document.id)
        if known != document:
            (self.summary.updated if known else self.summary.added).append(document.id)
        return known != document

    def _keep(self, id: str) -> None:
        self.summary.unchanged.append(id)
        if self._anew and (document := self._earlier.document(id)):
            self._queue(document)
        else:
            self._step(1)

    def _step(self, count: int) -> None:
        self._done += count
        self._progress("documents", self._done, None)

    def _skip(self, skipped: Skipped) -> None:
        self.summary.skipped.append(skipped)
        self._done += 1
        self._notice(f"skipped {skipped.source}: {skipped.reason}")

    def _remove(self, id: str) -> None:
        if not self._anew:
            with writable(self._folder):
                self._target.remove(id)

    def _hand_out(self, item: Document | Original) -> None:
        """Have workers prepare it, and write what they have done meanwhile."""
        if self._workers is None:
            assert self._hire
            self._workers = self._hire()
        self._receive(self._workers.give(item))

    def _receive(self, batches: Iterable[list[Prepared | Skipped]]) -> None:
        for batch in batches:
            wanted = [one for one in batch if not isinstance(one, Skipped) and self._is_wanted(one.document)]
            for one in batch:
                if isinstance(one, Skipped):
                    self._unsee(one)
            with writable(self._folder):
                self.summary.passages += self._target.add(wanted)
            self._texts += sum(len(one.vectors) + len(one.sentence_vectors) for one in wanted)
            self._step(len(wanted))
            self._progress("texts", self._texts, None)

    def _is_wanted(self, document: Document) -> bool:
        """Whether what workers made has to be written: not where its document is what it was."""
        if document.id not in self._unread:
            return True
        self._unread.remove(document.id)
        if self._is_news(document):
            return True
        self.summary.unchanged.append(document.id)
        if not self._anew:
            self._step(1)
        return self._anew

    def _unsee(self, skipped: Skipped) -> None:
        """A worker could not read it: as if it had not been seen."""
        self._unread.discard(skipped.id)
        self._seen.pop(skipped.id, None)
        self._sources.discard(skipped.source)
        self.summary.found -= 1
        self._skip(skipped)

    def _queue(self, document: Document) -> None:
        if self._hire:
            self._hand_out(document)
            return
        self._pending.append(document)
        self._characters += len(document.text)
        if self._characters >= _CHARACTERS_AT_A_TIME:
            self._flush()

    def _flush(self) -> None:
        if self._workers:
            self._receive(self._workers.finish())
        if not self._pending:
            return
        count, texts = len(self._pending), 0

        def tell(done: int, total: int) -> None:
            nonlocal texts
            texts = total
            self._progress("texts", self._texts + done, self._texts + total)
            self._progress("documents", self._done + count * done // max(total, 1), None)

        with writable(self._folder):
            self.summary.passages += self._target.add(self._prepare(self._pending, tell))
        self._done, self._texts = self._done + count, self._texts + texts
        self._pending, self._characters = [], 0


def _content(item: Document | Original) -> str:
    return item.fingerprint if isinstance(item, Original) else item.sha256


def _is_below(id: str, hidden: Iterable[str]) -> bool:
    """Whether a document is one of those that are out of reach, or in a folder that is."""
    return any(not top or id == top or id.startswith(f"{top}/") for top in hidden)

