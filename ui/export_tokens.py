"""The model's vocabulary, for a tokenizer in the browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import QuidError
from corpus.tokens import load_tokenizer

__all__ = ["NotPackable", "Vocabulary", "read_vocabulary"]


class NotPackable(QuidError):
    """The index can't be packed: its model is of a kind that a browser isn't taught here."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A WordPiece vocabulary in the order of its ids, and how its tokenizer treats a text."""

    pieces: tuple[str, ...]
    settings: dict[str, Any]
    tokenizer: Any

    def ids(self, text: str) -> list[int]:
        """The ids of a text's tokens, without those that the model adds."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def word(self, id: int) -> str:
        """The piece as a word of its own."""
        return self.pieces[id].removeprefix(self.settings["begins"])

    def is_special(self, id: int) -> bool:
        """Whether it stands for no text, as [PAD] does."""
        piece = self.pieces[id]
        return piece.startswith("[") and piece.endswith("]") and len(piece) > 2


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary in a file of the tokenizers library; NotPackable where it isn't WordPiece as BERT has it."""
    described = json.loads(path.read_text("utf-8"))
    model, normalizer = described["model"], described.get("normalizer") or {}
    kinds = (model.get("type", "WordPiece"), normalizer.get("type"), (described.get("pre_tokenizer") or {}).get("type"))
    if kinds != ("WordPiece", "BertNormalizer", "BertPreTokenizer"):
        raise NotPackable(
            f"the index's model splits words as {kinds[0]}, and a pack knows WordPiece as BERT has it; index the "
            "documents with all-MiniLM-L6-v2 or another model of BERT's kind"
        )
    pieces = sorted(model["vocab"], key=model["vocab"].__getitem__)
    settings = {
        "lower": bool(normalizer.get("lowercase", True)),
        "longest": int(model.get("max_input_chars_per_word", 100)),
        "unknown": model.get("unk_token", "[UNK]"),
        "begins": model.get("continuing_subword_prefix", "##"),
    }
    return Vocabulary(tuple(pieces), settings, load_tokenizer(path))
