"""How an index is: what it was made of and when, how large it is, and whether its parts fit, at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.brought import Brought
from index.generations import all_generations
from index.hit import OpenIndex
from index.manifest import FILES, Manifest, check_file
from index.searching import Index
from index.texts import TEXTS
from index.token_store import TOKENS

__all__ = ["Health", "health"]


@dataclass(frozen=True, slots=True)
class Health:
    """`sizes` are bytes: of this generation's files, "earlier" ones, the "cache" of vectors, and what was "brought".

    Of an index on an engine, they are of what is kept beside it on this machine.

    `faults` are one line each; `python -m index check` looks closer.
    """

    manifest: Manifest
    sizes: dict[str, int]
    faults: list[str]

    @property
    def size(self) -> int:
        """Bytes of all."""
        return sum(self.sizes.values())


def health(index: OpenIndex) -> Health:
    """How an open index is; takes some milliseconds, however large it is: no file is read through."""
    if not isinstance(index, Index):
        return _far_health(index)
    manifest, folder = index.manifest, index.generation_folder
    sizes = {name: _size(folder / name) for name in manifest.files}
    if manifest.texts:
        sizes[FILES[0]] = sum(map(_size, index.folder.glob(f"{TEXTS}/{manifest.texts}*")))
    earlier = [place for place in all_generations(index.folder) if place != folder]
    sizes["earlier"] = sum(_size(path) for place in earlier for path in place.glob("*"))
    sizes["cache"] = sum(map(_size, index.folder.glob("embeddings.sqlite*")))
    sizes["tokens"] = sum(map(_size, index.folder.glob(f"{TOKENS}*")))
    sizes["brought"] = Brought(index.folder).size()
    return Health(manifest, sizes, [*_file_faults(folder, manifest), *_count_faults(index)])


def _far_health(index: OpenIndex) -> Health:
    manifest, found = index.manifest, len(index.documents())
    fault = [f"{found:,} documents instead of {manifest.documents:,}"] if found != manifest.documents else []
    return Health(manifest, {"brought": Brought(index.folder).size()}, fault)


def _file_faults(folder: Path, manifest: Manifest) -> list[str]:
    found = (check_file(folder / name, written, read_up_to=-1) for name, written in manifest.files.items())
    return [fault for fault in found if fault]


def _count_faults(index: Index) -> list[str]:
    database, passages, sentences = index.parts()
    manifest = index.manifest
    counts = (
        ("documents", manifest.documents, _count(database, "document")),
        ("passages", manifest.passages, _count(database, "passage")),
        ("sentences", manifest.sentences, _count(database, "sentence")),
        ("vectors of passages", manifest.passages, len(passages)),
        ("vectors of sentences", manifest.sentences, len(sentences)),
    )
    return [f"{found:,} {what} instead of {said:,}" for what, said, found in counts if found != said]


def _count(database: object, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # type: ignore[attr-defined]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
