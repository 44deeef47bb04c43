"""A large index of documents that are made up: prepared in other processes, and written in this one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bench.synthetic import SyntheticEmbedder, make_document
from index.draft import Draft
from index.generations import publish, writing
from index.packed_tokens import PackedTokens
from index.preparing import Prepared, prepare
from index.settings import IndexSettings
from index.token_store import TOKENS, TokenWriter

__all__ = ["PARAGRAPHS", "PASSAGES", "SETTINGS", "make_index"]

# A document, as it is split by these settings.
PARAGRAPHS, PASSAGES = 9, 7
SETTINGS = IndexSettings(passage_tokens=150)

# Documents that travel together, and how many such parcels may wait to be written.
_TOGETHER, _WAITING = 40, 4


def make_index(folder: Path, documents: int, processes: int = 2) -> None:
    """Make an index of so many documents with their tokens.

    It is the index that `update_index` makes of them, but for the file that keeps vectors so that
    nothing is embedded twice: what is made up costs nothing.
    """
    embedder = SyntheticEmbedder()
    with (
        writing(folder) as place,
        closing(TokenWriter(folder / TOKENS, embedder.name)) as tokens,
        closing(Draft(place, None, embedder, tokens, SETTINGS)) as draft,
    ):
        for prepared in _prepared(documents, processes):
            draft.add(prepared)
        publish(folder, place, draft.finish(1))


class _Uncached:
    """Embeds, and keeps nothing; tokens are packed once for each row of the table that they come from."""

    def __init__(self, embedder: SyntheticEmbedder) -> None:
        self._embedder = embedder

    def embed(self, texts: Sequence[str], progress: Callable[[int], None], passages: int = 0) -> np.ndarray:
        return self._embedder.embed_passages(texts)

    def tokens(self, texts: Sequence[str]) -> list[PackedTokens]:
        return self._embedder.packed_tokens(texts)


def _prepared(count: int, processes: int) -> Iterator[list[Prepared]]:
    waiting: deque[Future[list[Prepared]]] = deque()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for start in range(0, count, _TOGETHER):
            waiting.append(pool.submit(_prepare, range(start, min(start + _TOGETHER, count))))
            if len(waiting) > _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _prepare(numbers: range) -> list[Prepared]:
    embedder = _embedder()
    documents = [make_document(number, PARAGRAPHS) for number in numbers]
    return prepare(documents, embedder, _Uncached(embedder), SETTINGS, with_tokens=True)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def _embedder() -> SyntheticEmbedder:
    return SyntheticEmbedder()
