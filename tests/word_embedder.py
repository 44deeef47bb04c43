"""An embedder whose vectors are known without running anything: one axis a word."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from corpus import Document, plain_document
from index import TokenVectors

WORDS = ("cat", "dog", "fish", "bird", "milk", "bone", "water", "seed")


class WordEmbedder:
    """Counts the words that it knows; the last axis is for texts that have none of them.

    "cat dog" is (1, 1, 0, ...) / √2. `embedded` are the passages that it was given, in order.
    """

    window = 254

    def __init__(self, words: Sequence[str] = WORDS, name: str = "words@1") -> None:
        self.name = name
        self.words = tuple(words)
        self.dimension = len(words) + 1
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += texts
        return np.stack([self.embed_question(text) for text in texts]) if texts else np.zeros((0, self.dimension))

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[TokenVectors]]:
        return self.embed_passages(texts), self.embed_tokens(texts)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """A token a word."""
        found = [list(re.finditer(r"\w+", text)) for text in texts]
        return [
            TokenVectors(
                tuple(word.span() for word in words),
                np.array([self.embed_question(word[0]) for word in words], np.float32).reshape(-1, self.dimension),
            )
            for words in found
        ]

    def embed_question(self, question: str) -> np.ndarray:
        found = re.findall(r"\w+", question.lower())
        counts = [found.count(word) for word in self.words]
        vector = np.array([*counts, 0 if any(counts) else 1], np.float32)
        return vector / np.float32(math.sqrt(float(vector @ vector)))

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def document(id: str, text: str, title: str = "", source: str = "") -> Document:
    """A plain document; paragraphs are parted by blank lines."""
    return plain_document(id, title, source or f"docs/{id}", text)


CAT = document("cat.md", "The cat drinks milk.")
DOG = document("dog.md", "The dog has a bone. The dog drinks water.")
BIRD = document("bird.md", "A bird eats seed.")
