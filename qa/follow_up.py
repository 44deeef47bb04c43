"""Make a question stand alone, from the conversation so far."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.follow_up_ellipsis import ask_anew, exchange, gist, is_bare, named_alone, shape_of, without_lead
from qa.follow_up_phrases import Kind, phrases
from qa.follow_up_references import Reference, find_reference, put, topic
from qa.follow_up_words import AUXILIARIES, QUESTION_WORDS, is_function, is_verb, tokenize, word_set

__all__ = ["in_conversation", "stand_alone"]

_MOST_TURNS = 8
_MOST_CHARACTERS = 600
_MOST_WORDS = 40
_LONGEST_PUT = 70

_CHATTER = word_set(
    """thanks thank hi hello hey ok okay lol great good nice cool wow bye goodbye morning evening sorry fine yes no
    yeah interesting helpful awesome perfect welcome haha understood"""
)
_MORE = word_set(
    """more details detail examples example elaborate explain go on continue further clarify information info specific
    really sure tell give me show another some can could you it an please any about a the"""
)
_LATER = word_set("later earlier afterwards beforehand after before")
_COMPARING = word_set("else others instead again alternatives")
_COMPARING_LAST = word_set("too either same rest both other another")
_OTHERS = frozenset((first, "other") for first in ("what", "which", "any", "the", "there"))
_JUDGED = word_set("possible safe true legal allowed necessary first last next biggest difficult important")
_FOREIGN = word_set(
    """und oder aber warum wieso weshalb wann wo wer wie wohin woher et ou mais pourquoi quand où qui quoi comment
    combien y o pero qué por cuándo dónde quién cómo cuánto cuántos e ma perché quando dove chi quanto en maar
    waarom wanneer waar wie hoe mas onde quem и а почему когда где кто как"""
)
# Function words of other languages, those included that English has as well ("was", "die").
_FOREIGN_WORDS = _FOREIGN | word_set(
    """was die der das den dem des ein eine einen einer im am ist sind war waren hat haben kann muss soll wird werden
    für mit von zu zum zur bei nach seit auf an es er sie ich wir man nicht auch noch viele viel welche welcher welches
    so le la les un une des du au aux est sont était il elle on ce cette dans pour avec par sur pas plus quel quelle
    quels peut combien el los las una del al es son fue está hay en con para por se me su más puede cuál cuánto
    cuánta"""
)

_FOREIGN_PRONOUNS = word_set("sie er es ihn ihm ihr dort das elle il ils elles lui ello ella ellos ahí lì essa esso")


def stand_alone(question: str, earlier: Sequence[str]) -> str:
    """The question as it would be asked without the earlier ones; exactly as it is where it stands alone.

    `earlier` are the questions before, oldest first; the last few count. What can't be put in the
    question itself follows it in brackets.
    """
    return in_conversation(question, earlier)[0]


def in_conversation(question: str, earlier: Sequence[str]) -> tuple[str, str]:
    """The question as `stand_alone` gives it, and the one before as it stands alone; "" where there is none.

    What was only said ("thanks!") is no question.
    """
    told: list[str] = []
    for asked in [" ".join(text.split())[:_MOST_CHARACTERS] for text in earlier[-_MOST_TURNS:]]:
        if any(character.isalnum() for character in asked) and not _is_chatter(asked):
            told.append(_resolve(asked, told))
    return (_resolve(question, told), told[-1]) if told else (question, "")


def _resolve(question: str, told: Sequence[str]) -> str:
    """The question made to stand alone by those before it, which stand alone already."""
    tokens = tokenize(question)
    if not told or not any(token.is_word for token in tokens) or len(tokens) > _MOST_WORDS or _is_chatter(question):
        return question
    if _is_foreign(question):
        return f"{told[-1]} {question}" if _points_back(question) else question
    before = told[-1]
    if is_bare(without_lead(question)):
        return ask_anew(question, before) or _in_brackets(question, told, whole=True)
    if named_alone(question):
        return exchange(question, before) or _in_brackets(question, told, whole=True)
    if reference := find_reference(question):
        return _refer(question, reference, told)
    if _asks_for_more(question) or _compares(question) or _is_thin(question):
        return _in_brackets(question, told, whole=" one" in question or " others" in question)
    return question


def _refer(question: str, reference: Reference, told: Sequence[str]) -> str:
    """The question with what its reference points to in the place of the reference, or in brackets."""
    if repeated := _repeat(question, reference, told[-1]):
        return repeated
    found = topic(told, reference.sort)
    if not found:
        return _in_brackets(question, told)
    pointing = question[reference.start : reference.end].lower()
    if pointing in ("this", "that") and question[reference.end :].strip(" ?.!") == "happen":
        return _in_brackets(question, told, whole=True)
    named = not reference.noun or found.text.lower().endswith(f" {reference.noun.lower()}")
    if not named or found.text.lower() in question.lower() or len(found.text) > _LONGEST_PUT:
        return _in_brackets(question, told)
    return put(question, reference, found)


def _repeat(question: str, reference: Reference, before: str) -> str | None:
    """ "After which war was that?" with the rest of the question before; None where that isn't asked."""
    shape, earlier = shape_of(question), shape_of(before)
    if shape.rest.lower() not in ("that", "this") or not shape.front or not earlier.auxiliary:
        return None
    asks_when = shape.asks in ("when", "where", "why", "which", "how")
    return f"{shape.front} {earlier.auxiliary} {earlier.rest}?" if asks_when and earlier.front else None


