"""What an edition of an index on Milvus says of itself."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from index.errors import IndexDamaged, IndexMismatch
from index.manifest import Manifest
from index.milvus_collections import Build, Kind, blob_rows, key_of, read_blobs, wake
from index.milvus_editions import Edition
from index.milvus_engine import Engine, Row
from index.milvus_rows import GONE
from index.settings import IndexSettings

__all__ = ["Known", "format_of", "manifest_rows", "read_known", "skipped_in"]

# Of the rows on Milvus, counted apart from that of the files in a folder: with sparse vectors, and without.
_FORMAT, _FORMAT_WITHOUT_SPARSE = 1, 2
_MANIFEST, _SKIPPED = key_of(Kind.MANIFEST), key_of(Kind.SKIPPED)
# An edition that is older than this is seen by searches of any consistency.
_SETTLED = 60.0


@dataclass(frozen=True, slots=True)
class Known:
    """An edition; the words of all its passages; and the versions of documents that mustn't be found any more."""

    edition: Edition
    manifest: Manifest
    length: int
    gone: frozenset[int]


def format_of(engine: Engine) -> int:
    """The format of an index on that engine."""
    return _FORMAT if engine.knows_words else _FORMAT_WITHOUT_SPARSE


def manifest_rows(manifest: Manifest, length: int, skipped: Mapping[str, str]) -> list[Row]:
    """The records of an edition; `length` are the words of all passages."""
    fields = {name: value for name, value in asdict(manifest).items() if name != "files"} | {"length": length}
    return [*blob_rows(_MANIFEST, json.dumps(fields)), *blob_rows(_SKIPPED, json.dumps(skipped))]


def read_known(engine: Engine, edition: Edition, changing: bool) -> Known:
    """What there is to know before a search: read so that all which was written before is seen.

    `changing`: what was just published is waited for, so that later searches see it too.
    """
    build = edition.build
    wake(engine, build)
    with ThreadPoolExecutor(2) as pool:
        gone = pool.submit(
            engine.query, build.records, ["owner"], f'kind == "{Kind.DOCUMENT}" and number == {GONE}', strong=True
        )
        manifest, length = _read_manifest(engine, edition)
        if changing or _age(manifest) < _SETTLED:
            engine.query(build.passages, ["key"], "key == 0", strong=True)
        return Known(edition, manifest, length, frozenset(row["owner"] for row in gone.result()))


def skipped_in(engine: Engine, build: Build) -> dict[str, str]:
    """{source: reason} of what was found and not read, in the order of the sources."""
    found = read_blobs(engine, build, [_SKIPPED]).get(_SKIPPED, "{}")
    return dict(sorted(json.loads(found).items()))


def _read_manifest(engine: Engine, edition: Edition) -> tuple[Manifest, int]:
    text = read_blobs(engine, edition.build, [_MANIFEST], strong=True).get(_MANIFEST)
    try:
        raw = json.loads(text or "")
        if raw["format"] != format_of(engine):
            raise IndexMismatch(
                f"the index at {engine.address} has format {raw['format']}, this program reads {format_of(engine)}; "
                f"make it anew with: python -m index sync FOLDER_OF_DOCUMENTS --index {engine.address}"
            )
        length = int(raw.pop("length"))
        settings = IndexSettings(**raw.pop("settings"))
        number = raw.pop("generation")
        return Manifest(**raw, generation=max(number, edition.number), settings=settings, files={}), length
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(engine.address, "its manifest can't be read") from error


def _age(manifest: Manifest) -> float:
    """Seconds since it was published, by two machines' clocks."""
    try:
        return time.time() - datetime.datetime.fromisoformat(manifest.created).timestamp()
    except ValueError:
        return 0.0
