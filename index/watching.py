"""Wait until something changes in a folder. The only file that knows watchfiles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["changes"]

# Files are often written in several steps; a change is told when nothing came for this long.
_QUIET_MS = 400
_LONGEST_WAIT_MS = 5_000
# How long after the start it is told that from now on no change is missed.
_BEGIN_MS = 500


def changes(folder: Path) -> Iterator[None]:
    """Once when watching has begun, and then for each burst of changes to what isn't hidden in that folder.

    What changes while the caller is busy is told afterwards. Ends with Ctrl-C. The system tells of
    changes, where it can; else the folder is looked through.
    """
    from watchfiles import Change, watch

    def is_seen(change: Change, path: str) -> bool:
        return not any(part.startswith(".") for part in Path(os.path.relpath(path, folder)).parts)

    has_begun = False
    for found in watch(
        folder,
        watch_filter=is_seen,
        debounce=_LONGEST_WAIT_MS,
        step=_QUIET_MS,
        rust_timeout=_BEGIN_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        if found or not has_begun:
            has_begun = True
            yield
