"""Words to passages: BM25 by SQLite's FTS5, within the generation's own database."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Sequence

__all__ = ["CREATE_LEXICAL", "content_words", "idf", "index_passage", "search_lexical", "unindex_passage"]

# Title and headings stand in a column of their own; the passage's text is the other. The text is
# kept once, in the passage table (external content).
CREATE_LEXICAL = """
CREATE VIRTUAL TABLE lexical USING fts5(
    context, text, content='passage', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
)
"""

_MOST_WORDS = 64

# Function words of English questions; they carry no topic and cost most of the search time.
_STOP_WORDS = frozenset(
    """a about all also am an and any are as at be been being but by can could d did do does doing don
    for from had has have having he her here hers him his how i if in into is isn it its itself just ll
    m may me might more most must my no nor not of on or our ours out over own please re s same shall she
    should so some such t tell than that the their theirs them then there these they this those through
    to too up us ve very was we were what when where which while who whom whose why will with would you
    your yours""".split()
)

_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")


def words(text: str) -> list[str]:
    """The words of a text in lower case, in order; an apostrophe stays within its word."""
    return [word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for word in _WORD.findall(
        text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower())]


def content_words(question: str) -> list[str]:
    """The different words of a question that carry its topic; all of them where none does."""
    different = list(dict.fromkeys(word.split("'")[0] for word in words(question)))
    return ([word for word in different if word not in _STOP_WORDS] or different)[:_MOST_WORDS]


def index_passage(database: sqlite3.Connection, passage: int, context: str, text: str) -> None:
    """Make the words of a passage findable."""
    database.execute("INSERT INTO lexical(rowid, context, text) VALUES (?, ?, ?)", (passage, context, text))


def unindex_passage(database: sqlite3.Connection, passage: int, context: str, text: str) -> None:
    """Take the words of a passage away; `context` and `text` must be those that were indexed."""
    database.execute(
        "INSERT INTO lexical(lexical, rowid, context, text) VALUES ('delete', ?, ?, ?)", (passage, context, text)
    )


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


def idf(database: sqlite3.Connection, asked: Sequence[str], passages: int) -> list[float]:
    """Inverse document frequency of each word: ln(1 + (N - n + 0.5) / (n + 0.5)), 0 and up."""
    found = [
        database.execute("SELECT count(*) FROM lexical WHERE lexical MATCH ?", (_any_of([word]),)).fetchone()[0]
        for word in asked
    ]
    return [math.log(1 + (passages - n + 0.5) / (n + 0.5)) for n in found]


def _any_of(asked: Sequence[str]) -> str:
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in asked)
