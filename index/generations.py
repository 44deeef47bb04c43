"""What a reader opens is always one complete generation: published atomically, checked when opened.

    FOLDER/CURRENT                 names the generation that readers open
    FOLDER/generations/000007/     passages.sqlite, passages.faiss, sentences.faiss, manifest.json
    FOLDER/write.lock              held by the one writer
    FOLDER/embeddings.sqlite       vectors that were made (see index.cache)
    FOLDER/tokens.sqlite           tokens of passages (see index.token_store)
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.layers import is_layered, near_file
from index.locking import locked, writable
from index.manifest import FILES, Manifest, check_file, measure, read_manifest, write_manifest

__all__ = [
    "OpenGeneration",
    "all_generations",
    "earlier_number",
    "next_number",
    "open_generation",
    "publish",
    "rollback",
    "writing",
]

# Reading a file to check it takes about a second for each GB; a longer one is read by writers, and by `check`.
_READ_ON_OPENING = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation that isn't removed while it is open."""

    folder: Path
    manifest: Manifest
    pin: IO[str]

    def is_current(self) -> bool:
        """Whether readers who open the index now get this one; takes some microseconds."""
        current = _current_or_none(self.folder.parent.parent)
        try:
            # Names alone would not do: an index that was made anew begins to count anew.
            return current is not None and os.path.samestat(
                os.stat(current / "manifest.json"), os.fstat(self.pin.fileno())
            )
        except OSError:
            return False

    def close(self) -> None:
        """Let it be removed."""
        self.pin.close()


