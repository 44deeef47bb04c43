"""The words of a text, as all of the search sees them."""

from __future__ import annotations

import re

__all__ = ["content_words", "is_function_word", "is_question_word", "words"]

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

# Question words of other languages: no slips of something else.
_FOREIGN_QUESTION_WORDS = frozenset(
    """wann warum wieso weshalb woher wohin welche welcher welches wessen wieviel wieviele quand quoi pourquoi comment
    combien quel quelle quels quelles cuándo cuando dónde donde quién quien quiénes quienes cuánto cuanto cuántos
    cuantos cuál cual cómo como porqué quando dove perché quanto quanti quale hoeveel waarom
    wanneer waar welke""".split()
)

_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")


def words(text: str) -> list[str]:
    """The words in lower case, in order; an apostrophe stays within its word."""
    return _WORD.findall(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower())


def content_words(question: str) -> list[str]:
    """The different words of a question that carry its topic; all of them where none does."""
    different = list(dict.fromkeys(word.split("'")[0] for word in words(question)))
    return ([word for word in different if word not in _STOP_WORDS] or different)[:_MOST_WORDS]


def is_question_word(word: str) -> bool:
    """Whether a word in lower case asks something in German, Spanish, French, Italian or Dutch."""
    return word in _FOREIGN_QUESTION_WORDS


def is_function_word(word: str) -> bool:
    """Whether a word in lower case carries no topic of its own."""
    return word in _STOP_WORDS
