"""What a generation of an index says of itself, and whether its files are what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from index.errors import IndexDamaged, IndexMismatch
from index.settings import IndexSettings

__all__ = [
    "FILES",
    "FORMAT",
    "LAYERED_FORMAT",
    "SHARED_FORMAT",
    "Manifest",
    "check_file",
    "measure",
    "read_manifest",
    "settings_of",
    "texts_of",
    "write_manifest",
]

FORMAT = 4
# The same, with vectors in layers: a program that doesn't know of these must not read the bulk alone.
LAYERED_FORMAT = 5
# The same, with texts that many generations share (see index.texts), or with layers beside layers.
SHARED_FORMAT = 6
FILES = ("passages.sqlite", "passages.faiss", "sentences.faiss")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of; `files` gives each file's length in bytes and its SHA-256.

    Beside FILES these are the layers of large stores of vectors (see index.layers). Where `texts` names a database
    that is shared (see index.texts), it stands in for the first of FILES, and is not among `files`.
    """

    format: int
    generation: int
    created: str
    model: str
    dimension: int
    settings: IndexSettings
    documents: int
    passages: int
    sentences: int
    versions: Mapping[str, str]
    files: Mapping[str, tuple[int, str]]
    texts: str = ""


def write_manifest(manifest: Manifest, path: Path) -> None:
    """As JSON, which `read_manifest` reads, with a checksum of itself."""
    content = asdict(manifest)
    if not manifest.texts:
        del content["texts"]
    path.write_text(json.dumps({**content, "sha256": _seal(content)}, indent=1), encoding="utf-8")


def read_manifest(file: IO[str], index: Path) -> Manifest:
    """What is written in that file; IndexDamaged or IndexMismatch where the program can't read it."""
    try:
        raw = json.load(file)
        found = int(raw["format"])
        if found in (FORMAT, LAYERED_FORMAT, SHARED_FORMAT):
            if raw.pop("sha256") != _seal(raw):
                raise IndexDamaged(index, "its manifest.json is not what was written")
            names = (*(FILES[1:] if raw.get("texts") else FILES), *raw["files"])
            files = {name: (int(raw["files"][name][0]), str(raw["files"][name][1])) for name in names}
            return Manifest(**{**raw, "settings": IndexSettings(**raw["settings"]), "files": files})
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise IndexDamaged(index, "its manifest.json can't be read") from error
    raise IndexMismatch(
        f"the index in {index} has format {found}, this program reads {FORMAT}; "
        f"make it anew with: python -m index sync FOLDER_OF_DOCUMENTS --index {index}"
    )


def settings_of(path: Path) -> tuple[IndexSettings, str | None]:
    """Settings and the embedder's name, as far as a manifest that may be damaged tells; else the defaults."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return IndexSettings(**raw["settings"]), str(raw["model"])
    except (OSError, ValueError, KeyError, TypeError):
        return IndexSettings(), None


def texts_of(path: Path) -> str | None:
    """What a manifest names as its shared texts, "" where it has its own; None where that can't be told."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8")).get("texts", ""))
    except (OSError, ValueError, AttributeError):
        return None


def measure(path: Path) -> tuple[int, str]:
    """Length in bytes and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def check_file(path: Path, written: tuple[int, str], read_up_to: float = float("inf")) -> str | None:
    """What is wrong with a file, or None; one longer than `read_up_to` bytes is not read."""
    if not path.is_file():
        return f"{path.name} is not there"
    size = path.stat().st_size
    if size != written[0]:
        return f"{path.name} has {size} bytes instead of {written[0]}"
    if size <= read_up_to and measure(path) != written:
        return f"{path.name} is not what was written"
    return None


def _seal(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
