"""Documents and vectors that are made up: as many as wanted, the same each time, and fast."""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np

from corpus import Document, plain_document
from corpus.tokens import model_folder
from index import Embedder, TokenVectors
from index.packed_tokens import PackedTokens, pack

__all__ = ["MixedEmbedder", "SyntheticEmbedder", "make_document", "make_documents", "make_question", "make_text"]

_ROWS = 1 << 14
_WORDS = 500_000
_TOPICS = 500
_OF_A_TOPIC = 60
# The words before are too frequent to tell one topic from another; those after so many more too rare.
_TELLING, _TOPICAL = 1000, 20_000


class SyntheticEmbedder:
    """The direction of a text is the sum of its words', which are random; a long word weighs more.

    Some twenty microseconds a sentence. Texts that share rare words are near one another, so documents of a
    topic are a cluster, as those of a real model are.
    """

    window = 254

    def __init__(self, dimension: int = 384) -> None:
        self.name = f"synthetic-{dimension}@1"
        self.dimension = dimension
        self._directions = np.random.default_rng(1).standard_normal((_ROWS, dimension), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.embed_question(text) for text in texts]) if texts else np.zeros((0, self.dimension))

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[TokenVectors]]:
        return self.embed_passages(texts), self.embed_tokens(texts)

    def embed_question(self, question: str) -> np.ndarray:
        words = question.lower().split() or ["-"]
        weights = np.array([len(word) ** 2 for word in words], np.float32)
        vector = weights @ self._directions[[_row(word) for word in words]]
        return vector / np.float32(np.sqrt(vector @ vector))

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [self._tokens(list(re.finditer(r"\S+", text))) for text in texts]

    def packed_tokens(self, texts: Sequence[str]) -> list[PackedTokens]:
        """What `pack` makes of `embed_tokens`, at a small part of its cost: each direction is packed once."""
        found = []
        for text in texts:
            words = list(re.finditer(r"\S+", text))
            rows = [_row(word[0].lower()) for word in words]
            spans = np.array([word.span() for word in words], np.int32).reshape(-1, 2)
            found.append(PackedTokens(spans, self._packed.codes[rows], self._packed.scales[rows]))
        return found

    @cached_property
    def _packed(self) -> PackedTokens:
        lengths = np.linalg.norm(self._directions, axis=1, keepdims=True)
        return pack(TokenVectors(((0, 0),) * _ROWS, self._directions / lengths))

    def _tokens(self, words: list[re.Match[str]]) -> TokenVectors:
        rows = [_row(word[0].lower()) for word in words]
        vectors = self._directions[rows].reshape(-1, self.dimension)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return TokenVectors(tuple(word.span() for word in words), vectors / lengths)

    def count_tokens(self, text: str) -> int:
        return text.count(" ") + 1


class MixedEmbedder(SyntheticEmbedder):
    """Questions are read by the model, which takes its time; what they are searched with is made up all the same."""

    def __init__(self, model: Embedder) -> None:
        super().__init__(model.dimension)
        self._model = model

    def embed_question(self, question: str) -> np.ndarray:
        self._model.embed_question(question)
        return super().embed_question(question)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self._model.embed_tokens(texts)
        return super().embed_tokens(texts)

    def count_tokens(self, text: str) -> int:
        return self._model.count_tokens(text)


def make_text(chance: random.Random, topic: int, sentences: int) -> str:
    """Sentences of 8 to 32 words: one in four of the topic's own, the others by Zipf's law."""
    return " ".join(_sentence(chance, topic) for _ in range(sentences))


def make_document(number: int, passages: int, version: int = 0, sentences: int = 5) -> Document:
    """One of so many paragraphs, a passage each; another version has another first paragraph."""
    chance = random.Random(f"{number}")
    topic = chance.randrange(_TOPICS)
    paragraphs = [make_text(chance, topic, sentences) for _ in range(passages)]
    if version:
        paragraphs[0] = make_text(random.Random(f"{number}.{version}"), topic, sentences)
    id = f"{number:06}.txt"
    return plain_document(id, f"Document {number}", f"synthetic/{id}", "\n\n".join(paragraphs))


def make_documents(count: int, passages: int, sentences: int = 5) -> Iterator[Document]:
    """So many documents, one at a time."""
    return (make_document(number, passages, sentences=sentences) for number in range(count))


def make_question(chance: random.Random) -> str:
    """A question of 4 to 9 words on a topic, with function words such as people use."""
    topic = chance.randrange(_TOPICS)
    words = [_topical(chance, topic) if chance.random() < 0.5 else _any(chance) for _ in range(chance.randint(2, 6))]
    return f"what is the {' '.join(words)}?"


def _sentence(chance: random.Random, topic: int) -> str:
    vocabulary, shares = _vocabulary()
    words = chance.choices(vocabulary, cum_weights=shares, k=chance.randint(8, 32))
    words = [_topical(chance, topic) if chance.random() < 0.25 else word for word in words]
    return " ".join(words).capitalize() + "."


@lru_cache(maxsize=1 << 20)
def _row(word: str) -> int:
    return zlib.crc32(word.strip(".?").encode("utf-8", "replace")) % _ROWS


def _any(chance: random.Random) -> str:
    words, shares = _vocabulary()
    return chance.choices(words, cum_weights=shares)[0]


def _topical(chance: random.Random, topic: int) -> str:
    words, _ = _vocabulary()
    place = min(int(chance.paretovariate(1.0)), _OF_A_TOPIC) - 1
    return words[_TELLING + (topic * 7919 + place * 104_729) % _TOPICAL]


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[list[str], list[float]]:
    """The embedding model's words, about the most frequent first, then made-up ones; and their shares, added up.

    Shares are by Zipf's law. A million passages hold nearly all of the half million words.
    """
    vocabulary = json.loads((model_folder() / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    words = [word for word in sorted(vocabulary, key=vocabulary.__getitem__) if re.fullmatch("[a-z]{2,}", word)]
    syllables = [before + vowel for before in "bdfgklmnprstvz" for vowel in "aeiou"]
    rare = ("".join(syllables[number * 37 // 70**place % 70] for place in range(4)) for number in range(_WORDS))
    words = list(dict.fromkeys([*words, *rare]))[:_WORDS]
    return words, list(accumulate(1 / (rank + 2.7) for rank in range(1, len(words) + 1)))
