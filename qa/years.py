"""The years that a question asks about, and how far a passage's sentence is about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["share_of_years", "years_asked"]

# No decade ("1990s"), amount ("$1500"), name ("2019-nCoV") or piece of a number ("1500.5").
_NUMBER = re.compile(r"(?<![\w$£€¥.,-])(?:1[0-9]|20)[0-9][0-9](?![\w%]|[.,-]\w)")
_PARTS = (
    r"(?:early|mid|late|the|year|spring|summer|autumn|fall|winter|\d\d?(?:st|nd|rd|th)?|jan(?:uary)?|feb(?:ruary)?"
    r"|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# What follows such a word is a bound or an amount: other years may well be the answer.
_OPEN = re.compile(
    r"\b(?:since|until|till|through|before|after|from|between|and|to|by|than|over|under|about|around|nearly|almost"
    rf"|least|most|per|every)(?: {_PARTS},?)* ?$",
    re.IGNORECASE,
)
_CLOSED = re.compile(rf"(?:^|\b(?:in|of|during|on|for|{_PARTS}),?) ?$", re.IGNORECASE)
_UNIT = re.compile(
    r"^[ -](?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|k?m|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet"
    r"|dollars?|euros?|pounds?|won|people|men|women|soldiers|words|percent|million|billion)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"^['’]?s?\W*$")
# What a year counts that stands elsewhere in the passage than in the sentence or above it.
_ELSEWHERE = 0.5


def years_asked(question: str) -> tuple[str, ...]:
    """The years that the answer must be about: 1976 in "What happened in 1976?", none in "... since 1976?"."""
    found = []
    for match in _NUMBER.finditer(question):
        before, after = question[: match.start()], question[match.end() :]
        asks = _CLOSED.search(before) or _NOTHING.search(after)
        if asks and not _OPEN.search(before) and not _UNIT.search(after):
            found.append(match[0])
    return tuple(dict.fromkeys(found))


def share_of_years(years: Sequence[str], sentence: str, context: str, passage: str) -> float:
    """How far a sentence is about the years, 0 to 1: by itself or its headings, half by its passage; 0 without any."""
    if not years:
        return 0.0
    own, wide = f"{context} {sentence}", passage
    return sum(1.0 if _stands(year, own) else _ELSEWHERE * _stands(year, wide) for year in years) / len(years)


def _stands(year: str, text: str) -> bool:
    return year in text and re.search(rf"\b{year}", text) is not None
