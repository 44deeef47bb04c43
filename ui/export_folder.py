"""The folder of a static pack: made beside where it is to be, and put in its place when it is whole."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus import QuidError

__all__ = ["MANIFEST", "NotAPack", "fresh_folder", "write_files", "write_manifest"]

# As ui/static/pack-data.js has it.
MANIFEST = "pack.json"


class NotAPack(QuidError):
    """What is to be replaced is no pack, or can't be written."""


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """An empty folder that becomes `folder` at the end, in place of the pack that was there; nothing where that fails.

    NotAPack where something else is there, or it can't be written.
    """
    _check(folder)
    fresh = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        yield fresh
        fresh.chmod(0o755)
        _check(folder)
        _exchange(fresh, folder)
    except OSError as error:
        raise NotAPack(f"{folder} can't be written: {(error.strerror or str(error)).lower()}") from None
    finally:
        if fresh:
            shutil.rmtree(fresh, ignore_errors=True)


def _check(folder: Path) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_dir() and (not any(folder.iterdir()) or _is_pack(folder)):
        return
    kind = "holds other files than a pack's" if folder.is_dir() else "is no folder"
    raise NotAPack(f"{folder} {kind}, and isn't overwritten; name a folder that is empty, a pack, or not there yet")


def _is_pack(folder: Path) -> bool:
    try:
        described = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(described, dict) and {"format", "kind", "files"} <= described.keys()


def _exchange(fresh: Path, folder: Path) -> None:
    """Put the new one in the place of the old, which goes away."""
    old = fresh.with_name(f"{fresh.name}-old")
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths within the folder."""
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write what says what the pack is made of."""
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
