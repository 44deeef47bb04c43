"""What a reader opens is always one complete generation: published atomically, checked when opened.

    FOLDER/CURRENT                 names the generation that readers open
    FOLDER/generations/000007/     passages.sqlite, passages.faiss, sentences.faiss, manifest.json
    FOLDER/texts/                  in a large index, what stands in for passages.sqlite (see index.texts)
    FOLDER/write.lock              held by the one writer
    FOLDER/embeddings.sqlite       vectors that were made (see index.cache)
    FOLDER/tokens.sqlite           tokens of passages (see index.token_store)
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from index.errors import IndexMismatch, IndexMissing
from index.locking import locked, writable
from index.manifest import FILES, Manifest, measure, texts_of, write_manifest
from index.opening import current_or_none, generations, held, is_whole
from index.texts import TEXTS, Change, undo_last

__all__ = ["all_generations", "earlier_number", "next_number", "publish", "rollback", "writing"]


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
            _settle(folder)
            _clean_texts(folder)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def publish(folder: Path, draft: Path, manifest: Manifest, commit: Callable[[], None] = lambda: None) -> None:
    """Make the draft the current generation, in one atomic step, and clear old ones away.

    That step is `commit` where the generation shares its texts with the one before, and they become its own by it.
    Files are measured, but for those that the manifest tells of already.
    The generation that was current until then is kept, to go back to.
    """
    before, place = current_or_none(folder), draft.parent / f"{manifest.generation:06d}"
    fresh = _share_texts(folder, draft, manifest)
    try:
        names = sorted(path.name for path in draft.iterdir())
        for name in names:
            _sync(draft / name)
        files = {name: manifest.files.get(name) or measure(draft / name) for name in names}
        write_manifest(replace(manifest, files=files), draft / "manifest.json")
        _sync(draft / "manifest.json")
        _sync(draft)
        draft.rename(place)
        _sync(place.parent)
        _point_to(folder, place.name, commit)
    except BaseException:
        if not _is_published(folder, place, manifest, bool(fresh)):
            shutil.rmtree(place, ignore_errors=True)
            if fresh:
                fresh.unlink(missing_ok=True)
        raise
    _clean(folder, keep=[place, before])


def rollback(folder: Path) -> int:
    """Make the generation before the current one current again; gives its number.

    One that is damaged is passed over. IndexMismatch where there is none to go back to.
    """
    if not generations(folder):
        raise IndexMissing(folder)
    with locked(folder):
        with writable(folder):
            _settle(folder)
        for place in _earlier(folder):
            if is_whole(folder, place):
                with writable(folder):
                    _go_back(folder, place)
                return int(place.name)
    raise IndexMismatch(f"{folder} has no generation before the current one to go back to")


def all_generations(folder: Path) -> list[Path]:
    """The folders of all generations, the current one first, the others from the newest on."""
    current = current_or_none(folder)
    places = generations(folder)[::-1]
    return sorted(places, key=lambda place: place != current)


def earlier_number(folder: Path) -> int:
    """The number of the generation before the current one; IndexMismatch where there is none."""
    earlier = _earlier(folder)
    if not earlier:
        raise IndexMismatch(f"{folder} has no generation before the current one to compare with")
    return int(earlier[0].name)


def next_number(folder: Path) -> int:
    """The number of the next generation."""
    places = generations(folder)
    return int(places[-1].name) + 1 if places else 1


def _earlier(folder: Path) -> list[Path]:
    """Generations before the current one, newest first; all where CURRENT names none that is there."""
    places, current = generations(folder)[::-1], current_or_none(folder)
    before = [place for place in places if current not in places or place.name < current.name]
    # One without it was being removed when its writer was stopped.
    return [place for place in before if (place / "manifest.json").exists()]


def _go_back(folder: Path, place: Path) -> None:
    texts = texts_of(place / "manifest.json")
    if not texts or held(folder, texts) == (int(place.name), None):
        _point_to(folder, place.name)
        return
    with closing(Change(folder / TEXTS / texts, however_long=True)) as change:
        _point_to(folder, place.name, lambda: change.commit(undo_last(change.database), None))


def _share_texts(folder: Path, draft: Path, manifest: Manifest) -> Path | None:
    """Bring texts that were written whole to where generations share them; gives the file."""
    if not manifest.texts or not (draft / FILES[0]).exists():
        return None
    place = folder / TEXTS / manifest.texts
    place.parent.mkdir(exist_ok=True)
    _sync(draft / FILES[0])
    (draft / FILES[0]).rename(place)
    place.with_suffix(".lock").touch()
    _sync(place.parent)
    return place


def _is_published(folder: Path, place: Path, manifest: Manifest, is_fresh: bool) -> bool:
    """Whether what was stopped while it was published is current nevertheless."""
    if manifest.texts and not is_fresh:
        return (held(folder, manifest.texts) or (0,))[0] == manifest.generation
    return current_or_none(folder) == place


def _settle(folder: Path) -> None:
    """Have CURRENT name the generation that shared texts hold, where a writer was stopped before it could."""
    current = current_or_none(folder)
    texts = current and texts_of(current / "manifest.json")
    number = (held(folder, texts) or (0,))[0] if texts else 0
    if current and number and current.with_name(f"{number:06d}") in generations(folder) and number != int(current.name):
        _point_to(folder, f"{number:06d}")


def _point_to(folder: Path, name: str, commit: Callable[[], None] = lambda: None) -> None:
    fresh = folder / "CURRENT.new"
    fresh.write_text(name + "\n", encoding="utf-8")
    _sync(fresh)
    commit()
    os.replace(fresh, folder / "CURRENT")
    _sync(folder)


def _clean(folder: Path, keep: list[Path | None]) -> None:
    """Remove the other generations, unless somebody has them open."""
    for place in generations(folder):
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
    _clean_texts(folder)


def _clean_texts(folder: Path) -> None:
    """Remove shared texts that no generation has, unless it can't be told what one has."""
    manifests = [place / "manifest.json" for place in generations(folder)]
    named = [texts_of(manifest) for manifest in manifests if manifest.exists()]
    if None in named:
        return
    wanted = {Path(name or "").stem for name in named}
    for path in (folder / TEXTS).glob("*"):
        if path.name.split(".")[0] not in wanted:
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
