"""Rows of an index on Milvus by their keys and documents, as of one edition."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from corpus import Document, Passage
from index.errors import IndexDamaged, UnknownDocument
from index.milvus_collections import Build, Kind, key_of, read_blobs
from index.milvus_engine import Engine, Row
from index.milvus_rows import LIVE, Entry, decode_text, entry_of, passage_in, unspilled
from index.store import DocumentRecord

__all__ = ["Reading"]

_MOST_VERSIONS = 100_000


class Reading:
    """Reads what is live: rows whose document's record names their version; safe from many threads."""

    def __init__(self, engine: Engine, build: Build, gone: frozenset[int]) -> None:
        self._engine, self._build, self._gone = engine, build, gone
        self._live: dict[int, bool] = {}
        self._lock = threading.Lock()
        self._listed: list[DocumentRecord] | None = None

    def candidates(self, keys: Sequence[int]) -> list[Row]:
        """Words, vectors and versions of passages, in the order of their places, less those that are gone."""
        rows = self._engine.query(self._build.passages, ["key", "version", "place", "terms", "packed"], ids=keys)
        rows = sorted((row for row in rows if row["version"] not in self._gone), key=lambda row: row["place"])
        return self.whole(rows, ("terms", "packed"))

    def bodies(self, keys: Sequence[int], versions: Sequence[int], k: int, more: int) -> dict[int, str]:
        """{key: what is shown of the passage} of the first k, and some more, that are live."""
        found: dict[int, str] = {}
        start = 0
        while start < len(keys) and len(found) < k:
            some = slice(start, start + k + more)
            found |= self._bodies(keys[some], versions[some])
            start = some.stop
        return found

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        if self._listed is None:
            rows = self._engine.all_of(self._build.records, ["name", "number", "value"], _documents())
            live = (entry for entry, _ in map(entry_of, rows) if entry.version not in self._gone)
            self._listed = sorted((entry.shown for entry in live), key=lambda record: record.id)
        return list(self._listed)

    def document(self, document_id: str) -> Document:
        """The document as it was read; UnknownDocument where there is none of that id."""
        entry = self._entry(document_id)
        key = key_of(Kind.TEXT, entry.version)
        kept = read_blobs(self._engine, self._build, [key]) or read_blobs(self._engine, self._build, [key], strong=True)
        if key not in kept:
            raise IndexDamaged(self._engine.address, f"the text of {document_id} is not there")
        return decode_text(kept[key])

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of a document, in order; none where there is none of that id."""
        try:
            entry = self._entry(document_id)
        except UnknownDocument:
            return []
        return sorted(self.passages_of(entry.version), key=lambda passage: passage.start)

    def beside(self, passage: Passage, step: int) -> Passage | None:
        """The passage right before one in its section (step=-1), or right behind it (+1); None where there is none."""
        near = [one for one in self.passages(passage.document_id) if step * (one.start - passage.start) > 0]
        if not near:
            return None
        nearest = near[-1] if step < 0 else near[0]
        return nearest if nearest.headings == passage.headings else None

    def passages_of(self, version: int) -> list[Passage]:
        """The passages of a version of a document, in no order."""
        rows = self._engine.query(self._build.passages, ["key", "body"], f"version == {version}")
        return [passage_in(row["body"]) for row in self.whole(rows, ("body",))]

    def _entry(self, document_id: str) -> Entry:
        where = f"{_documents()} and name == {json.dumps(document_id, ensure_ascii=False)}"
        for row in self._engine.query(self._build.records, ["name", "number", "value"], where):
            entry, _ = entry_of(row)
            if entry.version not in self._gone:
                return entry
        raise UnknownDocument(document_id)

    def _bodies(self, keys: Sequence[int], versions: Sequence[int]) -> dict[int, str]:
        with ThreadPoolExecutor(1) as pool:
            looked_up = pool.submit(self._are_live, list(dict.fromkeys(versions)))
            rows = self._engine.query(self._build.passages, ["key", "version", "body"], ids=keys)
            live = looked_up.result()
        rows = self.whole([row for row in rows if live.get(row["version"])], ("body",))
        bodies = {row["key"]: row["body"] for row in rows}
        return {key: bodies[key] for key in keys if key in bodies}

    def _are_live(self, versions: Sequence[int]) -> dict[int, bool]:
        with self._lock:
            if len(self._live) > _MOST_VERSIONS:
                self._live.clear()
            known = {version: self._live[version] for version in versions if version in self._live}
        unknown = [key_of(Kind.DOCUMENT, version) for version in versions if version not in known]
        if unknown:
            rows = self._engine.query(self._build.records, ["key", "owner", "number"], ids=unknown)
            # Only what is live is kept in mind: what isn't yet may be in a moment.
            found = {row["owner"]: True for row in rows if row["number"] == LIVE and row["owner"] not in self._gone}
            with self._lock:
                self._live.update(found)
            known |= found
        return known

    def whole(self, rows: Sequence[Row], fields: Sequence[str]) -> list[Row]:
        """The rows with what was too long to stand in them."""
        wanted = {
            key_of(Kind.SPILLED, row["key"], field): (row, field) for row in rows for field in fields if not row[field]
        }
        if not wanted:
            return list(rows)
        kept = read_blobs(self._engine, self._build, list(wanted))
        for key, (row, field) in wanted.items():
            if key in kept:
                row[field] = unspilled(kept[key])
        return [row for row in rows if all(row[field] for field in fields)]


def _documents() -> str:
    return f'kind == "{Kind.DOCUMENT}" and number == {LIVE}'
