"""What a reader opens: one complete generation, checked, which stays as it is for as long as it is open."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.layers import extra_files, is_layered, near_file
from index.manifest import FILES, Manifest, check_file, read_manifest, texts_of
from index.store import open_store
from index.texts import TEXTS, held_by, open_before, open_shared

__all__ = [
    "OpenGeneration",
    "current",
    "current_or_none",
    "generations",
    "held",
    "is_whole",
    "open_again",
    "open_generation",
    "open_texts",
]

# Reading a file to check it takes about a second for each GB; a longer one is read by writers, and by `check`.
_READ_ON_OPENING = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation that isn't removed while it is open, and its database, to be read.

    `pins` keep it: the last is the manifest that CURRENT led to, which may be that of the generation before.
    """

    folder: Path
    manifest: Manifest
    database: sqlite3.Connection
    pins: tuple[IO[str] | IO[bytes], ...]

    def is_current(self) -> bool:
        """Whether readers who open the index now get this one; takes some microseconds."""
        place = current_or_none(self.folder.parent.parent)
        try:
            # Names alone would not do: an index that was made anew begins to count anew.
            return place is not None and os.path.samestat(
                os.stat(place / "manifest.json"), os.fstat(self.pins[-1].fileno())
            )
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """Let it be removed."""
        self.database.close()
        for pin in self.pins:
            pin.close()


def open_generation(folder: Path, number: int | None = None, to_write: bool = False) -> OpenGeneration:
    """The current generation, or the one of that number.

    `to_write` another one after it, files are read and checked however long they are, but for the
    bulks of large stores, which are handed on as they are.
    IndexMissing, IndexDamaged or IndexMismatch where there is none to open.
    """
    if number is not None:
        return _open_numbered(folder, number)
    for _ in range(10):
        place = current(folder)
        if place is None:
            raise IndexMissing(folder)
        try:
            return _open(folder, place, to_write)
        except FileNotFoundError:
            if place == current(folder):
                raise IndexDamaged(folder, f"{place.name}/manifest.json is not there") from None
            # A writer published and cleaned up between the two steps: again.
        except OSError as error:
            raise IndexDamaged(folder, f"{place.name} can't be read: {error.strerror}") from error
    raise IndexDamaged(folder, "its generations change too fast to be opened")


def is_whole(folder: Path, place: Path) -> bool:
    """Whether one can go back to the generation in `place`: its files are what was written, its texts are there."""
    try:
        with ExitStack() as opening:
            _, manifest = _pin(folder, place, opening)
            _check_files(folder, place, manifest, thoroughly=True)
            return not manifest.texts or manifest.generation in (held(folder, manifest.texts) or ())
    except (OSError, IndexDamaged, IndexMismatch):
        return False


def held(folder: Path, texts: str) -> tuple[int, int | None] | None:
    """The generation that shared texts hold, and the one that they can be led back to; None of what can't be read."""
    try:
        database, pin = open_shared(folder / TEXTS / texts)
    except (OSError, sqlite3.Error):
        return None
    with ExitStack() as reading:
        reading.enter_context(closing(database))
        if pin:
            reading.enter_context(pin)
        return held_by(database)


def open_texts(place: Path) -> sqlite3.Connection:
    """The database of the generation in `place`, whatever is wrong with the rest of it; sqlite3.Error, OSError."""
    texts = texts_of(place / "manifest.json")
    return open_shared(place.parent.parent / TEXTS / texts)[0] if texts else open_store(place / FILES[0])


def open_again(opened: OpenGeneration) -> sqlite3.Connection:
    """Another connection to the same texts, with a cache of its own; or that of `opened`, where there can't be one."""
    path = Path(opened.database.execute("PRAGMA database_list").fetchone()[2])
    if not opened.manifest.texts:
        return open_store(path)
    try:
        database, lock = open_shared(path)
    except (OSError, sqlite3.Error):  # a copy of an earlier state, which has no name
        return opened.database
    if lock:
        lock.close()  # `opened` holds one as long
    if held_by(database)[0] == opened.manifest.generation:
        return database
    database.close()
    return opened.database


