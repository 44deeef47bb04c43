"""An index on Milvus brought up to date: by one writer at a time, and seen by readers in one step."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cached_property

from corpus import Document, Original, Skipped
from index.cache import EmbeddingCache
from index.changing import Prepare, Progress, Summary, Update, Workers
from index.embedding import Embedder
from index.errors import EngineFault
from index.kept_work import KeptWork
from index.locking import writable
from index.milvus_collections import Build, Kind, create, drop, key_of
from index.milvus_draft import MilvusDraft, delete_versions
from index.milvus_earlier import MilvusEarlier, unsettled
from index.milvus_editions import Lease, current_edition, is_unfinished, leave_finished, writing
from index.milvus_engine import Engine, connect
from index.milvus_reading import Reading
from index.milvus_rows import GONE
from index.milvus_searching import LOOKED_UP_EVERY
from index.milvus_words import counts_of, replace_counts
from index.models import load_embedder
from index.place import MilvusAddress
from index.preparing import Prepared, prepare
from index.settings import IndexSettings
from index.terms import Tokeniser
from index.token_store import TOKENS, TokenWriter

__all__ = ["recount", "update_milvus"]

# Until every process has looked for a new edition, and what it was at is done.
_GRACE = 2 * LOOKED_UP_EVERY
# The mark of a document that went stays so long: a search that is that old doesn't find it either.
_MARKED = 60.0


def update_milvus(
    address: MilvusAddress,
    documents: Iterable[Document | Original | Skipped],
    remove: Iterable[str] = (),
    settings: IndexSettings | None = None,
    progress: Progress = lambda stage, done, total: None,
    embedder: Embedder | None = None,
    only: bool = False,
    anew: bool = False,
    notice: Callable[[str], None] = lambda line: None,
    sought: Callable[[str], bool] = lambda source: False,
    workers: str | None = None,
    prepare_here: Prepare | None = None,
) -> Summary:
    """As `index.updating.update_index`; returns when nobody can find any more what was removed or replaced.

    What was embedded is kept in a folder on this machine, so that work that was stopped isn't lost.
    `prepare_here` gives what is to be written of documents in another way than by embedding them.
    """
    started, engine, folder = time.perf_counter(), connect(address).patient(), address.folder
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with writing(engine) as lease, ExitStack() as closing:
        earlier = MilvusEarlier(engine, only, ignored=anew)
        settings = settings or earlier.settings
        embedder = embedder or load_embedder(settings.model, earlier.model)
        anew = anew or not earlier.was_made_with(settings, embedder.name)
        tokens = closing.enter_context(contextlib.closing(TokenWriter(folder / TOKENS, embedder.name)))
        kept = EmbeddingCache(folder / "embeddings.sqlite", embedder, tokens)
        cache = closing.enter_context(contextlib.closing(kept))
        work = closing.enter_context(contextlib.closing(KeptWork(folder, tokens, embedder, settings)))
        draft = _LateDraft(lambda: _begin(engine, lease, earlier, embedder, tokens, settings, anew))

        def embed_here(documents: list[Document], tell: Callable[[int, int], None]) -> list[Prepared]:
            return prepare(documents, embedder, cache, settings, tell, with_tokens=True)

        def hire() -> Workers:
            from index.workers import open_workers

            # The file of milvus-lite is one process's at a time.
            shelf_for = None if engine.is_lite else lambda count: draft.begun.shelf_for(count)
            return closing.enter_context(open_workers(workers or "", embedder, settings, notice, work, shelf_for))

        prepare_here = prepare_here or embed_here
        update = Update(folder, earlier, draft, prepare_here, hire if workers else None, anew, progress, notice)
        summary = update.summary
        update.take(documents)
        update.keep_or_remove(set(remove), only)
        has_changed = update.note_skipped(only, sought)
        # What a writer that was stopped left half told is told whole, also where nothing else changed.
        half_told = earlier.build is not None and is_unfinished(engine, earlier.build)
        if anew or has_changed or half_told or summary.added or summary.updated or summary.removed:
            summary.generation = earlier.number + 1
            _finish(engine, draft.begun, earlier, summary.generation)
            cache.prune()
            work.clear()
    summary.seconds = time.perf_counter() - started
    return summary


class _LateDraft:
    """A draft that is begun with the first change: where nothing changes, nothing is made in the engine."""

    def __init__(self, begin: Callable[[], MilvusDraft]) -> None:
        self._begin = begin

    @cached_property
    def begun(self) -> MilvusDraft:
        return self._begin()

    def add(self, prepared: Sequence[Prepared]) -> int:
        return self.begun.add(prepared)

    def remove(self, document_id: str) -> None:
        self.begun.remove(document_id)

    def note_skipped(self, skipped: Mapping[str, str]) -> None:
        self.begun.note_skipped(skipped)


def _begin(
    engine: Engine, lease: Lease, earlier: MilvusEarlier, embedder: Embedder, tokens: TokenWriter,
    settings: IndexSettings, anew: bool,
) -> MilvusDraft:  # fmt: skip
    """A draft of the next edition, in the same collections, or in new ones where all is made `anew`."""
    _clear_builds(engine, earlier.build)
    build = earlier.build
    if build is None or anew:
        build = Build(engine.address.name, os.urandom(4).hex())
        create(engine, build, embedder.dimension)
    else:
        _clear(engine, build)
        if is_unfinished(engine, build):
            recount(engine, build, earlier)
    return MilvusDraft(engine, build, earlier, embedder, tokens, settings, lease)


def _finish(engine: Engine, draft: MilvusDraft, earlier: MilvusEarlier, number: int) -> None:
    """Publish the draft; returns when nobody can find any more what was removed or replaced."""
    gone = draft.finish(number)
    build = current_edition(engine).build
    is_other = earlier.build is not None and earlier.build != build
    if gone or is_other:
        time.sleep(_GRACE)
    delete_versions(engine, build, gone)
    if is_other:
        assert earlier.build
        drop(engine, earlier.build)


def recount(engine: Engine, build: Build, earlier: MilvusEarlier) -> None:
    """Count anew how many passages hold each word: a writer was stopped while it changed that."""
    tokeniser, reading, counts = Tokeniser(), Reading(engine, build, frozenset()), Counter[str]()
    for entry in earlier.entries():
        texts = [(passage.context, passage.text) for passage in reading.passages_of(entry.version)]
        counts.update(counts_of(texts, tokeniser.terms(texts)))
    replace_counts(engine, build, counts)
    leave_finished(engine, build)


def _clear(engine: Engine, build: Build) -> None:
    """Take away what a writer that was stopped had begun, and the marks of what went long ago."""
    now = time.time()
    left = unsettled(engine, build)
    delete_versions(engine, build, [entry.version for entry, _ in left])
    settled = [entry.version for entry, changed in left if entry.state != GONE or now - changed > _MARKED]
    for start in range(0, len(settled), 1_000):
        keys = [key_of(Kind.DOCUMENT, version) for version in settled[start : start + 1_000]]
        engine.delete(build.records, f"key in {json.dumps(keys)}")


def _clear_builds(engine: Engine, current: Build | None) -> None:
    """Take away builds that were never published, or were replaced by a writer that was stopped then."""
    name = engine.address.name
    pattern = re.compile(rf"{name}_(?P<build>[0-9a-f]{{8}})_(?:passages|records|state)")
    found = {match["build"] for one in engine.ask("list_collections") if (match := pattern.fullmatch(one))}
    for build in (Build(name, one) for one in sorted(found)):
        if build != current:
            with suppress(EngineFault):
                drop(engine, build)
