"""What workers made of documents is kept until it is published."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_embedder import CAT, DOG, WordEmbedder, document

from corpus import Skipped
from index import IndexSettings
from index.cache import EmbeddingCache
from index.kept_work import KeptWork
from index.preparing import passage_texts, prepare
from index.token_store import TokenWriter

SETTINGS = IndexSettings(passage_tokens=100)


@pytest.fixture
def tokens(tmp_path: Path) -> TokenWriter:
    return TokenWriter(tmp_path / "tokens.sqlite", "words@1")


@pytest.fixture
def kept(tmp_path: Path, tokens: TokenWriter) -> KeptWork:
    return KeptWork(tmp_path, tokens, WordEmbedder(), SETTINGS)


def keep(kept: KeptWork) -> None:
    embedder, memory = WordEmbedder(), Path(":memory:")
    cache = EmbeddingCache(memory, embedder, TokenWriter(memory, embedder.name))
    (dog,) = prepare([DOG], embedder, cache, SETTINGS, with_tokens=True)
    skipped = Skipped("docs/cat.md", "is empty")
    passed_on = kept.remember([CAT, DOG], [skipped, dog])
    assert (passed_on[0], passed_on[1].tokens) == (skipped, None)
    kept.close()


def test_what_was_made_is_there_again_with_its_tokens(kept: KeptWork, tokens: TokenWriter) -> None:
    keep(kept)
    dog = kept.recall(DOG)
    assert dog and dog.document == DOG
    assert [one.text for one in dog.passages] == [DOG.text]
    assert dog.vectors.tolist() == WordEmbedder().embed_passages([DOG.text]).tolist()
    sentences = ["The dog has a bone.", "The dog drinks water."]
    assert dog.sentence_vectors.tolist() == WordEmbedder().embed_passages(sentences).tolist()
    assert set(tokens.recall(passage_texts(dog.passages), 9)) == {DOG.text}


def test_what_was_not_made_or_is_another_document_or_made_otherwise_is_not_there(
    kept: KeptWork, tokens: TokenWriter, tmp_path: Path
) -> None:
    keep(kept)
    assert kept.recall(CAT) is None
    assert kept.recall(document("dog.md", "The dog has two bones.")) is None
    assert KeptWork(tmp_path, tokens, WordEmbedder(), IndexSettings(passage_tokens=64)).recall(DOG) is None
    assert KeptWork(tmp_path, tokens, WordEmbedder(name="words@2"), SETTINGS).recall(DOG) is None


def test_a_damaged_file_is_as_good_as_none_and_all_is_cleared_at_last(kept: KeptWork, tmp_path: Path) -> None:
    keep(kept)
    (tmp_path / "unpublished.sqlite").write_bytes(b"no database")
    assert kept.recall(DOG) is None
    keep(kept)
    kept.clear()
    assert list(tmp_path.glob("unpublished*")) == []
