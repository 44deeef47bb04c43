"""A question's words beside those of passages, each in its context.

Late interaction: Khattab and Zaharia, ColBERT (SIGIR 2020), here with the embedding model's own
token vectors.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus import Passage
from index.embedding import Embedder, TokenVectors
from index.hit import Interaction, TokenCosines
from index.packed_tokens import PackedTokens, pack, turned
from index.token_store import TOKENS, TokenReader

__all__ = ["LateInteraction", "StoredTokens", "searchable"]

# Of passages that were compared lately: some 50 MB.
_MOST_TOKENS = 400_000


def searchable(context: str, text: str) -> str:
    """What is embedded of a passage or of one of its sentences: its title and headings, then the text."""
    return f"{context}\n{text}" if context else text


class StoredTokens(Protocol):
    """Tokens of texts that were kept."""

    def recall(self, texts: Sequence[str]) -> dict[str, PackedTokens]:
        """{text: its tokens} of those that are known."""
        ...

    def close(self) -> None:
        """Let go of them."""
        ...


@dataclass(frozen=True, slots=True)
class _Compared:
    """The question asked last: a reader compares it with passages that the ranking has compared it with.

    `vectors` are its tokens' as packed ones are turned, `cosines` those with each text's tokens.
    """

    question: str
    asked: TokenVectors
    vectors: np.ndarray
    cosines: dict[str, np.ndarray]


class LateInteraction:
    """Compares with the tokens stored in the index's folder, or in `stored`; passages without any are read now.

    Both are rounded alike, so that what is found doesn't depend on what was stored. Safe from many threads.
    """

    def __init__(self, folder: Path, embedder: Embedder, stored: StoredTokens | None = None) -> None:
        self._embedder = embedder
        self._stored = stored or TokenReader(folder / TOKENS, embedder.name, embedder.dimension)
        self._kept: OrderedDict[str, PackedTokens] = OrderedDict()
        self._tokens = 0
        self._last: _Compared | None = None
        self._lock = threading.Lock()

    def compare(self, question: str, passages: Sequence[Passage]) -> Interaction:
        """The cosine of each of the question's tokens and each of the passages'."""
        texts = [searchable(passage.context, passage.text) for passage in passages]
        last = self._last
        before = last if last and last.question == question else None
        asked, read = self._read(question, list(dict.fromkeys(texts)), before.asked if before else None)
        vectors, known = (before.vectors, before.cosines) if before else (turned(asked.vectors), {})
        cosines = {text: known[text] if text in known else tokens.cosines(vectors) for text, tokens in read.items()}
        self._last = _Compared(question, asked, vectors, cosines)
        return Interaction(
            asked=asked.spans,
            passages=tuple(
                TokenCosines(read[text].spans - len(searchable(passage.context, "")), cosines[text])
                for passage, text in zip(passages, texts, strict=True)
            ),
        )

    def close(self) -> None:
        """Let go of the file."""
        self._stored.close()

    def _read(
        self, question: str, texts: list[str], asked: TokenVectors | None
    ) -> tuple[TokenVectors, dict[str, PackedTokens]]:
        """The question's tokens, unless they are known, and those of each text."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
            for text in known:
                self._kept.move_to_end(text)
        unseen = [text for text in texts if text not in known]
        read = self._stored.recall(unseen) if unseen else {}
        missing = [text for text in unseen if text not in read]
        if asked is None:
            asked, *fresh = self._embedder.embed_tokens([question, *missing])
        else:
            fresh = self._embedder.embed_tokens(missing) if missing else []
        read |= {text: pack(tokens) for text, tokens in zip(missing, fresh, strict=True)}
        self._keep(read)
        return asked, known | read

    def _keep(self, read: dict[str, PackedTokens]) -> None:
        with self._lock:
            for text, tokens in read.items():
                before = self._kept.pop(text, None)
                self._tokens += len(tokens.scales) - (len(before.scales) if before else 0)
                self._kept[text] = tokens
            while self._tokens > _MOST_TOKENS and self._kept:
                self._tokens -= len(self._kept.popitem(last=False)[1].scales)
