"""Where documents disagree: two sentences that say the same of the same thing, but for a number or a date.

A false alarm costs more than a miss. So both must name the same things, with the same restrictions and
conditions, and hardly a word may stand in one of them alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus import Passage
from index.words import is_function_word
from qa.quantities import Quantity, agree, quantities
from qa.stems import stem

__all__ = ["Said", "conflict"]

_LEANING = re.compile(
    r"(?:this|these|that|those|it|its|they|their|he|she|his|her|such|both|here|the (?:former|latter|other|same|second"
    r"|following|above))\b",
    re.IGNORECASE,
)
# Words that make it another thing, a part of it, or no fact; both sentences have the same of them, or it's no matter.
_RESTRICTING = frozenset(
    """not no never nor n't cannot without may might could would should must can will planned plan proposed expected
    hoped target if unless except only each every per half quarter third part whole total overall all none some most
    many additional another other further remaining extra next last previous former first second third initial final
    new old current average mean median maximum minimum max min daily weekly monthly yearly annual annually net gross
    north south east west northern southern eastern western upper lower left right inner outer men women adult adults
    child children male female abroad overseas domestic international online offline standard express before after
    until during usually sometimes often rarely normally originally later earlier now today formerly then almost
    nearly least""".split()
)
_APPROXIMATE = frozenset("about around approximately roughly some nearly almost circa estimated exactly just".split())
_PREPOSITIONS = frozenset("in on at for from with without by under over among within of to into as than per".split())
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
# What both have in common besides, and the most words that either has alone.
_FEWEST_SHARED, _MOST_OWN = 2, 1


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with the passage that it stands in."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence, with white space as blanks: as long as it is, and each character in its place."""
        return re.sub(r"\s", " ", self.passage.slice(self.start, self.end))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    stem: str
    start: int
    named: bool


def conflict(one: Said, other: Said) -> tuple[Quantity, Quantity] | None:
    """The two quantities that can't both be right, or None. It says nothing of pairs it isn't sure about."""
    first, second = quantities(one.text), quantities(other.text)
    if {each.kind for each in first} != {each.kind for each in second}:
        return None
    if not first or any(_LEANING.match(each.text) or each.text.isupper() for each in (one, other)):
        return None
    found = _differing(one.text, first, other.text, second)
    if found is None:
        return None
    words, others = _words(one.text, first), _words(other.text, second)
    if _restrictions(words) != _restrictions(others) or not _same_words(one.text, words, other.text, others):
        return None
    return found if _same_subject(one, words, other, others) else None


def _differing(
    text: str, first: Sequence[Quantity], other_text: str, second: Sequence[Quantity]
) -> tuple[Quantity, Quantity] | None:
    """The one kind of thing of which both give a quantity, and not the same; all other kinds must be the same."""
    mine, theirs = _by_thing(text, first), _by_thing(other_text, second)
    if mine.keys() != theirs.keys():
        return None
    found = None
    for thing, own in mine.items():
        if not (_are_one(own) and _are_one(theirs[thing])):
            return None
        if any(agree(one, other) for one in own for other in theirs[thing]):
            continue
        if found:
            return None
        found = own[0], theirs[thing][0]
    return found


def _by_thing(text: str, found: Iterable[Quantity]) -> dict[tuple[str, str], list[Quantity]]:
    """Quantities by kind, and things that are counted by their name."""
    things: dict[tuple[str, str], list[Quantity]] = {}
    for one in found:
        following = _TOKEN.search(text, one.end)
        name = stem(following[0].lower()) if following and one.kind in ("count", "percent") else ""
        things.setdefault((one.kind, name), []).append(one)
    return things


def _are_one(found: Sequence[Quantity]) -> bool:
    """Whether they all say the same: "250 kilometres, or 155 miles"."""
    return all(agree(found[0], one) for one in found[1:])


