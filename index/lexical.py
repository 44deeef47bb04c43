"""Words to passages: BM25 by SQLite's FTS5, within the generation's own database."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence

from index.spelling import count_words
from index.words import content_words

__all__ = ["CREATE_LEXICAL", "count", "idf", "index_passage", "search_lexical", "unindex_passage"]

# Title and headings stand in a column of their own; the passage's text is the other. The text is
# kept once, in the passage table (external content).
CREATE_LEXICAL = """
CREATE VIRTUAL TABLE lexical USING fts5(
    context, text, content='passage', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
)
"""

def index_passage(database: sqlite3.Connection, passage: int, context: str, text: str) -> None:
    """Make the words of a passage findable."""
    database.execute("INSERT INTO lexical(rowid, context, text) VALUES (?, ?, ?)", (passage, context, text))
    count_words(database, (context, text), by=1)


def unindex_passage(database: sqlite3.Connection, passage: int, context: str, text: str) -> None:
    """Take the words of a passage away; `context` and `text` must be those that were indexed."""
    database.execute(
        "INSERT INTO lexical(lexical, rowid, context, text) VALUES ('delete', ?, ?, ?)", (passage, context, text)
    )
    count_words(database, (context, text), by=-1)


def search_lexical(
    database: sqlite3.Connection, question: str, k: int, context_weight: float = 1.0
) -> dict[int, float]:
    """The k passages with the highest BM25 scores (above 0), best first: {passage: score}.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with k1 = 1.2 and b = 0.75;
    equal scores in the order of the passages.
    """
    asked = content_words(question)
    if not asked or k < 1:
        return {}
    rows = database.execute(
        "SELECT rowid, -bm25(lexical, ?, 1.0) AS score FROM lexical WHERE lexical MATCH ? "
        "ORDER BY score DESC, rowid LIMIT ?",
        (context_weight, _any_of(asked), k),
    )
    return {passage: score for passage, score in rows}


def count(database: sqlite3.Connection, word: str) -> int:
    """How many passages hold the word, in any of its forms."""
    return int(
        database.execute("SELECT count(*) FROM lexical WHERE lexical MATCH ?", (_any_of([word]),)).fetchone()[0]
    )


def idf(database: sqlite3.Connection, asked: Sequence[str], passages: int) -> list[float]:
    """Inverse document frequency of each word: ln(1 + (N - n + 0.5) / (n + 0.5)), 0 and up."""
    found = [count(database, word) for word in asked]
    return [math.log(1 + (passages - n + 0.5) / (n + 0.5)) for n in found]


def _any_of(asked: Sequence[str]) -> str:
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in asked)
