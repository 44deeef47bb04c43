"""Misspelt words and initials of a question, put right from the documents' own vocabulary."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Protocol

from index.near_words import NearWords
from index.slips import relatives
from index.words import is_function_word, is_question_word, words

__all__ = [
    "CREATE_INITIALS",
    "CREATE_VOCABULARY",
    "SHORTEST",
    "Vocabulary",
    "WordList",
    "correct",
    "count_words",
    "initials_of",
    "recount_words",
]

# A word in lower case; or a name of several words, as it is written, with its initials.
CREATE_VOCABULARY = """CREATE TABLE word (
    word TEXT PRIMARY KEY, initials TEXT NOT NULL, passages INTEGER NOT NULL
) WITHOUT ROWID"""
CREATE_INITIALS = "CREATE INDEX word_initials ON word(initials) WHERE initials != ''"

# Shorter words are too near to too many others.
SHORTEST = 4
_NAME = re.compile(r"\b[A-Z][a-z]+(?: (?:(?:of|the|and|for|on) )?[A-Z][a-z]+){1,5}")


def count_words(database: sqlite3.Connection, texts: Iterable[str], by: int) -> None:
    """Count one passage more (by=1) or less (by=-1) for each different word of its texts."""
    database.executemany(
        "INSERT INTO word VALUES (?, ?, ?) ON CONFLICT(word) DO UPDATE SET passages = passages + excluded.passages",
        [(word, initials_of(word), by) for word in _different(texts)],
    )


def recount_words(passages: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many passages hold each word, counted from their texts: what `count_words` adds up to."""
    return Counter(word for texts in passages for word in _different(texts))


def _different(texts: Sequence[str]) -> set[str]:
    """The words of the texts in lower case, and their names of several words as they are written."""
    return {word for text in texts for word in words(text) if word.isalpha()} | set(_names(texts))


def _names(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for match in _NAME.finditer(text):
            parts = match[0].split(" ")
            while parts and is_function_word(parts[0].lower()):
                del parts[0]
            if len(parts) > 1:
                yield " ".join(parts)


def initials_of(name: str) -> str:
    """'jsa' of 'Joint Security Area'; nothing of a word in lower case."""
    return "".join(word[0] for word in name.split(" ") if word[:1].isupper()).lower()


class WordList(Protocol):
    """What spelling is put right from."""

    def __contains__(self, word: str) -> bool:
        """Whether a passage holds the word."""
        ...

    def spelt_out(self, initials: str) -> str | None:
        """The name that those initials stand for, or None."""
        ...

    def nearest(self, word: str) -> str | None:
        """The word that was probably meant, or None."""
        ...


class Vocabulary:
    """The words of an index, and how many passages hold each; read when the first misspelt one comes."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __contains__(self, word: str) -> bool:
        query = "SELECT 1 FROM word WHERE word = ? AND initials = '' AND passages > 0"
        return self._database.execute(query, (word,)).fetchone() is not None

    def spelt_out(self, initials: str) -> str | None:
        """The name that those initials stand for: of several the one that most passages hold."""
        query = (
            "SELECT word FROM word WHERE initials = ? AND initials != '' AND passages > 0 "
            "ORDER BY passages DESC, word LIMIT 1"
        )
        found = self._database.execute(query, (initials,)).fetchone()
        return found and found[0]

    def nearest(self, word: str) -> str | None:
        """The word of the documents that was probably meant, or None."""
        return self._near.nearest(word)

    @cached_property
    def _near(self) -> NearWords:
        query = "SELECT word, passages FROM word WHERE initials = '' AND passages > 0 AND length(word) >= ?"
        return NearWords(dict(self._database.execute(query, (SHORTEST,))))


def correct(asked: Sequence[str], vocabulary: WordList, is_known: Callable[[str], bool]) -> dict[str, str]:
    """{misspelt word or initials: the documents' words} for what neither they nor the language know.

    A word that is known with another ending is spelt right.
    """
    corrections: dict[str, str] = {}
    for word in dict.fromkeys(asked):
        if not word.isalpha() or word in vocabulary or is_question_word(word):
            continue
        if is_known(word) or any(map(is_known, relatives(word))):
            continue
        meant = vocabulary.spelt_out(word) or (vocabulary.nearest(word) if len(word) >= SHORTEST else None)
        if meant and not is_function_word(meant):
            corrections[word] = meant
    return corrections
