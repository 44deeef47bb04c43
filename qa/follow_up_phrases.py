"""What a question is about: its names and noun phrases, found without a tagger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from qa.follow_up_words import (
    DETERMINERS,
    PREPOSITIONS,
    Token,
    is_function,
    is_verb,
    tokenize,
    word_set,
)

__all__ = ["Kind", "Phrase", "phrases"]

_JOINING = frozenset(("of", "for", "of the", "."))
_ATTACHING = word_set("of between at in for on")
_PLACES = word_set("in at on inside near around within to from")
_DO = word_set("do does did can could will would shall should may might must")
_VAGUE = word_set(
    """kind kinds sort sorts type types way ways thing things time times example examples information info difference
    differences people person reason reasons part lot number amount details question questions bit"""
)
# Of "the history of Seoul", it is Seoul that the next question is about.
_RELATIONS = word_set(
    """address benefits cost cause causes definition difference differences effect effects facilities features history
    goals aims interests means importance location meaning name names plot population price purpose role size story
    website"""
)
_PLURALS = word_set("people men women children kids police")
_CLOSING = ".,?!"
_HEAD_END = re.compile(r" (?:of|between|at|in|for|on) ")
_MOST_WORDS = 9


class Kind(IntEnum):
    """How sure it is that a phrase is one; higher is surer."""

    BARE = 1
    DEFINITE = 2
    NAME = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name or noun phrase in a question, and what stands before it; offsets are half-open."""

    text: str
    start: int
    end: int
    kind: Kind
    after: str  # the word before it, in lower case; "" at the beginning
    possessive: bool = False

    @property
    def is_place(self) -> bool:
        return self.after in _PLACES

    @property
    def is_plural(self) -> bool:
        head = _HEAD_END.split(self.text.lower())[0]
        ends_in_s = head.endswith("s") and not head.endswith(("ss", "us", "is"))
        return " and " in head or ends_in_s or head.split()[-1] in _PLURALS

    @property
    def is_vague(self) -> bool:
        """Whether it says nothing by itself ("the reason", "any information", "2018")."""
        words = [word for word in self.text.lower().split() if word not in DETERMINERS]
        return all(word in _VAGUE or word in _RELATIONS or word.isdigit() for word in words)


def phrases(question: str, whole: bool = True, vague: bool = False) -> list[Phrase]:
    """The phrases of a question in their order, from left to right; none of them overlap.

    With `whole`, what hangs on a phrase belongs to it ("the history of Seoul"); without, it is
    a phrase of its own ("the history", "Seoul"). With `vague`, those that say nothing by
    themselves ("the person") are there too.
    """
    tokens = tokenize(question)
    runs = list(_runs(tokens))
    found = [_phrase(question, tokens, first, last) for first, last in (_attach(tokens, runs) if whole else runs)]
    return [phrase for phrase in found if vague or not phrase.is_vague]


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Places [first, last) of names, and of noun phrases without what hangs on them."""
    i = 0
    while i < len(tokens):
        end = _quoted(tokens, i) or _name(tokens, i) or _common(tokens, i)
        if end:
            yield i, end
        i = end or i + 1


def _quoted(tokens: Sequence[Token], i: int) -> int:
    closing = {'"': '"', "“": "”", "‘": "’", "«": "»"}.get(tokens[i].text)
    if not closing:
        return 0
    return next((j + 1 for j in range(i + 2, min(i + 14, len(tokens))) if tokens[j].text == closing), 0)


def _is_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word is part of a name by its capitals; a sentence's first word needs more to go by."""
    token = tokens[i]
    if not token.is_capital or (is_function(token) and not (token.text.isupper() and len(token.text) > 1)):
        return False
    opens = i == 0 or tokens[i - 1].text in ".?!:"
    if not opens or not token.text[1:].islower():
        return True
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    plain = is_verb(Token(token.lower, token.start, token.end))
    return not plain and (after is None or after.is_capital or after.text in _CLOSING or is_verb(after)
                          or (after.is_word and is_function(after)))


def _name(tokens: Sequence[Token], i: int) -> int:
    """The end of a run of capitalised words, with a "the" before and small words inside; 0 where there is none."""
    j = _first_capital(tokens, i)
    if j is None:
        return 0
    while j < len(tokens):
        if _is_name(tokens, j) or (tokens[j].text[0].isdigit() and tokens[j - 1].lower not in PREPOSITIONS):
            if tokens[j].lower.endswith("'s"):
                return j + 1
            j += 1
        elif step := _joint(tokens, j):
            j += step
        else:
            break
    return _tail(tokens, j, i)


