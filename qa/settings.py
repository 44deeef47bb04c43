"""What can be set about answering."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

__all__ = ["DEFAULT_THRESHOLD", "AnswerSettings", "parse_threshold"]

DEFAULT_THRESHOLD = 0.262


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How a question is answered; takes effect at once.

    `threshold` is the confidence, 0 to 1, below which the answer is a refusal; None is the one that
    `python -m qa calibrate` found for the index, or DEFAULT_THRESHOLD. `passages` is how
    many of the best passages are read, after `reranked` of them were put in order by a closer look,
    and `looked_at` how many of their sentences are compared word by word; without `closer_look`
    neither is done, and with 0 the one or the other. `sentences` is the most that an answer quotes, list items aside.
    `follow_ups` switches the use of the conversation so far, `spelling` the correction of words,
    `small_talk` the refusal of what is said to the program, `expected_type` the regard for what kind
    of thing is asked for, and `twins` makes one hit of the same text at several places.
    `disagreements` says so where the documents that are cited contradict one another.
    """

    threshold: float | None = None
    passages: int = 12
    closer_look: bool = True
    reranked: int = 25
    looked_at: int = 40
    sentences: int = 8
    follow_ups: bool = True
    spelling: bool = True
    small_talk: bool = True
    expected_type: bool = True
    twins: bool = True
    disagreements: bool = True

    @property
    def refuses_below(self) -> float:
        """The threshold that holds."""
        return DEFAULT_THRESHOLD if self.threshold is None else self.threshold


def parse_threshold(text: str) -> float:
    """The threshold that a command line says; ArgumentTypeError where it is none."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no confidence; expected a number from 0 to 1")
    return value
