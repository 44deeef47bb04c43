"""The words that questions are made of, and which of them name nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "ASIDES", "AUXILIARIES", "BOUNDARIES", "CONNECTIVES", "DETERMINERS", "LEADS", "PREPOSITIONS", "QUESTION_WORDS",
    "Token", "is_function", "is_verb", "tokenize", "without_end", "word_set",
]  # fmt: skip

_TOKEN = re.compile(r"[^\W_]+(?:['’.&\-][^\W_]+)*|[^\w\s]")


def word_set(text: str) -> frozenset[str]:
    """The words of a text that is a list of them."""
    return frozenset(text.split())


QUESTION_WORDS = word_set("what which who whom whose when where why how")
AUXILIARIES = word_set("is are was were am do does did has have had can could will would shall should may might must")
_BE = word_set("be been being get gets got 's")
DETERMINERS = word_set("the a an my your our some any each every all no many several few most both such")
PREPOSITIONS = word_set(
    """about above across after against along among around at before behind below beside between beyond by despite
    during for from in inside into near of off on onto out outside over past per since through throughout to toward
    towards under until up upon via with within without than like as according"""
)
CONNECTIVES = word_set("and or but because although though while if when whether so that which who whom whose where")
_PRONOUNS = word_set(
    """i you we he she it they me us him her them his hers its their theirs mine yours ours this that these those there
    here myself yourself itself themselves someone somebody anyone anybody everyone everybody something anything
    everything nothing nobody one ones others other another it's that's there's i'm let's i'd i've"""
)
_ADVERBS = word_set(
    """not also too very just only ever never still even again already yet more most less least much else really
    actually currently now then later today exactly please pls maybe perhaps once always usually often soon together
    instead rather quite anyway therefore however ok okay yes no well oh hi hello hey thanks thank sorry available
    able different similar alike possible better best worse worst good bad due far long wide high old big deep tall"""
)
_NOUNS_IN_LY = word_set("family assembly supply anomaly monopoly butterfly")
# Words before a sentence of its own ("And how long is it?").
LEADS = word_set("and or but so then also ok okay well now plus yes no oh hmm oops sorry alright")
ASIDES = word_set("please pls thanks thank you ok okay")
BOUNDARIES = CONNECTIVES | word_set(", . ? ! ; : - – —")

# Verbs that questions are asked with, in the forms that no ending gives away.
_VERBS = word_set(
    """accept add affect agree allow apply arise arrive ask attack become became begin began begun believe belong born
    bring brought build built buy bought call cause change choose chose chosen close collapse come came compare
    consist contain continue cost cover create cross cut deal decide depend describe die differ do done drive driven
    drop end enter guard visit exist expand expire explain fail fall fell fallen feel find found finish get got
    gotten give gave given go goes went gone grow grew grown happen hear heard held help hit hold identify include
    increase invade invent involve join keep kept kill know known last launch lead led learn leave left let lie live
    lose lost make made manage matter mean means meant measure meet met move need occur offer open operate order
    originate own paid pay plan play prevent produce promise protect provide put qualify reach read receive
    recognize recognise reflect remain require return rise rose risen run ran said say see saw seen sell send sent
    serve set shot show shown shut sign sink sank sold speak spend spent spread stand stand start stay steal stolen
    stop sound sounds looks seems suffer support suspend take taken taught teach tell think thought told took treat
    try understand understood use used wait want win withdraw withdrew withhold withheld won work write written
    wrote reside located border link links tells says asks wants drives makes takes lives works helps happens comes
    exists"""
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a punctuation mark and where it stands in its text; offsets are half-open."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case with a plain apostrophe."""
        return self.text.lower().replace("’", "'")

    @property
    def base(self) -> str:
        """The word in lower case without a possessive ending or a contracted "not"."""
        word = self.lower.removesuffix("'s")
        return {"can't": "can", "won't": "will"}.get(word, word.removesuffix("n't"))

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Begins with a capital, or has one inside (iPhone, S3fs), and isn't "I"."""
        return self.text != "I" and not self.lower.startswith("i'") and any(c.isupper() for c in self.text)


def tokenize(text: str) -> list[Token]:
    """The words and punctuation marks of a text, in order."""
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def without_end(tokens: Sequence[Token]) -> list[Token]:
    """The tokens up to the last word, without a closing "please" or "thanks"."""
    kept = list(tokens)
    while kept and (not kept[-1].is_word or (len(kept) > 1 and kept[-1].lower in ASIDES)):
        kept.pop()
    return kept


def is_function(token: Token) -> bool:
    """Whether a token can't be part of a name or of what a question is about."""
    word = token.base
    return (
        not token.is_word
        or word in QUESTION_WORDS or word in AUXILIARIES or word in _BE or word in DETERMINERS
        or word in PREPOSITIONS or word in CONNECTIVES or token.lower in _PRONOUNS or word in _ADVERBS
        or (word.endswith("ly") and len(word) > 5 and token.text.islower() and word not in _NOUNS_IN_LY)
    )


def is_verb(token: Token) -> bool:
    """Whether a word in lower case looks like a verb; there is no telling for sure without a tagger."""
    word = token.lower
    return not token.is_capital and (
        word in _VERBS or (len(word) > 4 and word.endswith("ed")) or (len(word) > 5 and word.endswith("ing"))
    )
