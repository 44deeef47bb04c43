"""What can be set: how an index is made, and how it is searched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["DEFAULT_FOLDER", "DEFAULT_MODEL", "IndexSettings", "SearchSettings"]

DEFAULT_FOLDER = Path("index/built")
DEFAULT_MODEL = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """How an index is made; a change of any of these makes it anew.

    `model` is "all-MiniLM-L6-v2" (packaged), a folder, or any model name that sentence-transformers
    knows; with "@original" behind it, it is served as it is, and not quantised. `passage_tokens` is
    the budget of a passage with its headings, in the model's tokens; 0 leaves each section whole, of
    which the model sees the beginning: published figures are made so.
    """

    model: str = DEFAULT_MODEL
    passage_tokens: int = 220


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How an index is searched; takes effect at once.

    `lexical_weight` is the share of BM25 in the fused score, 0 (vectors alone) to 1 (words alone).
    `context_weight` is the weight of a word in title and headings against one in the text.
    `sentence_weight` is the share of a passage's best sentence in its vector score, 0 to 1.
    `depth` is how many candidates each half of the search brings.
    """

    lexical_weight: float = 0.4
    context_weight: float = 2.0
    sentence_weight: float = 0.6
    depth: int = 100
