"""Questions made from documents: from titles and headings, and from sentences that say when or why.

The patterns are English; of documents in another language come headings and keywords.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus import Passage
from index import OpenIndex
from index.words import content_words, is_function_word

__all__ = ["Made", "make_questions"]

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_WHEN = re.compile(
    rf"(?:^|,? )(?:in|on|since|by|In|On|Since|By) (?:(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}},)? )?{_YEAR}\b(?!-),?"
)
_WHY = re.compile(r"^(?P<said>.{25,160}?),? because (?!of\b)\w")
_LEANING = re.compile(
    r"(?:this|these|that|those|it|its|they|their|there|he|she|his|her|such|both|however|but|and|or|so|then|if|when"
    r"|what|here|we|you|i|one|some|many|another|other|most)\b",
    re.IGNORECASE,
)
_SENTENCE = range(8, 41)
_KEYWORDS = 4
_LEAST_HEADING = 3
_FOR_EACH_DOCUMENT = 12
_WHOLE_DOCUMENT = 1 << 60


@dataclass(frozen=True, slots=True)
class Made:
    """A question, and the characters [start, end) of the document that answer it.

    `kind` is what it was made from: "heading", "title" (which the whole document answers), "date",
    "reason" or "keywords".
    """

    text: str
    kind: str
    document: str
    start: int
    end: int


def make_questions(index: OpenIndex, most: int, seed: int = 0) -> list[Made]:
    """Up to `most` questions, at most one from a section, from as many documents and of as many kinds as there are.

    The same index and seed give the same questions.
    """
    chance = random.Random(seed)
    documents = [record.id for record in index.documents()]
    chance.shuffle(documents)
    queues = (iter(_sections(index, document, chance)) for document in documents)
    made: list[Made] = []
    asked: set[str] = set()
    kinds: Counter[str] = Counter()
    for section in _in_turn(list(queues)):
        found = [one for one in _from_section(section, index, chance) if one.text.lower() not in asked]
        if not found:
            continue
        chosen = min(found, key=lambda one: kinds[one.kind])
        kinds[chosen.kind] += 1
        asked.add(chosen.text.lower())
        made.append(chosen)
        if len(made) == most:
            break
    return made


def _in_turn(queues: list[Iterator[Sequence[Passage]]]) -> Iterator[Sequence[Passage]]:
    """One of each, again and again, until all are empty."""
    while queues:
        left = []
        for queue in queues:
            if (section := next(queue, None)) is not None:
                yield section
                left.append(queue)
        queues = left


def _sections(index: OpenIndex, document: str, chance: random.Random) -> Iterator[Sequence[Passage]]:
    """The document's sections, each as its passages, in any order; read when the first is asked for."""
    sections: list[list[Passage]] = []
    for passage in index.passages(document):
        if sections and sections[-1][-1].headings == passage.headings:
            sections[-1].append(passage)
        else:
            sections.append([passage])
    chance.shuffle(sections)
    yield from sections[:_FOR_EACH_DOCUMENT]


def _from_section(section: Sequence[Passage], index: OpenIndex, chance: random.Random) -> list[Made]:
    first, last = section[0], section[-1]
    start, end = (first.start, last.end) if first.headings else (0, _WHOLE_DOCUMENT)
    made = [Made(*_asked_by(first), first.document_id, start, end)] if _says_enough(first) else []
    passage = chance.choice(section)
    sentences = [
        " ".join(passage.slice(one.start, one.end).split()) for one in passage.sentences if one.kind == "paragraph"
    ]
    usable = [one for one in sentences if len(one.split()) in _SENTENCE and not _LEANING.match(one)]
    chance.shuffle(usable)
    for sentence in usable:
        made += [Made(text, kind, passage.document_id, passage.start, passage.end) for text, kind in _turn(sentence)]
    if usable:
        text = _keywords(usable[0], index)
        made.append(Made(text, "keywords", passage.document_id, passage.start, passage.end))
    return made


def _says_enough(passage: Passage) -> bool:
    return len(content_words(_asked_by(passage)[0])) >= _LEAST_HEADING


def _asked_by(passage: Passage) -> tuple[str, str]:
    """What the section's own heading asks, or the title where it has none; and which of them it is."""
    named, kind = (passage.headings[-1], "heading") if passage.headings else (passage.title, "title")
    asked = re.split(r" [>|–—] ", " ".join(named.split()))[-1]
    if asked.endswith("?") or kind == "title" or len(content_words(asked)) >= _LEAST_HEADING:
        return asked, kind
    return f"{asked} ({passage.title})", kind


def _turn(sentence: str) -> Iterator[tuple[str, str]]:
    """The questions that a sentence answers, as far as patterns tell, and their kinds."""
    dates = re.findall(_YEAR, sentence)
    if len(dates) == 1 and (match := _WHEN.search(sentence)):
        rest = f"{sentence[: match.start()]} {sentence[match.end() :]}"
        yield f"When was it that {_lowered(rest)}?", "date"
    if match := _WHY.match(sentence):
        yield f"Why is it that {_lowered(match['said'])}?", "reason"


def _lowered(clause: str) -> str:
    """Within a question: without the full stop, and a small letter where the first word is no name."""
    said = " ".join(clause.split()).rstrip(" .!,;:")
    first = said.split(" ", 1)[0]
    return said[:1].lower() + said[1:] if is_function_word(first.lower()) else said


def _keywords(sentence: str, index: OpenIndex) -> str:
    """The rarest words of a sentence, as somebody types who is in a hurry."""
    said = [word for word in content_words(sentence) if len(word) > 2]
    rarity = dict(zip(said, index.rarity(said), strict=True))
    rarest = set(sorted(said, key=lambda word: -rarity[word])[:_KEYWORDS])
    return " ".join(word for word in said if word in rarest)
