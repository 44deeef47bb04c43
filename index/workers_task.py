"""What a worker does with the documents that it is sent; it knows nothing of who sends them.

Whatever is sent is made here: originals with the name of their reader, and the model with its files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from corpus import Document, Original, Skipped, UnreadableDocument
from corpus.reading import READERS, Reader
from index.cache import EmbeddingCache
from index.embedding import Embedder
from index.errors import ModelUnavailable
from index.exported import DESCRIPTION, GRAPH, TOKENIZER, OnnxEmbedder
from index.models import load_embedder
from index.preparing import Prepared, Shelf, prepare, storable
from index.settings import IndexSettings
from index.token_store import TokenWriter

__all__ = ["Errand", "Model", "errand_of", "model_of", "size_of", "work"]

_MEMORY = Path(":memory:")
_LOADED: dict[str, Embedder] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """An embedder as it is sent: the files of an export, {name: uint8}, or none for one that is loaded by its name."""

    name: str
    model: str
    key: str
    files: dict[str, np.ndarray] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Errand:
    """An original to read; `reader` is the suffix that it stands under in READERS, or one that can be sent."""

    id: str
    source: str
    fingerprint: str
    data: bytes = field(repr=False)
    reader: str | Reader


def model_of(embedder: Embedder, settings: IndexSettings) -> Model:
    """The embedder, to be sent to workers."""
    if not isinstance(embedder, OnnxEmbedder):
        return Model(embedder.name, settings.model, embedder.name, {})
    files = {
        name: np.frombuffer((embedder.folder / name).read_bytes(), np.uint8)
        for name in (DESCRIPTION, GRAPH, TOKENIZER)
    }
    return Model(embedder.name, settings.model, f"{embedder.name} {embedder.checksum}", files)


def errand_of(item: Document | Original) -> Document | Errand:
    """A document or an original, to be sent to workers."""
    if isinstance(item, Document):
        return item
    suffix = next((suffix for suffix, reader in READERS.items() if reader is item.reader), None)
    reader = item.reader if suffix is None else suffix
    return Errand(item.id, item.source, item.fingerprint, item.data, reader)


def size_of(item: Document | Original) -> int:
    """About as many bytes as it takes to send it."""
    return len(item.text) if isinstance(item, Document) else len(item.data)


def work(
    errands: Sequence[Document | Errand], model: Model, settings: IndexSettings, threads: int = 1,
    shelf: Shelf | None = None,
) -> list[Prepared | Skipped]:  # fmt: skip
    """What becomes of each: all that is to be written of it, or why it could not be read.

    Where there is a `shelf`, it is written here.
    """
    read = [_read(errand) for errand in errands]
    embedder = _embedder(model, threads)
    tokens = TokenWriter(_MEMORY, embedder.name)
    cache = EmbeddingCache(_MEMORY, embedder, tokens)
    documents = [one for one in read if isinstance(one, Document)]
    try:
        prepared = prepare(documents, embedder, cache, settings, with_tokens=True)
    finally:
        cache.close()
        tokens.close()
    made = iter(shelf.put(prepared) if shelf else prepared)
    return [one if isinstance(one, Skipped) else next(made) for one in read]


def _read(errand: Document | Errand) -> Document | Skipped:
    if isinstance(errand, Document):
        return errand
    reader = READERS[errand.reader] if isinstance(errand.reader, str) else errand.reader
    try:
        return storable(Original(errand.id, errand.source, errand.fingerprint, errand.data, reader).read())
    except UnreadableDocument as error:
        return Skipped.because_of(error, errand.id)


def _embedder(model: Model, threads: int) -> Embedder:
    """The embedder of that model, loaded once in each process."""
    if model.key not in _LOADED:
        _LOADED[model.key] = _unpacked(model, threads) if model.files else _named(model)
    return _LOADED[model.key]


def _unpacked(model: Model, threads: int) -> Embedder:
    with tempfile.TemporaryDirectory(prefix="model-") as folder:
        for name, data in model.files.items():
            (Path(folder) / name).write_bytes(data)
        embedder = OnnxEmbedder.open(Path(folder), threads)
        # Loaded now, all of it: the files go.
        embedder.count_tokens("")
        embedder.embed_passages([""])
    return embedder


def _named(model: Model) -> Embedder:
    embedder = load_embedder(model.model, model.name)
    if embedder.name != model.name:
        raise ModelUnavailable(
            f"the workers have {embedder.name} where {model.name} is wanted; put the same model, "
            f"{model.model}, on every machine"
        )
    return embedder
