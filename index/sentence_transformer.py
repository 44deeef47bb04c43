"""Any sentence-transformers model, as it is. Only this file and index.exporting know PyTorch."""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import TokenVectors, encodable, own_tokens
from index.errors import ModelUnavailable
from index.settings import DEFAULT_MODEL

__all__ = ["SentenceTransformerEmbedder", "has_cuda", "load_model"]

# Characters embedded at once, padding included: small batches of short texts waste half the time,
# larger ones fall out of the processor's caches.
_CHARACTERS_AT_ONCE = 24_000


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, loaded when it is first needed; safe from many threads.

    `place` is a folder or a name that sentence-transformers knows. ModelUnavailable is raised where
    it can't be loaded. `exactly`, it computes in float32 even where less would be twice as fast.
    """

    def __init__(self, name: str, place: str, exactly: bool = False) -> None:
        self.name = name
        self._place, self._exactly = place, exactly
        self._loading = threading.Lock()
        self._loaded: Any = None

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    @property
    def window(self) -> int:
        return int(self._model.get_max_seq_length() or 512) - 2

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        with self._arithmetic():
            for rows in _batches([len(text) for text in texts]):
                vectors[rows] = self._encode([texts[row] for row in rows], ("document", "passage"))
        return vectors

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[TokenVectors]]:
        return self.embed_passages(texts), self.embed_tokens(texts)

    def embed_question(self, question: str) -> np.ndarray:
        return np.ascontiguousarray(self._encode([question], ("query", "question"))[0], np.float32)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        clean = [encodable(text) for text in texts]
        read: dict[int, TokenVectors] = {}
        with self._arithmetic():
            for rows in _batches([len(text) for text in clean]):
                batch = [clean[row] for row in rows]
                outputs = self._model.encode(
                    batch, output_value="token_embeddings", batch_size=len(batch), show_progress_bar=False
                )
                encoded = self._tokenizer.encode_batch(batch, add_special_tokens=True)
                for row, tokens, output in zip(rows, encoded, outputs, strict=True):
                    read[row] = own_tokens(tokens, output.float().cpu().numpy())
        return [read[row] for row in range(len(texts))]

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids)

    def _encode(self, texts: list[str], prompts: tuple[str, ...]) -> np.ndarray:
        known = getattr(self._model, "prompts", None) or {}
        return self._model.encode(
            [encodable(text) for text in texts],
            prompt=next((known[name] for name in prompts if known.get(name)), None),
            batch_size=len(texts),
            normalize_embeddings=True,
            show_progress_bar=False,
        )

    def _arithmetic(self) -> AbstractContextManager[Any]:
        return nullcontext() if self._exactly else _fast_arithmetic()

    @property
    def _model(self) -> Any:
        with self._loading:
            if self._loaded is None:
                self._loaded = load_model(self._place)
            return self._loaded

    @cached_property
    def _tokenizer(self) -> Any:
        """The tokenizer itself, a copy that never truncates: counting must see the whole text."""
        tokenizer = copy.deepcopy(self._model.tokenizer.backend_tokenizer)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def load_model(place: str, **options: Any) -> Any:
    """The SentenceTransformer in a folder or of a name; ModelUnavailable where it can't be loaded."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if Path(place).is_dir():
        # Nothing is downloaded, and a bar for half a second's loading is noise.
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(place, **options)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelUnavailable(
            f"the embedding model {place!r} can't be loaded ({reason}); "
            f"name {DEFAULT_MODEL}, a folder or a model that can be downloaded"
        ) from error


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Rows of texts of similar length, so that little is padded, and not too many at once."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * max(lengths[row], 64) > _CHARACTERS_AT_ONCE:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _fast_arithmetic() -> AbstractContextManager[Any]:
    """bfloat16 where the processor has instructions for it: twice as fast, cosine 0.9999 to float32."""
    import torch

    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    fast = not torch.cuda.is_available() and supported()
    return torch.autocast("cpu", dtype=torch.bfloat16) if fast else nullcontext()


def has_cuda() -> bool:
    """Whether PyTorch can compute on an NVIDIA card."""
    import torch

    return bool(torch.cuda.is_available())
