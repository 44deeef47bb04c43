"""What a question asks for, and whether a sentence holds a thing of that kind.

"How long is it in kilometres?" isn't answered by a sentence without a length. The types are those
of Li and Roth, Learning Question Classifiers (COLING 2002), as far as rules can tell them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.words import words
from qa import other_languages
from qa.denying import asks_for_denial
from qa.years import years_asked

__all__ = ["Expected", "asks_for_several", "counts", "expected_of", "holds", "is_small_talk"]

Kind = Literal["number", "length", "duration", "size", "money", "date", "name", "anything"]


@dataclass(frozen=True, slots=True)
class Expected:
    """The kind of thing that is asked for, and for a number, the words for what is counted.

    `years` are those that it must be about, and `denied` whether something is asked for that is not so.
    """

    kind: Kind
    counted: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    denied: bool = False

    @property
    def is_typed(self) -> bool:
        """Whether anything in particular is expected."""
        return self.kind != "anything"

    @property
    def is_measurable(self) -> bool:
        """Whether a quantity or a time is expected, which rules tell with few mistakes."""
        return self.kind not in ("anything", "name")


_MODAL = r"(?: do| does| should| shall| can| could| may| must| to\b| i\b| we\b| you\b)"
# fmt: off
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("money", r"\bhow much\b.{0,40}\b(?:cost|money|pay|paid|earn|charge|worth|spen[dt]|invest|price|fine|fee)"
                  r"|\b(?:what|which|how high)\b.{0,20}\b(?:price|cost|fee|fare|salary|salaries|wages?|budget)s?\b"),
        ("length", r"\bhow (?:tall|wide|far|high|deep|broad|thick)\b|\b(?:width|length|height|depth)$"
                   r"|\b(?:width|length|height|distance|depth) (?:of|between|from|to)\b"),
        ("size", r"\bhow (?:long|big|large)\b(?! (?:should|do|does|can|must|will i|may))"),
        ("duration", r"\bhow old\b|\bhow long ago\b"),
        ("number", r"\bhow (?:many|often|heavy|fast|powerful|strong|hot|cold)\b"
                   r"|\b(?:what|which) (?:is |was |are |were )?(?:the )?(?:\w+ )?"
                   r"(?:percentage|percent|share|population) of\b"
                   r"|\bnumber of\b"),
        ("date", r"^(?:and |but )?when\b(?!" + _MODAL + r"|.*\b(?:what|which|who|how|why)\b)| when\b(?:\W|$)(?!.{12})"
                 r"|\bsince when\b|\bhow recently\b| year$"
                 r"|\b(?:what|which|on what|in what) (?:\w+ )?(?:year|date|day|month|century|decade)\b"),
        ("name", r"^(?:and |but )?who(?:m|se)?\b(?!" + _MODAL + r"| needs?\b| is eligible| qualifies| else)"
                 r"|\b(?:what|which) (?:is|was|are|were) the names?\b|\bname of\b|\bwhat'?s? .{0,30}\bcalled\b"),
        *other_languages.KINDS,
    )
)
# fmt: on
_SEVERAL = re.compile(
    r"^(?:and |but |so )?(?:why\b|how (?:can|could|do|does|did|would|might|will|should|come)\b|list\b|give\b|name\b"
    r"|what (?:can|could|would|might|will|are|were)\b|what'?s (?:the good|to be)|examples?\b"
    r"|(?:in |by )?what (?:means|ways?|kinds?|sorts?|steps|measures|roles?|part|reasons)\b"
    r"|which (?:kinds?|areas|countries|actions|concessions|factors|reasons|measures|steps)\b)"
    rf"|\b(?:reasons?|causes|consequences|effects|benefits|examples) (?:of|for|why)\b|{other_languages.SEVERAL}"
)
_COUNTED = re.compile(r"\bhow many ((?:[\w'-]+ ?){1,4})|\bnumber of ((?:[\w'-]+ ?){1,3})")
_VERBS = frozenset(
    """is are was were do does did has have had can could will would in of at on from to there live lived work worked
    died killed been be may might must should shall under for by with per participated took take people's""".split()
)

