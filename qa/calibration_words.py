"""What a calibration says, in words: for the terminal and for the report."""

from __future__ import annotations

from collections.abc import Sequence

from qa.calibration import Calibration
from qa.promising import Point
from qa.settings import DEFAULT_THRESHOLD

__all__ = ["asked_in_words", "caution", "percent", "promise_in_words", "spread"]

_SHOWN = 10
_NOT_MADE = ("judged", "held out", "off topic")
_NAMES = {
    "judged": "judged",
    "title": "from titles",
    "heading": "from headings",
    "date": "from sentences that say when",
    "reason": "from sentences that say why",
    "keywords": "of a sentence's rarest words",
    "held out": "with what answers them held out",
    "off topic": "about something else",
}


def promise_in_words(calibration: Calibration) -> str:
    """The promise, its grounds and its price."""
    chosen = calibration.chosen
    right = calibration.answered_right / max(1, calibration.answerable)
    return (
        f"From a confidence of {calibration.threshold:.3f} on (the default is {DEFAULT_THRESHOLD:g}), at most "
        f"{percent(calibration.promise)} of the answers to questions like these are wrong, {calibration.sure:.0%} "
        f"surely: {chosen.wrong} of {chosen.answers} were. Of the {calibration.answerable} answerable questions, "
        f"{right:.0%} are answered rightly then."
    )


def asked_in_words(calibration: Calibration) -> str:
    """How many questions of which kinds."""
    total = sum(calibration.asked.values())
    kinds = ", ".join(f"{calibration.asked[kind]} {name}" for kind, name in _NAMES.items() if kind in calibration.asked)
    return f"{total} questions were asked, {total - calibration.answerable} of them not to be answered: {kinds}."


def caution(calibration: Calibration) -> str:
    """What the promise doesn't hold for; empty where all the questions were judged ones."""
    if all(kind in _NOT_MADE for kind in calibration.asked):
        return ""
    return (
        "Questions made from the documents' own words are easier than those that people ask: for a promise about "
        "these, give 50 judged questions or more (--questions FILE)."
    )


def percent(share: float) -> str:
    """0.05 as '5%'."""
    return f"{100 * share:.3g}%"


def spread(curve: Sequence[Point], chosen: Point | None = None) -> list[Point]:
    """About ten points, at even steps of what is answered, with the chosen one among them."""
    last = len(curve) - 1
    places = {round(last * step / _SHOWN) for step in range(1, _SHOWN + 1)}
    return [point for place, point in enumerate(curve) if place in places or point == chosen]
