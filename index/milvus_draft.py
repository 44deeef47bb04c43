"""The next edition of an index on Milvus, while it is made."""

from __future__ import annotations

import datetime
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus import Document
from index.embedding import Embedder
from index.manifest import Manifest
from index.milvus_collections import Build, Kind, batches
from index.milvus_earlier import MilvusEarlier
from index.milvus_editions import Edition, Lease, leave_finished, leave_unfinished, publish
from index.milvus_engine import Engine, Row
from index.milvus_manifest import FORMAT, manifest_rows
from index.milvus_reading import Reading
from index.milvus_rows import GONE, LIVE, PENDING, Entry, passage_rows, text_rows, tokens_rows, version_of
from index.milvus_words import add_counts, counts_of
from index.preparing import Prepared, passage_texts
from index.settings import IndexSettings, SearchSettings
from index.terms import Tokeniser
from index.token_store import TokenWriter

__all__ = ["MilvusDraft", "delete_versions", "write_prepared"]

_TOKENISER = Tokeniser()
# A passage's place among all counts editions, then documents, then passages, in so many bits.
_DOCUMENTS, _PASSAGES = 24, 16


@dataclass(slots=True)
class Written:
    """What was written and isn't found yet: entries of documents, and how many passages hold each word."""

    entries: list[Entry] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)


def write_prepared(
    engine: Engine, build: Build, prepared: Sequence[Prepared], model: str, settings: IndexSettings, place: int,
    average: float,
) -> Written:  # fmt: skip
    """Write passages, texts and tokens of documents; nobody finds them before their records say so.

    Keys are made of the content: what is written twice is there once. `place` is the first document's among
    all that were ever added, `average` about how many words a passage has.
    """
    written, added = Written(), datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    terms_of = _TOKENISER.terms([(p.context, p.text) for one in prepared for p in one.passages])
    rows, records, begin = [], [], 0
    for number, one in enumerate(prepared, place):
        terms = terms_of[begin : begin + len(one.passages)]
        begin += len(terms)
        document, version = one.document, version_of(one.document, model, settings)
        length = sum(each.length for each in terms)
        written.entries.append(_entry(document, version, one, length, added))
        written.words += counts_of([(p.context, p.text) for p in one.passages], terms)
        context = SearchSettings().context_weight
        passages, spilled = passage_rows(
            one, version, number << _PASSAGES, terms, average, context, engine.knows_words
        )
        rows += passages
        records += [*spilled, *text_rows(document, version), *tokens_rows(one.tokens or (), version)]
    _write(engine, build.records, [entry.to_row(PENDING, time.time()) for entry in written.entries])
    _write(engine, build.passages, rows)
    _write(engine, build.records, records)
    return written


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
        whole = [self._with_tokens(one) for one in prepared]
        written = write_prepared(
            self._engine, self._build, whole, self._embedder.name, self._settings, self._place, self._average(whole)
        )
        self._place += len(whole)
        for entry in written.entries:
            self.remove(entry.id)
            self._gone.pop(entry.version, None)
            self._entries[entry.id] = entry
        self._words += written.words
        return sum(entry.passages for entry in written.entries)

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
        _write(engine, build.records, [*rows, *manifest_rows(manifest, length, self._skipped)])
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

    def _average(self, prepared: Sequence[Prepared]) -> float:
        """Words in a passage, as far as is known; near enough, since exact scores are found when it is asked."""
        if self._same and self._earlier.passages:
            return self._earlier.length / self._earlier.passages
        texts = [passage.text for one in prepared for passage in one.passages]
        return 1.1 * sum(len(text.split()) for text in texts) / max(len(texts), 1)

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
            format=FORMAT,
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


def _entry(document: Document, version: int, one: Prepared, length: int, added: str) -> Entry:
    return Entry(
        version=version,
        id=document.id,
        title=document.title,
        source=document.source,
        sha256=document.sha256,
        fingerprint=document.fingerprint,
        characters=len(document.text),
        passages=len(one.passages),
        sentences=len(one.sentence_vectors),
        length=length,
        added=added,
    )


def _write(engine: Engine, collection: str, rows: Sequence[Row]) -> None:
    for batch in batches(rows):
        engine.write(collection, batch)
