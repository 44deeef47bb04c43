"""The next edition of an index on Milvus, while it is made."""

from __future__ import annotations

import datetime
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from index.embedding import Embedder
from index.manifest import Manifest
from index.milvus_collections import Build, Kind
from index.milvus_earlier import MilvusEarlier
from index.milvus_editions import Edition, Lease, leave_finished, leave_unfinished, publish
from index.milvus_engine import Engine
from index.milvus_manifest import format_of, manifest_rows
from index.milvus_reading import Reading
from index.milvus_rows import GONE, LIVE, Entry
from index.milvus_shelf import MilvusShelf, Written, write_prepared, write_rows
from index.milvus_words import add_counts, counts_of
from index.preparing import Prepared, Shelved, passage_texts
from index.settings import IndexSettings
from index.terms import Tokeniser
from index.token_store import TokenWriter

__all__ = ["MilvusDraft", "delete_versions"]

_TOKENISER = Tokeniser()
# A document's place among all counts editions, then documents, those in so many bits.
_DOCUMENTS = 24


def delete_versions(engine: Engine, build: Build, versions: Sequence[int]) -> None:
    """Take away the rows of those versions of documents, but for the documents' own records."""
    for start in range(0, len(versions), 100):
        some = list(versions[start : start + 100])
        engine.delete(build.passages, f"version in {some}")
        kinds = json.dumps([Kind.TEXT, Kind.TOKENS, Kind.SPILLED])
        engine.delete(build.records, f"owner in {some} and kind in {kinds}")


class MilvusDraft:
    """Documents, passages and vectors, written beside those that readers see; `finish` makes them seen."""

    def __init__(
        self, engine: Engine, build: Build, earlier: MilvusEarlier, embedder: Embedder, tokens: TokenWriter,
        settings: IndexSettings, lease: Lease,
    ) -> None:  # fmt: skip
        self._engine, self._build, self._earlier, self._lease = engine, build, earlier, lease
        self._embedder, self._tokens, self._settings = embedder, tokens, settings
        self._same = earlier.build == build
        self._entries: dict[str, Entry] = {}
        self._words: Counter[str] = Counter()
        self._gone: dict[int, Entry] = {}
        self._place = earlier.number << _DOCUMENTS
        self._skipped = earlier.skipped() if self._same else {}

    def add(self, prepared: Sequence[Prepared]) -> int:
        """Add documents or replace those of the same ids; gives the number of passages."""
        if not prepared:
            return 0
        self._lease.check()
        by_workers = [one.receipt for one in prepared if isinstance(one, Shelved) and isinstance(one.receipt, Written)]
        unwritten = [one for one in prepared if not (isinstance(one, Shelved) and one.receipt)]
        written = [*by_workers, *self._write(unwritten)]
        for entry in (one.entry for one in written):
            self.remove(entry.id)
            self._gone.pop(entry.version, None)
            self._entries[entry.id] = entry
        for one in written:
            self._words += one.words
        return sum(one.entry.passages for one in written)

    def shelf_for(self, count: int) -> MilvusShelf:
        """Where a worker writes so many documents, which come behind those that were added so far."""
        place = self._places(count)
        return MilvusShelf(
            self._engine.address, self._build, self._lease.id, self._embedder.name, self._settings, place,
            self._average,
        )  # fmt: skip

    def remove(self, document_id: str) -> None:
        """Remove a document; an id that isn't there is none."""
        if self._same and (entry := self._earlier.entry(document_id)):
            self._gone[entry.version] = entry

    def note_skipped(self, skipped: Mapping[str, str]) -> None:
        """Remember what was found and not read, {source: reason}, for `list` to show."""
        self._skipped = dict(skipped)

    def finish(self, number: int) -> list[int]:
        """Make this the edition of that number; gives the versions whose rows are to be deleted a while later."""
        engine, build, gone = self._engine, self._build, list(self._gone.values())
        changes = self._words - Counter()
        for entry in gone:
            changes.subtract(self._counts(entry))
        self._lease.check()
        leave_unfinished(engine, build)
        add_counts(engine, build, changes)
        now = time.time()
        manifest, length = self._manifest(number, gone)
        rows = [entry.to_row(LIVE, now) for entry in self._entries.values()]
        rows += [entry.to_row(GONE, now) for entry in gone]
        write_rows(engine, build.records, [*rows, *manifest_rows(manifest, length, self._skipped)])
        publish(engine, Edition(build, number))
        leave_finished(engine, build)
        return [entry.version for entry in gone]

    def _with_tokens(self, one: Prepared) -> Prepared:
        if one.tokens is not None:
            return one
        texts = passage_texts(one.passages)
        known = self._tokens.recall(texts, self._embedder.dimension)
        return Prepared(
            one.document, one.passages, one.vectors, one.sentence_vectors,
            tuple(known[text] for text in texts) if all(text in known for text in texts) else (),
        )  # fmt: skip

    def _write(self, prepared: Sequence[Prepared]) -> list[Written]:
        whole, place = [self._with_tokens(one) for one in prepared], self._places(len(prepared))
        model = self._embedder.name
        return write_prepared(self._engine, self._build, whole, model, self._settings, place, self._average)

    def _places(self, count: int) -> int:
        """The first of so many places; nothing else gets them."""
        place, self._place = self._place, self._place + count
        return place

    @property
    def _average(self) -> float:
        """Words in a passage of the edition before, 0 where there is none."""
        return self._earlier.length / self._earlier.passages if self._same and self._earlier.passages else 0.0

    def _counts(self, entry: Entry) -> Counter[str]:
        """How many passages of a version that goes hold each word."""
        passages = Reading(self._engine, self._build, frozenset()).passages_of(entry.version)
        texts = [(passage.context, passage.text) for passage in passages]
        return counts_of(texts, _TOKENISER.terms(texts))

    def _manifest(self, number: int, gone: Sequence[Entry]) -> tuple[Manifest, int]:
        earlier = self._earlier
        kept = [*(earlier.entries() if self._same else ())]
        replaced = {entry.version for entry in gone} | {entry.version for entry in self._entries.values()}
        entries = [*(entry for entry in kept if entry.version not in replaced), *self._entries.values()]
        manifest = Manifest(
            format=format_of(self._engine),
            generation=number,
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            model=self._embedder.name,
            dimension=self._embedder.dimension,
            settings=self._settings,
            documents=len(entries),
            passages=sum(entry.passages for entry in entries),
            sentences=sum(entry.sentences for entry in entries),
            versions={"milvus": str(self._engine.ask("get_server_version"))},
            files={},
        )
        return manifest, sum(entry.length for entry in entries)
