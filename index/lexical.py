"""Words to passages: BM25 by SQLite's FTS5, within the generation's own database."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from index.spelling import count_words
from index.words import content_words

__all__ = ["CREATE_LEXICAL", "TOKENIZE", "count", "idf", "index_passage", "search_lexical", "unindex_passage"]

# Title and headings stand in a column of their own; the passage's text is the other. The text is
# kept once, in the passage table (external content).
TOKENIZE = "porter unicode61 remove_diacritics 2"
CREATE_LEXICAL = f"""
CREATE VIRTUAL TABLE lexical USING fts5(
    context, text, content='passage', content_rowid='id', tokenize='{TOKENIZE}'
)
"""

# Where more passages than the first hold one of a question's rarer words, those that hold none of them are
# not looked at; more than the second are not looked at for one word more. With 100,000 passages that takes
# a third of the time, and gives the same best ten and 99 of the same hundred. Of questions of frequent words
# only, with 985,000 passages, looking for two of them takes another third, and gives the same best ten.
_ENOUGH, _MOST = 1_000, 5_000


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
    database: sqlite3.Connection,
    question: str,
    k: int,
    context_weight: float = 1.0,
    counted: Callable[[str], int] | None = None,
    among: Sequence[int] | None = None,
) -> dict[int, float]:
    """The k passages with the highest BM25 scores (above 0), best first: {passage: score}.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with k1 = 1.2 and b = 0.75;
    equal scores in the order of the passages. Of a large index, passages are looked for that hold
    one of the question's rarer words, as many words as thousands of passages hold; the frequent
    ones add to their scores, which are exact. (The first half of MaxScore: Turtle and Flood, Query
    Evaluation: Strategies and Optimizations, 1995.) Where all are frequent, passages must hold the
    rarest and one more, if there are k. `counted` gives how many passages hold a word;
    `among` are the passages to choose from.
    """
    asked = content_words(question)
    if not asked or k < 1:
        return {}
    if among is not None:
        return dict(_best(database, _any_of(asked), k, context_weight, among))
    counted = counted or (lambda word: count(database, word))
    rare, frequent = _parted(asked, counted)
    if not frequent:
        return dict(_best(database, _any_of(rare), k, context_weight))
    both = _best(database, f"({_any_of(rare)}) AND ({_any_of(frequent)})", k, context_weight)
    if len(rare) == 1 and counted(rare[0]) > _MOST and len(both) == k:
        return dict(both)
    found = _best(database, _any_of(rare), k, context_weight)
    # Who holds a frequent word too was found without its share first, and is found again with it.
    ranked = sorted({**dict(found), **dict(both)}.items(), key=lambda one: (-one[1], one[0]))
    return dict(ranked[:k])


def _parted(asked: Sequence[str], counted: Callable[[str], int]) -> tuple[list[str], list[str]]:
    """The words that enough passages hold to choose from, the rarest first; and the others."""
    counts = sorted((counted(word), word) for word in asked)
    rare, held = 0, 0
    while rare < len(counts) and (held < _ENOUGH or held + counts[rare][0] <= _MOST):
        held += counts[rare][0]
        rare += 1
    words = [word for _, word in counts]
    return words[:rare], words[rare:]


def _best(
    database: sqlite3.Connection, match: str, k: int, context_weight: float, among: Sequence[int] | None = None
) -> list[tuple[int, float]]:
    within = "" if among is None else f"AND rowid IN (SELECT value FROM json_each('{json.dumps(list(among))}')) "
    return database.execute(
        f"SELECT rowid, -bm25(lexical, ?, 1.0) AS score FROM lexical WHERE lexical MATCH ? {within}"
        "ORDER BY score DESC, rowid LIMIT ?",
        (context_weight, match, k),
    ).fetchall()


def count(database: sqlite3.Connection, word: str) -> int:
    """How many passages hold the word, in any of its forms."""
    return int(
        database.execute("SELECT count(*) FROM lexical WHERE lexical MATCH ?", (_any_of([word]),)).fetchone()[0]
    )


def idf(found: Iterable[int], passages: int) -> list[float]:
    """Inverse document frequency of words that n of N passages hold: ln(1 + (N - n + 0.5) / (n + 0.5)), 0 and up."""
    return [math.log(1 + (passages - n + 0.5) / (n + 0.5)) for n in found]


def _any_of(asked: Sequence[str]) -> str:
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in asked)
