"""Documents on their way from the page into the index: a queue, and the one thread that works on it."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from corpus import Document, QuidError, Skipped, UnreadableDocument
from corpus.addresses import canonical_form
from corpus.network import PrivateAddress
from corpus.site import read_site
from corpus.site_limits import SiteLimits
from index import IndexBusy, Summary, update_index
from index.brought import Brought
from index.place import Place, beside

__all__ = ["Bringer", "Full", "Item", "read_address"]

LOG = logging.getLogger("ui")

Kind = Literal["file", "page", "removal"]
State = Literal["waiting", "reading", "indexing", "done", "failed"]

# One address may be that of a sitemap; sites are brought by `python -m index add`.
PAGES = SiteLimits(depth=0, pages=50, seconds=600)
TOGETHER, TOGETHER_BYTES = 20, 2_000_000
REMEMBERED = 500
PATIENCE = 600.0
BROKEN = "could not be brought in, through no fault of yours; the server's log says more"
_OPTION = re.compile(r"; (?:allow more with|add) --[\w-]+.*$")


class Full(QuidError):
    """Too much waits already."""


class _Stopped(Exception):
    """The server stops; what is under way is given up."""


@dataclass(slots=True)
class Item:
    """Something on its way; `share` is how much of it is embedded, 0 to 1.

    `outcome` says what became of it ("added", "updated", "unchanged", "removed"), `ids` of which
    documents, `said` what went wrong or what it waits for.
    """

    number: int
    kind: Kind
    name: str
    state: State = "waiting"
    share: float = 0.0
    outcome: str = ""
    said: str = ""
    ids: list[str] = field(default_factory=list)
    arrived: Path | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """What the page is told."""
        return {
            "number": self.number, "kind": self.kind, "name": self.name, "state": self.state,
            "share": round(self.share, 3), "outcome": self.outcome, "said": self.said, "documents": self.ids[:20],
        }  # fmt: skip


def read_address(address: str) -> Iterator[Document | Skipped]:
    """What is at an address of a page or of a sitemap."""
    for item in read_site(address, PAGES):
        if isinstance(item, Document | Skipped):
            yield item


class Bringer:
    """Takes files, addresses and removals, and works on them one after the other; safe from many threads.

    `published` is called when the index has a new generation; a document counts as done only after it.
    """

    def __init__(
        self,
        folder: Place,
        published: Callable[[], None],
        waiting: int = 500,
        read_address: Callable[[str], Iterator[Document | Skipped]] = read_address,
        update: Callable[..., Summary] = update_index,
    ) -> None:
        self.brought = Brought(beside(folder))
        self._folder, self._published, self._most = folder, published, waiting
        self._read_address, self._update = read_address, update
        self._items: deque[Item] = deque()
        self._waiting: deque[Item] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._number, self._stopping = 0, False
        self.brought.forget_arriving()

    def take_file(self, arrived: Path, name: str) -> Item:
        """A file that has arrived, and is called `name` from now on; Full where too much waits."""
        return self._take("file", name, arrived=arrived)

    def take_address(self, address: str) -> Item:
        """The page at an address; UnreadableDocument where it is none, Full where too much waits."""
        return self._take("page", canonical_form(address))

    def take_removal(self, ids: Sequence[str]) -> Item:
        """Documents to be removed, by their ids."""
        return self._take("removal", ids[0], ids=list(ids))

    def check_room(self) -> None:
        """Full where too much waits."""
        with self._changed:
            self._check_room()

    def items(self) -> list[Item]:
        """All that came since the server was started, the latest first, but for what was done long ago."""
        with self._changed:
            return list(self._items)[::-1]

    def is_idle(self) -> bool:
        """Whether nothing waits, and nothing is worked on."""
        return all(item.state in ("done", "failed") for item in self.items())

    def close(self) -> None:
        """Stop; what is not in the index yet is given up."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join(10)
        self.brought.forget_arriving()

    def _take(self, kind: Kind, name: str, **more: Any) -> Item:
        with self._changed:
            self._check_room()
            self._number += 1
            item = Item(self._number, kind, name, **more)
            self._items.append(item)
            self._waiting.append(item)
            while len(self._items) > REMEMBERED and self._items[0].state in ("done", "failed"):
                self._items.popleft()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="bringing", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return item

    def _check_room(self) -> None:
        if len(self._waiting) >= self._most:
            raise Full(f"{self._most} documents wait already; bring more when they are done")

    def _work(self) -> None:
        _step_back()
        while batch := self._next():
            try:
                self._bring(batch)
            except _Stopped:
                return
            except QuidError as error:
                _fail(batch, str(error))
            except Exception:
                LOG.exception("documents could not be brought in")
                _fail(batch, BROKEN)
            finally:
                for item in batch:
                    if item.arrived:
                        item.arrived.unlink(missing_ok=True)

    def _next(self) -> list[Item]:
        """What is worked on together, once there is something; nothing when the server stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return []
            batch, size = [self._waiting.popleft()], 0
            while self._waiting and batch[-1].arrived and len(batch) < TOGETHER:
                following = self._waiting[0]
                size += batch[-1].arrived.stat().st_size
                if not following.arrived or size > TOGETHER_BYTES or following.name in {one.name for one in batch}:
                    break
                batch.append(self._waiting.popleft())
            return batch

    def _bring(self, batch: list[Item]) -> None:
        if batch[0].kind == "removal":
            self._remove(batch[0])
            return
        found: list[tuple[Document, Path | None]] = []
        read: list[Item] = []
        for item in batch:
            item.state = "reading"
            try:
                documents = self._read(item)
            except UnreadableDocument as error:
                _fail([item], _plain(error))
            else:
                item.ids = [document.id for document in documents]
                found += [(document, item.arrived) for document in documents]
                read.append(item)
        if found:
            with self.brought.kept(found):
                summary = self._updated(read, [document for document, _ in found])
            self._done(read, summary)

    def _read(self, item: Item) -> list[Document]:
        if item.arrived:
            return [self.brought.read(item.arrived, item.name)]
        documents, reasons = [], []
        for one in self._read_address(item.name):
            self._check_stopped()
            if isinstance(one, Document):
                documents.append(one)
            else:
                reasons.append(one.reason)
        if not documents:
            raise UnreadableDocument(item.name, reasons[0] if reasons else "holds no page")
        item.said = "; ".join(dict.fromkeys(map(_without_option, reasons)))
        return documents

    def _remove(self, item: Item) -> None:
        item.state = "indexing"
        with self.brought.without(item.ids):
            summary = self._updated([item], [], item.ids)
        self._done([item], summary)

    def _updated(self, items: list[Item], documents: list[Document], remove: Sequence[str] = ()) -> Summary:
        """The index brought up to date, as soon as no other process writes to it."""

        def progress(stage: str, done: int, total: int | None) -> None:
            self._check_stopped()
            if stage == "texts" and total:
                for item in items:
                    item.share = done / total

        until = time.monotonic() + PATIENCE
        while True:
            try:
                for item in items:
                    item.state = "indexing"
                return self._update(self._folder, documents, remove, progress=progress)
            except IndexBusy as error:
                if time.monotonic() > until:
                    raise
                for item in items:
                    item.state, item.said = "waiting", str(error)
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, timeout=1)
                self._check_stopped()
                for item in items:
                    item.said = ""

    def _done(self, items: list[Item], summary: Summary) -> None:
        self._published()
        for item in items:
            item.outcome = _outcome(item.ids, summary)
            item.state, item.share = "done", 1.0

    def _check_stopped(self) -> None:
        if self._stopping:
            raise _Stopped


def _outcome(ids: Sequence[str], summary: Summary) -> str:
    for outcome in ("removed", "added", "updated"):
        if any(id in getattr(summary, outcome) for id in ids):
            return outcome
    return "unchanged"


def _fail(items: Sequence[Item], said: str) -> None:
    for item in items:
        if item.state != "failed":
            item.state, item.said = "failed", said


def _plain(error: UnreadableDocument) -> str:
    """Why, for somebody who isn't at a terminal."""
    if isinstance(error.__cause__, PrivateAddress):
        return f"{error.__cause__}; such pages are added on a terminal: python -m index add --allow-private"
    return _without_option(error.reason)


def _without_option(reason: str) -> str:
    return _OPTION.sub("", reason)


def _step_back() -> None:
    """Questions go first: where the system can, this thread gets what they leave."""
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
