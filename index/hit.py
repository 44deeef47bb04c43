"""What a search gives, and the seam behind which any engine may give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from corpus import Document, Passage
from index.embedding import Embedder
from index.manifest import Manifest
from index.place import Place
from index.settings import SearchSettings
from index.store import DocumentRecord

__all__ = ["Hit", "Interaction", "Only", "OpenIndex", "Searcher", "TokenCosines"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; higher scores are better, the place in the list is the rank.

    `score` is the fused score, 0 to 1. `similarity` is the cosine of question and passage,
    `sentences` the cosine of the question and each of `passage.sentences` (same length and order),
    both -1 to 1. `lexical` is the BM25 score, 0 where no word is shared. `also` are passages elsewhere
    that say nothing but what this one says.
    """

    passage: Passage
    score: float
    similarity: float = 0.0
    lexical: float = 0.0
    sentences: tuple[float, ...] = ()
    also: tuple[Passage, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The hit in the shape that scripts and sites rely on."""
        passage = self.passage
        return {
            "document": passage.document_id,
            "title": passage.title,
            "source": passage.source,
            "headings": list(passage.headings),
            "page": passage.page,
            "start": passage.start,
            "end": passage.end,
            "score": round(self.score, 4),
            "text": passage.text,
        }


@dataclass(frozen=True, slots=True)
class TokenCosines:
    """How near each of a question's tokens comes to each of a passage's, in their contexts.

    `spans` are int32 of shape (tokens, 2), half-open ranges of characters that count from the
    passage's start; those of its title and headings are below 0. `cosines` are float32 of shape
    (the question's tokens, tokens).
    """

    spans: np.ndarray
    cosines: np.ndarray


@dataclass(frozen=True, slots=True)
class Interaction:
    """A question beside some passages; `asked` are the ranges of characters of the question's tokens."""

    asked: tuple[tuple[int, int], ...]
    passages: tuple[TokenCosines, ...]


@dataclass(frozen=True, slots=True)
class Only:
    """The documents to search: those of these ids, and those from these sources."""

    documents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Searcher(Protocol):
    """The narrow waist: whoever gives passages for a question, embedded here or on other machines."""

    def search(self, question: str, k: int = 10, before: str = "") -> list[Hit]:
        """The k best passages, best first; fewer where there are fewer, none for a blank question.

        `before` is the question before it in the conversation, if any: only its meaning is searched for
        as well, and counts less.
        """
        ...

    def interact(self, question: str, passages: Sequence[Passage]) -> Interaction:
        """The question token by token beside each of these passages, in their order."""
        ...

    def rarity(self, words: list[str]) -> list[float]:
        """Inverse document frequency of each word over the passages, 0 (in all of them) and up."""
        ...

    def correct(self, words: list[str]) -> dict[str, str]:
        """{misspelt word: the documents' word that was probably meant}; words in lower case."""
        ...


class OpenIndex(Searcher, Protocol):
    """An index that is open, in a folder or on an engine; safe from many threads.

    `folder` is for what is kept beside it: its own, or one on this machine.
    """

    @property
    def folder(self) -> Path: ...

    @property
    def place(self) -> Place:
        """Where it is, as `--index` names it."""
        ...

    @property
    def settings(self) -> SearchSettings: ...

    @property
    def manifest(self) -> Manifest:
        """What it is made of."""
        ...

    @property
    def embedder(self) -> Embedder:
        """The model that embedded the passages; IndexMismatch where another would embed the question."""
        ...

    def is_current(self) -> bool:
        """Whether `open_index` would give the same; cheap enough to ask once a second."""
        ...

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        ...

    def skipped(self) -> dict[str, str]:
        """{source: reason} of what was found and not read when the index was brought up to date."""
        ...

    def document(self, document_id: str) -> Document:
        """The document as it was read; UnknownDocument where there is none of that id."""
        ...

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of a document, in order."""
        ...

    def narrowed(self, only: Only) -> Self:
        """The same open index, of which `search` finds passages of some documents only; not to be closed apart."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
