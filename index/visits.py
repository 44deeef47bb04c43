"""What is remembered of the pages that documents came from, beside the index: `visits.sqlite`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from corpus.visits import Visit

__all__ = ["load_visits", "save_visits"]

_CREATE = "CREATE TABLE IF NOT EXISTS visit (address TEXT PRIMARY KEY, content TEXT NOT NULL)"


def load_visits(path: Path) -> list[Visit]:
    """All that is remembered; nothing where the file is missing or damaged: it costs a download only."""
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(path)) as database:
            return list(_visits(database.execute("SELECT content FROM visit ORDER BY address")))
    except (sqlite3.DatabaseError, ValueError, TypeError, KeyError):
        path.unlink(missing_ok=True)
        return []


def save_visits(path: Path, seen: Iterable[Visit], gone: Iterable[str]) -> None:
    """Remember what was seen, and forget what is gone, all or nothing."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_CREATE)
        database.executemany("DELETE FROM visit WHERE address = ?", [(address,) for address in gone])
        rows = [(visit.address, json.dumps(asdict(visit), separators=(",", ":"))) for visit in seen]
        database.executemany("INSERT OR REPLACE INTO visit VALUES (?, ?)", rows)


def _visits(rows: Iterable[tuple[str]]) -> Iterator[Visit]:
    for (content,) in rows:
        raw = json.loads(content)
        yield Visit(**{**raw, "links": tuple(raw["links"]), "sketch": tuple(raw["sketch"])})
