"""The closer look compares words by vectors that are known beforehand: unit vectors in the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from index import TokenVectors
from qa.closer_look import CloserLook

# "cat" and "dog" stand at right angles; "kitten" is 60 degrees from "cat".
PLANE = {"cat": (1.0, 0.0), "dog": (0.0, 1.0), "kitten": (0.5, math.sqrt(0.75))}


class PlaneEmbedder:
    """One token a word; counts how many texts it was given."""

    name, dimension, window = "plane@1", 2, 100

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.read += texts
        return [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> TokenVectors:
        spans, at = [], 0
        for word in text.split():
            spans.append((at, at + len(word)))
            at += len(word) + 1
        vectors = np.array([PLANE[word] for word in text.split()], np.float32).reshape(-1, 2)
        return TokenVectors(tuple(spans), vectors)


def test_each_word_of_the_question_counts_by_its_rarity() -> None:
    look = CloserLook(PlaneEmbedder())  # type: ignore[arg-type]
    (near,) = look.compare("cat dog", ["cat"], [""], {"cat": 3.0, "dog": 1.0})
    assert near.mean == pytest.approx(0.75)
    assert near.least == pytest.approx(0.0)


def test_a_word_near_in_meaning_counts_by_its_cosine() -> None:
    look = CloserLook(PlaneEmbedder())  # type: ignore[arg-type]
    (near,) = look.compare("cat", ["kitten"], [""], {"cat": 2.0})
    assert (near.mean, near.least) == (pytest.approx(0.5, abs=1e-3), pytest.approx(0.5, abs=1e-3))


def test_a_heading_helps_at_a_discount() -> None:
    look = CloserLook(PlaneEmbedder())  # type: ignore[arg-type]
    (near,) = look.compare("cat", ["dog"], ["cat"], {"cat": 2.0})
    assert near.mean == pytest.approx((0.0 + 0.8) / 2, abs=1e-3)
    assert near.least == pytest.approx(0.8, abs=1e-3)


def test_what_was_read_is_not_read_again() -> None:
    embedder = PlaneEmbedder()
    look = CloserLook(embedder)  # type: ignore[arg-type]
    look.compare("cat", ["dog", "kitten"], ["cat cat", "cat cat"], {"cat": 1.0})
    look.compare("dog", ["kitten", "dog"], ["cat cat", ""], {"dog": 1.0})
    assert embedder.read == ["cat", "dog", "kitten", "cat cat", "dog", ""]


def test_a_question_or_a_sentence_without_a_word_is_near_nothing() -> None:
    look = CloserLook(PlaneEmbedder())  # type: ignore[arg-type]
    assert [near.mean for near in look.compare("", ["cat"], [""], {})] == [0.0]
    assert [near.mean for near in look.compare("cat", [""], [""], {"cat": 1.0})] == [0.0]
