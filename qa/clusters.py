"""Texts grouped by meaning; the only file that imports scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["DISTANCE", "MOST_TEXTS", "cluster"]

# Paraphrases of a short question have cosines of 0.6 and up with the packaged model, other questions
# on the same thing rarely 0.5.
DISTANCE = 0.45
# All pairs are compared: 4,000 texts take some 200 MB and a few seconds.
MOST_TEXTS = 4_000


def cluster(vectors: np.ndarray, weights: Sequence[int], distance: float = DISTANCE) -> list[list[int]]:
    """The rows of `vectors` (unit length) in groups, each with its most central row first.

    Average linkage: two groups are one where their rows are nearer than `distance` on average (1 -
    cosine). A row counts `weights` times where the centre is looked for. ValueError for more than
    MOST_TEXTS rows.
    """
    if len(vectors) > MOST_TEXTS:
        raise ValueError(f"{len(vectors)} texts to compare; expected at most {MOST_TEXTS}")
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=distance)
    labels = model.fit_predict(vectors)
    groups: dict[int, list[int]] = {}
    for row, label in enumerate(labels.tolist()):
        groups.setdefault(label, []).append(row)
    return [_central_first(rows, vectors, weights) for rows in groups.values()]


def _central_first(rows: list[int], vectors: np.ndarray, weights: Sequence[int]) -> list[int]:
    """The rows from the nearest to the weighted middle of them; the earlier one of equals first."""
    middle = np.array([weights[row] for row in rows]) @ vectors[rows]
    nearness = np.round(vectors[rows] @ middle, 5)
    return [rows[place] for place in np.argsort(-nearness, kind="stable")]
