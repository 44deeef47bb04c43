"""Which build of an index on Milvus is current, in which edition, and who may write.

Both are told by names of partitions in collections that are never loaded: to list those takes a
millisecond, and gives what was true at that moment, whatever the consistency of searches.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from corpus import QuidError
from index.errors import EngineFault, IndexBusy, IndexMissing
from index.milvus_collections import Build, make_markers
from index.milvus_engine import Engine, Vanished

__all__ = [
    "Edition",
    "Lease",
    "current_edition",
    "holds_lease",
    "is_unfinished",
    "leave_finished",
    "leave_unfinished",
    "publish",
    "writing",
]

_EDITION = re.compile(r"edition_(?P<number>\d+)_(?P<build>\w+)")
_WRITER = re.compile(r"writer_(?P<until>\d+)_(?P<id>[0-9a-f]+)_(?P<who>\w+)")
_UNFINISHED = "unfinished"
# A writer that is gone holds the others up no longer than this; one that lives says so three times as often.
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Edition:
    """What was published last: it counts up with each change that readers can see."""

    build: Build
    number: int


def current_edition(engine: Engine) -> Edition:
    """The one that readers see now; IndexMissing where nothing was published."""
    name = engine.address.name
    try:
        partitions = engine.ask("list_partitions", name)
    except Vanished:
        raise IndexMissing(engine.address) from None
    found = [match for one in partitions if (match := _EDITION.fullmatch(one))]
    if not found:
        raise IndexMissing(engine.address)
    latest = max(found, key=lambda match: int(match["number"]))
    return Edition(Build(name, latest["build"]), int(latest["number"]))


def publish(engine: Engine, edition: Edition) -> None:
    """Make this the edition that readers see, in one step: of the same build, or by switching the alias to another."""
    state, alias = edition.build.state, edition.build.index
    engine.ask("create_partition", state, f"edition_{edition.number:09d}_{edition.build.name}")
    for partition in engine.ask("list_partitions", state):
        match = _EDITION.fullmatch(partition)
        if match and int(match["number"]) < edition.number:
            engine.ask("drop_partition", state, partition)
    try:
        held = engine.ask("describe_collection", alias)["collection_name"]
    except Vanished:
        engine.ask("create_alias", state, alias)
        return
    if held != state:
        engine.ask("alter_alias", state, alias)


def leave_unfinished(engine: Engine, build: Build) -> None:
    """Note that counts are being changed: whoever finds the note counts anew."""
    if not is_unfinished(engine, build):
        engine.ask("create_partition", build.state, _UNFINISHED)


def is_unfinished(engine: Engine, build: Build) -> bool:
    """Whether a writer was stopped while it changed counts."""
    return _UNFINISHED in engine.ask("list_partitions", build.state)


def leave_finished(engine: Engine, build: Build) -> None:
    """Take that note away."""
    if is_unfinished(engine, build):
        engine.ask("drop_partition", build.state, _UNFINISHED)


def holds_lease(engine: Engine, lease: str) -> bool:
    """Whether the writer whose lease has this id may still write."""
    found = map(_WRITER.fullmatch, engine.ask("list_partitions", _writers(engine)))
    return any(match and match["id"] == lease and int(match["until"]) > time.time() for match in found)


@contextmanager
def writing(engine: Engine) -> Iterator[Lease]:
    """Be the one writer, on whatever machine; IndexBusy names the one that is."""
    name = _writers(engine)
    make_markers(engine, name)
    lease = Lease(engine, name)
    try:
        yield lease
    finally:
        lease.release()


class Lease:
    """The right to write, renewed as long as this process lives; it lapses a minute after that.

    `id` is what its partitions are known by.
    """

    def __init__(self, engine: Engine, collection: str) -> None:
        self._engine, self._collection = engine, collection
        self.id, self._ended = os.urandom(6).hex(), threading.Event()
        self._mine, self._good_until = "", 0.0
        self._renew()
        # Whoever comes at the same time sees at least one of the two, and gives way.
        if other := next(self._others(), None):
            self.release()
            raise IndexBusy(engine.address, other)
        self._thread = threading.Thread(target=self._keep, daemon=True, name="milvus-lease")
        self._thread.start()

    def check(self) -> None:
        """IndexBusy where it couldn't be renewed in time, so that another may write."""
        if time.monotonic() > self._good_until:
            raise IndexBusy(self._engine.address, "nobody for sure: this process lost its lease")

    def release(self) -> None:
        """Let others write."""
        self._ended.set()
        if thread := self.__dict__.get("_thread"):
            thread.join(_SECONDS)
        with suppress(QuidError):
            if self._mine:
                self._engine.ask("drop_partition", self._collection, self._mine)

    def _renew(self) -> None:
        began = time.monotonic()
        until, before = int(time.time() + _SECONDS), self._mine
        who = re.sub(r"\W", "_", f"{os.getpid()}_{time.strftime('%H%M%S')}_{socket.gethostname()}")[:120]
        mine = f"writer_{until}_{self.id}_{who}"
        if mine != before:
            self._engine.ask("create_partition", self._collection, mine)
            self._mine = mine
            if before:
                self._engine.ask("drop_partition", self._collection, before)
        self._good_until = began + _SECONDS

    def _keep(self) -> None:
        while not self._ended.wait(_SECONDS / 3):
            with suppress(EngineFault):
                self._renew()

    def _others(self) -> Iterator[str]:
        """Who else writes; what is left of writers that are long gone is cleared away."""
        now = time.time()
        for partition in self._engine.ask("list_partitions", self._collection):
            match = _WRITER.fullmatch(partition)
            if not match or match["id"] == self.id:
                continue
            if int(match["until"]) > now:
                process, since, host = match["who"].split("_", 2)
                yield f"process {process} on {host} since {since[:2]}:{since[2:4]}:{since[4:]}"
            elif int(match["until"]) < now - 10 * _SECONDS:
                with suppress(EngineFault):
                    self._engine.ask("drop_partition", self._collection, partition)


def _writers(engine: Engine) -> str:
    return f"{engine.address.name}_writers"
