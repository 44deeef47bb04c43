"""What was embedded is not embedded again, and nothing else ever comes out of the cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from word_embedder import WordEmbedder

import index.cache
from index.cache import EmbeddingCache


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder(["cat", "dog"])


@pytest.fixture
def cache(tmp_path: Path, embedder: WordEmbedder) -> Iterator[EmbeddingCache]:
    cache = EmbeddingCache(tmp_path / "embeddings.sqlite", embedder)
    yield cache
    cache.close()


def test_vectors_stand_in_the_order_of_the_texts(cache: EmbeddingCache) -> None:
    vectors = cache.embed(["a much longer text on a dog", "cat", "neither", "cat"])
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]


def test_a_text_is_embedded_once(cache: EmbeddingCache, embedder: WordEmbedder) -> None:
    cache.embed(["cat", "dog", "cat"])
    assert sorted(embedder.embedded) == ["cat", "dog"]
    assert cache.embed(["dog", "neither", "cat"]).tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert sorted(embedder.embedded) == ["cat", "dog", "neither"]


def test_another_process_finds_what_was_embedded(tmp_path: Path, cache: EmbeddingCache) -> None:
    cache.embed(["cat"])
    again = WordEmbedder(["cat", "dog"])
    other = EmbeddingCache(tmp_path / "embeddings.sqlite", again)
    assert other.embed(["cat"]).tolist() == [[1, 0, 0]]
    assert again.embedded == []
    other.close()


def test_another_model_has_vectors_of_its_own(tmp_path: Path, cache: EmbeddingCache) -> None:
    cache.embed(["cat"])
    other = EmbeddingCache(tmp_path / "embeddings.sqlite", WordEmbedder(["dog", "cat"], name="words@2"))
    assert other.embed(["cat"]).tolist() == [[0, 1, 0]]
    other.close()


def test_no_texts_have_no_vectors(cache: EmbeddingCache) -> None:
    assert cache.embed([]).shape == (0, 3)


def test_progress_counts_every_text(cache: EmbeddingCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.cache, "_BATCH", 2)
    cache.embed(["cat"])
    told: list[int] = []
    cache.embed(["cat", "dog", "cat dog", "dog dog", "cat"], told.append)
    assert told == [2, 2, 1]


def test_what_was_embedded_before_a_failure_is_kept(
    tmp_path: Path, cache: EmbeddingCache, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.cache, "_BATCH", 1)

    def stop(count: int) -> None:
        if len(embedder.embedded) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.embed(["cat", "dog!", "cat cat"], stop)
    assert embedder.embedded == ["cat", "dog!"]
    cache.embed(["cat", "dog!", "cat cat"])
    assert embedder.embedded == ["cat", "dog!", "cat cat"]


def test_a_lone_surrogate_is_a_text_like_any_other(cache: EmbeddingCache) -> None:
    assert cache.embed(["cat \ud800"]).tolist() == [[1, 0, 0]]


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_cache_is_made_anew(tmp_path: Path, embedder: WordEmbedder, content: bytes) -> None:
    path = tmp_path / "embeddings.sqlite"
    path.write_bytes(content)
    for _ in range(2):
        cache = EmbeddingCache(path, embedder)
        assert cache.embed(["cat", "dog"]).tolist() == [[1, 0, 0], [0, 1, 0]]
        cache.close()
    assert len(embedder.embedded) == 2


@pytest.mark.parametrize(
    "damaged", [b"", b"abc", np.zeros(3, np.float32).tobytes(), np.ones(5, np.float32).tobytes(), b"\xff" * 12]
)
def test_a_value_that_is_no_unit_vector_is_made_anew(
    tmp_path: Path, cache: EmbeddingCache, embedder: WordEmbedder, damaged: bytes
) -> None:
    cache.embed(["cat"])
    cache.close()
    with sqlite3.connect(tmp_path / "embeddings.sqlite") as database:
        assert database.execute("UPDATE embedding SET value = ?", (damaged,)).rowcount == 1
    database.close()
    assert cache.embed(["cat"]).tolist() == [[1, 0, 0]]
    assert embedder.embedded == ["cat", "cat"]
    assert cache.embed(["cat"]).tolist() == [[1, 0, 0]]
    assert embedder.embedded == ["cat", "cat"]


def test_the_oldest_are_forgotten_where_there_are_too_many(
    cache: EmbeddingCache, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.cache, "_MOST_ROWS", 2)
    for text in ("cat", "dog", "cat dog"):
        cache.embed([text])
    cache.prune()
    embedder.embedded.clear()
    cache.embed(["cat dog", "dog"])
    assert embedder.embedded == []
    cache.embed(["cat"])
    assert embedder.embedded == ["cat"]


def test_few_are_all_kept(cache: EmbeddingCache, embedder: WordEmbedder) -> None:
    cache.prune()
    cache.embed(["cat"])
    cache.prune()
    cache.embed(["cat"])
    assert embedder.embedded == ["cat"]


def test_the_file_shrinks_when_very_many_are_forgotten(
    tmp_path: Path, cache: EmbeddingCache, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.embed([f"cat {number}" for number in range(1_000)] + ["dog"])
    cache.close()
    assert (tmp_path / "embeddings.sqlite").stat().st_size > 50_000
    cache.embed(["cat dog"])
    monkeypatch.setattr(index.cache, "_MOST_ROWS", 2)
    cache.prune()
    assert [path.name for path in tmp_path.iterdir()] == ["embeddings.sqlite"]
    assert (tmp_path / "embeddings.sqlite").stat().st_size < 20_000
    embedder.embedded.clear()
    cache.embed(["cat dog"])
    assert embedder.embedded == []
    cache.embed(["cat 0"])
    assert embedder.embedded == ["cat 0"]