def current(folder: Path) -> Path | None:
    """The folder of the generation that CURRENT names; None where there is no index."""
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IndexDamaged(folder, f"CURRENT can't be read: {error.strerror}") from error
    if not name.isdecimal() or len(name) > 20:
        raise IndexDamaged(folder, "CURRENT names no generation")
    return folder / "generations" / name


def current_or_none(folder: Path) -> Path | None:
    """The folder of the generation that CURRENT names; None also where CURRENT is damaged."""
    try:
        return current(folder)
    except IndexDamaged:
        return None


def generations(folder: Path) -> list[Path]:
    """Folders of the generations, oldest first."""
    return sorted(place for place in (folder / "generations").glob("[0-9]*") if place.name.isdigit())


def _open(folder: Path, place: Path, thoroughly: bool = False) -> OpenGeneration:
    """The generation in `place`; or the one that its shared texts hold, which is the current one then."""
    with ExitStack() as opening:
        pin, manifest = _pin(folder, place, opening)
        pins: list[IO[str] | IO[bytes]] = [pin]
        database = None
        if manifest.texts:
            database, lock = _open_shared(folder, manifest.texts, opening)
            number, _ = held_by(database)
            if number != manifest.generation:
                place = place.with_name(f"{number:06d}")
                pin, manifest = _pin(folder, place, opening)
                pins.insert(0, pin)
            if lock:
                pins.insert(0, lock)
        _check_files(folder, place, manifest, thoroughly)
        database = database or open_store(place / FILES[0])
        opening.pop_all()
    return OpenGeneration(place, manifest, database, tuple(pins))


def _open_numbered(folder: Path, number: int) -> OpenGeneration:
    place = folder / "generations" / f"{number:06d}"
    try:
        opened = _open(folder, place)
        if opened.manifest.generation == number:
            return opened
        with closing(opened):
            if held_by(opened.database)[1] == number:
                return _open_before(folder, place, opened.database)
    except OSError:
        pass
    there = ", ".join(str(int(place.name)) for place in generations(folder)) or "none"
    raise IndexMismatch(f"{folder} has no generation {number}; there are: {there}") from None


def _open_before(folder: Path, place: Path, database: sqlite3.Connection) -> OpenGeneration:
    """The generation in `place`, to which the last change of the texts can be undone: in a copy."""
    with ExitStack() as opening:
        pin, manifest = _pin(folder, place, opening)
        _check_files(folder, place, manifest)
        opening.pop_all()
    return OpenGeneration(place, manifest, open_before(database), (pin,))


def _pin(folder: Path, place: Path, opening: ExitStack) -> tuple[IO[str], Manifest]:
    """Keep the generation in `place` from being removed; FileNotFoundError where it was."""
    pin = opening.enter_context((place / "manifest.json").open(encoding="utf-8"))
    fcntl.flock(pin, fcntl.LOCK_SH)
    os.stat(place / "manifest.json")  # it may have been removed before it was locked
    return pin, read_manifest(pin, folder)


def _open_shared(folder: Path, texts: str, opening: ExitStack) -> tuple[sqlite3.Connection, IO[bytes] | None]:
    path = folder / TEXTS / texts
    try:
        database, lock = open_shared(path)
    except (OSError, sqlite3.Error) as error:
        what = str(error).splitlines()[0] if path.exists() else "it is not there"
        raise IndexDamaged(folder, f"{TEXTS}/{texts}: {what}") from error
    opening.enter_context(closing(database))
    if lock:
        opening.enter_context(lock)
    return database, lock


def _check_files(folder: Path, place: Path, manifest: Manifest, thoroughly: bool = False) -> None:
    for name, written in manifest.files.items():
        read_up_to = float("inf") if thoroughly and not _is_bulk(manifest, name) else _READ_ON_OPENING
        if fault := check_file(place / name, written, read_up_to):
            raise IndexDamaged(folder, f"{place.name}/{fault}")


def _is_bulk(manifest: Manifest, name: str) -> bool:
    passages, sentences = FILES[1:]
    counts = {passages: manifest.passages, sentences: manifest.sentences}
    counts[near_file(Path(passages)).name] = manifest.passages
    return is_layered(counts.get(name, 0)) or extra_files(Path(name))[0].name in manifest.files
