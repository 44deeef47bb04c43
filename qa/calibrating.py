"""From questions whose answers are known to a threshold that keeps a promise."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index import OpenIndex
from qa.answer import Answer
from qa.answering import Answerer, BadQuestion, answerer_over
from qa.calibration import Calibration, confidence_version, settings_of
from qa.cases import Case, searcher_for
from qa.promising import SURE, Point, fewest_answers, find_threshold, risk_curve
from qa.settings import AnswerSettings

__all__ = ["Reply", "ask_all", "curve_of", "fit", "why_not"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a case when it was answered however unsure that is; `wrong` only if it was."""

    case: Case
    confidence: float
    answered: bool
    wrong: bool


def ask_all(
    index: OpenIndex,
    cases: Sequence[Case],
    settings: AnswerSettings,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Reply]:
    """What comes of each case; what can't be asked counts as refused."""
    answerer = answerer_over(index, replace(settings, threshold=0.0))
    replies = []
    for done, case in enumerate(cases, 1):
        replies.append(_reply(answerer, index, case))
        progress(done)
    return replies


def curve_of(replies: Sequence[Reply]) -> list[Point]:
    """How many answers are wrong at each confidence, surest first."""
    given = [one for one in replies if one.answered]
    return risk_curve([one.confidence for one in given], [one.wrong for one in given])


def fit(replies: Sequence[Reply], promise: float, index: OpenIndex, settings: AnswerSettings) -> Calibration | None:
    """The calibration that keeps the promise with the most answers; None where none is sure to."""
    curve = curve_of(replies)
    chosen = find_threshold(curve, promise)
    if chosen is None:
        return None
    threshold = _threshold(curve, chosen)
    answerable = [one for one in replies if one.case.answerable]
    return Calibration(
        threshold=threshold,
        promise=promise,
        sure=SURE,
        chosen=chosen,
        curve=tuple(curve),
        asked=dict(Counter("held out" if one.case.hidden else one.case.kind for one in replies)),
        answerable=len(answerable),
        answered_right=sum(one.answered and not one.wrong and one.confidence >= threshold for one in answerable),
        model=index.manifest.model,
        version=confidence_version(),
        settings=settings_of(index, settings),
        documents=index.manifest.documents,
        passages=index.manifest.passages,
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )


def why_not(replies: Sequence[Reply], promise: float) -> str:
    """Why that can't be promised, and what could be, in one line."""
    curve = curve_of(replies)
    answers = curve[-1].answers if curve else 0
    needed = fewest_answers(promise)
    said = f"at most {100 * promise:.3g}% of the answers wrong can't be promised: "
    if answers < needed:
        said += f"{answers} answers are too few, since it takes {needed} without a mistake to be {SURE:.0%} sure"
    else:
        said += "no threshold is strict enough to be sure of it"
    could = next((share for share in _SHARES if share > promise and find_threshold(curve, share)), None)
    more = "give more judged questions (--questions FILE)"
    return f"{said}; {f'--promise {could:g} would hold, or ' if could else ''}{more}"


_SHARES = tuple(share / 100 for share in (*range(1, 20), *range(20, 51, 5)))


def _reply(answerer: Answerer, index: OpenIndex, case: Case) -> Reply:
    own = Answerer(searcher_for(index, case), answerer.reader, answerer.settings, answerer.reranker)
    try:
        answer = own.ask(case.text, case.earlier)
    except BadQuestion as refusal:
        answer = Answer(case.text, case.text, (), 0.0, (), str(refusal))
    right = case.answerable and any(map(case.is_right, answer.citations))
    return Reply(case, answer.confidence, answer.answered, answer.answered and not right)


def _threshold(curve: Sequence[Point], chosen: Point) -> float:
    """Between the last answer that is given and the first that isn't."""
    below = max((point.confidence for point in curve if point.confidence < chosen.confidence), default=0.0)
    middle = round((below + chosen.confidence) / 2, 4)
    return middle if below < middle <= chosen.confidence else chosen.confidence
