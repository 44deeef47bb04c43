"""Passages to hits: embedding, vector and lexical search, and the index on disk."""

import corpus.one_thread  # noqa: F401
from index.embedding import Embedder, TokenVectors
from index.errors import (
    EngineMissing,
    EngineUnavailable,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    ModelUnavailable,
    UnknownDocument,
)
from index.hit import Hit, Interaction, Only, OpenIndex, Searcher, TokenCosines
from index.manifest import Manifest
from index.place import MilvusAddress, Place, beside, index_place
from index.searching import Index, open_index
from index.settings import DEFAULT_FOLDER, IndexSettings, SearchSettings
from index.store import DocumentRecord
from index.updating import Summary, update_index
from index.vectors import VectorStore

__all__ = [
    "DEFAULT_FOLDER",
    "DocumentRecord",
    "Embedder",
    "EngineMissing",
    "EngineUnavailable",
    "Hit",
    "Index",
    "IndexBusy",
    "IndexDamaged",
    "IndexMismatch",
    "IndexMissing",
    "IndexSettings",
    "IndexUnwritable",
    "Interaction",
    "Manifest",
    "MilvusAddress",
    "ModelUnavailable",
    "Only",
    "OpenIndex",
    "Place",
    "SearchSettings",
    "Searcher",
    "Summary",
    "TokenCosines",
    "TokenVectors",
    "UnknownDocument",
    "VectorStore",
    "beside",
    "index_place",
    "open_index",
    "update_index",
]
