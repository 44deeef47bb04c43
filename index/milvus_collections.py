"""What an index on Milvus is made of: the collections of one build, and their fields.

    NAME_BUILD_passages   a row for each passage: its vector, its words, what is shown of it
    NAME_BUILD_records    everything else, by a key: documents, their texts, tokens, counts of words
    NAME_BUILD_state      nothing but its editions (see index.milvus_editions); NAME is an alias of it
    NAME_writers          nothing but who writes now

A build is made for one model and one way of splitting; another gets collections of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus import QuidError
from index.errors import EngineFault
from index.milvus_engine import Engine, Row

__all__ = [
    "LONGEST",
    "MOST_STEMS",
    "BadCopies",
    "Build",
    "Kind",
    "batches",
    "blob_rows",
    "create",
    "drop",
    "key_of",
    "make_markers",
    "read_blobs",
    "record",
    "wake",
]

# Bytes in a text field: the most that any version of Milvus takes.
LONGEST = 65_535
# Different words of a passage, where the engine has no sparse vectors.
MOST_STEMS = 4_096
# A message of more than 64 MB is refused.
_BYTES_AT_ONCE = 8_000_000
_REPLICAS = "QUID_MILVUS_REPLICAS"
# Small enough that nobody waits, large enough that hardly any near passage is missed.
_GRAPH = {"M": 16, "efConstruction": 200}


class Kind:
    """What a record is: the first letter of its key."""

    DOCUMENT, TEXT, TOKENS, SPILLED, MANIFEST, SKIPPED, WORD, STEM = "dtkpmxws"


class BadCopies(QuidError):
    """The environment asks for a number of copies that there can't be."""


@dataclass(frozen=True, slots=True)
class Build:
    """The names of a build's collections."""

    index: str
    name: str

    @property
    def passages(self) -> str:
        return f"{self.index}_{self.name}_passages"

    @property
    def records(self) -> str:
        return f"{self.index}_{self.name}_records"

    @property
    def state(self) -> str:
        return f"{self.index}_{self.name}_state"


def create(engine: Engine, build: Build, dimension: int) -> None:
    """Make a build's collections, empty; those that are there stay as they are."""
    kinds = engine.kinds
    passages, indexes = engine.schema(), engine.indexes()
    passages.add_field("key", kinds.INT64, is_primary=True)
    passages.add_field("vector", kinds.FLOAT_VECTOR, dim=dimension)
    indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=_GRAPH)
    if engine.knows_words:
        passages.add_field("words", kinds.SPARSE_FLOAT_VECTOR)
        indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    else:
        passages.add_field("stems", kinds.ARRAY, element_type=kinds.INT64, max_capacity=MOST_STEMS)
    for name in ("version", "document", "source", "place"):
        passages.add_field(name, kinds.INT64)
    for name in ("terms", "packed", "body"):
        passages.add_field(name, kinds.VARCHAR, max_length=LONGEST)
    _make(engine, build.passages, passages, indexes)
    records, nowhere = engine.schema(), engine.indexes()
    records.add_field("key", kinds.VARCHAR, is_primary=True, max_length=512)
    # Milvus keeps no collection without a vector.
    records.add_field("vector", kinds.FLOAT_VECTOR, dim=2)
    nowhere.add_index("vector", index_type="FLAT", metric_type="IP")
    records.add_field("kind", kinds.VARCHAR, max_length=4)
    records.add_field("owner", kinds.INT64)
    records.add_field("number", kinds.INT64)
    records.add_field("name", kinds.VARCHAR, max_length=LONGEST)
    records.add_field("value", kinds.VARCHAR, max_length=LONGEST)
    _make(engine, build.records, records, nowhere)
    _make(engine, build.state, *_empty(engine))


def wake(engine: Engine, build: Build) -> None:
    """Load a build where the engine doesn't do so by itself: milvus-lite, in a process that has just begun."""
    if engine.is_lite:
        for name in (build.passages, build.records):
            engine.ask("load_collection", name)


