"""What somebody would write in twenty lines: sentence-transformers as it comes, and FAISS, flat.

`python -m bench.plain FOLDER QUESTION` reads the texts and vectors that `save` left and prints the nearest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

from corpus.tokens import model_folder

__all__ = ["Plain"]


class Plain:
    """Texts, embedded in float32, and the nearest of them."""

    def __init__(self) -> None:
        self.model = SentenceTransformer(str(model_folder()), device="cpu")
        self.index, self.texts = faiss.IndexFlatIP(384), list[str]()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """float32, a row for each text."""
        return self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)

    def add(self, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Texts with their vectors."""
        self.texts += texts
        self.index.add(vectors)

    def search(self, question: str, k: int = 10) -> list[str]:
        """The nearest, best first."""
        _, rows = self.index.search(self.embed([question]), k)
        return [self.texts[row] for row in rows[0]]

    def save(self, folder: Path) -> None:
        """To files."""
        faiss.write_index(self.index, str(folder / "plain.faiss"))
        (folder / "plain.json").write_text(json.dumps(self.texts), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """From files."""
        self.index = faiss.read_index(str(folder / "plain.faiss"))
        self.texts = json.loads((folder / "plain.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    plain = Plain()
    plain.load(Path(sys.argv[1]))
    print("\n".join(plain.search(sys.argv[2])))
