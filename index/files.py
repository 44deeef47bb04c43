"""How files are asked of the system."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["read_ahead"]


def read_ahead(path: Path, most: int | None = None) -> None:
    """Have a file of up to `most` bytes brought into memory meanwhile.

    The first question then needn't wait for each page of it.
    """
    if hasattr(os, "posix_fadvise") and path.exists():
        with path.open("rb") as file:
            if most is None or os.fstat(file.fileno()).st_size <= most:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
