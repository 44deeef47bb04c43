"""How files are asked of the system."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["read_ahead", "replace_text"]


def read_ahead(path: Path, most: int | None = None) -> None:
    """Have a file of up to `most` bytes brought into memory meanwhile.

    The first question then needn't wait for each page of it.
    """
    if hasattr(os, "posix_fadvise") and path.exists():
        with path.open("rb") as file:
            if most is None or os.fstat(file.fileno()).st_size <= most:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def replace_text(path: Path, text: str) -> None:
    """Write a file whole in one atomic step, in UTF-8: who reads it meanwhile gets the one or the other; OSError."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
