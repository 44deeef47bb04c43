"""The vectors of an evaluation's questions, kept beside the index: they are asked again with every setting."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import Embedder, TokenVectors
from index.cache import EmbeddingCache

__all__ = ["FILE_NAME", "KeptQuestions"]

FILE_NAME = "questions.sqlite"


class KeptQuestions:
    """An embedder that embeds no question twice: what it gave is in `folder`, as exactly as it came.

    Where the folder can't be written to, nothing is kept. For one thread.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._cache = EmbeddingCache(folder / FILE_NAME, _Asked(embedder)) if os.access(folder, os.W_OK) else None

    @property
    def name(self) -> str:
        """The embedder's own."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """The embedder's own."""
        return self._embedder.dimension

    @property
    def window(self) -> int:
        """The embedder's own."""
        return self._embedder.window

    def embed_question(self, question: str) -> np.ndarray:
        """As the embedder's own."""
        try:
            return self._cache.embed([question])[0] if self._cache else self._embedder.embed_question(question)
        except sqlite3.OperationalError:  # a full disk, or somebody else who writes there
            self.close()
            self._cache = None
            return self._embedder.embed_question(question)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """As the embedder's own."""
        return self._embedder.embed_passages(texts)

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[TokenVectors]]:
        """As the embedder's own."""
        return self._embedder.embed_with_tokens(texts)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As the embedder's own."""
        return self._embedder.embed_tokens(texts)

    def count_tokens(self, text: str) -> int:
        """As the embedder's own."""
        return self._embedder.count_tokens(text)

    def close(self) -> None:
        """Let go of the file, in which the oldest make room for the newest."""
        if self._cache:
            self._cache.prune()
            self._cache.close()


class _Asked:
    """An embedder of questions as if they were passages, under a name of its own."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimension = f"{embedder.name} asked", embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._embedder.embed_question(text) for text in texts])
