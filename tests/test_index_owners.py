"""Which sentence is whose is the same, kept in memory or looked up."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

import index.owners
from index.owners import Owners


@pytest.fixture(params=[100, 3], ids=["kept", "looked up"])
def owners(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Owners:
    """Passage 2 has the sentences 1 to 3, passage 5 sentence 7, passage 6 the sentences 8 and 9."""
    monkeypatch.setattr(index.owners, "_MOST_KEPT", request.param)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE sentence (id INTEGER PRIMARY KEY, passage INTEGER)")
    rows = [(1, 2), (2, 2), (3, 2), (7, 5), (8, 6), (9, 6)]
    database.executemany("INSERT INTO sentence VALUES (?, ?)", rows)
    return Owners(database)


def test_a_sentence_has_its_passage(owners: Owners) -> None:
    assert owners.passages(np.array([9, 1, 7, 3])).tolist() == [6, 2, 5, 2]
    assert owners.passages(np.zeros(0, np.int64)).tolist() == []


def test_a_passage_has_its_sentences(owners: Owners) -> None:
    sentences, counts = owners.sentences([2, 6])
    assert (sentences.tolist(), counts.tolist()) == ([1, 2, 3, 8, 9], [3, 2])


def test_a_passage_without_sentences_has_none(owners: Owners) -> None:
    sentences, counts = owners.sentences([1, 5, 70])
    assert (sentences.tolist(), counts.tolist()) == ([7], [0, 1, 0])
    sentences, counts = owners.sentences([4])
    assert (sentences.tolist(), counts.tolist()) == ([], [0])
