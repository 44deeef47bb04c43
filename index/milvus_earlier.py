"""The edition of an index on Milvus that an update begins from, if there is one."""

from __future__ import annotations

from types import TracebackType

from corpus import Document, Original
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, UnknownDocument
from index.milvus_collections import Build, Kind
from index.milvus_editions import current_edition
from index.milvus_engine import Engine
from index.milvus_manifest import Known, read_known, skipped_in
from index.milvus_reading import Reading
from index.milvus_rows import LIVE, Entry, entry_of
from index.settings import IndexSettings

__all__ = ["MilvusEarlier", "unsettled"]


class MilvusEarlier:
    """The documents of the current edition; none where there is none.

    As `index.earlier.Earlier`: `number`, `settings` and `model` are its own, or 0, the default ones and
    None. With `forgiving`, one that is damaged or of another format counts as none; `ignored`, any does.
    """

    def __init__(self, engine: Engine, forgiving: bool = False, ignored: bool = False) -> None:
        self.number, self.settings = 0, IndexSettings()
        self.model: str | None = None
        self.build: Build | None = None
        self.passages = self.length = 0
        self._engine = engine
        self._entries: dict[str, Entry] = {}
        try:
            edition = current_edition(engine)
            self.number = edition.number
            known = read_known(engine, edition, changing=False)
        except IndexMissing:
            return
        except (IndexDamaged, IndexMismatch):
            if forgiving or ignored:
                return
            raise
        self.build = edition.build
        if not ignored:
            self._take(known)

    def was_made_with(self, settings: IndexSettings, model: str) -> bool:
        """Whether its passages and vectors are those that these settings and that model give."""
        return self.model is not None and (self.settings, self.model) == (settings, model)

    def ids(self) -> list[str]:
        """The ids of its documents, in order."""
        return sorted(self._entries)

    def entries(self) -> list[Entry]:
        """What is recorded of each document."""
        return list(self._entries.values())

    def entry(self, document_id: str) -> Entry | None:
        """What is recorded of a document, or None."""
        return self._entries.get(document_id)

    def knows(self, original: Original) -> bool:
        """Whether its document was read from the very same; it needn't be read again then."""
        entry = self._entries.get(original.id)
        return entry is not None and (entry.source, entry.fingerprint) == (original.source, original.fingerprint)

    def skipped(self) -> dict[str, str]:
        """{source: reason} of what was found and not read."""
        return skipped_in(self._engine, self.build) if self.build and self.model is not None else {}

    def document(self, document_id: str) -> Document | None:
        """One of its documents, as it was read; None where there is none of that id."""
        if document_id not in self._entries or self.build is None:
            return None
        try:
            return Reading(self._engine, self.build, frozenset()).document(document_id)
        except UnknownDocument:
            return None

    def __enter__(self) -> MilvusEarlier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held."""

    def _take(self, known: Known) -> None:
        self.settings, self.model = known.manifest.settings, known.manifest.model
        self.passages, self.length = known.manifest.passages, known.length
        assert self.build
        where = f'kind == "{Kind.DOCUMENT}" and number == {LIVE}'
        for row in self._engine.all_of(self.build.records, ["name", "number", "value"], where):
            entry, _ = entry_of(row)
            if entry.version not in known.gone:
                self._entries[entry.id] = entry


def unsettled(engine: Engine, build: Build) -> list[tuple[Entry, float]]:
    """What was begun and not finished, or removed lately: entries that are not live, and when they changed."""
    rows = engine.all_of(build.records, ["name", "number", "value"], f'kind == "{Kind.DOCUMENT}" and number != {LIVE}')
    return [entry_of(row) for row in rows]
