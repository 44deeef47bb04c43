"""A passage's words as SQLite's FTS5 sees them, and BM25 over them where another engine searches.

The words are those of `index.lexical`, cut and stemmed by SQLite itself, and the formula is FTS5's, so
that a passage gets the same score wherever it is kept.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.lexical import TOKENIZE

__all__ = ["Terms", "Tokeniser", "bm25", "dimension_of", "rarities", "weight"]

_K1, _B = 1.2, 0.75
# What FTS5 gives a word that half of the passages hold, or more.
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Terms:
    """How often each word stands in a passage's (context, text), and the `length` of both in words."""

    counts: Mapping[str, tuple[int, int]]
    length: int

    def to_text(self) -> str:
        """On one line, from which `counted` reads single words."""
        return f"{self.length} {' '.join(f'{word}:{c}:{t}' for word, (c, t) in self.counts.items())} "

    @staticmethod
    def counted(line: str, words: Sequence[str]) -> Terms:
        """The terms in such a line, of these words only."""
        counts = {}
        for word in dict.fromkeys(words):
            place = line.find(f" {word}:")
            if place >= 0:
                begin = place + len(word) + 2
                context, _, text = line[begin : line.index(" ", begin)].partition(":")
                counts[word] = int(context), int(text)
        return Terms(counts, int(line[: line.index(" ")]))

    @staticmethod
    def from_text(line: str) -> Terms:
        """What `to_text` gave."""
        length, *parts = line.split()
        split_up = (part.rsplit(":", 2) for part in parts)
        return Terms({word: (int(context), int(text)) for word, context, text in split_up}, int(length))


class Tokeniser:
    """Cuts and stems as the index's lexical half does; safe from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._database.execute(f"CREATE VIRTUAL TABLE seen USING fts5(context, text, tokenize='{TOKENIZE}')")
        self._database.execute("CREATE VIRTUAL TABLE word USING fts5vocab(seen, 'instance')")

    def terms(self, passages: Sequence[tuple[str, str]]) -> list[Terms]:
        """The words of each (context, text)."""
        counts: list[dict[str, tuple[int, int]]] = [{} for _ in passages]
        query = "SELECT doc, term, sum(col = 'context'), sum(col = 'text') FROM word GROUP BY doc, term"
        for row, word, context, text in self._read(passages, query):
            counts[row][word] = context, text
        return [Terms(found, sum(map(sum, found.values()))) for found in counts]

    def stems(self, words: Sequence[str]) -> list[str]:
        """What each word is looked up as; "" for one that is never found."""
        stems = [""] * len(words)
        for row, stem in self._read([("", word) for word in words], "SELECT doc, term FROM word ORDER BY doc, offset"):
            stems[row] = stems[row] or stem
        return stems

    def _read(self, passages: Sequence[tuple[str, str]], query: str) -> list[tuple]:
        with self._lock:
            self._database.execute("BEGIN")
            rows = [(row, *passage) for row, passage in enumerate(passages)]
            self._database.executemany("INSERT INTO seen(rowid, context, text) VALUES (?, ?, ?)", rows)
            found = self._database.execute(query).fetchall()
            self._database.execute("ROLLBACK")
        return found


def bm25(
    terms: Terms, asked: Mapping[str, int], holding: Mapping[str, int], passages: int, average: float, context: float
) -> float:
    """The score of a passage, 0 and up: FTS5's own formula, with a weight for words in the context.

    `asked` says how often the question has each word, `holding` how many of all `passages` hold it;
    `average` is the passages' mean length in words.
    """
    return sum(
        times * _rarity(holding.get(word, 0), passages) * weight(*terms.counts[word], terms.length, average, context)
        for word, times in asked.items()
        if word in terms.counts
    )


def weight(in_context: int, in_text: int, length: int, average: float, context: float) -> float:
    """What a word gives to a passage's score before its rarity: more often is more, but less and less."""
    often = context * in_context + in_text
    return often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * length / max(average, 1e-9)))


def rarities(asked: Mapping[str, int], holding: Mapping[str, int], passages: int) -> dict[str, float]:
    """What each word of a question counts for."""
    return {word: times * _rarity(holding.get(word, 0), passages) for word, times in asked.items()}


def dimension_of(word: str) -> int:
    """The dimension of sparse vectors that stands for a word, 0 to 2³² - 2; a few words share one."""
    return zlib.crc32(word.encode()) % 0xFFFFFFFF


def _rarity(holding: int, passages: int) -> float:
    found = (passages - holding + 0.5) / (holding + 0.5)
    return max(math.log(found), _LEAST) if found > 0 else _LEAST
