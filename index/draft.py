"""The next generation of an index, while it is made."""

from __future__ import annotations

import datetime
import importlib.metadata
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.embedding import Embedder
from index.growing import GrowingStore
from index.late_interaction import searchable
from index.layers import LayeredStore, StoredVectors, begin_vectors, near_file
from index.manifest import FILES, FORMAT, LAYERED_FORMAT, SHARED_FORMAT, Manifest, check_file
from index.neighbours import APPROXIMATE_FROM, build
from index.opening import OpenGeneration
from index.preparing import Prepared, passage_texts
from index.settings import IndexSettings
from index.store import create_store, delete_document, insert_document, insert_passage, replace_skipped
from index.texts import TEXTS, Change, copy_shared, is_shared, make_shared, open_shared
from index.token_store import TokenWriter
from index.vectors import FaissStore

__all__ = ["Draft"]

# Tokens of passages that went stay for a while: what is taken back isn't embedded again.
_LEFT_OVER = 1_000

_LIBRARIES = ("faiss-cpu", "numpy", "sentence-transformers", "torch")


class Draft:
    """Documents, passages and vectors in `folder`, begun from an earlier generation's or from nothing.

    Nothing is copied or loaded before the first change.
    """

    def __init__(
        self,
        folder: Path,
        earlier: OpenGeneration | None,
        embedder: Embedder,
        tokens: TokenWriter,
        settings: IndexSettings,
        notice: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._folder = folder
        self._before = earlier
        self._earlier = earlier.folder if earlier else None
        self._manifest = earlier.manifest if earlier else None
        self._change: Change | None = None
        self._generation, self._texts = 0, ""
        self._embedder, self._tokens, self._settings = embedder, tokens, settings
        self._notice = notice
        self._database: sqlite3.Connection | None = None
        self._passages: StoredVectors | GrowingStore
        self._sentences: StoredVectors | GrowingStore
        self._added = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        # Vectors are removed at the end and all at once: each removal moves those behind it.
        self._gone: tuple[list[int], list[int]] = ([], [])

    def add(self, prepared: Sequence[Prepared]) -> int:
        """Add documents or replace those of the same ids; gives the number of passages."""
        numbers: list[int] = []
        sentence_numbers: list[int] = []
        for one in prepared:
            self.remove(one.document.id)
            row = insert_document(self._store(), one.document, self._added)
            for passage in one.passages:
                number, of_sentences = insert_passage(self._store(), row, passage)
                numbers.append(number)
                sentence_numbers += of_sentences
            if one.tokens is not None:
                self._tokens.remember(passage_texts(one.passages), one.tokens)
        if prepared:
            self._passages.add(numbers, np.concatenate([one.vectors for one in prepared]))
            self._sentences.add(sentence_numbers, np.concatenate([one.sentence_vectors for one in prepared]))
        return len(numbers)

    def remove(self, document_id: str) -> None:
        """Remove a document, its passages and vectors; an id that isn't there is none."""
        for gone, numbers in zip(self._gone, delete_document(self._store(), document_id), strict=True):
            gone += numbers

    def prune(self) -> None:
        """Let go of the tokens of what is in no passage, when they are more than the others; once all is published."""
        if self._tokens.exceeds(2 * len(self._passages) + _LEFT_OVER):
            if self._database is None:
                self._database = open_shared(self._folder.parents[1] / TEXTS / self._texts)[0]
            texts = self._database.execute("SELECT context, text FROM passage")
            self._tokens.forget_all_but([self._tokens.key(searchable(*row)) for row in texts])

    def note_skipped(self, skipped: Mapping[str, str]) -> None:
        """Remember what was found and not read, {source: reason}, for `list` to show."""
        replace_skipped(self._store(), skipped)

    def finish(self, generation: int, progress: Callable[[int, int], None] = lambda done, total: None) -> Manifest:
        """Write everything to files and give the manifest, still without the checksums of what was written.

        `progress` is told how many of all passages of a very large index are sorted by nearness.
        """
        database = self._store()
        kept = [
            self._write(store, name, gone)
            for store, name, gone in zip((self._passages, self._sentences), FILES[1:], self._gone, strict=True)
        ]
        is_deep = any(".recent." in name for files in kept for name in files)
        bulk = self._folder / FILES[1]
        self._sort(bulk, any(bulk.name in files for files in kept), progress)
        if self._earlier is None:
            database.execute("INSERT INTO lexical(lexical) VALUES ('optimize')")
        documents = database.execute("SELECT count(*) FROM document").fetchone()[0]
        self._generation, self._texts = generation, self._shared_texts(generation)
        return Manifest(
            format=SHARED_FORMAT if self._texts or is_deep else LAYERED_FORMAT if any(kept) else FORMAT,
            generation=generation,
            created=self._added,
            model=self._embedder.name,
            dimension=self._passages.dimension,
            settings=self._settings,
            documents=documents,
            passages=len(self._passages),
            sentences=len(self._sentences),
            versions={name: _version(name) for name in _LIBRARIES},
            files={name: measured for files in kept for name, measured in files.items()},
            texts=self._texts,
        )

    def commit(self) -> None:
        """Make texts that are shared with the generation before those of this one: the last step of publishing it."""
        if self._change:
            assert self._manifest
            self._change.commit(self._generation, self._manifest.generation)

    def close(self) -> None:
        """Let go of the files."""
        if self._change:
            self._change.close()
        if self._database is not None:
            self._database.close()
            for store in (self._passages, self._sentences):
                if isinstance(store, GrowingStore):
                    store.close()

    def _write(self, store: StoredVectors | GrowingStore, name: str, gone: list[int]) -> dict[str, tuple[int, str]]:
        """Write vectors to that file, and layers beside it; gives what was known of a bulk that is the same."""
        store.remove(gone)
        if isinstance(store, LayeredStore):
            assert self._earlier and self._manifest
            # One that is not what was written is left as it is, for `check` to find.
            if not store.is_lopsided or not self._is_whole(self._earlier / name):
                linked = store.save(self._folder / name, self._earlier / name, self._is_whole)
                return {path.name: self._manifest.files[path.name] for path in linked}
            store = store.merged(FaissStore.load(self._earlier / name))
        store.save(self._folder / name)
        return {}

    def _is_whole(self, path: Path) -> bool:
        """Whether a file of the earlier generation is what was written."""
        return self._manifest is not None and not check_file(path, self._manifest.files[path.name])

    def _sort(self, path: Path, known: bool, progress: Callable[[int, int], None]) -> None:
        """Write the inverted file of the passages' vectors, where there are so many that it is worth while."""
        if len(self._passages) > APPROXIMATE_FROM and not known:
            bulk = FaissStore.load(path, mapped=True)
            build(bulk.ids, bulk.vectors, near_file(path), progress)

    def _store(self) -> sqlite3.Connection:
        if self._database is None:
            self._begin(self._folder / "passages.sqlite")
        assert self._database is not None
        return self._database

    def _begin(self, path: Path) -> None:
        if self._before and self._earlier:
            self._database = self._begin_texts(self._before, path)
            self._passages, self._sentences = (begin_vectors(self._earlier / name) for name in FILES[1:])
        else:
            self._database = create_store(path)
            dimension = self._embedder.dimension
            self._passages, self._sentences = (GrowingStore(dimension, self._folder / name) for name in FILES[1:])
        if not self._change:
            # A draft that isn't finished is thrown away: what its journal and syncing protect.
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("PRAGMA synchronous = OFF")
        # Of a large index, words lie anywhere among the others: their counts stay at hand.
        self._database.execute("PRAGMA cache_size = -131072")


    def _begin_texts(self, earlier: OpenGeneration, path: Path) -> sqlite3.Connection:
        """The earlier texts to be changed: where they are shared by generations where they lie, else in a copy."""
        if not earlier.manifest.texts:
            if is_shared(earlier.manifest.passages):
                self._notice("note: the texts are copied this once; from now on they are changed where they lie")
            shutil.copyfile(earlier.folder / FILES[0], path)
            return sqlite3.connect(path)
        try:
            self._change = Change(earlier.folder.parents[1] / TEXTS / earlier.manifest.texts)
        except BlockingIOError:
            return copy_shared(earlier.database, path)
        self._change.note()
        return self._change.database

    def _shared_texts(self, generation: int) -> str:
        """The name of texts that are shared from now on, or were; "" where this generation has its own."""
        if self._change:
            assert self._manifest
            return self._manifest.texts
        database = self._store()
        database.commit()
        if not is_shared(len(self._passages)):
            return ""
        make_shared(database, generation)
        database.close()
        self._database = None
        return f"{generation:06d}.sqlite"


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
