"""Tokens of passages: packed into two bits a dimension, kept beside the index, and compared with a question's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder

from corpus import Passage
from index import TokenVectors, open_index, update_index
from index.late_interaction import LateInteraction
from index.packed_tokens import PackedTokens, pack, turned
from index.token_store import TOKENS, TokenReader, TokenWriter

WIDE = [f"word{number}" for number in range(383)]


def tokens(count: int, dimension: int = 384, seed: int = 0) -> TokenVectors:
    """So many random unit vectors, each standing for two characters."""
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    spans = tuple((2 * place, 2 * place + 2) for place in range(count))
    return TokenVectors(spans, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def passage(text: str, title: str = "") -> Passage:
    return Passage("d", title, "s", (), None, text, 7, 7 + len(text), (), text)


class Counting(WordEmbedder):
    """Remembers whose tokens it was asked for."""

    def __init__(self) -> None:
        super().__init__(("cat", "dog", *WIDE[:381]))
        self.read: list[str] = []

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.read += texts
        return super().embed_tokens(texts)


@pytest.mark.parametrize("dimension", [384, 385, 768, 3])
def test_turning_leaves_inner_products_as_they_are(dimension: int) -> None:
    vectors = tokens(9, dimension).vectors
    assert turned(vectors) @ turned(vectors).T == pytest.approx(vectors @ vectors.T, abs=1e-5)


def test_a_packed_vector_is_as_near_to_itself_as_it_was() -> None:
    one = tokens(40)
    assert np.diag(pack(one).cosines(turned(one.vectors))) == pytest.approx(np.ones(40), abs=1e-5)


def test_packing_errs_to_neither_side_and_by_a_fiftieth() -> None:
    stored, asked = tokens(3000), tokens(40, seed=1)
    error = pack(stored).cosines(turned(asked.vectors)) - asked.vectors @ stored.vectors.T
    assert abs(error.mean()) < 0.001
    assert error.std() < 0.02


def test_a_token_takes_a_quarter_of_a_byte_for_each_dimension_and_twelve_bytes() -> None:
    assert len(pack(tokens(50)).to_bytes()) == 4 + 50 * (12 + 96)


@pytest.mark.parametrize("dimension", [384, 9])
def test_what_was_packed_comes_back_the_same(dimension: int) -> None:
    packed = pack(tokens(5, dimension))
    again = PackedTokens.from_bytes(packed.to_bytes(), dimension)
    assert again is not None
    assert (again.codes == packed.codes).all()
    assert again.scales.tolist() == packed.scales.tolist()
    assert again.spans.tolist() == [[0, 2], [2, 4], [4, 6], [6, 8], [8, 10]]


def test_bytes_that_are_damaged_are_no_tokens() -> None:
    whole = pack(tokens(5)).to_bytes()
    damaged = whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]
    for stored in (damaged, whole[:-1], whole[:3], b"", whole + b"\0"):
        assert PackedTokens.from_bytes(stored, 384) is None
    assert PackedTokens.from_bytes(whole, 768) is None


def test_a_text_without_tokens_is_near_nothing() -> None:
    empty = pack(TokenVectors((), np.zeros((0, 384), np.float32)))
    assert empty.cosines(turned(tokens(3).vectors)).shape == (3, 0)
    assert PackedTokens.from_bytes(empty.to_bytes(), 384) is not None


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TokenWriter]:
    opened = TokenWriter(tmp_path / TOKENS, "words@1")
    yield opened
    opened.close()


def reader(folder: Path, model: str = "words@1") -> TokenReader:
    return TokenReader(folder / TOKENS, model, 384)


def test_tokens_are_found_by_their_text_and_by_their_model(writer: TokenWriter, tmp_path: Path) -> None:
    writer.remember(["cat \ud800", "dog"], [pack(tokens(2)), pack(tokens(3))])
    assert writer.unknown(["cat \ud800", "bird"]) == {"bird"}
    found = reader(tmp_path).recall(["dog", "bird", "cat \ud800", "dog"])
    assert {text: len(one.scales) for text, one in found.items()} == {"cat \ud800": 2, "dog": 3}
    assert reader(tmp_path, "words@2").recall(["dog"]) == {}


def test_what_is_not_wanted_any_more_is_forgotten(writer: TokenWriter, tmp_path: Path) -> None:
    writer.remember(["cat", "dog", "bird"], [pack(tokens(1))] * 3)
    assert (writer.exceeds(2), writer.exceeds(3)) == (True, False)
    writer.forget_all_but([writer.key("bird"), writer.key("fish")])
    assert reader(tmp_path).recall(["cat", "dog", "bird"]).keys() == {"bird"}


def test_a_reader_needs_no_file_and_bears_one_that_is_none_or_held(writer: TokenWriter, tmp_path: Path) -> None:
    late = reader(tmp_path)
    assert late.recall(["cat"]) == {}
    writer.remember(["cat"], [pack(tokens(1))])
    assert late.recall(["cat"]).keys() == {"cat"}
    with sqlite3.connect(tmp_path / TOKENS) as database:
        database.execute("BEGIN EXCLUSIVE")
        assert late.recall(["cat"]) == {}
        database.rollback()
    database.close()
    assert late.recall(["cat"]).keys() == {"cat"}
    late.close()
    (tmp_path / TOKENS).write_bytes(b"no database at all" * 100)
    assert reader(tmp_path).recall(["cat"]) == {}


def test_a_damaged_file_is_thrown_away_by_the_writer(tmp_path: Path) -> None:
    (tmp_path / TOKENS).write_bytes(b"no database at all" * 100)
    writer = TokenWriter(tmp_path / TOKENS, "words@1")
    assert writer.unknown(["cat"]) == {"cat"}
    writer.remember(["cat"], [pack(tokens(1))])
    assert writer.unknown(["cat"]) == set()
    writer.close()


def test_words_are_compared_with_those_of_title_and_text(tmp_path: Path) -> None:
    seen = LateInteraction(tmp_path, Counting()).compare("dog cat", [passage("the cat", "dog"), passage("")])
    assert seen.asked == ((0, 3), (4, 7))
    assert seen.passages[0].spans.tolist() == [[-4, -1], [0, 3], [4, 7]]
    # "the" is no word that the embedder knows: all such words have an axis of their own.
    assert seen.passages[0].cosines == pytest.approx(np.array([[1, 0, 0], [0, 0, 1]]), abs=0.1)
    assert seen.passages[1].cosines.shape == (2, 0)


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    embedder = Counting()
    late = LateInteraction(tmp_path, embedder)
    first, second = passage("dog"), passage("bird", "cat")
    late.compare("cat", [first, second, first])
    late.compare("dog", [second, passage("dog")])
    assert embedder.read == ["cat", "dog", "cat\nbird", "dog"]


def test_indexing_keeps_the_tokens_of_passages_and_a_question_then_reads_none(tmp_path: Path) -> None:
    embedder = Counting()
    update_index(tmp_path, [CAT, DOG, BIRD], embedder=embedder)
    embedder.read.clear()
    with open_index(tmp_path, None, embedder) as index:
        passages = [one for id in ("cat.md", "dog.md") for one in index.passages(id)]
        stored = index.interact("cat and dog", passages)
    assert embedder.read == ["cat and dog"]
    (tmp_path / TOKENS).unlink()
    with open_index(tmp_path, None, embedder) as index:
        fresh = index.interact("cat and dog", passages)
    for one, other in zip(stored.passages, fresh.passages, strict=True):
        assert one.spans.tolist() == other.spans.tolist()
        assert (one.cosines == other.cosines).all()


def test_a_file_that_was_lost_is_made_again_and_one_that_grows_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count() -> int:
        with sqlite3.connect(tmp_path / TOKENS) as database:
            return int(database.execute("SELECT count(*) FROM tokens").fetchone()[0])

    embedder = Counting()
    update_index(tmp_path, [CAT, DOG, BIRD], embedder=embedder)
    (tmp_path / TOKENS).unlink()
    update_index(tmp_path, [CAT, DOG, BIRD], embedder=embedder, only=True, anew=True)
    assert count() == 3
    update_index(tmp_path, [], remove=["dog.md"], embedder=embedder)
    assert count() == 3
    monkeypatch.setattr("index.draft._LEFT_OVER", 0)
    update_index(tmp_path, [], remove=["cat.md"], embedder=embedder)
    assert count() == 1


def test_what_a_question_was_compared_with_last_is_not_compared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    plain = PackedTokens.cosines

    def counted(self: PackedTokens, asked: np.ndarray) -> np.ndarray:
        compared.append(len(asked))
        return plain(self, asked)

    monkeypatch.setattr(PackedTokens, "cosines", counted)
    interaction = LateInteraction(tmp_path, Counting())
    first = interaction.compare("cat", [passage("cat dog"), passage("dog")])
    again = interaction.compare("cat", [passage("dog"), passage("dog cat dog")])
    assert again.passages[0].cosines.tolist() == first.passages[1].cosines.tolist()
    assert len(compared) == 3
    other = interaction.compare("dog", [passage("dog")])
    assert len(compared) == 4
    assert other.passages[0].cosines.tolist() != first.passages[1].cosines.tolist()
    interaction.close()
