"""The next generation of an index, while it is made."""

from __future__ import annotations

import datetime
import importlib.metadata
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from corpus import Document, Passage, split
from index.cache import EmbeddingCache
from index.embedding import Embedder
from index.generations import FORMAT, Manifest
from index.settings import IndexSettings
from index.store import create_store, delete_document, insert_document, insert_passage, select_document
from index.vectors import FaissStore

__all__ = ["Draft", "searchable"]

_LIBRARIES = ("faiss-cpu", "numpy", "sentence-transformers", "torch")


def searchable(passage: Passage, text: str) -> str:
    """What is embedded of a passage or of one of its sentences: title and headings, then the text."""
    return f"{passage.context}\n{text}" if passage.context else text


class Draft:
    """Documents, passages and vectors in `folder`, begun from an earlier generation's or from nothing."""

    def __init__(
        self, folder: Path, earlier: Path | None, embedder: Embedder, cache: EmbeddingCache, settings: IndexSettings
    ) -> None:
        self._folder, self._embedder, self._cache, self._settings = folder, embedder, cache, settings
        self._anew = earlier is None
        path = folder / "passages.sqlite"
        if earlier:
            shutil.copyfile(earlier / "passages.sqlite", path)
            self._database = sqlite3.connect(path)
            self._passages = FaissStore.load(earlier / "passages.faiss")
            self._sentences = FaissStore.load(earlier / "sentences.faiss")
        else:
            self._database = create_store(path)
            self._passages = FaissStore(embedder.dimension)
            self._sentences = FaissStore(embedder.dimension)
        self._added = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")

    def ids(self) -> list[str]:
        """The ids of all documents, in order."""
        return [row[0] for row in self._database.execute("SELECT id FROM document ORDER BY id")]

    def get(self, document_id: str) -> Document | None:
        return select_document(self._database, document_id)

    def add(self, documents: Sequence[Document], progress: Callable[[int], None]) -> int:
        """Add documents whose ids aren't there, embedded together; gives the number of passages."""
        split_up = [(d, split(d, self._embedder.count_tokens, self._settings.passage_tokens)) for d in documents]
        passages = [p for _, pieces in split_up for p in pieces]
        texts = [searchable(p, p.text) for p in passages]
        texts += [searchable(p, p.slice(s.start, s.end)) for p in passages for s in p.sentences]
        vectors = self._cache.embed(texts, progress)
        numbers: list[int] = []
        sentence_numbers: list[int] = []
        for document, pieces in split_up:
            row = insert_document(self._database, document, self._added)
            for passage in pieces:
                number, of_sentences = insert_passage(self._database, row, passage)
                numbers.append(number)
                sentence_numbers += of_sentences
        self._passages.add(numbers, vectors[: len(numbers)])
        self._sentences.add(sentence_numbers, vectors[len(numbers) :])
        return len(numbers)

    def remove(self, document_id: str) -> None:
        """Remove a document, its passages and vectors; an id that isn't there is none."""
        passages, sentences = delete_document(self._database, document_id)
        self._passages.remove(passages)
        self._sentences.remove(sentences)

    def finish(self, generation: int) -> Manifest:
        """Write everything to files and give the manifest, still without the files' checksums."""
        documents = len(self.ids())
        if self._anew:
            self._database.execute("INSERT INTO lexical(lexical) VALUES ('optimize')")
        self._database.commit()
        self._passages.save(self._folder / "passages.faiss")
        self._sentences.save(self._folder / "sentences.faiss")
        return Manifest(
            format=FORMAT,
            generation=generation,
            created=self._added,
            model=self._embedder.name,
            dimension=self._embedder.dimension,
            settings=self._settings,
            documents=documents,
            passages=len(self._passages),
            sentences=len(self._sentences),
            versions={name: importlib.metadata.version(name) for name in _LIBRARIES},
            files={},
        )

    def close(self) -> None:
        self._database.close()
