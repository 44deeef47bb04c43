"""Documents written into Milvus beside those that readers see: by the writer, or by workers on other machines."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

from corpus import Document
from index.errors import EngineFault, EngineMissing
from index.milvus_collections import Build, Kind, batches, key_of
from index.milvus_editions import holds_lease
from index.milvus_engine import Engine, Row, connect
from index.milvus_rows import LIVE, PENDING, Entry, passage_rows, text_rows, tokens_rows, version_of
from index.milvus_words import counts_of
from index.place import MilvusAddress
from index.preparing import Prepared, Shelved
from index.settings import IndexSettings, SearchSettings
from index.terms import Tokeniser

__all__ = ["MilvusShelf", "Written", "write_prepared", "write_rows"]

_TOKENISER = Tokeniser()
# A passage's place among all counts editions, then documents, then passages: those in so many bits.
_PASSAGES = 16
# A worker that can't reach the engine tries again after so many seconds; until then its work is written by who sent it.
_PAUSE = 60.0
_FAILED: dict[MilvusAddress, tuple[float, str]] = {}


@dataclass(frozen=True, slots=True)
class Written:
    """A document that was written and isn't found yet; `words` are how many of its passages hold each word."""

    entry: Entry
    words: Counter[str]


def write_prepared(
    engine: Engine, build: Build, prepared: Sequence[Prepared], model: str, settings: IndexSettings, place: int,
    average: float,
) -> list[Written]:  # fmt: skip
    """Write passages, texts and tokens of documents; nobody finds them before their records say so.

    Keys are made of the content: what is written twice is there once. `place` is the first document's among
    all that were ever added, `average` how many words a passage has, or 0 to count those of these documents.
    """
    added, written = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), []
    terms_of = _TOKENISER.terms([(p.context, p.text) for one in prepared for p in one.passages])
    # Near enough: exact scores are found when a question is asked.
    average = average or sum(each.length for each in terms_of) / max(len(terms_of), 1)
    rows, records, begin = [], [], 0
    for number, one in enumerate(prepared, place):
        terms = terms_of[begin : begin + len(one.passages)]
        begin += len(terms)
        document, version = one.document, version_of(one.document, model, settings)
        entry = _entry(document, version, one, sum(each.length for each in terms), added)
        written.append(Written(entry, counts_of([(p.context, p.text) for p in one.passages], terms)))
        context = SearchSettings().context_weight
        passages, spilled = passage_rows(
            one, version, number << _PASSAGES, terms, average, context, engine.knows_words
        )
        rows += passages
        records += [*spilled, *text_rows(document, version), *tokens_rows(one.tokens or (), version)]
    write_rows(engine, build.records, [one.entry.to_row(PENDING, time.time()) for one in written])
    write_rows(engine, build.passages, rows)
    write_rows(engine, build.records, records)
    return written


def write_rows(engine: Engine, collection: str, rows: Sequence[Row]) -> None:
    """Write as many at a time as the engine takes."""
    for batch in batches(rows):
        engine.write(collection, batch)


@dataclass(frozen=True, slots=True)
class MilvusShelf:
    """Where a worker writes what it made, while the process that sent it holds `lease`; see `write_prepared`."""

    address: MilvusAddress
    build: Build
    lease: str
    model: str
    settings: IndexSettings
    place: int
    average: float

    def put(self, prepared: Sequence[Prepared]) -> list[Prepared]:
        """The same documents, each with what was written of it, or with why that is left to who sent it.

        A document that readers see as it is stays untouched, and comes back as it came.
        """
        since, reason = _FAILED.get(self.address, (0.0, ""))
        if reason and time.monotonic() - since < _PAUSE:
            return [_shelved(one, None, reason) for one in prepared]
        try:
            return self._put(prepared)
        except (EngineFault, EngineMissing) as fault:
            _FAILED[self.address] = time.monotonic(), str(fault)
            return [_shelved(one, None, str(fault)) for one in prepared]

    def _put(self, prepared: Sequence[Prepared]) -> list[Prepared]:
        engine = connect(self.address).patient()
        if not holds_lease(engine, self.lease):
            return list(prepared)
        keys = [key_of(Kind.DOCUMENT, version_of(one.document, self.model, self.settings)) for one in prepared]
        found = engine.query(self.build.records, ["key", "number"], ids=keys, strong=True)
        live = {row["key"] for row in found if row["number"] == LIVE}
        fresh = [one for key, one in zip(keys, prepared, strict=True) if key not in live]
        written = iter(
            write_prepared(engine, self.build, fresh, self.model, self.settings, self.place, self.average)
        )
        return [
            one if key in live else _shelved(one, next(written)) for key, one in zip(keys, prepared, strict=True)
        ]


def _shelved(one: Prepared, written: Written | None, why_not: str = "") -> Shelved:
    return Shelved(**{field.name: getattr(one, field.name) for field in fields(one)}, receipt=written, why_not=why_not)


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
