"""Make a faulty index anew, of the documents that it still holds as they were read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from corpus import Document, Skipped
from index.embedding import Embedder
from index.errors import IndexDamaged
from index.generations import all_generations
from index.manifest import settings_of
from index.models import load_embedder
from index.opening import open_texts
from index.store import select_checksums, select_document, select_skipped
from index.token_store import TOKENS
from index.updating import Progress, Summary, update_index

__all__ = ["Repair", "repair"]

@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did; `lost` are ids of documents whose text is damaged in every generation."""

    summary: Summary
    lost: list[str] = field(default_factory=list)


def repair(
    folder: Path,
    forget_vectors: bool = False,
    progress: Progress = lambda stage, done, total: None,
    embedder: Embedder | None = None,
) -> Repair:
    """Publish a new generation of all documents whose text still has its SHA-256.

    The current generation says which documents there are; one that is damaged there is taken from
    an earlier one, if it is the same. With `forget_vectors`, all is embedded anew. IndexDamaged
    where no generation can be read.
    """
    places = list(_readable(folder))
    if not places:
        raise IndexDamaged(folder, "none of its generations can be read")
    wanted = _checksums(places[0])
    documents: dict[str, Document] = {}
    for place in places:
        documents |= {one.id: one for one in _intact(place, wanted) if one.id not in documents}
    if forget_vectors:
        for leftover in [*folder.glob("embeddings.sqlite*"), *folder.glob(f"{TOKENS}*")]:
            leftover.unlink()
    settings, model = settings_of(places[0] / "manifest.json")
    summary = update_index(
        folder,
        [*(documents[id] for id in wanted if id in documents), *_skipped(places[0])],
        settings=settings,
        progress=progress,
        embedder=embedder or load_embedder(settings.model, model),
        only=True,
        anew=True,
    )
    return Repair(summary, [id for id in wanted if id not in documents])


def _readable(folder: Path) -> Iterator[Path]:
    """Generations whose list of documents can be read, the current one first."""
    for place in all_generations(folder):
        with suppress(sqlite3.Error, OSError):
            _checksums(place)
            yield place


def _checksums(place: Path) -> dict[str, str]:
    """{id: SHA-256 of the text} of a generation's documents."""
    with closing(open_texts(place)) as database:
        return select_checksums(database)


def _skipped(place: Path) -> list[Skipped]:
    with closing(open_texts(place)) as database, suppress(sqlite3.Error):
        return [Skipped(source, reason) for source, reason in select_skipped(database).items()]
    return []


def _intact(place: Path, wanted: dict[str, str]) -> Iterator[Document]:
    with closing(open_texts(place)) as database:
        for id, sha256 in wanted.items():
            with suppress(sqlite3.Error, ValueError):
                document = select_document(database, id)
                if document and document.sha256 == sha256:
                    yield document
