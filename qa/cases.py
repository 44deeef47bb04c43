"""Questions of which it is known whether an index answers them: judged, made, and with their answer held out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus import Passage
from index import Hit, Interaction, OpenIndex, Searcher
from index.words import content_words
from qa.answer import Citation
from qa.chatter import CHATTER, OFF_TOPIC
from qa.datasets import Dataset, DatasetKind, Question
from qa.evaluation import Expected
from qa.expecting import Shelf, expect
from qa.made_questions import Made, make_questions
from qa.scoring import is_right

__all__ = ["Case", "Without", "cases_of", "searcher_for"]

Range = tuple[str, int, int]
# From so many judged questions on, none is made: real ones tell more.
_ENOUGH_JUDGED = 50
# Of the questions that are not to be answered, those about something else altogether.
_OFF_TOPIC = 0.25
# Passages as near (by cosine) to what is held out are held out with it: they may say the same.
_SAYS_THE_SAME, _NEAR, _BEGINNING = 0.7, 10, 600
_WHOLE_DOCUMENT = 1 << 60


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the ranges that answer it; where they are `hidden`, they are not searched.

    `kind` says where it is from, `is_right` whether a citation answers it.
    """

    text: str
    kind: str
    places: tuple[Range, ...] = ()
    is_right: Callable[[Citation], bool] = lambda citation: False
    earlier: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def answerable(self) -> bool:
        return bool(self.places) and not self.hidden


class Without:
    """A searcher that doesn't find what shares a character with some ranges."""

    def __init__(self, searcher: Searcher, ranges: Sequence[Range]) -> None:
        self._searcher, self._ranges = searcher, ranges

    def search(self, question: str, k: int = 10, before: str = "") -> list[Hit]:
        """The k best of the other passages, best first."""
        deeper = k
        while True:
            deeper += _NEAR
            hits = self._searcher.search(question, deeper, before)
            left = [hit for hit in hits if not _shares(hit.passage, self._ranges)]
            if len(left) >= k or len(hits) < deeper:
                return left[:k]

    def interact(self, question: str, passages: Sequence[Passage]) -> Interaction:
        """As over all passages."""
        return self._searcher.interact(question, passages)

    def rarity(self, words: list[str]) -> list[float]:
        """As over all passages."""
        return self._searcher.rarity(words)

    def correct(self, words: list[str]) -> dict[str, str]:
        """As by all passages."""
        return self._searcher.correct(words)

    def __getattr__(self, name: str) -> Any:
        """Whatever else a searcher can do, as over all passages."""
        return getattr(self._searcher, name)


def cases_of(
    index: OpenIndex, most: int, unanswerable: float, judged: Dataset | None = None, seed: int = 0
) -> list[Case]:
    """About `most` questions, a share of `unanswerable` not answered by what is searched.

    Judged questions come first; where there are fewer than 50, others are made from the documents.
    Of both, some have held out what answers them; a quarter of the unanswerable ones is about
    something else. The same index, seed and judged questions give the same cases.
    """
    chance = random.Random(seed)
    answered, refused = _judged_cases(index, judged) if judged else ([], [])
    strangers = [Case(text, "off topic") for text in (*CHATTER, *_off_topic(index))]
    for cases in (answered, refused, strangers):
        chance.shuffle(cases)
    wanted = round(most * (1 - _OFF_TOPIC * unanswerable))
    own = answered[:wanted]
    if len(own) < _ENOUGH_JUDGED:
        own += map(_made_case, make_questions(index, wanted - len(own), seed))
    total = len(own) / (1 - _OFF_TOPIC * unanswerable)
    others = strangers[: round(_OFF_TOPIC * unanswerable * total)]
    wanted = round(unanswerable * total) - len(others)
    others += refused[:wanted]
    hidden = set(chance.sample(range(len(own)), max(0, wanted - len(refused))))
    cases = [replace(one, hidden=place in hidden) for place, one in enumerate(own)] + others
    chance.shuffle(cases)
    return cases


def searcher_for(index: OpenIndex, case: Case) -> Searcher:
    """The index as the case sees it: where the answer is hidden, without its sections and what is very near them."""
    if not case.hidden:
        return index
    held = [passage for place in case.places for passage in _sections(index, place)]
    near = [
        hit.passage
        for passage in held[:3]
        for hit in index.search(passage.text[:_BEGINNING], _NEAR)
        if hit.similarity >= _SAYS_THE_SAME
    ]
    return Without(index, [(one.document_id, one.start, one.end) for one in (*held, *near)])


def _judged_cases(index: OpenIndex, judged: Dataset) -> tuple[list[Case], list[Case]]:
    """The judged questions that are answered, and those that are not."""
    questions, _ = expect(judged, Shelf.of(index))
    cases = [_judged_case(question, expected, judged.kind) for question, expected in questions]
    return [one for one in cases if one.places], [one for one in cases if not one.places]


def _judged_case(question: Question, expected: tuple[Expected, ...], kind: DatasetKind) -> Case:
    places = [
        (one.document, start, end)
        for one in expected
        if one.grade > 0
        for start, end in one.ranges or ((0, _WHOLE_DOCUMENT),)
    ]
    return Case(
        question.text, "judged", tuple(places), lambda citation: is_right(kind, citation, expected), question.earlier
    )


def _made_case(made: Made) -> Case:
    place = (made.document, made.start, made.end)
    return Case(
        made.text, made.kind, (place,),
        lambda citation: any(_shares(one.passage, [place]) for one in (citation, *citation.also)),
    )  # fmt: skip


def _off_topic(index: OpenIndex) -> Iterator[str]:
    """The questions that have a word of which no document says anything."""
    unheard = index.rarity(["\N{REPLACEMENT CHARACTER}"])[0]
    for question in OFF_TOPIC:
        if max(index.rarity(content_words(question))) >= unheard:
            yield question


def _sections(index: OpenIndex, place: Range) -> Iterator[Passage]:
    """All passages under the headings of those that share a character with that range."""
    passages = index.passages(place[0])
    headings = {passage.headings for passage in passages if _shares(passage, [place])}
    yield from (passage for passage in passages if passage.headings in headings)


def _shares(passage: Passage, ranges: Sequence[Range]) -> bool:
    return any(
        passage.document_id == name and passage.start < end and start < passage.end for name, start, end in ranges
    )
