"""Questions that leave out what the one before has said ("And how long?", "What about China?")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.follow_up_phrases import Kind, Phrase, phrases
from qa.follow_up_words import (
    AUXILIARIES,
    CONNECTIVES,
    DETERMINERS,
    LEADS,
    PREPOSITIONS,
    QUESTION_WORDS,
    Token,
    is_function,
    is_verb,
    tokenize,
    without_end,
    word_set,
)

__all__ = ["Shape", "ask_anew", "exchange", "gist", "is_bare", "named_alone", "shape_of", "without_lead"]

_ADJUNCTS = word_set("when where why how")
_SUBJECTS = word_set("i you we it there one")
_JUDGING = word_set("possible safe true necessary okay make makes sense")
_NEGATED = {word: f"{word}n't" for word in AUXILIARIES - {"can", "will", "am", "shall", "may"}} | {
    "can": "can't", "will": "won't",
}  # fmt: skip
_ABOUT = (("what", "about"), ("how", "about"))
_ADDED = word_set("else exactly not so often long far come precisely")


@dataclass(frozen=True, slots=True)
class Shape:
    """A question in three parts: "How wide", "is", "the DMZ"; an empty one is left out in it."""

    front: str
    auxiliary: str
    rest: str

    @property
    def asks(self) -> str:
        """The question word, in lower case; "" where it asks for yes or no, or isn't a question."""
        return next((t.lower for t in tokenize(self.front) if t.base in QUESTION_WORDS), "")


def without_lead(question: str) -> str:
    """The question without an "and" or "what about" before it; the same where there is none."""
    tokens = tokenize(question)
    i = 0
    while i < len(tokens) - 1 and (tokens[i].lower in LEADS or (i and tokens[i].text in ",.!")):
        i += 1
    if tuple(token.lower for token in tokens[i : i + 2]) in _ABOUT and len(tokens) > i + 2:
        i += 2
    return question[tokens[i].start :] if i else question


def shape_of(question: str) -> Shape:
    """The parts of a question; all of it is the rest where it is none."""
    tokens = without_end(tokenize(question))
    if not tokens:
        return Shape("", "", "")
    end = tokens[-1].end
    if tokens[0].base in AUXILIARIES:
        return Shape("", question[: tokens[0].end], question[tokens[0].end : end].strip())
    asking = next((i for i, t in enumerate(tokens[:3]) if t.base in QUESTION_WORDS), None)
    if asking is None or any(t.lower not in PREPOSITIONS for t in tokens[:asking]):
        return Shape("", "", question[:end])
    if tokens[asking].lower.endswith("'s"):
        cut = tokens[asking].end - 2
        return Shape(question[:cut], "is", question[tokens[asking].end : end].strip())
    helper = _auxiliary(tokens, asking)
    if helper is None:
        cut = tokens[asking].end
        return Shape(question[:cut], "", question[cut:end].strip())
    front, rest = question[: tokens[helper].start], question[tokens[helper].end : end]
    return Shape(front.strip(), tokens[helper].text, rest.strip())


def gist(question: str) -> str:
    """What a question says apart from asking: "How many tests has Pakistan done?" gives "tests Pakistan done"."""
    shape = shape_of(question)
    counted = [token for token in tokenize(shape.front) if not is_function(token)]
    said = shape.rest or question.strip(" ?.!")
    if (counted and shape.asks != "how") or (counted and _is_counting(shape.front)):
        said = f"{shape.front[counted[0].start :]} {said}"
    tokens = tokenize(said)
    start = next((i for i, t in enumerate(tokens) if not is_function(t) and t.lower not in _JUDGING), 0)
    return said[tokens[start].start :] if tokens and tokens[0].lower in _SUBJECTS else said


def ask_anew(question: str, before: str) -> str | None:
    """A bare question word ("How long?", "since when?") completed from the question before.

    None where it isn't one, or where no clean completion can be made.
    """
    asked = without_lead(question)
    if not is_bare(asked):
        return None
    front, earlier = asked.rstrip(" ?.!"), shape_of(before)
    asks = shape_of(front).asks
    if earlier.asks == asks and earlier.rest and (
        "else" in front.lower().split() or (_is_counting(front) and _is_counting(earlier.front))
    ):
        return _sentence(front, earlier.auxiliary, earlier.rest)
    if asks not in _ADJUNCTS or _is_counting(front) or not earlier.auxiliary or not earlier.rest:
        return None
    if not _gives_way(earlier, front):
        return None
    if front.lower() == "why not":
        return _sentence(front[:3], _NEGATED.get(earlier.auxiliary.lower(), earlier.auxiliary), earlier.rest)
    return _sentence(front, earlier.auxiliary.lower(), earlier.rest)


def is_bare(question: str) -> bool:
    """Whether a question is nothing but its question word and what belongs to that."""
    tokens = without_end(tokenize(question))
    asking = next((i for i, t in enumerate(tokens[:2]) if t.base in QUESTION_WORDS), None)
    if asking is None or len(tokens) > asking + 4 or tokens[asking].lower.endswith("'s"):
        return False
    if any(t.lower not in PREPOSITIONS for t in tokens[:asking]):
        return False
    rest = tokens[asking + 1 :]
    says = any(t.is_capital or t.base in AUXILIARIES or (is_verb(t) and t.lower != "come") for t in rest)
    if says or any(t.lower in ("to", "if") for t in rest):
        return False
    return len(rest) < 2 or _is_counting(question[tokens[asking].start :]) or any(t.lower in _ADDED for t in rest)


