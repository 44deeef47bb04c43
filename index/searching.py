"""The embedded index behind the narrow waist: lexical and vector search, fused."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from corpus import Document, Passage
from index.alongside import Beside
from index.embedding import Embedder, embed_in_conversation
from index.errors import FolderNeeded, IndexDamaged, IndexMismatch, UnknownDocument
from index.fusing import fuse, promising
from index.hit import Hit, Interaction, Only, OpenIndex
from index.late_interaction import LateInteraction
from index.layers import StoredVectors, load_vectors
from index.lexical import count, idf, search_lexical
from index.manifest import Manifest
from index.models import load_embedder
from index.nearness import Nearness
from index.opening import OpenGeneration, open_again, open_generation
from index.place import MilvusAddress, Place
from index.settings import DEFAULT_FOLDER, SearchSettings
from index.spelling import Vocabulary, correct
from index.store import (
    DocumentRecord,
    select_document,
    select_number_beside,
    select_numbers_of,
    select_passage_numbers,
    select_passages,
    select_records,
    select_skipped,
)

__all__ = ["Index", "open_index"]

_MOST_COUNTS = 100_000
# Words are looked for in so many passages or more while the question is read and its neighbours are found.
_WORDS_BESIDE = 5_000
# Kilobytes of the texts that each connection keeps at most: of a million passages, BM25 by words takes two
# thirds of the time that it takes with SQLite's 2 MB.
_CACHED = 16 * 1024


def open_index(
    folder: Place = DEFAULT_FOLDER,
    settings: SearchSettings | None = None,
    embedder: Embedder | None = None,
    generation: int | None = None,
) -> OpenIndex:
    """The current generation of the index in that folder or at that address, or the one of that number.

    IndexMissing, IndexDamaged, IndexMismatch or EngineUnavailable say what is wrong and what to do.
    """
    if isinstance(folder, MilvusAddress):
        from index.milvus_searching import open_milvus

        if generation is not None:
            raise FolderNeeded("an earlier generation")
        return open_milvus(folder, settings, embedder)
    opened = open_generation(folder, generation)
    try:
        return Index(folder, opened, settings or SearchSettings(), embedder)
    except (RuntimeError, sqlite3.Error) as error:
        opened.close()
        raise IndexDamaged(folder, str(error).splitlines()[0]) from error


class Index:
    """One generation of an index, which doesn't change while it is open; safe from many threads."""

    def __init__(
        self, folder: Path, generation: OpenGeneration, settings: SearchSettings, embedder: Embedder | None = None
    ) -> None:
        self.folder, self.settings = folder, settings
        self._generation = generation
        self._embedder = embedder
        self._counts: dict[str, int] = {}
        self._kept: dict[int, Passage] | None = None
        self._among: list[int] | None = None
        self._database = generation.database
        # Apart, since the frequent words' long lists push out of its cache what all else is found by.
        self._words = open_again(generation)
        for database in (self._database, self._words):
            database.execute(f"PRAGMA cache_size = -{_CACHED}")
        self._thread = Beside("words")
        vectors = (load_vectors(generation.folder / f"{name}.faiss") for name in ("passages", "sentences"))
        self._near = Nearness(*vectors, self._database)

    @property
    def place(self) -> Path:
        """Its folder."""
        return self.folder

    @property
    def manifest(self) -> Manifest:
        """What this generation is made of."""
        return self._generation.manifest

    def is_current(self) -> bool:
        """Whether `open_index` would give this same generation; cheap enough to ask before each question.

        False after an update, a rollback, and where the index was removed or made anew.
        """
        return self._generation.is_current()

    @cached_property
    def embedder(self) -> Embedder:
        """The model that embedded the passages; IndexMismatch where another would embed the question."""
        embedder = self._embedder or load_embedder(self.manifest.settings.model, self.manifest.model)
        if embedder.name != self.manifest.model:
            raise IndexMismatch(
                f"the index in {self.folder} was made with the model {self.manifest.model}, "
                f"this would search it with {embedder.name}; remove that folder and index the documents again"
            )
        return embedder

    def search(self, question: str, k: int = 10, before: str = "") -> list[Hit]:
        """The k best passages, best first; fewer where there are fewer, none for a blank question.

        Scores are those of `index.fusing`. IndexDamaged where one half holds what the other doesn't:
        files are not read through each time they are opened.
        """
        if not question.strip() or k < 1:
            return []
        depth = max(self.settings.depth, k)
        words = self._begin(partial(self._found_by_words, question, depth))
        vector = embed_in_conversation(self.embedder, question, before)
        try:
            return self._fused(words, vector, depth, k)
        except KeyError as error:
            raise IndexDamaged(self.folder, f"its parts don't agree about number {error}") from error

    def _begin(self, work: Callable[[], dict[int, float]]) -> Callable[[], dict[int, float]]:
        return self._thread.begin(work) if self.manifest.passages >= _WORDS_BESIDE else work

    def _found_by_words(self, question: str, depth: int) -> dict[int, float]:
        weight = self.settings.context_weight
        return search_lexical(self._words, question, depth, weight, self._count, self._among)

    def _fused(self, words: Callable[[], dict[int, float]], vector: np.ndarray, depth: int, k: int) -> list[Hit]:
        nearest = self._near.nearest(vector, depth, self._among)
        lexical = words()
        cosines = self._near.with_others(nearest, list(lexical), vector)
        if not cosines:
            return []
        candidates = sorted(cosines)
        similar = np.array([cosines[candidate] for candidate in candidates], np.float32)
        scores = np.array([lexical.get(candidate, 0.0) for candidate in candidates])
        most = max(self.settings.depth, 2 * k) if self._near.is_large else len(candidates)
        looked_at = promising(scores, similar, most, self.settings)
        sentences, bounds = self._near.sentence_cosines(candidates, looked_at, vector)
        fused = fuse(scores, similar, sentences, bounds, self.settings)
        order = looked_at[np.argsort(-fused[looked_at], kind="stable")[:k]]
        found = self._select([candidates[i] for i in order])
        return [
            Hit(
                passage=found[candidates[i]],
                score=float(fused[i]),
                similarity=float(similar[i]),
                lexical=float(scores[i]),
                sentences=tuple(sentences[bounds[i] : bounds[i + 1]].tolist()),
            )
            for i in order
        ]

    def keep_passages(self) -> None:
        """Keep in memory, from now on, every passage that is found: for who asks hundreds of questions in one go."""
        self._kept = {}

    def _select(self, numbers: list[int]) -> Mapping[int, Passage]:
        if self._kept is None:
            return select_passages(self._database, numbers)
        self._kept.update(select_passages(self._database, [one for one in numbers if one not in self._kept]))
        return self._kept

    def interact(self, question: str, passages: Sequence[Passage]) -> Interaction:
        """The question token by token beside each of these passages, in their order."""
        return self._late_interaction.compare(question, passages)

    def rarity(self, words: list[str]) -> list[float]:
        """Inverse document frequency of each word over the passages, 0 and up."""
        return idf(map(self._count, words), self.manifest.passages)

    def correct(self, words: list[str]) -> dict[str, str]:
        """{misspelt word: the documents' word} for those that neither documents nor model know."""
        def is_known(word: str) -> bool:
            return self.embedder.count_tokens(word) == 1 or bool(self._count(word))

        return correct(words, self._vocabulary, is_known)

    def _count(self, word: str) -> int:
        """How many passages hold the word; questions have many words in common."""
        if len(self._counts) > _MOST_COUNTS:
            self._counts.clear()
        found = self._counts.get(word)
        if found is None:
            found = self._counts[word] = count(self._words, word)
        return found

    @cached_property
    def _late_interaction(self) -> LateInteraction:
        return LateInteraction(self.folder, self.embedder)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self._database)

    def narrowed(self, only: Only) -> Self:
        """The same open index, of which `search` finds passages of some documents only; not to be closed apart."""
        other = copy.copy(self)
        other._among = select_numbers_of(self._database, only.documents, only.sources)
        return other

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        return select_records(self._database)

    def skipped(self) -> dict[str, str]:
        """{source: reason} of what was found and not read when the index was brought up to date."""
        return select_skipped(self._database)

    def document(self, document_id: str) -> Document:
        """The document as it was read; UnknownDocument where there is none of that id."""
        document = select_document(self._database, document_id)
        if document is None:
            raise UnknownDocument(document_id)
        return document

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of a document, in order."""
        numbers = select_passage_numbers(self._database, document_id)
        found = select_passages(self._database, numbers)
        return [found[number] for number in numbers]

    def before(self, passage: Passage) -> Passage | None:
        """The passage right before one in its section; None where it begins the section."""
        return self._beside(passage, behind=False)

    def after(self, passage: Passage) -> Passage | None:
        """The passage right behind one in its section; None where it ends the section."""
        return self._beside(passage, behind=True)

    def _beside(self, passage: Passage, behind: bool) -> Passage | None:
        number = select_number_beside(self._database, passage.document_id, passage.start, behind)
        if number is None:
            return None
        found = select_passages(self._database, [number])[number]
        return found if found.headings == passage.headings else None

    @property
    def generation_folder(self) -> Path:
        """Where the files of this generation lie."""
        return self._generation.folder

    def parts(self) -> tuple[sqlite3.Connection, StoredVectors, StoredVectors]:
        """Database, passage vectors and sentence vectors, for who must prove that they agree."""
        return self._database, self._near.passages, self._near.sentences

    def close(self) -> None:
        """Let go of the files; a search that is under way in another thread must have ended."""
        self._thread.close()
        self._words.close()
        self._database.close()
        if "_late_interaction" in self.__dict__:
            self._late_interaction.close()
        self._generation.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
