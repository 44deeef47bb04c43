"""A small file system of its own, to be filled."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["NoDisk", "filled", "small_disk"]


class NoDisk(Exception):
    """A file system can't be mounted here: that needs Linux and its administrator."""


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """A file system in memory of `size` bytes, mounted at `place` while this lasts."""
    place.mkdir()
    try:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "bench", str(place)]
        done = subprocess.run(mount, capture_output=True, text=True)
    except OSError as error:
        raise NoDisk(str(error)) from error
    if done.returncode:
        raise NoDisk(done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@contextmanager
def filled(place: Path, free: int) -> Iterator[None]:
    """All but `free` bytes of the file system at `place` are taken while this lasts."""
    found = os.statvfs(place)
    filler = place / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, found.f_bavail * found.f_frsize - free))
    try:
        yield
    finally:
        filler.unlink()
