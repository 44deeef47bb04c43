"""Words that point back ("it", "they", "there", "that war"), and what they point to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.follow_up_phrases import Kind, Phrase, phrases
from qa.follow_up_words import (
    AUXILIARIES,
    BOUNDARIES,
    DETERMINERS,
    PREPOSITIONS,
    QUESTION_WORDS,
    Token,
    is_function,
    is_verb,
    tokenize,
    without_end,
    word_set,
)

__all__ = ["Reference", "find_reference", "put", "topic"]

_FORMS = {
    "it": "thing", "its": "thing", "it's": "thing", "itself": "thing",
    "they": "things", "them": "things", "their": "things", "theirs": "things", "they're": "things",
    "he": "person", "him": "person", "his": "person", "he's": "person",
    "she": "person", "her": "person", "she's": "person",
    "there": "place", "this": "thing", "that": "thing", "that's": "thing", "these": "things", "those": "things",
}  # fmt: skip
_POSSESSIVE = word_set("its their his her")
_DEMONSTRATIVE = word_set("this that these those that's")
_BE = word_set("is are was were be been 's has have had will would")
_OPEN_TO_JUDGEMENT = word_set(
    """appropriate acceptable essential clear recommended reasonable useful helpful usual requirement take takes took
    cost costs mean means possible impossible true false safe dangerous legal illegal necessary required mandatory
    better best good bad ok okay worth wise hard easy difficult important normal common wrong right allowed
    permitted likely unlikely sense time long much like correct cheaper expensive customary advisable fair enough
    problem mistake idea pity crime risk surprise shame fact"""
)
# What a phrase counts for: a turn further back, kept up over turns, all that a turn says, a subject.
_FADING, _KEPT, _ALONE, _SUBJECT = 0.6, 0.75, 2.0, 0.75
_SAYING = word_set("say says said think thinks believe believes tell tells told feel feels sure know knows")
_OPENING = word_set("to that if when for how why whether what")
_COPULAR = word_set("be become became as like")
_LIMITING = word_set("who that which whose with of responsible")
_NOW = word_set("year month week day morning evening time century moment summer winter way point case")
_FIXED = frozenset((("what", "time", "is", "it"), ("that", "is", "fine"), ("it", "is", "fine"), ("is", "that", "so")))


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that points back: where it stands, to what sort of thing, and whether as a possessive."""

    start: int
    end: int
    sort: str  # "thing", "things", "person" or "place"
    possessive: bool = False
    noun: str = ""  # of "that war": "war"
    contracted: bool = False  # of "it's": "is" is to be put back


def find_reference(question: str) -> Reference | None:
    """The first word that points to something outside of the question; None where there is none."""
    tokens = tokenize(question)
    if tuple(token.lower for token in tokens if token.is_word)[:4] in _FIXED:
        return None
    inside: set[str] = set()
    for i, token in enumerate(tokens):
        sort = _FORMS.get(token.lower, "")
        if not sort or sort in inside:
            continue
        if _names_inside(question, tokens, i):
            inside.add(sort)
            continue
        if token.lower == "there":
            if _is_locative(tokens, i):
                return Reference(token.start, token.end, "place")
        elif token.lower in _DEMONSTRATIVE:
            if reference := _demonstrative(tokens, i):
                return reference
        elif not (token.lower in ("it", "it's") and _is_empty(tokens, i)):
            return Reference(
                token.start, token.end, sort,
                possessive=_is_possessive(tokens, i), contracted=token.lower.endswith(("'s", "'re")),
            )  # fmt: skip
    return None


def topic(told: Sequence[str], sort: str = "any") -> Phrase | None:
    """What such a reference most likely points to in the questions before; None where nothing may be."""
    found: list[tuple[float, int, Phrase]] = []
    for age, before in enumerate(reversed(told)):
        older = " ".join(told[: len(told) - 1 - age]).lower()
        for phrase in phrases(before):
            if (weight := _weight(phrase, sort)) > 0:
                weight += _KEPT * (_bare(phrase.text) in older) + _ALONE * (len(phrase.text) >= len(before) - 2)
                found.append((weight * _FADING**age, -age, phrase))
    best = max(found, key=lambda each: each[:2], default=None)
    return best[2] if best else None


def put(question: str, reference: Reference, phrase: Phrase) -> str:
    """The question with the phrase in the place of the reference."""
    text = " ".join(phrase.text.split())
    first, _, rest = text.partition(" ")
    if first.lower() in ("a", "an", "any", "some", "the", "many") and rest:
        text = f"the {rest}"
    if reference.sort == "person" and first.islower() and first != "the":
        text = f"the {text}"
    if reference.sort == "place":
        text = f"{phrase.after if phrase.after in ('in', 'at', 'on') else 'in'} {text}"
    elif reference.possessive:
        text += "'" if text.endswith("s") else "'s"
    if reference.contracted:
        text += " are" if reference.sort == "things" else " is"
    if not question[: reference.start].strip():
        text = text[0].upper() + text[1:]
    return question[: reference.start] + text + question[reference.end :]