def open_generation(folder: Path, number: int | None = None, to_write: bool = False) -> OpenGeneration:
    """The current generation, or the one of that number.

    `to_write` another one after it, files are read and checked however long they are, but for the
    bulks of large stores, which are handed on as they are.
    IndexMissing, IndexDamaged or IndexMismatch where there is none to open.
    """
    if number is not None:
        return _open_numbered(folder, number)
    for _ in range(10):
        place = _current(folder)
        if place is None:
            raise IndexMissing(folder)
        try:
            return _open(folder, place, to_write)
        except FileNotFoundError:
            if place == _current(folder):
                raise IndexDamaged(folder, f"{place.name}/manifest.json is not there") from None
            # A writer published and cleaned up between the two steps: again.
        except OSError as error:
            raise IndexDamaged(folder, f"{place.name} can't be read: {error.strerror}") from error
    raise IndexDamaged(folder, "its generations change too fast to be opened")


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Be the one writer, and get an empty folder to make the next generation in.

    IndexBusy where another process writes. What is left of a writer that was stopped is removed.
    """
    with locked(folder):
        draft = folder / "generations" / "draft"
        with writable(folder):
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def publish(folder: Path, draft: Path, manifest: Manifest) -> None:
    """Make the draft the current generation, in one atomic step, and clear old ones away.

    Files are measured, but for those that the manifest tells of already.
    The generation that was current until then is kept, to go back to.
    """
    before, place = _current_or_none(folder), draft.parent / f"{manifest.generation:06d}"
    names = sorted(path.name for path in draft.iterdir())
    for name in names:
        _sync(draft / name)
    files = {name: manifest.files.get(name) or measure(draft / name) for name in names}
    write_manifest(replace(manifest, files=files), draft / "manifest.json")
    _sync(draft / "manifest.json")
    _sync(draft)
    try:
        draft.rename(place)
        _sync(place.parent)
        _point_to(folder, place.name)
    except BaseException:
        if _current_or_none(folder) != place:
            shutil.rmtree(place, ignore_errors=True)
        raise
    _clean(folder, keep=[place, before])


def rollback(folder: Path) -> int:
    """Make the generation before the current one current again; gives its number.

    One that is damaged is passed over. IndexMismatch where there is none to go back to.
    """
    if not _generations(folder):
        raise IndexMissing(folder)
    with locked(folder):
        for place in _earlier(folder):
            if _is_whole(folder, place):
                with writable(folder):
                    _point_to(folder, place.name)
                return int(place.name)
    raise IndexMismatch(f"{folder} has no generation before the current one to go back to")


def all_generations(folder: Path) -> list[Path]:
    """The folders of all generations, the current one first, the others from the newest on."""
    current = _current_or_none(folder)
    places = _generations(folder)[::-1]
    return sorted(places, key=lambda place: place != current)


def earlier_number(folder: Path) -> int:
    """The number of the generation before the current one; IndexMismatch where there is none."""
    earlier = _earlier(folder)
    if not earlier:
        raise IndexMismatch(f"{folder} has no generation before the current one to compare with")
    return int(earlier[0].name)


def next_number(folder: Path) -> int:
    """The number of the next generation."""
    places = _generations(folder)
    return int(places[-1].name) + 1 if places else 1


def _open(folder: Path, place: Path, thoroughly: bool = False) -> OpenGeneration:
    pin = (place / "manifest.json").open(encoding="utf-8")
    try:
        fcntl.flock(pin, fcntl.LOCK_SH)
        os.stat(place / "manifest.json")  # it may have been removed before it was locked
        manifest = read_manifest(pin, folder)
        for name, written in manifest.files.items():
            read_up_to = float("inf") if thoroughly and not _is_bulk(manifest, name) else _READ_ON_OPENING
            if fault := check_file(place / name, written, read_up_to):
                raise IndexDamaged(folder, f"{place.name}/{fault}")
    except BaseException:
        pin.close()
        raise
    return OpenGeneration(place, manifest, pin)


def _is_bulk(manifest: Manifest, name: str) -> bool:
    passages, sentences = FILES[1:]
    counts = {passages: manifest.passages, sentences: manifest.sentences}
    counts[near_file(Path(passages)).name] = manifest.passages
    return is_layered(counts.get(name, 0))


def _open_numbered(folder: Path, number: int) -> OpenGeneration:
    try:
        return _open(folder, folder / "generations" / f"{number:06d}")
    except OSError:
        there = ", ".join(str(int(place.name)) for place in _generations(folder)) or "none"
        raise IndexMismatch(f"{folder} has no generation {number}; there are: {there}") from None


def _earlier(folder: Path) -> list[Path]:
    """Generations before the current one, newest first; all where CURRENT names none that is there."""
    places, current = _generations(folder)[::-1], _current_or_none(folder)
    before = [place for place in places if current not in places or place.name < current.name]
    # One without it was being removed when its writer was stopped.
    return [place for place in before if (place / "manifest.json").exists()]


def _is_whole(folder: Path, place: Path) -> bool:
    try:
        _open(folder, place, thoroughly=True).close()
    except (OSError, IndexDamaged, IndexMismatch):
        return False
    return True


def _current(folder: Path) -> Path | None:
    """The folder of the current generation; None where there is no index."""
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IndexDamaged(folder, f"CURRENT can't be read: {error.strerror}") from error
    if not name.isdecimal() or len(name) > 20:
        raise IndexDamaged(folder, "CURRENT names no generation")
    return folder / "generations" / name


def _current_or_none(folder: Path) -> Path | None:
    """The folder of the current generation; None also where CURRENT is damaged."""
    try:
        return _current(folder)
    except IndexDamaged:
        return None


def _generations(folder: Path) -> list[Path]:
    """Folders of the generations, oldest first."""
    return sorted(place for place in (folder / "generations").glob("[0-9]*") if place.name.isdigit())


def _point_to(folder: Path, name: str) -> None:
    fresh = folder / "CURRENT.new"
    fresh.write_text(name + "\n", encoding="utf-8")
    _sync(fresh)
    os.replace(fresh, folder / "CURRENT")
    _sync(folder)


def _clean(folder: Path, keep: list[Path | None]) -> None:
    """Remove the other generations, unless somebody has them open."""
    for place in _generations(folder):
        if place in keep:
            continue
        try:
            with (place / "manifest.json").open(encoding="utf-8") as pin:
                fcntl.flock(pin, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (place / "manifest.json").unlink()
        except FileNotFoundError:
            pass
        except OSError:
            continue
        shutil.rmtree(place, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
