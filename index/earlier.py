"""The generation that an update begins from, if there is one."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from corpus import Document, Original
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.opening import OpenGeneration, open_generation
from index.place import MilvusAddress, Place
from index.settings import IndexSettings
from index.store import select_document, select_ids, select_origin, select_skipped

__all__ = ["Earlier", "EarlierDocuments", "open_earlier"]


class EarlierDocuments(Protocol):
    """What an update begins from, wherever it is kept; see `Earlier`."""

    number: int
    settings: IndexSettings
    model: str | None

    def was_made_with(self, settings: IndexSettings, model: str) -> bool: ...

    def ids(self) -> list[str]: ...

    def knows(self, original: Original) -> bool: ...

    def skipped(self) -> dict[str, str]: ...

    def document(self, document_id: str) -> Document | None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Earlier:
    """The documents of the current generation of an index; none where there is no index.

    `generation` is that one or None, `number` its number or 0, `settings` its settings or the default
    ones, `model` the name of its embedder or None. With `forgiving`, one that is damaged or of another
    format counts as none, for whoever has all documents anyway; `ignored`, any does.
    """

    def __init__(self, folder: Path, forgiving: bool = False, ignored: bool = False) -> None:
        self.generation: OpenGeneration | None = None
        self._database: sqlite3.Connection | None = None
        self.folder: Path | None = None
        self.number, self.settings = 0, IndexSettings()
        self.model: str | None = None
        if ignored:
            return
        try:
            self.generation = open_generation(folder, to_write=True)
        except IndexMissing:
            return
        except (IndexDamaged, IndexMismatch):
            if forgiving:
                return
            raise
        self.folder = self.generation.folder
        manifest = self.generation.manifest
        self.number, self.settings, self.model = manifest.generation, manifest.settings, manifest.model
        self._database = self.generation.database

    def was_made_with(self, settings: IndexSettings, model: str) -> bool:
        """Whether its passages and vectors are those that these settings and that model give."""
        return self.generation is not None and (self.settings, self.generation.manifest.model) == (settings, model)

    def ids(self) -> list[str]:
        """The ids of its documents, in order."""
        return select_ids(self._database) if self._database else []

    def knows(self, original: Original) -> bool:
        """Whether its document was read from the very same; it needn't be read again then."""
        database = self._database
        return database is not None and select_origin(database, original.id) == (original.source, original.fingerprint)

    def skipped(self) -> dict[str, str]:
        """{source: reason} of what was found and not read."""
        return select_skipped(self._database) if self._database else {}

    def document(self, document_id: str) -> Document | None:
        """One of its documents, as it was read; None where there is none of that id."""
        return select_document(self._database, document_id) if self._database else None

    def close(self) -> None:
        """Let go of it."""
        if self.generation:
            self.generation.close()

    def __enter__(self) -> Earlier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_earlier(place: Place, forgiving: bool = False) -> EarlierDocuments:
    """What an update of the index at that place begins from."""
    if isinstance(place, MilvusAddress):
        from index.milvus_earlier import MilvusEarlier
        from index.milvus_engine import connect

        return MilvusEarlier(connect(place), forgiving)
    return Earlier(place, forgiving)
