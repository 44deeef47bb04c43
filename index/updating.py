"""A document becomes findable: split, embed, add, and publish the next generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus import Document
from index.cache import EmbeddingCache
from index.draft import Draft
from index.embedding import Embedder, load_embedder
from index.errors import IndexMissing
from index.generations import OpenGeneration, next_number, open_generation, publish, writing
from index.settings import IndexSettings
from index.store import open_store, select_document, select_records

__all__ = ["Progress", "Summary", "update_index"]

# Told (stage, done, total or None) as the work goes on; stages are "documents" and "embedding".
Progress = Callable[[str, int, int | None], None]

_AT_A_TIME = 64


@dataclass(slots=True)
class Summary:
    """What an update did; `generation` is the one that is current now, `passages` the new ones."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
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
    those of the index make all of it anew. IndexBusy where another process writes. Until the last
    step, readers see the generation that was there.
    """
    started = time.perf_counter()
    with writing(folder) as place:
        earlier = _open_earlier(folder)
        settings = settings or (earlier.manifest.settings if earlier else IndexSettings())
        embedder = embedder or load_embedder(settings.model)
        fits = earlier is not None and (earlier.manifest.settings, earlier.manifest.model) == (settings, embedder.name)
        cache = EmbeddingCache(folder / "embeddings.sqlite", embedder)
        draft = Draft(place, earlier.folder if earlier and fits else None, embedder, cache, settings)
        try:
            kept = _documents_of(earlier) if earlier and not fits else iter(())
            summary = _apply(draft, documents, kept, set(remove), only, progress)
            summary.generation = earlier.manifest.generation if earlier else 0
            if not fits or summary.added or summary.updated or summary.removed:
                summary.generation = next_number(folder)
                publish(folder, place, draft.finish(summary.generation))
                cache.prune()
        finally:
            draft.close()
            cache.close()
            if earlier:
                earlier.close()
    summary.seconds = time.perf_counter() - started
    return summary


def _apply(
    draft: Draft, documents: Iterable[Document], kept: Iterator[Document], remove: set[str], only: bool,
    progress: Progress,
) -> Summary:
    summary, seen, embedded = Summary(), set[str](), 0

    def tell(count: int) -> None:
        nonlocal embedded
        embedded += count
        progress("embedding", embedded, None)

    def add(batch: list[Document]) -> None:
        if batch:
            summary.passages += draft.add(batch, tell)
        progress("documents", len(seen), None)

    batch: list[Document] = []
    for document in documents:
        if document.id in seen:
            continue
        seen.add(document.id)
        if _is_fresh(draft, document, summary):
            batch.append(document)
        if len(batch) == _AT_A_TIME:
            add(batch)
            batch = []
    add(batch)
    gone = {id for id in draft.ids() if id not in seen} if only else remove.intersection(draft.ids())
    for document in kept:
        if document.id not in seen and document.id not in remove and not only:
            summary.unchanged.append(document.id)
            add([document])
        elif document.id not in seen:
            gone.add(document.id)
    for id in gone:
        draft.remove(id)
    summary.removed = sorted(gone)
    return summary


def _is_fresh(draft: Draft, document: Document, summary: Summary) -> bool:
    known = draft.get(document.id)
    if known == document:
        summary.unchanged.append(document.id)
        return False
    (summary.updated if known else summary.added).append(document.id)
    draft.remove(document.id)
    return True


def _open_earlier(folder: Path) -> OpenGeneration | None:
    try:
        return open_generation(folder)
    except IndexMissing:
        return None


def _documents_of(earlier: OpenGeneration) -> Iterator[Document]:
    database = open_store(earlier.folder / "passages.sqlite")
    try:
        for record in select_records(database):
            if document := select_document(database, record.id):
                yield document
    finally:
        database.close()