def drop(engine: Engine, build: Build) -> None:
    """Take a build away, with all that is in it."""
    for name in (build.passages, build.records, build.state):
        if engine.ask("has_collection", name):
            engine.ask("drop_collection", name)


def make_markers(engine: Engine, name: str) -> None:
    """A collection that is never loaded, for its partitions' names alone."""
    _make(engine, name, *_empty(engine))


def record(key: str, value: str = "", owner: int = 0, number: int = 0, name: str = "") -> Row:
    """A row of records; its kind is the first letter of its key."""
    return {
        "key": key, "vector": [0.0, 0.0], "kind": key[0], "owner": owner, "number": number, "name": name,
        "value": value,
    }  # fmt: skip


def key_of(kind: str, *parts: object) -> str:
    """The key of a record."""
    return "/".join((kind, *map(str, parts)))


def blob_rows(key: str, text: str, owner: int = 0) -> list[Row]:
    """A text of any length, as rows; `read_blobs` puts them together. ASCII, or no longer than LONGEST bytes."""
    parts = [text[start : start + LONGEST] for start in range(0, len(text), LONGEST)] or [""]
    return [record(f"{key}/{part}", value, owner, len(parts)) for part, value in enumerate(parts)]


def read_blobs(engine: Engine, build: Build, keys: Sequence[str], strong: bool = False) -> dict[str, str]:
    """{key: text} of those that are there, whole."""
    first = _values(engine, build, [f"{key}/0" for key in keys], strong)
    more = [f"{key}/{part}" for key in keys for part in range(1, first.get(f"{key}/0", ("", 1))[1])]
    rest = _values(engine, build, more, strong)
    found = {}
    for key in keys:
        parts = first.get(f"{key}/0", ("", 0))[1]
        names = [f"{key}/{part}" for part in range(parts)]
        values = [(first | rest)[name][0] for name in names if name in first or name in rest]
        if parts and len(values) == parts:
            found[key] = "".join(values)
    return found


def batches(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """Rows in messages that every server takes."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        weight = sum(_size(value) for value in row.values())
        if batch and size + weight > _BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield batch


def _values(engine: Engine, build: Build, keys: Sequence[str], strong: bool) -> dict[str, tuple[str, int]]:
    rows = engine.query(build.records, ["key", "value", "number"], ids=keys, strong=strong)
    return {row["key"]: (row["value"], row["number"]) for row in rows}


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return 8 * len(value) if hasattr(value, "__len__") else 8


def _empty(engine: Engine) -> tuple[Any, None]:
    kinds, schema = engine.kinds, engine.schema()
    schema.add_field("key", kinds.INT64, is_primary=True)
    schema.add_field("vector", kinds.FLOAT_VECTOR, dim=2)
    return schema, None


def _make(engine: Engine, name: str, schema: Any, indexes: Any) -> None:
    copies = _copies()
    if not engine.ask("has_collection", name):
        engine.ask(
            "create_collection", name, schema=schema, index_params=indexes, consistency_level="Bounded",
        )  # fmt: skip
        if indexes and copies > 1:
            _load_again(engine, name, copies)


def _load_again(engine: Engine, name: str, copies: int) -> None:
    """Its creation loaded it once, and how often it is loaded is fixed as long as it is."""
    engine.ask("release_collection", name)
    try:
        engine.ask("load_collection", name, replica_number=copies)
    except EngineFault:
        engine.ask("drop_collection", name)
        raise


def _copies() -> int:
    """On how many query nodes each passage is to be."""
    said = os.environ.get(_REPLICAS, "") or "1"
    if not said.isdecimal() or not 1 <= int(said) <= 100:
        raise BadCopies(f"{_REPLICAS} is {said!r}; expected on how many query nodes each passage is to be, 1 to 100")
    return int(said)