def exchange(question: str, before: str) -> str | None:
    """The question before with another thing in it ("And what about China?"); None where that can't be.

    Its first name gives way: choosing by the likeness of embeddings was right no more often.
    """
    put_in = named_alone(question)
    if not put_in:
        return None
    new = phrases(put_in, whole=False)
    if tokenize(put_in)[0].lower in PREPOSITIONS:
        return _add(put_in, before)
    if not new or new[0].kind is not Kind.NAME or new[0].start:
        return _define(put_in, before)
    there = [phrase for phrase in phrases(before, whole=False) if phrase.kind is Kind.NAME]
    there = [phrase for phrase in there if phrase.text.lower() not in put_in.lower()]
    if not there:
        return _define(put_in, before)
    return _replace(before, there[0], put_in)


def named_alone(question: str) -> str:
    """What "And …?" or "What about …?" names, where it names a thing and asks nothing; else ""."""
    rest = without_lead(question)
    if rest == question:
        return ""
    tokens = without_end(tokenize(rest))
    if not 0 < len(tokens) <= 8 or tokens[0].base in QUESTION_WORDS or tokens[0].base in AUXILIARIES:
        return ""
    if any(t.base in AUXILIARIES or t.base in CONNECTIVES - {"and", "or"} or not t.is_word for t in tokens[1:]):
        return ""
    if all(is_function(t) for t in tokens) or tokens[0].lower in ("those", "that", "this", "these"):
        return ""
    return rest[: tokens[-1].end]


def _auxiliary(tokens: Sequence[Token], asking: int) -> int | None:
    """The place of the auxiliary after a question word's phrase ("What means of influence *does*")."""
    for i in range(asking + 1, min(asking + 9, len(tokens))):
        if tokens[i].base in AUXILIARIES:
            return i
        if not tokens[i].is_word or tokens[i].lower in (PREPOSITIONS - {"of", "like"}) | DETERMINERS - {"many"}:
            return None
    return None


def _is_plain(shape: Shape) -> bool:
    """Whether "what" or "who" asks for the thing itself ("What is the DMZ?"), which can be put elsewhere."""
    return shape.auxiliary.lower() in ("is", "are", "was", "were") and len(tokenize(shape.front)) == 1


def _is_counting(front: str) -> bool:
    return front.lower().startswith(("how many", "how much"))


def _gives_way(earlier: Shape, front: str) -> bool:
    """Whether the question's own question word can make room for another without taking sense along."""
    measure = len(tokenize(front)) == 2
    if earlier.asks in ("what", "who", "which"):
        return _is_plain(earlier) and not front.lower().startswith("why") and (shape_of(front).asks != "how" or measure)
    if earlier.asks == "how":
        return not _is_counting(earlier.front) and (not front.lower().startswith("how") or measure)
    return True


def _led_in(before: str) -> list[tuple[str, int, int]]:
    """What a preposition leads in, as (preposition, start, end) with the preposition's own start."""
    tokens = tokenize(before)
    led = {phrase.start: phrase.end for phrase in phrases(before, whole=False)}
    led |= {token.start: token.end for token in tokens if token.text.isdigit()}
    pairs = pairwise(tokens)
    return [(t.text, t.start, led[n.start]) for t, n in pairs if t.lower in PREPOSITIONS and n.start in led]


def _define(put_in: str, before: str) -> str | None:
    """ "What is X?" asked of the new thing; None where the question before is another, or the two don't fit."""
    earlier = shape_of(before)
    there, new = phrases(before), phrases(put_in)
    if earlier.asks not in ("what", "who") or not _is_plain(earlier) or len(there) != 1 or len(new) != 1:
        return None
    if len(there[0].text) < len(earlier.rest) - 4 or there[0].is_plural != new[0].is_plural:
        return None
    return _sentence(earlier.front, earlier.auxiliary, put_in)


def _add(put_in: str, before: str) -> str:
    """The question before with another year or place, in the place of its own where it has one."""
    preposition, *_, last = put_in.split()
    same = [
        (start, end) for word, start, end in _led_in(before)
        if word.lower() == preposition.lower() and before[:end][-1].isdigit() == last[-1].isdigit()
    ]  # fmt: skip
    if same:
        start, end = same[-1]
        return f"{before[:start]}{put_in}{before[end:]}"
    return f"{before.rstrip(' ?.!')} {put_in}?"


def _replace(before: str, old: Phrase, put_in: str) -> str:
    first, _, rest = put_in.partition(" ")
    if not before[: old.start].strip():
        put_in = put_in[0].upper() + put_in[1:]
    elif first.lower() == "the" and rest:
        put_in = f"the {rest}"
    end = old.end
    if old.possessive:
        return before[: old.start] + put_in + ("'" if put_in.endswith("s") else "'s") + before[end:]
    return before[: old.start] + put_in + before[end:]


def _sentence(*parts: str) -> str:
    return " ".join(part for part in parts if part).rstrip(" ?.!") + "?"
