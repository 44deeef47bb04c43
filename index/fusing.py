"""Lexical and vector scores of the same passages, made one: the same rule whatever engine they come from."""

from __future__ import annotations

import numpy as np

from index.settings import SearchSettings

__all__ = ["fuse", "promising"]


def fuse(
    words: np.ndarray, similar: np.ndarray, sentences: np.ndarray, bounds: np.ndarray, settings: SearchSettings
) -> np.ndarray:
    """The fused score of each candidate, 0 to 1.

    `words` are BM25 scores, 0 where it was not found by its words, and `similar` cosines, one for each
    candidate; `sentences` are the cosines of all their sentences, those of candidate i from bounds[i] to
    bounds[i + 1]. A convex combination of min-max normalised scores: Bruch, Gai and Ingber, An Analysis
    of Fusion Functions for Hybrid Retrieval, TOIS 2023.
    """
    best = _best(sentences, bounds, otherwise=similar)
    cosines = (1 - settings.sentence_weight) * similar + settings.sentence_weight * best
    share = settings.lexical_weight
    return share * _min_max(words, settings.depth) + (1 - share) * _min_max(cosines, settings.depth)


def promising(words: np.ndarray, similar: np.ndarray, most: int, settings: SearchSettings) -> np.ndarray:
    """The places of the `most` candidates that are best before their sentences are looked at, counting up."""
    if len(words) <= most:
        return np.arange(len(words))
    none = np.zeros(len(words) + 1, np.int64)
    return np.sort(np.argsort(-fuse(words, similar, similar[:0], none, settings), kind="stable")[:most])


def _best(cosines: np.ndarray, bounds: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """The highest cosine within each pair of bounds; where nothing is there, as far from `otherwise` as usual."""
    best = otherwise.copy()
    filled = np.flatnonzero(np.diff(bounds))
    if len(filled):
        highest = np.maximum.reduceat(cosines, bounds[filled])
        best += (highest - otherwise[filled]).mean()
        best[filled] = highest
    return best


def _min_max(scores: np.ndarray, depth: int) -> np.ndarray:
    """Scores from 0 (the lowest among the best `depth`, and all below) to 1 (the best)."""
    if not len(scores):
        return scores
    ranked = np.sort(scores)[::-1]
    high, low = ranked[0], ranked[min(depth, len(ranked)) - 1]
    return np.clip((scores - low) / max(high - low, 1e-9), 0, 1) if high > low else (scores > 0).astype(float)
