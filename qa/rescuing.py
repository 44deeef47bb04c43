"""The smallest change of one setting that would have a passage quoted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index import OpenIndex
from qa.settings import AnswerSettings
from qa.tracing import Trace, answerer_with, is_quoted, missing_words

__all__ = ["Rescue", "advise", "find_rescues"]

# What is tried for each setting: from what makes no sense to go below to what is no use to go beyond.
_TRIED: dict[str, tuple[float, ...]] = {
    "lexical_weight": (0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    "context_weight": (0.0, 1.0, 3.0, 4.0, 6.0, 10.0),
    "sentence_weight": (0.0, 0.25, 0.75, 1.0),
    "depth": (20, 50, 200, 400, 800),
    "passages": (1, 2, 4, 8, 16, 24, 48, 96),
    "looked_at": (2, 5, 10, 20, 80),
    "reranked": (0, 5, 10, 20, 40, 80),
    "sentences": (1, 2, 3, 8, 12),
}
_SWITCHES = ("closer_look", "follow_ups", "spelling")
_STEP = 0.01
_NONE = "No single setting would have it quoted."


@dataclass(frozen=True, slots=True)
class Rescue:
    """A setting, the value that it has, and the nearest one that was found to have the passage quoted.

    `change` is the difference as a share of what was tried, 0 to 1: smaller is better.
    """

    setting: str
    now: float
    then: float
    change: float


def find_rescues(trace: Trace, index: OpenIndex, settings: AnswerSettings, earlier: Sequence[str] = ()) -> list[Rescue]:
    """Every single setting that would have the traced passage quoted, the smallest change first.

    The question is asked anew with each value, so what is given has been seen to work. [] where
    the passage is quoted already, was not read, or no single setting would do.
    """
    if trace.quoted or not trace.targets:
        return []

    def works(name: str, value: float) -> bool:
        search = replace(index.settings, **{name: value}) if hasattr(index.settings, name) else index.settings
        answering = replace(settings, **{name: value}) if hasattr(settings, name) else settings
        return is_quoted(answerer_with(index, search, answering).ask(trace.question, earlier), trace.targets)

    found = [*_threshold(trace, settings, works)]
    for name, values in _TRIED.items():
        now = getattr(index.settings if hasattr(index.settings, name) else settings, name)
        found += _nearest(name, now, values, works)
    for name in _SWITCHES:
        now = getattr(settings, name)
        if works(name, not now):
            found.append(Rescue(name, now, not now, 1.0))
    return sorted(found, key=lambda one: one.change)


def advise(trace: Trace, rescues: Sequence[Rescue]) -> str:
    """What to do about it, in a sentence or two; empty where nothing needs doing."""
    if trace.quoted:
        return ""
    if elsewhere := next((one.values["elsewhere"] for one in trace.stages if "elsewhere" in one.values), None):
        return f"Trace it there: --document {elsewhere}"
    if not trace.targets:
        return "Add the document that says it (python -m index add FILE), or quote what stands there."
    if rescues:
        best = rescues[0]
        return (
            f"{best.setting}={best.then:g} instead of {best.now:g} would have it quoted. A setting holds for every "
            f"question: see what it does to yours with python -m qa evaluate QUESTIONS --vary "
            f"{best.setting}={best.now:g},{best.then:g}"
        )
    lacking = missing_words(trace.searched_for, trace.targets[0])
    if not lacking:
        return f"{_NONE} Ask more nearly as the passage puts it, or give it a heading that asks this."
    listed = ", ".join(f"“{word}”" for word in lacking)
    return f"{_NONE} The passage and its headings lack {listed}: a heading with these words would help."


def _threshold(trace: Trace, settings: AnswerSettings, works: Callable[[str, float], bool]) -> Iterator[Rescue]:
    """The highest threshold, in hundredths, that lets the answer through."""
    stage = next((one for one in trace.stages if one.name == "confidence"), None)
    if stage is None or stage.held:
        return
    then = math.floor(stage.values["confidence"] * 100) / 100
    if works("threshold", then):
        yield Rescue("threshold", settings.refuses_below, then, round(settings.refuses_below - then, 4))


def _nearest(name: str, now: float, values: Sequence[float], works: Callable[[str, float], bool]) -> Iterator[Rescue]:
    """The nearest value that works, on either side of `now`; between the values that were tried, by halving."""
    span = max(*values, now) - min(*values, now)
    best: float | None = None
    for side in (sorted(v for v in values if v > now), sorted((v for v in values if v < now), reverse=True)):
        failed = now
        for value in side:
            if best is not None and abs(value - now) >= abs(best - now) and abs(failed - now) >= abs(best - now):
                break
            if works(name, value):
                closer = _halve(name, failed, value, works)
                best = closer if best is None or abs(closer - now) < abs(best - now) else best
                break
            failed = value
    if best is not None:
        yield Rescue(name, now, best, round(abs(best - now) / span, 4))


def _halve(name: str, failed: float, worked: float, works: Callable[[str, float], bool]) -> float:
    """Nearer to what failed, as long as it works; whole numbers stay whole."""
    whole = isinstance(worked, int)
    while abs(worked - failed) > (1 if whole else _STEP) + 1e-9:
        middle = (worked + failed) // 2 if whole else round((worked + failed) / 2, 2)
        if middle in (worked, failed):
            break
        if works(name, middle):
            worked = middle
        else:
            failed = middle
    return worked
