"""Misspelt words of a question, put right from the documents' own vocabulary."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from index.words import words

__all__ = ["CREATE_VOCABULARY", "Vocabulary", "correct", "count_words", "recount_words"]

CREATE_VOCABULARY = "CREATE TABLE word (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID"

# Shorter words are too near to too many others.
_SHORTEST = 4


def count_words(database: sqlite3.Connection, texts: Iterable[str], by: int) -> None:
    """Count one passage more (by=1) or less (by=-1) for each different word of its texts."""
    database.executemany(
        "INSERT INTO word VALUES (?, ?) ON CONFLICT(word) DO UPDATE SET passages = passages + excluded.passages",
        [(word, by) for word in _different(texts)],
    )


def recount_words(passages: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many passages hold each word, counted from their texts: what `count_words` adds up to."""
    return Counter(word for texts in passages for word in _different(texts))


def _different(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in words(text) if word.isalpha()}


class Vocabulary:
    """The words of an index, and how many passages hold each."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._words: dict[str, int] = dict(database.execute("SELECT word, passages FROM word WHERE passages > 0"))

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def nearest(self, word: str) -> str | None:
        """The word of the documents that was probably meant, or None.

        At most one letter is wrong, missing, added or swapped with its neighbour in a word of up to
        five letters, two in a longer one; among equals the one that more passages hold.
        """
        from rapidfuzz.distance import OSA

        allowed = 1 if len(word) <= 5 else 2
        best: tuple[int, bool, int, str] | None = None
        for candidate, passages in self._words.items():
            if abs(len(candidate) - len(word)) > allowed or len(candidate) < _SHORTEST:
                continue
            distance = OSA.distance(word, candidate, score_cutoff=allowed)
            if distance <= allowed:
                rank = (distance, candidate[0] != word[0], -passages, candidate)
                best = rank if best is None else min(best, rank)
        return best[3] if best else None


def correct(asked: Sequence[str], vocabulary: Vocabulary, is_known: Callable[[str], bool]) -> dict[str, str]:
    """{misspelt word: the documents' word} for the words that neither they nor the language know."""
    corrections: dict[str, str] = {}
    for word in dict.fromkeys(asked):
        if len(word) < _SHORTEST or not word.isalpha() or word in vocabulary or is_known(word):
            continue
        if nearest := vocabulary.nearest(word):
            corrections[word] = nearest
    return corrections
