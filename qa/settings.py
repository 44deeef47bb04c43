"""What can be set about answering."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AnswerSettings"]


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How a question is answered; takes effect at once.

    `threshold` is the confidence, 0 to 1, below which the answer is a refusal. `passages` is how
    many of the best passages are read, `looked_at` how many of their sentences are compared word by
    word where `closer_look` is on, `sentences` the most that an answer quotes, list items aside.
    `follow_ups` switches the use of the conversation so far, `spelling` the correction of words.
    """

    threshold: float = 0.22
    passages: int = 12
    closer_look: bool = True
    looked_at: int = 10
    sentences: int = 6
    follow_ups: bool = True
    spelling: bool = True
