"""Ids for documents that are added one by one: two that share a file name must not replace one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from corpus import Document, Original, Skipped

__all__ = ["named_apart"]


def named_apart(
    found: Iterable[Document | Original | Skipped], known: Iterable[tuple[str, str]]
) -> Iterator[Document | Original | Skipped]:
    """What was found, each document with an id of its own; `known` are (id, source) of those in the index.

    The same file keeps the id that it has; another file of the same name gets those of its folders
    before its own, as many as tell them apart: `readme.md`, then `b/readme.md`.
    """
    sources = {id: _resolved(source) for id, source in known}
    ids = {source: id for id, source in sources.items()}
    for item in found:
        if isinstance(item, Skipped):
            yield item
            continue
        source = _resolved(item.source)
        id = ids.get(source) or next(id for id in _candidates(item.id, source) if id not in sources)
        sources[id], ids[source] = source, id
        yield item if id == item.id else replace(item, id=id)


def _candidates(id: str, source: str) -> Iterator[str]:
    yield id
    folders = list(Path(source).parts[1:-1])[::-1]
    name = Path(id).name
    for depth in range(1, len(folders) + 1):
        longer = "/".join([*folders[:depth][::-1], name])
        if len(longer) > len(id):
            yield longer
    number = 2
    while True:
        yield f"{id} ({number})"
        number += 1


def _resolved(source: str) -> str:
    return source if "://" in source else str(Path(source).resolve())
