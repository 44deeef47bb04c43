"""What a sentence can't be understood without: what it points back to, its lead-in, its list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus import Passage, Sentence

__all__ = ["announces", "at_the_beginning", "at_the_end", "leans", "needs_the_passage_before", "with_company"]

_LEANING = re.compile(
    r"(?:this|these|that|those(?! (?:who|whose|which|that|with|in|of|living|aged)\b)|it|its|they|their|them|he|she|his"
    r"|her|such|the (?:former|latter|first|second|other)|both(?! [\w' -]{1,60} and\b)"
    r"|however|moreover|furthermore|therefore|thus|hence|also|additionally|instead|otherwise|consequently|still|yet"
    r"|then|so(?! far\b)|but|and|or|nor|as a result|in addition|for (?:example|instance)|on the other hand|at that time"
    r"|(?:in|at|under|for|from|by|with|on|after|during|despite|because of|due to|to|of|among)"
    r" (?:this|these|that|those|such|them|it|him|her|their|its|his)"
    r"|(?:all|some|many|most|both|one|each|none|several) of (?:this|these|those|them)"
    r"|(?:in|by) contrast|on the contrary|in (?:turn|other words|short)|at the same time|as such|similarly|likewise"
    r"|nevertheless|nonetheless|conversely|accordingly|again|meanwhile|afterwards|besides|finally|later"
    r"|(?:\w+ )?(?:days|weeks|months|years) later"
    r"|(?:in|by|since|until|on|from|during) (?:\w+ ){0,2}\d{1,4}(?: \w+)?(?: \d{4})? ?,? (?:he|she|they|it)"
    r"|dies(?:e[rsmn]?)?|dadurch|deshalb|deswegen|daher|darum|dabei|dazu|dagegen|hierbei|außerdem|zudem|jedoch|dennoch"
    r"|allerdings|trotzdem|somit|folglich|beide|er|ihre?[nmrs]?|seine?[nmrs]?"
    r"|ce(?:ci|la|t|tte|s|ux|lles)?|c['’]est|il|ils|elles?|cependant|toutefois|néanmoins|pourtant|ainsi|donc|en outre"
    r"|de plus|par conséquent|par exemple|en revanche|leurs?"
    r"|est[eao]s?|es[aeo]s?|ellos?|ellas?|sin embargo|además|por (?:lo )?tanto|por ello|por eso|así|asimismo|aunque"
    r"|no obstante|su|sus)\b"
    r"|(?:이는|그는|그녀는|이것|그것|그들|이들|이러한|이런|그러한|그런|그러나|하지만|또한|따라서|그래서|그리고)"
    r"|(?:이에|이로|이 |그 )",
    re.IGNORECASE,
)
# What begins like those and points nowhere.
_STANDS_ALONE = re.compile(
    r"it (?:is|was|may be|can be|will be|remains) (?:\w+ )?(?:important|possible|impossible|necessary|essential|vital"
    r"|crucial|recommended|advisable|likely|unlikely|best|better|good|hard|easy|difficult|clear|known|unknown|estimated"
    r"|thought|believed|said|expected|true|worth|safe|common|usual|critical|imperative|mandatory|advised)"
    r" (?:to|that|for)\b"
    r"|it (?:takes|costs) (?:\w+ ){1,4}to\b"
    r"|this (?:page|article|guide|guidance|document|section|chapter|website|site|paper|study|report|manual)\b"
    r"|(?:those|these) days\b|(?:il|elle) (?:faut|est (?:\w+ )?(?:de|que|possible|important|nécessaire))\b|il y a\b",
    re.IGNORECASE,
)
# So many sentences before it are taken along by one that leans on them, where those lean too.
_MOST_LEANT_ON = 3


def leans(text: str) -> bool:
    """Whether a sentence points back to the one before it."""
    return bool(_LEANING.match(text)) and not _STANDS_ALONE.match(text)


def with_company(passage: Passage, position: int, several: bool) -> set[int]:
    """The sentence's position with those of the sentences of its passage that it can't be understood without.

    A lead-in takes its list along, or the sentence that it announces; an item its lead-in and, where
    `several` things are asked for, the other items; a sentence that leans on the one before it takes
    that one, and one that goes on in small letters what a lead-in began, the lead-in.
    """
    sentences = passage.sentences
    if sentences[position].kind == "item":
        lead_in = _lead_in(passage, position)
        first = min(lead_in, default=_first_item(sentences, position))
        return _list_after(sentences, first) if several else lead_in | {position}
    company = {position} | _leant_on(passage, position) | _announced_by(passage, position)
    if announces(passage, position):
        company |= _list_after(sentences, position) if _is_item(sentences, position + 1) else {position + 1}
    return {one for one in company if one < len(sentences)}


def announces(passage: Passage, position: int) -> bool:
    """Whether a sentence says that something follows."""
    return _text(passage, position).endswith(":")


def at_the_beginning(passage: Passage) -> set[int]:
    """The positions of what a sentence at the end of the passage before announces: a list, or one sentence."""
    return _list_after(passage.sentences, 0) if _is_item(passage.sentences, 0) else {0}


def needs_the_passage_before(passage: Passage, positions: set[int]) -> bool:
    """Whether what is quoted of a passage points back beyond its beginning, or is of a list that began before."""
    first = passage.sentences[0].kind
    if first == "item":
        after = _list_after(passage.sentences, 0)
        return not after.isdisjoint(positions)
    return 0 in positions and first == "paragraph" and leans(_text(passage, 0))


def at_the_end(passage: Passage, following: Passage, several: bool) -> set[int]:
    """The positions of what `following`, right behind it, can't be understood without."""
    last = len(passage.sentences) - 1
    if following.sentences[0].kind != "item":
        return with_company(passage, last, False)
    lead_in = _lead_in(passage, last)
    return _list_after(passage.sentences, min(lead_in)) if several and lead_in else lead_in


def _leant_on(passage: Passage, position: int) -> set[int]:
    """The sentence right before one that leans on it; and what that leans on."""
    sentences = passage.sentences
    found: set[int] = set()
    for before in range(position - 1, max(position - _MOST_LEANT_ON, 0) - 1, -1):
        if sentences[before].kind != sentences[before + 1].kind or not leans(_text(passage, before + 1)):
            break
        found.add(before)
    return found


def _announced_by(passage: Passage, position: int) -> set[int]:
    """The sentence that says that this one follows, or a list without marks of which it is a part."""
    before = position - 1
    while before > 0 and _text(passage, before + 1)[:1].islower() and not announces(passage, before):
        before -= 1
    began = before == position - 1 or _text(passage, before + 1)[:1].islower()
    return {before} if before >= 0 and began and announces(passage, before) else set()


def _is_item(sentences: Sequence[Sentence], position: int) -> bool:
    return position < len(sentences) and sentences[position].kind == "item"


def _lead_in(passage: Passage, position: int) -> set[int]:
    before = _first_item(passage.sentences, position) - 1
    if before < 0 or passage.sentences[before].kind != "paragraph" or not announces(passage, before):
        return set()
    return {before}


def _first_item(sentences: Sequence[Sentence], position: int) -> int:
    """The position of the first item of the list that stands up to there; behind it where none does."""
    while position >= 0 and sentences[position].kind == "item":
        position -= 1
    return position + 1


def _list_after(sentences: Sequence[Sentence], position: int) -> set[int]:
    after = position + 1
    while after < len(sentences) and sentences[after].kind == "item":
        after += 1
    return set(range(position, after))


def _text(passage: Passage, position: int) -> str:
    sentence = passage.sentences[position]
    return passage.slice(sentence.start, sentence.end).rstrip()
