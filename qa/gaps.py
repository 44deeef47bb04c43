"""What the documents leave open: refused and thumbed-down questions, grouped by meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from index import Embedder, Hit
from qa.clusters import MOST_TEXTS, cluster
from qa.feedback import Feedback
from qa.follow_up import stand_alone
from qa.recording import AGAIN_SECONDS

__all__ = ["Asked", "Gap", "Gaps", "find_gaps", "open_questions"]

_NEAREST = 3


class SearchedIndex(Protocol):
    """An index as gaps need it."""

    @property
    def embedder(self) -> Embedder: ...

    def search(self, question: str, k: int = 10) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, made to stand alone, and when it was refused or its answer called wrong (ISO 8601)."""

    question: str
    refused: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def times(self) -> int:
        return len(self.refused) + len(self.wrong)


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that mean about the same, the most central one first, and what comes nearest to it."""

    asked: tuple[Asked, ...]
    nearest: tuple[Hit, ...]

    @property
    def question(self) -> str:
        return self.asked[0].question

    @property
    def refused(self) -> int:
        return sum(len(one.refused) for one in self.asked)

    @property
    def wrong(self) -> int:
        return sum(len(one.wrong) for one in self.asked)

    @property
    def times(self) -> int:
        return self.refused + self.wrong

    @property
    def dates(self) -> tuple[str, ...]:
        """The days, in order, of all of them; YYYY-MM-DD."""
        return tuple(sorted(date[:10] for one in self.asked for date in (*one.refused, *one.wrong)))

    @property
    def words(self) -> tuple[str, ...]:
        """What people wrote about what was wrong."""
        return tuple(dict.fromkeys(word for one in self.asked for word in one.words))

    def to_json(self) -> dict[str, Any]:
        """The gap in the shape that scripts rely on."""
        return {
            "question": self.question,
            "times": self.times,
            "refused": self.refused,
            "wrong": self.wrong,
            "first": self.dates[0],
            "last": self.dates[-1],
            "questions": [{"question": one.question, "times": one.times} for one in self.asked],
            "words": list(self.words),
            "nearest": [hit.to_json() for hit in self.nearest],
        }


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps, most often asked for first; `left_out` are questions beyond what can be compared."""

    gaps: tuple[Gap, ...]
    left_out: int = 0

    def to_json(self) -> dict[str, Any]:
        """The gaps in the shape that scripts rely on."""
        return {"gaps": [gap.to_json() for gap in self.gaps], "left_out": self.left_out}


def find_gaps(
    said: Iterable[Feedback], index: SearchedIndex, is_answered: Callable[[str], bool] = lambda question: False
) -> Gaps:
    """The open questions of what was said (oldest first), grouped by meaning, with the nearest passages.

    Those that were only refused, and that `is_answered` by now, are open no more.
    """
    found = [one for one in open_questions(said) if one.wrong or not is_answered(one.question)]
    asked = found[:MOST_TEXTS]
    if not asked:
        return Gaps(())
    vectors = index.embedder.embed_passages([one.question for one in asked])
    groups = cluster(vectors, [one.times for one in asked])
    sized = sorted(groups, key=lambda rows: (-sum(asked[row].times for row in rows), min(rows)))
    gaps = tuple(
        Gap(tuple(asked[row] for row in rows), tuple(index.search(asked[rows[0]].question, _NEAREST))) for rows in sized
    )
    return Gaps(gaps, len(found) - len(asked))


def open_questions(said: Iterable[Feedback]) -> list[Asked]:
    """Each question once whose last word isn't "right", the most often asked first, then the latest.

    The same verdict on the same question within ten minutes is one: a retry, or what was wrong
    in words after the thumb.
    """
    groups: dict[str, list[Feedback]] = {}
    for one in said:
        alone = stand_alone(" ".join(one.question.split()), one.earlier)
        groups.setdefault(alone.casefold(), []).append(one)
    asked = [_asked(group) for group in groups.values() if group[-1].verdict != "right"]
    latest = sorted(asked, key=lambda one: max(*one.refused, *one.wrong, ""), reverse=True)
    return sorted(latest, key=lambda one: -one.times)


def _asked(group: Sequence[Feedback]) -> Asked:
    last = group[-1]
    return Asked(
        question=stand_alone(" ".join(last.question.split()), last.earlier),
        refused=_occasions(one.date for one in group if one.verdict == "refused"),
        wrong=_occasions(one.date for one in group if one.verdict == "wrong"),
        words=tuple(dict.fromkeys(one.word for one in group if one.word and one.verdict == "wrong")),
    )


def _occasions(dates: Iterable[str]) -> tuple[str, ...]:
    """The dates without those that follow another within the time in which a question is asked again."""
    kept: list[str] = []
    for date in sorted(dates):
        if not kept or _time(date) - _time(kept[-1]) > timedelta(seconds=AGAIN_SECONDS):
            kept.append(date)
    return tuple(kept)


def _time(date: str) -> datetime:
    return datetime.fromisoformat(date)
