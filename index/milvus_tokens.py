"""The packed tokens of passages, read from Milvus: a closer look then needs no model."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from index.errors import EngineFault
from index.milvus_collections import Build, Kind, key_of, read_blobs
from index.milvus_engine import Engine
from index.milvus_rows import tokens_in
from index.packed_tokens import PackedTokens

__all__ = ["MilvusTokens"]

_MOST_KEYS = 20_000


class MilvusTokens:
    """Tokens of the passages that were found lately, by their texts; safe from many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._build: Build | None = None
        self._dimension = 0
        self._keys: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def read_from(self, build: Build, dimension: int) -> None:
        """Read them from that build from now on."""
        with self._lock:
            if build != self._build:
                self._keys.clear()
            self._build, self._dimension = build, dimension

    def remember(self, text: str, key: int) -> None:
        """A passage of that text has this key."""
        with self._lock:
            self._keys[text] = key
            self._keys.move_to_end(text)
            while len(self._keys) > _MOST_KEYS:
                self._keys.popitem(last=False)

    def recall(self, texts: Sequence[str]) -> dict[str, PackedTokens]:
        """{text: its tokens} of those that are known; the others are to be made by the model."""
        with self._lock:
            build, known = self._build, {text: self._keys[text] for text in texts if text in self._keys}
        keys = {text: key_of(Kind.TOKENS, key) for text, key in known.items()}
        if not keys or build is None:
            return {}
        try:
            kept = read_blobs(self._engine, build, list(keys.values()))
        except EngineFault:
            return {}  # they can be made again
        read = {text: tokens_in(kept[key], self._dimension) for text, key in keys.items() if key in kept}
        return {text: tokens for text, tokens in read.items() if tokens}

    def close(self) -> None:
        """Nothing is held."""