def _in_brackets(question: str, told: Sequence[str], whole: bool = False) -> str:
    """The question with the topic behind it; with `whole`, with all that the question before says."""
    found = topic(told)
    said = " ".join((gist(told[-1]) if whole or not found else found.text).split())
    return question if said.lower() in question.lower() else f"{question} ({said})"


def _is_chatter(question: str) -> bool:
    words = [token.lower for token in tokenize(question) if token.is_word]
    small_talk = len(words) <= 8 and bool(words) and words[0] in _CHATTER and "?" not in question
    return small_talk or words[:4] == ["what", "time", "is", "it"]


def _is_foreign(question: str) -> bool:
    """Whether a question isn't English, by its script or its first words."""
    tokens = [token for token in tokenize(question) if token.is_word]
    words = [token.lower for token in tokens]
    if sum(word in _FOREIGN_WORDS for word in words) > sum(map(is_function, tokens)):
        return True
    english = any(word in QUESTION_WORDS or word in AUXILIARIES for word in words)
    if not words or english:
        return False
    return words[0] in _FOREIGN or sum(ord(c) > 0x2FF for c in question) > len(question) / 2


def _points_back(question: str) -> bool:
    """Whether a question in another language is so short, or has such a pronoun, that it can't stand alone."""
    tokens = [token for token in tokenize(question) if token.is_word]
    words = [token.lower for token in tokens]
    if len(words) <= 2 or (len(words) <= 4 and _FOREIGN_WORDS.issuperset(words)):
        return True
    # German "das" is mostly an article, and Spanish "es" a verb.
    articles = {one.start for one, after in pairwise(tokens) if one.lower == "das" and after.is_capital}
    pointing = [one for one in tokens if one.lower in _FOREIGN_PRONOUNS and one.start not in articles]
    return len(words) <= 6 and any(one.lower != "es" or one is not tokens[0] for one in pointing)


def _asks_for_more(question: str) -> bool:
    words = [token.lower for token in tokenize(question) if token.is_word]
    meant = len(words) <= 8 and any(pair in (("i", "meant"), ("i", "mean")) for pair in pairwise(words[:3]))
    return meant or (len(words) <= 8 and all(word in _MORE for word in words))


def _is_thin(question: str) -> bool:
    """Whether it asks about nothing at all ("Who won?", "Is it safe to visit?")."""
    tokens = tokenize(question)
    asks = any(token.base in QUESTION_WORDS or token.base in AUXILIARIES for token in tokens[:3])
    spoken_to = any(token.lower in ("you", "i", "me", "we", "us") for token in tokens)
    said = [t for t in tokens if not (is_function(t) or is_verb(t) or t.lower in _JUDGED)]
    unnamed = not any(token.is_capital for token in said)
    return asks and unnamed and not spoken_to and len(said) <= any(t.lower == "it" for t in tokens)


def _compares(question: str) -> bool:
    """Whether it measures itself against something unsaid ("What are the others?", "three days later")."""
    words = [token.lower for token in tokenize(question) if token.is_word]
    if len(words) > 12:
        return False
    if words[-1] in _LATER:
        return True
    others = any(pair in _OTHERS for pair in pairwise(words))
    compared = others or bool(_COMPARING.intersection(words)) or words[-1] in _COMPARING_LAST
    return compared and not any(phrase.kind is Kind.NAME for phrase in phrases(question))
