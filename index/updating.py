"""A document becomes findable: split, embed, add, and publish the next generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial

from corpus import Document, Original, Skipped
from index.cache import EmbeddingCache
from index.changing import Progress, Summary, Update, Workers
from index.draft import Draft
from index.earlier import Earlier
from index.embedding import Embedder
from index.everyday import find_level
from index.generations import next_number, publish, writing
from index.kept_work import KeptWork
from index.locking import writable
from index.models import load_embedder
from index.place import MilvusAddress, Place
from index.preparing import Prepared, prepare
from index.settings import IndexSettings
from index.token_store import TOKENS, TokenWriter

__all__ = ["Progress", "Summary", "update_index"]


def update_index(
    folder: Place,
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
) -> Summary:
    """Add or replace documents by their ids, remove others, and publish one new generation.

    `remove` names ids to take away; with `only`, all that are not among `documents` go. What is
    unchanged costs nothing, an original that is known isn't even read, and when nothing changed
    nothing is published. Settings other than those of the index make all of it anew; so do `anew`
    and, with `only`, an index that is damaged. Until the last step, readers see the generation that was there.
    `notice` is told, in a line each, what is skipped and why; what was skipped earlier is remembered
    until its source is found, or `sought` says that it was looked for. `workers`, Ray's address, has
    documents read, split and embedded there, and written here. IndexBusy where another process
    writes, IndexUnwritable where the disk is full, NothingToIndex where no document would be left.
    """
    if isinstance(folder, MilvusAddress):
        from index.milvus_updating import update_milvus

        return update_milvus(
            folder, documents, remove, settings, progress, embedder, only, anew, notice, sought, workers
        )
    started, published = time.perf_counter(), None
    with writing(folder) as place, Earlier(folder, only, ignored=anew) as earlier, ExitStack() as closing:
        settings = settings or earlier.settings
        embedder = embedder or load_embedder(settings.model, earlier.model)
        anew = anew or not earlier.was_made_with(settings, embedder.name)
        tokens = TokenWriter(folder / TOKENS, embedder.name)
        cache = EmbeddingCache(folder / "embeddings.sqlite", embedder, tokens)
        kept = KeptWork(folder, tokens, embedder, settings)
        draft = Draft(place, None if anew else earlier.generation, embedder, tokens, settings, notice)

        def prepare_here(documents: list[Document], tell: Callable[[int, int], None]) -> list[Prepared]:
            return prepare(documents, embedder, cache, settings, tell)

        def hire() -> Workers:
            from index.workers import open_workers

            return closing.enter_context(open_workers(workers or "", embedder, settings, notice, kept))

        update = Update(folder, earlier, draft, prepare_here, hire if workers else None, anew, progress, notice)
        summary = update.summary
        try:
            update.take(documents)
            update.keep_or_remove(set(remove), only)
            has_changed = update.note_skipped(only, sought)
            if anew or has_changed or summary.added or summary.updated or summary.removed:
                summary.generation = next_number(folder)
                with writable(folder):
                    published = draft.finish(summary.generation, partial(progress, "passages"))
                    publish(folder, place, published, draft.commit)
                # Not before: of a work that is stopped while it is published, nothing must be made again.
                cache.prune()
                draft.prune()
                kept.clear()
        finally:
            # A draft that is the last to let go of shared texts brings them in order.
            earlier.close()
            draft.close()
            cache.close()
            kept.close()
            tokens.close()
    if published:
        find_level(folder, published, embedder)
    summary.seconds = time.perf_counter() - started
    return summary
