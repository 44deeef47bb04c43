"""What has to be written of a document, made in one place and written in another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from word_embedder import CAT, DOG, WordEmbedder

from index import IndexMismatch, IndexSettings
from index.cache import EmbeddingCache
from index.packed_tokens import pack
from index.preparing import passage_texts, prepare
from index.token_store import TokenWriter

MEMORY = Path(":memory:")
SETTINGS = IndexSettings(passage_tokens=100)


def cache_of(embedder: WordEmbedder, path: Path = MEMORY) -> EmbeddingCache:
    return EmbeddingCache(path, embedder, TokenWriter(path, embedder.name))


def test_each_document_comes_with_its_passages_and_a_vector_for_each_and_for_their_sentences() -> None:
    embedder = WordEmbedder()
    cat, dog = prepare([CAT, DOG], embedder, cache_of(embedder), SETTINGS)
    assert (cat.document, dog.document) == (CAT, DOG)
    assert [one.text for one in dog.passages] == [DOG.text]
    half = np.sqrt(np.float32(0.5))
    assert cat.vectors[:, :5].tolist() == cat.sentence_vectors[:, :5].tolist() == [[half, 0, 0, 0, half]]
    assert dog.sentence_vectors[:, [1, 5, 6]].tolist() == [[half, half, 0], [half, 0, half]]
    assert dog.vectors[0, [1, 5, 6]] == pytest.approx([2 / 6**0.5, 1 / 6**0.5, 1 / 6**0.5])


def test_progress_counts_the_texts_of_all_documents() -> None:
    embedder, told = WordEmbedder(), []
    prepare([CAT, DOG], embedder, cache_of(embedder), SETTINGS, lambda *counts: told.append(counts))
    assert told[-1] == (5, 5)  # two passages and three sentences


def test_tokens_come_along_where_they_are_asked_for() -> None:
    embedder = WordEmbedder()
    cache = cache_of(embedder)
    assert prepare([DOG], embedder, cache, SETTINGS)[0].tokens is None
    (dog,) = prepare([DOG], embedder, cache, SETTINGS, with_tokens=True)
    (expected,) = map(pack, WordEmbedder().embed_tokens(passage_texts(dog.passages)))
    assert dog.tokens and [one.to_bytes() for one in dog.tokens] == [expected.to_bytes()]


def test_passages_that_are_longer_than_what_the_model_sees_are_refused() -> None:
    embedder = WordEmbedder()
    with pytest.raises(IndexMismatch, match="300 tokens are more than the 254 that the model"):
        prepare([CAT], embedder, cache_of(embedder), IndexSettings(passage_tokens=300))
