"""Indexes of test collections, made by the same code as any other and kept while nothing changed."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

from corpus import Document
from index import Index, IndexDamaged, IndexMismatch, IndexMissing, IndexSettings, open_index, update_index

__all__ = ["KEPT", "kept_index", "resplit_index"]

KEPT = Path("index/kept")
_EMBEDDED = ("embeddings.sqlite", "tokens.sqlite")
Progress = Callable[[str, int, int | None], None]


def kept_index(
    name: str,
    corpus_files: Sequence[Path],
    documents: Callable[[], Iterable[Document]],
    settings: IndexSettings,
    progress: Progress,
    kept: Path = KEPT,
) -> Path:
    """The folder of the index of `corpus_files`, made now if it isn't there or is out of date."""
    content = " ".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in corpus_files)
    folder = kept / _folder_name(name, content, settings)
    return _make(folder, documents, settings, progress, _siblings(folder))


def resplit_index(index: Index, settings: IndexSettings, progress: Progress, kept: Path = KEPT) -> Path:
    """The folder of an index of the same documents with other settings; `index` stays as it is."""
    records = index.documents()
    content = repr([(record.id, record.title, record.source, record.sha256) for record in records])
    folder = kept / _folder_name(index.folder.resolve().name, content, settings)
    documents = (index.document(record.id) for record in records)
    return _make(folder, lambda: documents, settings, progress, [index.folder, *_siblings(folder)])


def _make(
    folder: Path,
    documents: Callable[[], Iterable[Document]],
    settings: IndexSettings,
    progress: Progress,
    lenders: Iterable[Path],
) -> Path:
    stamp, code = folder / "made-by.txt", _hash_of_code()
    if stamp.is_file():
        if stamp.read_text(encoding="utf-8") == code and _opens(folder):
            return folder
        _clear(folder)
    _borrow_embeddings(folder, lenders)
    update_index(folder, documents(), settings=settings, progress=progress, only=True)
    stamp.write_text(code, encoding="utf-8")
    return folder


def _opens(folder: Path) -> bool:
    try:
        open_index(folder).close()
    except (IndexMissing, IndexDamaged, IndexMismatch):
        return False
    return True


def _clear(folder: Path) -> None:
    """Take the index away, and leave the embeddings: they hold for the same text whatever else changed."""
    shutil.rmtree(folder / "generations", ignore_errors=True)
    for name in ("CURRENT", "made-by.txt"):
        (folder / name).unlink(missing_ok=True)


def _siblings(folder: Path) -> list[Path]:
    """The other indexes of the same documents' name, latest first."""
    others = folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*/CURRENT")
    return [path.parent for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)]


def _borrow_embeddings(folder: Path, lenders: Iterable[Path]) -> None:
    """Begin with what another index of these texts embedded: split otherwise, most sentences are the same."""
    lender = next((one for one in lenders if (one / _EMBEDDED[0]).is_file()), None)
    if (folder / _EMBEDDED[0]).exists() or lender is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in _EMBEDDED:
        if (lender / name).is_file():
            _copy(lender / name, folder / name)


def _copy(lent: Path, own: Path) -> None:
    try:
        # By SQLite's own backup: somebody may be writing to it.
        with closing(sqlite3.connect(lent)) as source, closing(sqlite3.connect(own)) as target:
            source.backup(target)
    except sqlite3.DatabaseError:
        own.unlink(missing_ok=True)


@cache
def _hash_of_code() -> str:
    """Of the code that reads, splits and indexes: an index that older code made isn't measured."""
    import corpus
    import index

    digest = hashlib.sha256()
    for room in (corpus, index):
        for path in sorted(Path(room.__file__).parent.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _folder_name(name: str, content: str, settings: IndexSettings) -> str:
    key = hashlib.sha256(f"{content} {settings!r}".encode()).hexdigest()[:12]
    return f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)}-{key}"
