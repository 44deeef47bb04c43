"""Times, and tables of them."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

__all__ = ["best", "machine", "percentile", "seconds", "table", "write"]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def best(times: int, *works: Callable[[], object]) -> list[float]:
    """The fewest seconds that each took of so many times, turn by turn, so that what else runs here meets all alike."""
    taken = [[seconds(work) for work in works] for _ in range(times)]
    return [min(column) for column in zip(*taken, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of them is at most."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns under their names, the first to the left and the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in cells).rstrip()
        for row in rows
        for cells in [list(enumerate(zip(row, widths, strict=True)))]
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def machine() -> dict[str, Any]:
    """What it was measured on, as far as it matters."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def write(path: Path | None, measured: object) -> None:
    """As JSON, with the machine, where a file is named."""
    if path:
        path.write_text(json.dumps({"machine": machine(), "measured": measured}, indent=1) + "\n", encoding="utf-8")