_NUMBER = (
    r"(?:\d[\d,. ]*\d|\d|(?:\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?"
    rf"|millions?|billions?|dozens?|one|no|none|twice|once|{other_languages.NUMBERS})\b))"
)
_UNITS: dict[Kind, str] = {
    "length": r"(?:km|kilom[eè]t\w*|kilómetros?|m[eè]t(?:re|er|ro)s?|m|cm|[cz]entim[eè]t\w*|centímetros?|mm|miles?|feet"
              r"|foot|ft|inch\w*|yards?|nautical|acres?)\b",
    "duration": r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?|century|centuries|generations?)\b",
    "money": r"(?:dollars?|euros?|pounds?|won|yen|yuan|cents?|francs?|rou?bles?|rupees?|usd|eur|gbp"
             r"|percent|[mb]illion)\b",
}
_ANYBODY = frozenset({"people", "person", "time"})
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:1[0-9]\d\d|20\d\d)s?"
_DATE = re.compile(
    rf"\b(?:{_YEAR}|{_MONTH} \d|\d\d? {_MONTH}|(?:in|since|until|by|of|early|late|last|next|every) {_MONTH}"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\d\d?(?::\d\d)? ?(?:[ap]\.?m|o['’]clock)"
    r"|(?:\d+(?:st|nd|rd|th)|\w+th) century"
    r"|today|yesterday|tomorrow|spring|summer|autumn|winter|midnight|noon|annually|daily|weekly|monthly|ago"
    rf"|{other_languages.DATES})\b|{other_languages.DATE_PARTS}",
    re.IGNORECASE,
)
_DATE_PARTS = re.compile(
    rf"\b(?:\d\d? {_MONTH}(?: {_YEAR})?|{_MONTH} \d\d?(?:, {_YEAR})?|{_YEAR})\b|{other_languages.DATE_PARTS}",
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"[$€£¥₩]\s?\d|{_NUMBER}[\s-]*(?:\w+ )?{_UNITS['money']}|\bfree\b|\bfor nothing\b"
    rf"|{other_languages.MONEY}|{other_languages.FREE}",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z][\w'’.-]*(?: (?:(?:of|de|von|van|al|bin|the|and) )?[A-Z][\w'’.-]*)*")
# A cell of a table's row, with the heading of its column; and headings of columns that name people.
_CELL = re.compile(r"(?:^|\| )([^|:]{1,60}): ([^|]+)")
_PEOPLE = frozenset(
    """name names author authors person people owner director leader head contact member by who founder signature
    vorname nachname autor nom auteur nombre apellido""".split()
)
# "Who is the president of France?": what somebody is asked for as.
_ROLE = re.compile(
    r"^(?:and |but )?who(?:'s|’s| is| was| are| were) (?:the |a |an )?(?:[\w-]+ )?([\w-]+) (?:of|in|at|for|to)\b"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:\"“(])\s*$")
_CALENDAR = frozenset(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday""".split()
)
# So many letters make 'Korea' and 'Korean' the same.
_SAME_STEM = 5


def expected_of(question: str) -> Expected:
    """The kind of thing that a question asks for; "anything" where the rules can't tell."""
    text = " ".join(question.lower().split())
    kind = next((kind for kind, pattern in _PATTERNS if pattern.search(text)), "anything")
    counted: tuple[str, ...] = ()
    if kind == "number" and (match := _COUNTED.search(text)):
        for word in words(match[1] or match[2]):
            if word in _VERBS:
                break
            counted += (word,)
    return Expected(kind, counted, years_asked(question), asks_for_denial(question))


def asks_for_several(question: str) -> bool:
    """Whether a reason, a way or a list is asked for, which several sentences from several places may give."""
    return bool(_SEVERAL.search(" ".join(question.lower().split())))


def holds(expected: Expected, sentence: str, question: str = "") -> bool:
    """Whether a sentence holds a thing of the expected kind that the question doesn't name itself."""
    plain = " ".join(sentence.split())
    if expected.kind == "anything":
        return True
    if expected.kind == "date":
        return any(match[0].lower() not in question.lower() for match in _DATE.finditer(plain))
    if expected.kind == "money":
        return bool(_MONEY.search(plain))
    if expected.kind == "name":
        asked = {word[:_SAME_STEM] for word in words(question)}
        cells = _CELL.findall(plain)
        return _cells_hold_name(cells, asked, question) if len(cells) > 1 else _holds_name(plain, asked)
    without_dates = _DATE_PARTS.sub(" ", plain)
    if expected.kind == "number":
        return bool(re.search(_NUMBER, without_dates, re.IGNORECASE))
    units = {"length": ("length",), "duration": ("duration",), "size": ("length", "duration")}[expected.kind]
    measured = (rf"(?:{_NUMBER}|\bhalf)[\s-]*(?:and [\w-]+ )?(?:\w+ )?{_UNITS[unit]}" for unit in units)
    if any(re.search(pattern, plain, re.IGNORECASE) for pattern in measured):
        return True
    return expected.kind in ("duration", "size") and bool(_DATE.search(plain))


def _holds_name(sentence: str, asked: set[str]) -> bool:
    """Whether a name stands in the sentence of which the question says no word."""
    for match in _NAME.finditer(sentence):
        named = words(match[0])
        opens = len(named) == 1 and _SENTENCE_START.search(sentence[max(0, match.start() - 3) : match.start()])
        if not opens and asked.isdisjoint(word[:_SAME_STEM] for word in named) and not _CALENDAR.issuperset(named):
            return True
    return False


def _cells_hold_name(cells: list[tuple[str, str]], asked: set[str], question: str) -> bool:
    """Whether a row of a table names somebody, where its heading is asked for or is of people.

    Where somebody is asked for as the president, say, the row must say that word.
    """
    role = _ROLE.search(question.lower())
    said = {word[:_SAME_STEM] for cell in cells for text in cell for word in words(text.replace("_", " "))}
    if role and role[1][:_SAME_STEM] not in said:
        return False
    return any(
        asked.isdisjoint(word[:_SAME_STEM] for word in words(name[0]))
        for heading, value in cells
        if any(word[:_SAME_STEM] in asked or word in _PEOPLE for word in words(heading.replace("_", " ")))
        for name in _NAME.finditer(value)
    )


def counts(expected: Expected, sentence: str) -> bool:
    """Whether a sentence holds a number of the things that are counted, close before their name."""
    if not expected.counted:
        return holds(expected, sentence)
    thing = expected.counted[-1]
    plain = _DATE_PARTS.sub(" ", " ".join(sentence.split()))
    return any(
        thing in _ANYBODY or any(word[:_SAME_STEM] == thing[:_SAME_STEM] for word in words(plain[match.end() :])[:7])
        for match in re.finditer(_NUMBER, plain, re.IGNORECASE)
    )


_GREETING = r"(?:hello|hi|hey|thanks?|thank you|good (?:morning|afternoon|evening|night)|bye|goodbye|ok|okay)"
_SMALL_TALK = re.compile(
    rf"^\W*(?:{_GREETING}\W+)*"
    rf"(?:{_GREETING}(?: (?:there|all|everyone|a lot|so much|very much|again))?(?:\W+that was \w+)?"
    r"|(?:who|what) are you|how are you(?: (?:today|doing|feeling|going))*|how'?s it going|are you (?:a |an )?"
    r"(?:real |human |there|ok|bot|robot|machine|person|ai)\w*(?: \w+)?|what(?:'s| is) your name"
    r"|(?:can you )?(?:tell me (?:a|another) (?:joke|story)|sing(?: me| us)?(?: something| a song)?))\W*$",
    re.IGNORECASE,
)


def is_small_talk(question: str) -> bool:
    """Whether it is said to the program and asks nothing of the documents: a greeting, thanks, "how are you"."""
    return _SMALL_TALK.match(question) is not None
