"""All that has to be written of a document, wherever it is made: its passages, their vectors and their tokens."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Protocol

import numpy as np

from corpus import Document, Passage, split
from index.cache import EmbeddingCache
from index.embedding import Embedder
from index.errors import IndexMismatch
from index.late_interaction import searchable
from index.packed_tokens import PackedTokens
from index.settings import IndexSettings

__all__ = ["Prepared", "Shelf", "Shelved", "passage_texts", "prepare", "split_up", "storable"]

_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A document that is split and embedded, ready to be written.

    `vectors` are float32 of shape (passages, dimension), `sentence_vectors` (sentences, dimension), in the
    order of the passages and of the sentences in each. `tokens` are those of each passage; None where
    they stand in the store of tokens that the embedding went through.
    """

    document: Document
    passages: tuple[Passage, ...]
    vectors: np.ndarray
    sentence_vectors: np.ndarray
    tokens: tuple[PackedTokens, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shelved(Prepared):
    """What a worker prepared and was to write into an index: `receipt` tells the index's writer what it wrote.

    Without one nothing was written, and `why_not` says why.
    """

    receipt: object = None
    why_not: str = ""


class Shelf(Protocol):
    """Where a worker writes what it prepared; it can be sent to other machines."""

    def put(self, prepared: Sequence[Prepared]) -> list[Prepared]:
        """Write these; gives the same, `Shelved`, or as they are where the index has them already."""
        ...


def prepare(
    documents: Sequence[Document],
    embedder: Embedder,
    cache: EmbeddingCache,
    settings: IndexSettings,
    progress: Callable[[int, int], None] = lambda done, total: None,
    with_tokens: bool = False,
) -> list[Prepared]:
    """Split documents and embed them together; `with_tokens` brings the tokens of their passages along.

    `progress` is told (texts embedded, all texts of these documents). IndexMismatch where passages of
    these settings are longer than what the model sees.
    """
    pieces_of = [split_up(document, embedder, settings) for document in documents]
    passages = [passage for pieces in pieces_of for passage in pieces]
    texts = passage_texts(passages)
    vectors = _embed(texts + _sentence_texts(passages), len(passages), cache, progress)
    tokens = cache.tokens(texts) if with_tokens else None
    rows = _ranges(len(pieces) for pieces in pieces_of)
    sentences = _ranges(sum(len(passage.sentences) for passage in pieces) for pieces in pieces_of)
    of_sentences = vectors[len(passages) :]
    return [
        Prepared(document, pieces, vectors[row], of_sentences[sentence], tokens and tuple(tokens[row]))
        for document, pieces, row, sentence in zip(documents, pieces_of, rows, sentences, strict=True)
    ]


def passage_texts(passages: Sequence[Passage]) -> list[str]:
    """What is embedded of each, and what its tokens are kept under."""
    return [searchable(passage.context, passage.text) for passage in passages]


def split_up(document: Document, embedder: Embedder, settings: IndexSettings) -> tuple[Passage, ...]:
    """The document's passages; IndexMismatch where they would be longer than what the model sees."""
    limit = settings.passage_tokens
    if limit > embedder.window:
        raise IndexMismatch(
            f"passages of {limit} tokens are more than the {embedder.window} that the model "
            f"{settings.model} sees; add --passage-tokens {embedder.window} or fewer"
        )
    return tuple(split(document, embedder.count_tokens, limit or sys.maxsize))


def storable(document: Document) -> Document:
    """The document with lone surrogates, which no database keeps, replaced one for one."""
    if not any(map(_SURROGATE.search, (document.id, document.title, document.source, document.text))):
        return document
    id, title, source, text = (
        _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", part)
        for part in (document.id, document.title, document.source, document.text)
    )
    return replace(document, id=id, title=title, source=source, text=text)


def _sentence_texts(passages: Sequence[Passage]) -> list[str]:
    return [searchable(p.context, p.slice(s.start, s.end)) for p in passages for s in p.sentences]


def _embed(
    texts: Sequence[str], passages: int, cache: EmbeddingCache, progress: Callable[[int, int], None]
) -> np.ndarray:
    """A vector for each text, the passages' first."""
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress(done, len(texts))

    return cache.embed(texts, tell, passages=passages)


def _ranges(counts: Iterable[int]) -> list[slice]:
    """Where so many rows each stand, one after the other."""
    return [slice(*pair) for pair in pairwise(accumulate(counts, initial=0))]
