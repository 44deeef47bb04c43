"""Text to vectors: the seam that every embedding model stands behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

__all__ = ["Embedder", "TokenVectors", "embed_in_conversation", "encodable", "own_tokens"]

# What the question before counts beside one, and the cosine of the two below which it doesn't: the
# conversation has come to something else.
_BEFORE, _SAME_TOPIC = 0.25, 0.15


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of a text in their context.

    `spans` are their half-open ranges of characters, `vectors` float32 of shape (tokens, dimension),
    each row of length 1.
    """

    spans: tuple[tuple[int, int], ...]
    vectors: np.ndarray


class Embedder(Protocol):
    """Gives unit vectors, so that the inner product of two is their cosine.

    `name` identifies the model with its weights: vectors of different names are not comparable.
    `window` is how many tokens of a text the model sees, without the special ones.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def window(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """float32, shape (len(texts), dimension), each row of length 1."""
        ...

    def embed_question(self, question: str) -> np.ndarray:
        """float32, shape (dimension,), of length 1."""
        ...

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[TokenVectors]]:
        """What `embed_passages` and `embed_tokens` give, in one go."""
        ...

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The vectors of each text's tokens, as far as the window reaches, without the special ones."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens the text has, without the special ones."""
        ...


def embed_in_conversation(embedder: Embedder, question: str, before: str) -> np.ndarray:
    """The vector of a question that was asked after another, of length 1; that of the question where `before` is ""."""
    vector = embedder.embed_question(question)
    if not before.strip():
        return vector
    earlier = embedder.embed_question(before)
    if vector @ earlier < _SAME_TOPIC:
        return vector
    both = vector + _BEFORE * earlier
    return np.asarray(both / np.linalg.norm(both), np.float32)


def own_tokens(tokens: Any, vectors: np.ndarray) -> TokenVectors:
    """A text's own tokens among those that a tokenizer of the tokenizers library gave it.

    Those that it added (at the beginning, the end, as padding) stand for none of its characters.
    `vectors` has a row for each token that the model saw, which may be fewer.
    """
    rows = [row for row in range(min(len(vectors), len(tokens.ids))) if not tokens.special_tokens_mask[row]]
    lengths = np.linalg.norm(vectors[rows], axis=1, keepdims=True)
    return TokenVectors(
        spans=tuple(tokens.offsets[row] for row in rows),
        vectors=np.ascontiguousarray(vectors[rows] / np.maximum(lengths, 1e-12), np.float32),
    )


def encodable(text: str) -> str:
    """The text without lone surrogates, which JSON may bring and the tokenizer can't take."""
    return text.encode("utf-8", "replace").decode("utf-8")
