"""`python -m bench.writer LOG COMMAND...`: a command of the index with an embedder that is fast, to be killed.

LOG gets a line for each text whose vector was embedded and stored. Batches are small and slow, so
that a kill meets the embedding as often as it meets what comes after.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

import numpy as np

import index.cache
import index.layers
import index.repairing
import index.searching
import index.texts
import index.updating
from bench.synthetic import SyntheticEmbedder
from corpus.command import dispatch
from index.__main__ import COMMANDS

__all__ = ["DIMENSION", "PUBLISHING", "main"]

DIMENSION = 32
PUBLISHING = "publishing"
_BATCH, _SECONDS = 8, 0.002
# So small an index is to be changed as a large one is.
_LAYERED_FROM = 50


class _Slow(SyntheticEmbedder):
    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        time.sleep(_SECONDS)
        return super().embed_passages(texts)


class _Logged(index.cache.EmbeddingCache):
    log = -1

    def _remember(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        super()._remember(keys, vectors)
        os.write(self.log, "".join(f"{key.hex()}\n" for key in keys).encode())


def main(log: str, command: Sequence[str]) -> int:
    """The command's exit status; "ready" is printed before it begins, and PUBLISHING before it publishes."""
    embedder = _Slow(DIMENSION)
    for module in (index.updating, index.repairing, index.searching):
        module.load_embedder = lambda *_: embedder  # type: ignore[attr-defined]
    index.cache._BATCH = _BATCH
    index.layers.LAYERED_FROM = index.texts.IN_PLACE_FROM = _LAYERED_FROM
    publish = index.updating.publish
    index.updating.publish = lambda *given: (print(PUBLISHING, flush=True), publish(*given))  # type: ignore[attr-defined,func-returns-value]
    index.updating.EmbeddingCache = _Logged  # type: ignore[attr-defined,misc]
    _Logged.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    embedder.embed_question("warm")
    print("ready", flush=True)
    return dispatch("index", "", COMMANDS, command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