def _words(text: str, found: Iterable[Quantity]) -> list[_Word]:
    """The words outside of quantities; those written large within the sentence are names."""
    spans = [(one.start, one.end) for one in found]
    return [
        _Word(
            match[0].lower(), stem(match[0].lower().replace("’", "'").split("'")[0]), match.start(),
            match[0][0].isupper() and (match.start() > 0 or (match[0].isupper() and len(match[0]) > 1)),
        )
        for match in _TOKEN.finditer(text)
        if not any(start <= match.start() < end for start, end in spans)
    ]  # fmt: skip


def _restrictions(words: Iterable[_Word]) -> set[str]:
    return {word.text for word in words if word.text in _RESTRICTING - _APPROXIMATE}


def _same_words(text: str, words: Sequence[_Word], other_text: str, others: Sequence[_Word]) -> bool:
    """Whether enough is shared, and what either has alone neither names nor restricts anything."""
    mine, theirs = ({word.stem for word in each if _has_content(word)} for each in (words, others))
    if len(mine & theirs) < _FEWEST_SHARED:
        return False
    sides = ((text, words, theirs), (other_text, others, mine))
    return all(_are_harmless(said, own, shared) for said, own, shared in sides)


def _are_harmless(text: str, words: Sequence[_Word], shared: set[str]) -> bool:
    """A verb or the like: few, no names, with a small word or a number right behind."""
    own = [place for place, word in enumerate(words) if _has_content(word) and word.stem not in shared]
    if len({words[place].stem for place in own}) > _MOST_OWN or any(words[place].named for place in own):
        return False
    return all(_is_followed_by_little(text, words, place) for place in own)


def _is_followed_by_little(text: str, words: Sequence[_Word], place: int) -> bool:
    end = words[place].start + len(words[place].text)
    following = _TOKEN.search(text, end)
    if following is None or text[end : following.start()].strip() or (place and words[place - 1].text in _PREPOSITIONS):
        return False
    behind = following[0].lower()
    is_small = is_function_word(behind) or behind in _APPROXIMATE | _PREPOSITIONS
    return is_small or any(one.start <= following.start() < one.end for one in quantities(text))


def _has_content(word: _Word) -> bool:
    return not is_function_word(word.text) and word.text not in _APPROXIMATE | _PREPOSITIONS


def _same_subject(one: Said, words: Sequence[_Word], other: Said, others: Sequence[_Word]) -> bool:
    """Whether titles and headings leave no doubt that both are about the same thing.

    A name that both sentences have settles it, if no other title or heading restricts it; else what
    stands above each must be about what the sentence says.
    """
    stems = {word.stem for word in (*words, *others)}
    above, above_other = _above(one.passage), _above(other.passage)
    if _numbers(one.passage) != _numbers(other.passage):
        return False
    if _are_parallel(one.passage, other.passage, stems):
        return False
    if {word.stem for word in words if word.named} & {word.stem for word in others if word.named}:
        return True
    own, theirs = _heading(one.passage), _heading(other.passage)
    return bool(above & stems and above_other & stems) and not (own ^ theirs) - stems


def _are_parallel(one: Passage, other: Passage, stems: set[str]) -> bool:
    """Whether what stands above is made alike, of different things: "Refunds in France", "Refunds in Japan"."""
    above, above_other = _above(one), _above(other)
    own = {word.stem for passage in (one, other) for word in _title_words(passage) if word.named}
    return bool(above & above_other and own & ((above ^ above_other) - stems))


def _above(passage: Passage) -> set[str]:
    return {word.stem for word in _title_words(passage)}


def _heading(passage: Passage) -> set[str]:
    return {word.stem for word in _words(passage.headings[-1] if passage.headings else "", ()) if _has_content(word)}


def _numbers(passage: Passage) -> set[str]:
    """The numbers above it: a year, a model, a version."""
    return set(re.findall(r"\d+", " ".join((passage.title, *passage.headings))))


def _title_words(passage: Passage) -> list[_Word]:
    """The words of title and headings; where all are written large, none is more of a name than another."""
    return [word for word in _words("\n" + "\n".join((passage.title, *passage.headings)), ()) if _has_content(word)]