def _names_inside(question: str, tokens: Sequence[Token], i: int) -> bool:
    """Whether the question itself says, before the word, what it points to."""
    word = tokens[i].lower
    many = _FORMS[word] == "things"
    before = [
        phrase for phrase in phrases(question[: tokens[i].start], vague=True)
        if phrase.kind > Kind.BARE or " " in phrase.text or (many and phrase.is_plural)
    ]  # fmt: skip
    if not before:
        return False
    if word in _POSSESSIVE or (len(before) > 1 and _opens_relative(tokens, i)):
        return True
    return any(_opens_clause(tokens, j) for j in range(1, i) if tokens[j].start >= before[0].end)


def _opens_clause(tokens: Sequence[Token], j: int) -> bool:
    if tokens[j].lower == "to":
        return not is_function(tokens[j + 1]) and not tokens[j + 1].is_capital
    return tokens[j].lower in BOUNDARIES or tokens[j].base in QUESTION_WORDS or tokens[j].lower in _SAYING


def _opens_relative(tokens: Sequence[Token], i: int) -> bool:
    """Whether the word is the subject of a clause on the noun before it ("the money they spend")."""
    return i > 0 and not is_function(tokens[i - 1]) and not is_verb(tokens[i - 1])


def _is_locative(tokens: Sequence[Token], i: int) -> bool:
    """Whether "there" is a place ("who lives there?") and no empty subject ("is there a wall?", "what is there?")."""
    around = [token.base for token in tokens[max(0, i - 1) : i] + tokens[i + 1 : i + 2]]
    if i == 0 or tokens[i - 1].lower in ("over", "up", "down", "out", "back", "been", "hi", "hello"):
        return False
    return not _BE.union(("any", "be", "not", "a", "no")).intersection(around)


def _demonstrative(tokens: Sequence[Token], i: int) -> Reference | None:
    """A reference by "this" or "that", alone or with its noun; None for a conjunction."""
    token, following = tokens[i], tokens[i + 1 : i + 2]
    before = tokens[i - 1].base if i else ""
    noun = following[0] if following and following[0].is_word and not is_function(following[0]) else None
    sort = _FORMS[token.lower]
    if token.lower == "that's":
        return Reference(token.start, token.end, sort, contracted=True) if i else None
    if (noun and noun.lower in _NOW) or (following and following[0].lower in _LIMITING):
        return None
    if noun and not (noun.lower.endswith("ed") or (is_verb(noun) and before in AUXILIARIES)):
        if token.lower == "that" and before not in PREPOSITIONS | AUXILIARIES:
            return None
        last = i + 1
        return Reference(token.start, tokens[last].end, sort, noun=noun.text)
    points = before in PREPOSITIONS | AUXILIARIES or before in ("do", "does", "did", "mean", "why", "explain")
    if token.lower in ("this", "these", "those"):
        points = True
    return Reference(token.start, token.end, sort) if points or (_ends(tokens, i) and i) else None


def _is_empty(tokens: Sequence[Token], i: int) -> bool:
    """Whether "it" stands for what follows ("is it safe to swim in the Rhine?")."""
    around = [token.lower for token in tokens[max(0, i - 3) : i + 1]]
    for token in tokens[i + 1 : i + 6]:
        judged = _OPEN_TO_JUDGEMENT.intersection(around) or around[-1].endswith("ed")
        if token.lower in _OPENING and (judged or (token.lower == "to" and around[-1] in ("comes", "came"))):
            return True
        around.append(token.lower)
    return False


def _is_possessive(tokens: Sequence[Token], i: int) -> bool:
    if tokens[i].lower not in _POSSESSIVE:
        return False
    follows = i + 1 < len(tokens) and tokens[i + 1].is_word and not is_function(tokens[i + 1])
    return tokens[i].lower != "her" or follows


def _ends(tokens: Sequence[Token], i: int) -> bool:
    return i + 1 >= len(without_end(tokens))


def _bare(text: str) -> str:
    first, _, rest = text.lower().partition(" ")
    return rest if rest and first in DETERMINERS else text.lower()


def _weight(phrase: Phrase, sort: str) -> float:
    """How likely a reference of that sort points to the phrase; 0 where it can't."""
    words = phrase.text.split()
    weight = {Kind.NAME: 3.0, Kind.DEFINITE: 2.5, Kind.BARE: 1.0}[phrase.kind]
    weight += _SUBJECT * (phrase.after in AUXILIARIES) - 1.0 * (phrase.after in _COPULAR)
    if phrase.kind is Kind.DEFINITE and words[0].lower() not in ("the", "many"):
        weight -= 0.5
    if words[0].lower() in ("my", "your", "our", "each", "every"):
        weight -= 1
    if len(words) > 12:
        return 0
    if sort == "thing":
        return weight - 2 * (phrase.is_plural and phrase.kind < Kind.NAME) - 0.75 * phrase.is_place
    if sort == "things":
        return weight + 2 * phrase.is_plural - 0.75 * phrase.is_place
    if sort == "person":
        named = phrase.kind is Kind.NAME and not phrase.is_place and not phrase.text.isupper()
        return weight * named * (1 if words[0].lower() not in ("the", "a", "an") else 0.3)
    return weight + (sort == "place") * phrase.is_place
