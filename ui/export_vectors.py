"""Vectors of a static pack: fewer dimensions, 8 bits; and a vector for each piece of a word, so that a
browser can embed a question without the model.

A piece is embedded by the model itself: as it stands in the documents, on average, and by itself, the
less the oftener it is seen. A question is the mean of its pieces, weighted by rarity (Arora, Liang and
Ma, A Simple but Tough-to-Beat Baseline for Sentence Embeddings, ICLR 2017; rarity by the vocabulary's
order, as model2vec has it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index import Embedder, Index
from ui.export_texts import Library
from ui.export_tokens import Vocabulary

__all__ = ["WIDTH", "Vectors", "distilled", "in_bytes", "main_axes", "stored_vectors", "tokens_seen"]

# Documents' vectors keep 96 to 98 % of their length in so many dimensions, of 384.
WIDTH = 128
# Pieces that come first in the vocabulary are the commonest: they are packed though no document has them.
_COMMON = 4_000
# A piece by itself counts as if it had been seen so many times.
_BY_ITSELF = 1
# a of a / (a + p), and the shift of Zipf's law for p.
_RARITY, _SHIFT = 3e-4, 2.7
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Vectors:
    """Those of passages and sentences, unit length, float32, and the axes that they vary along most.

    `axes` has the shape (dimensions kept, dimension); a vector is packed as its product with it.
    """

    passages: np.ndarray
    sentences: np.ndarray
    axes: np.ndarray

    def packed(self) -> bytes:
        """Both in 8 bits, along the axes."""
        return in_bytes(self.passages @ self.axes.T) + in_bytes(self.sentences @ self.axes.T)


def stored_vectors(index: Index, library: Library, width: int) -> Vectors:
    """The index's vectors, in the order of the library; `width` 0 keeps all dimensions."""
    _, passages, sentences = index.parts()
    found = passages.vectors(library.passage_numbers), sentences.vectors(library.sentence_numbers)
    dimension = found[0].shape[1]
    if not width or width >= dimension:
        return Vectors(*found, np.eye(dimension, dtype=np.float32))
    return Vectors(*found, main_axes(np.vstack(found), width))


def main_axes(rows: np.ndarray, width: int) -> np.ndarray:
    """The orthogonal unit vectors along which the rows are longest, float32, shape (width, dimension)."""
    _, axes = np.linalg.eigh(rows.T @ rows)
    return np.ascontiguousarray(axes[:, ::-1][:, :width].T, np.float32)


def in_bytes(rows: np.ndarray) -> bytes:
    """Rows of numbers as 8-bit ones: a float32 scale for each row, then the rows."""
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127 if len(rows) else np.zeros(0)
    whole = np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8)
    return scales.astype("<f4").tobytes() + whole.tobytes()


def tokens_seen(texts: Sequence[str], embedder: Embedder, vocabulary: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """The sum of each piece's vectors where it stands in the texts, and how often it does."""
    sums = np.zeros((len(vocabulary.pieces), embedder.dimension), np.float32)
    counts = np.zeros(len(vocabulary.pieces), np.int64)
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        for text, read in zip(some, embedder.embed_tokens(some), strict=True):
            ids = vocabulary.ids(text)[: len(read.vectors)]
            np.add.at(sums, ids, read.vectors[: len(ids)])
            np.add.at(counts, ids, 1)
    return sums, counts


def distilled(
    texts: Sequence[str], embedder: Embedder, vocabulary: Vocabulary, axes: np.ndarray
) -> tuple[int, bytes]:
    """How many pieces have a vector, and their ids (uint32), weights (float32) and vectors in 8 bits."""
    sums, counts = tokens_seen(texts, embedder, vocabulary)
    ids = np.flatnonzero((counts > 0) | (np.arange(len(counts)) < _COMMON))
    ids = ids[[not vocabulary.is_special(one) for one in ids]]
    alone = embedder.embed_passages([vocabulary.word(one) for one in ids])
    vectors = (sums[ids] + _BY_ITSELF * alone) / (counts[ids] + _BY_ITSELF)[:, None]
    # What all have in common says nothing of any (Mu and Viswanath, All-but-the-Top, ICLR 2018).
    vectors = (vectors - vectors[counts[ids] > 0].mean(axis=0)) @ axes.T
    share = 1 / (np.arange(len(counts)) + _SHIFT)
    share /= share.sum()
    weights = (_RARITY / (_RARITY + share))[ids] * np.linalg.norm(vectors, axis=1)
    return len(ids), ids.astype("<u4").tobytes() + weights.astype("<f4").tobytes() + in_bytes(vectors)
