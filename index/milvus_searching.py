"""The index on Milvus behind the narrow waist: the engine finds candidates, which are scored and fused here."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from corpus import Document, Passage
from corpus.command import say
from index.embedding import Embedder, embed_in_conversation
from index.errors import IndexMismatch
from index.fusing import fuse
from index.hit import Hit, Interaction, Only
from index.late_interaction import LateInteraction, searchable
from index.lexical import idf
from index.manifest import Manifest
from index.milvus_candidates import find_candidates
from index.milvus_collections import Build
from index.milvus_editions import current_edition
from index.milvus_engine import Engine, Vanished, connect
from index.milvus_manifest import Known, read_known, skipped_in
from index.milvus_reading import Reading
from index.milvus_rows import number_of, passage_in, vectors_in
from index.milvus_tokens import MilvusTokens
from index.milvus_words import Words
from index.models import load_embedder
from index.place import MilvusAddress
from index.settings import SearchSettings
from index.spelling import correct
from index.store import DocumentRecord
from index.terms import Tokeniser
from index.words import content_words

__all__ = ["LOOKED_UP_EVERY", "MilvusIndex", "open_milvus"]

# So many seconds after a document was removed nobody finds it any more: writers wait for as long.
LOOKED_UP_EVERY = 1.0
# Rows that belong to a version of a document that is just being written or removed are left out.
_MORE_ROWS = 8
_TOKENISER = Tokeniser()


def open_milvus(
    address: MilvusAddress, settings: SearchSettings | None = None, embedder: Embedder | None = None
) -> MilvusIndex:
    """The current edition of the index at that address.

    EngineUnavailable, EngineMissing, IndexMissing, IndexDamaged or IndexMismatch say what is wrong.
    """
    engine = connect(address)
    edition = current_edition(engine)
    return MilvusIndex(engine, read_known(engine, edition, changing=False), settings or SearchSettings(), embedder)


class MilvusIndex:
    """An index on Milvus; safe from many threads.

    Its answers keep up with the index: within a second of a change they are those of the new edition.
    """

    def __init__(self, engine: Engine, known: Known, settings: SearchSettings, embedder: Embedder | None) -> None:
        self.settings, self._engine, self._embedder = settings, engine, embedder
        self._opened = known.edition
        self._pool = ThreadPoolExecutor(8, "milvus")
        self._looking, self._where = threading.Lock(), ""
        self._tokens = MilvusTokens(engine)
        self._know(known)
        if not engine.knows_words:
            say(f"note: {engine.address.server} is older than Milvus 2.4: words are sought in all passages, one by one")

    @property
    def folder(self) -> Path:
        """The folder on this machine for what is kept beside the index."""
        return self._engine.address.folder

    @property
    def place(self) -> MilvusAddress:
        """Its address."""
        return self._engine.address

    @property
    def manifest(self) -> Manifest:
        """What the current edition is made of."""
        return self._known.manifest

    def is_current(self) -> bool:
        """Whether no other edition was published since this was opened; takes some milliseconds."""
        return current_edition(self._engine) == self._opened

    @cached_property
    def embedder(self) -> Embedder:
        """The model that embedded the passages; IndexMismatch where another would embed the question."""
        embedder = self._embedder or load_embedder(self.manifest.settings.model, self.manifest.model)
        self._check_model(embedder.name)
        return embedder

    def search(self, question: str, k: int = 10, before: str = "") -> list[Hit]:
        """The k best passages, best first; fewer where there are fewer, none for a blank question."""
        if not question.strip() or k < 1:
            return []
        vector = embed_in_conversation(self.embedder, question, before)
        self._look()
        try:
            return self._fused(question, vector, k)
        except Vanished:  # made anew while this searched
            self._look_now()
            return self._fused(question, vector, k)

    def interact(self, question: str, passages: Sequence[Passage]) -> Interaction:
        """The question token by token beside each of these passages, in their order."""
        return self._late_interaction.compare(question, passages)

    def rarity(self, words: list[str]) -> list[float]:
        """Inverse document frequency of each word over the passages, 0 and up."""
        stems = _TOKENISER.stems(words)
        self._words.learn((), stems)
        return idf(map(self._words.holding, stems), self.manifest.passages)

    def correct(self, words: list[str]) -> dict[str, str]:
        """{misspelt word: the documents' word} for those that neither documents nor model know."""
        different = list(dict.fromkeys(words))
        self._words.learn(different, _TOKENISER.stems(different))

        def is_known(word: str) -> bool:
            return self.embedder.count_tokens(word) == 1 or bool(self._words.holding(*_TOKENISER.stems([word])))

        return correct(words, self._words, is_known)

    def narrowed(self, only: Only) -> Self:
        """The same open index, of which `search` finds passages of some documents only; not to be closed apart."""
        other = copy.copy(self)
        # A number that none has, since not every version takes an empty list.
        documents, sources = ([-1, *map(number_of, named)] for named in (only.documents, only.sources))
        other._where = f"document in {documents} or source in {sources}"
        return other

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        self._look()
        return self._reading.documents()

    def document(self, document_id: str) -> Document:
        """The document as it was read; UnknownDocument where there is none of that id."""
        self._look()
        return self._reading.document(document_id)

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of a document, in order."""
        self._look()
        return self._reading.passages(document_id)

    def before(self, passage: Passage) -> Passage | None:
        """The passage right before one in its section; None where it begins the section."""
        self._look()
        return self._reading.beside(passage, -1)

    def after(self, passage: Passage) -> Passage | None:
        """The passage right behind one in its section; None where it ends the section."""
        self._look()
        return self._reading.beside(passage, +1)

    def skipped(self) -> dict[str, str]:
        """{source: reason} of what was found and not read when the index was brought up to date."""
        return skipped_in(self._engine, self.build)

    def close(self) -> None:
        """Let go; the connection stays for others of this process."""
        self._pool.shutdown(wait=False)

    def __enter__(self) -> MilvusIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def _late_interaction(self) -> LateInteraction:
        return LateInteraction(self.folder, self.embedder, self._tokens)

    @property
    def engine(self) -> Engine:
        """The connection, for who must prove that all is whole."""
        return self._engine

    @property
    def build(self) -> Build:
        """The collections of the current edition."""
        return self._known.edition.build

    def _look(self) -> None:
        """See whether there is a new edition, at most once a second; others wait for who does."""
        if time.monotonic() - self._looked < LOOKED_UP_EVERY:
            return
        with self._looking:
            if time.monotonic() - self._looked >= LOOKED_UP_EVERY:
                self._look_now()

    def _look_now(self) -> None:
        began = time.monotonic()
        edition = current_edition(self._engine)
        if edition != self._known.edition:
            self._know(read_known(self._engine, edition, changing=True))
        self._looked = began

    def _know(self, known: Known) -> None:
        if embedder := self.__dict__.get("embedder"):
            self._check_model(embedder.name, known.manifest)
        self._known, self._looked = known, time.monotonic()
        self._words = Words(self._engine, known.edition.build, self.__dict__.get("_words"))
        self._reading = Reading(self._engine, known.edition.build, known.gone)
        self._tokens.read_from(known.edition.build, known.manifest.dimension)

    def _check_model(self, name: str, manifest: Manifest | None = None) -> None:
        made_with = (manifest or self.manifest).model
        if name != made_with:
            address = self._engine.address
            raise IndexMismatch(
                f"the index at {address} was made with the model {made_with}, this would search it with {name}; "
                f"index the documents again: python -m index sync FOLDER_OF_DOCUMENTS --model NAME --index {address}"
            )

    def _fused(self, question: str, vector: np.ndarray, k: int) -> list[Hit]:
        settings, known = self.settings, self._known
        depth = max(settings.depth, k)
        stems = [stem for stem in _TOKENISER.stems(content_words(question)) if stem]
        candidates, scorer = find_candidates(
            self._engine, known, self._words, stems, vector, depth, settings.context_weight, self._where, self._pool
        )
        rows = self._reading.candidates(candidates)
        if not rows:
            return []
        keys = [row["key"] for row in rows]
        words = scorer.best([row["terms"] for row in rows], depth)
        vectors, counts = vectors_in([row["packed"] for row in rows], known.manifest.dimension)
        cosines = vectors.astype(np.float32) @ vector
        first = np.cumsum(counts) - counts
        similar, sentences = cosines[first], np.delete(cosines, first)
        bounds = np.concatenate([[0], np.cumsum(counts - 1)])
        fused = fuse(words, similar, sentences, bounds, settings)
        # What is equal but for rounding stands in the order in which it was added.
        order = np.argsort(-np.round(fused, 6), kind="stable")
        found = self._reading.bodies([keys[i] for i in order], [rows[i]["version"] for i in order], k, _MORE_ROWS)
        place_of = {key: place for place, key in enumerate(keys)}
        hits = []
        for key, body in found.items():
            i, passage = place_of[key], passage_in(body)
            self._tokens.remember(searchable(passage.context, passage.text), key)
            hits.append(
                Hit(
                    passage=passage,
                    score=float(fused[i]),
                    similarity=float(similar[i]),
                    lexical=float(words[i]),
                    sentences=tuple(sentences[bounds[i] : bounds[i + 1]].tolist()),
                )
            )
        return hits[:k]
