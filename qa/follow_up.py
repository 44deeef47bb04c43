"""Make a question stand alone, from the conversation so far."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["stand_alone"]


def stand_alone(question: str, earlier: Sequence[str]) -> str:
    """The question as it would be asked without the earlier ones; unchanged where it stands alone."""
    return question
