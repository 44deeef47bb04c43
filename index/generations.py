"""What a reader opens is always one complete generation: published atomically, checked when opened.

    FOLDER/CURRENT                 names the generation that readers open
    FOLDER/generations/000007/     passages.sqlite, passages.faiss, sentences.faiss, manifest.json
    FOLDER/write.lock              held by the one writer
    FOLDER/embeddings.sqlite       vectors that were made (see index.cache)
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO

from index.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexMissing
from index.settings import IndexSettings

__all__ = ["FORMAT", "Manifest", "OpenGeneration", "open_generation", "publish", "rollback", "writing"]

FORMAT = 1
_FILES = ("passages.sqlite", "passages.faiss", "sentences.faiss")
# Reading a file to check it takes about a second for each GB; beyond this, `check` does it.
_CHECKED_ON_OPENING = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of; `files` gives each file's length in bytes and its SHA-256."""

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


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation that isn't removed while it is open."""

    folder: Path
    manifest: Manifest
    pin: IO[str]

    def close(self) -> None:
        self.pin.close()


def open_generation(folder: Path) -> OpenGeneration:
    """The current generation; IndexMissing, IndexDamaged or IndexMismatch where there is none to open."""
    for _ in range(10):
        place = _current(folder)
        if place is None:
            raise IndexMissing(folder)
        try:
            pin = (place / "manifest.json").open(encoding="utf-8")
        except OSError:
            if place != _current(folder):
                continue  # a writer published and cleaned up between the two steps
            raise IndexDamaged(folder, f"{place.name}/manifest.json is not there") from None
        fcntl.flock(pin, fcntl.LOCK_SH)
        if (place / "manifest.json").exists():
            return OpenGeneration(place, _checked(folder, place, pin), pin)
        pin.close()
    raise IndexDamaged(folder, "its generations change too fast to be opened")


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Be the one writer, and get an empty folder to make the next generation in.

    IndexBusy where another process writes. What is left of a writer that was stopped is removed.
    """
    (folder / "generations").mkdir(parents=True, exist_ok=True)
    with (folder / "write.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise IndexBusy(folder, lock.read().strip() or "another process") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        draft = folder / "generations" / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def publish(folder: Path, draft: Path, manifest: Manifest) -> None:
    """Make the draft the current generation, in one atomic step, and clear old ones away.

    The previous generation is kept, to go back to.
    """
    manifest = Manifest(**{**_as_dict(manifest), "files": {name: _measure(draft / name) for name in _FILES}})
    for name in _FILES:
        _sync(draft / name)
    path = draft / "manifest.json"
    path.write_text(json.dumps(_as_dict(manifest), default=asdict, indent=1), encoding="utf-8")
    _sync(path)
    _sync(draft)
    place = draft.parent / f"{manifest.generation:06d}"
    draft.rename(place)
    _sync(place.parent)
    _point_to(folder, place.name)
    _clean(folder)


def rollback(folder: Path) -> int:
    """Make the generation before the current one current again; gives its number."""
    current = _current(folder)
    if current is None:
        raise IndexMissing(folder)
    earlier = [place for place in _generations(folder) if place.name < current.name]
    if not earlier:
        raise IndexMismatch(f"{folder} has no generation before {int(current.name)} to go back to")
    _point_to(folder, earlier[-1].name)
    return int(earlier[-1].name)


def next_number(folder: Path) -> int:
    """The number of the next generation; numbers are never used again."""
    places = _generations(folder)
    return int(places[-1].name) + 1 if places else 1


def _current(folder: Path) -> Path | None:
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return folder / "generations" / name if name.isdigit() else None


def _generations(folder: Path) -> list[Path]:
    return sorted(place for place in (folder / "generations").glob("[0-9]*") if place.name.isdigit())


def _checked(folder: Path, place: Path, pin: IO[str]) -> Manifest:
    try:
        raw = json.load(pin)
        found = int(raw["format"])
        if found == FORMAT:
            manifest = Manifest(**{**raw, "settings": IndexSettings(**raw["settings"])})
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(folder, f"{place.name}/manifest.json can't be read") from error
    if found != FORMAT:
        raise IndexMismatch(
            f"the index in {folder} has format {found}, this program reads {FORMAT}; "
            "remove that folder and index the documents again"
        )
    for name, (size, sha256) in manifest.files.items():
        path = place / name
        if not path.is_file():
            raise IndexDamaged(folder, f"{place.name}/{name} is not there")
        if path.stat().st_size != size:
            raise IndexDamaged(folder, f"{place.name}/{name} has {path.stat().st_size} bytes instead of {size}")
        if size <= _CHECKED_ON_OPENING and _measure(path)[1] != sha256:
            raise IndexDamaged(folder, f"{place.name}/{name} is not what was written")
    return manifest


def _point_to(folder: Path, name: str) -> None:
    fresh = folder / "CURRENT.new"
    fresh.write_text(name + "\n", encoding="utf-8")
    _sync(fresh)
    os.replace(fresh, folder / "CURRENT")
    _sync(folder)


def _clean(folder: Path) -> None:
    """Remove generations older than the previous one, unless somebody has them open."""
    for place in _generations(folder)[:-2]:
        try:
            with (place / "manifest.json").open(encoding="utf-8") as pin:
                fcntl.flock(pin, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (place / "manifest.json").unlink()
        except FileNotFoundError:
            pass
        except OSError:
            continue
        shutil.rmtree(place, ignore_errors=True)


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_dict(manifest: Manifest) -> dict[str, object]:
    return {field.name: getattr(manifest, field.name) for field in fields(manifest)}
