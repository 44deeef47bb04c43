"""Words, passages and sentences make one score, and tell whose sentences are worth looking at."""

from __future__ import annotations

import numpy as np
import pytest

from index.fusing import fuse, promising
from index.settings import SearchSettings


def test_those_best_by_words_and_passages_are_promising_in_the_order_of_their_places() -> None:
    words, similar = np.array([0.0, 3.0, 0.0, 1.0]), np.array([0.9, 0.1, 0.2, 0.8])
    settings = SearchSettings(lexical_weight=0.4, sentence_weight=0.5)
    assert promising(words, similar, 2, settings).tolist() == [0, 3]
    assert promising(words, similar, 4, settings).tolist() == [0, 1, 2, 3]


def test_what_was_not_looked_at_counts_as_far_above_its_passage_as_the_others() -> None:
    settings = SearchSettings(lexical_weight=0.0, sentence_weight=1.0)
    # The two that were looked at have sentences .2 nearer than they are; so .5 is taken for the third.
    fused = fuse(np.zeros(3), np.array([0.5, 0.4, 0.3]), np.array([0.7, 0.1, 0.6]), np.array([0, 2, 3, 3]), settings)
    assert fused.tolist() == pytest.approx([1.0, 0.5, 0.0])