def _first_capital(tokens: Sequence[Token], i: int) -> int | None:
    """Where the capitals of a name begin ("the second *Trump*-Kim summit"); None where there are none."""
    j = i
    if tokens[i].lower in DETERMINERS:
        j += 1
        while j < min(i + 3, len(tokens)) and not is_function(tokens[j]) and not _is_name(tokens, j):
            j += 1
    return j if j < len(tokens) and _is_name(tokens, j) else None


def _joint(tokens: Sequence[Token], j: int) -> int:
    """How many small words lead from one capitalised word to the next ("of", "of the"); 0 where none do."""
    for step in (1, 2):
        small = " ".join(token.lower for token in tokens[j : j + step])
        if small in _JOINING and j + step < len(tokens) and _is_name(tokens, j + step):
            return step if small != "." or len(tokens[j - 1].text) == 1 else 0
    return 0


def _common(tokens: Sequence[Token], i: int) -> int:
    """The end of a run of common words, with a determiner before it; 0 where there is none."""
    if i and tokens[i - 1].lower == "how" and tokens[i].lower != "many":
        return 0
    start = i + (tokens[i].lower in DETERMINERS)
    end = _tail(tokens, start, i)
    return end if end > start else 0


def _tail(tokens: Sequence[Token], j: int, first: int) -> int:
    """Walk on over common nouns, as far as no verb and no function word stands in the way."""
    start = j
    while j < len(tokens) and not is_function(tokens[j]) and not _is_name(tokens, j):
        determined = j == start and j > 0 and tokens[j - 1].lower in DETERMINERS
        if is_verb(tokens[j]) and not determined:
            return j
        j += 1
    least = max(start, first + 1 + (tokens[first].lower in DETERMINERS))
    return j - 1 if j > least and _lacks_verb(tokens, first, j) else j


def _lacks_verb(tokens: Sequence[Token], first: int, j: int) -> bool:
    """Whether the last word must be the verb that "did" asks for ("Why did the summit fizzle?")."""
    helped = first > 0 and tokens[first - 1].base in _DO
    return helped and not any(is_verb(token) for token in tokens[j : j + 12])


def _attach(tokens: Sequence[Token], runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join what hangs on a phrase ("a fight" + "at Panmunjom" + "in 1976") and names joined by "and"."""
    i = 0
    while i < len(runs):
        first, last = runs[i]
        while i + 1 < len(runs) and _hangs(tokens, first, last, runs[i + 1]):
            i += 1
            last = runs[i][1]
        yield first, last + 2 * _is_dated(tokens, last)
        i += 1


def _is_dated(tokens: Sequence[Token], last: int) -> bool:
    """Whether a year follows the phrase: "the fight at Panmunjom in 1976"."""
    two = tokens[last : last + 2]
    return len(two) == 2 and two[0].lower in ("in", "of") and two[1].text.isdigit() and len(two[1].text) == 4


def _hangs(tokens: Sequence[Token], first: int, last: int, following: tuple[int, int]) -> bool:
    if following[0] != last + 1 or following[1] - first > _MOST_WORDS or tokens[last - 1].lower.endswith("'s"):
        return False
    word = tokens[last].lower
    named, determined = _is_name(tokens, last - 1), tokens[first].lower in DETERMINERS
    if word == "and":
        both = determined and tokens[following[0]].lower in DETERMINERS
        return both or (named and any(_is_name(tokens, i) for i in range(*following)))
    if named or word not in _ATTACHING or tokens[last - 1].lower in _RELATIONS:
        return False
    return word == "of" or (determined and not any(is_verb(token) for token in tokens[max(0, first - 8) : first]))


def _phrase(question: str, tokens: Sequence[Token], first: int, last: int) -> Phrase:
    start, end = tokens[first].start, tokens[last - 1].end
    possessive = tokens[last - 1].lower.endswith("'s")
    text = question[start : end - 2 if possessive else end]
    determined = tokens[first].lower in DETERMINERS
    named = any(_is_name(tokens, i) for i in range(first, last)) or not tokens[first].is_word
    kind = Kind.NAME if named else Kind.DEFINITE if determined else Kind.BARE
    after = tokens[first - 1].lower if first else ""
    return Phrase(text, start, end, kind, after, possessive)
