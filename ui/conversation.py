"""What happens in a conversation: questions, replies, and the ways to take them back."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ui.api import EARLIER_LIMIT, QUESTION_LIMIT, Answering, clean_question
from ui.errors import Busy, TooSlow
from ui.markup import escape_markdown
from ui.reply import render_reply

__all__ = ["Conversation", "Shown", "Turn"]

LOG = logging.getLogger("ui")

Shown = tuple[list[dict[str, Any]], list["Turn"], str, str]

EMPTY = "Type a question first."
WAITING = '<p class="waiting">Reading the documents …</p>'
BROKEN = (
    '<div class="reply"><p class="refusal">Something went wrong on the server, and the question '
    "wasn&#39;t answered. Please try again.</p></div>"
)
BUSY = (
    '<div class="reply"><p class="refusal">Too many questions are being asked at the moment, and this one '
    "wasn&#39;t answered. Please try again soon.</p></div>"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and the HTML that replies to it; "" while it is being worked on."""

    question: str
    reply: str = ""


class Conversation:
    """The events of the chat page, each from what was said so far to what is shown then.

    What is shown: the messages, the turns, what stands in the question box, and a notice below it.
    """

    def __init__(self, answerer: Answering) -> None:
        self._answerer = answerer

    def ask(self, question: str, turns: Sequence[Turn]) -> Iterator[Shown]:
        """Shows the question at once, and then its reply; says kindly what is wrong with it."""
        try:
            question = clean_question(question or "")
        except ValueError:
            yield shown(turns, question, _complaint(question))
            return
        yield shown([*turns, Turn(question)])
        yield shown([*turns, Turn(question, self._reply(question, turns))])

    def retry(self, turns: Sequence[Turn]) -> Iterator[Shown]:
        """Asks the last question again."""
        if turns:
            yield from self.ask(turns[-1].question, turns[:-1])
        else:
            yield shown(turns)

    def undo(self, turns: Sequence[Turn]) -> Shown:
        """Takes the last question back into the box."""
        return shown(turns[:-1], turns[-1].question if turns else "")

    def clear(self) -> Shown:
        """Begins anew."""
        return shown([])

    def _reply(self, question: str, turns: Sequence[Turn]) -> str:
        earlier = [turn.question for turn in turns][-EARLIER_LIMIT:]
        try:
            return render_reply(self._answerer.ask(question, earlier))
        except (Busy, TooSlow):
            return BUSY
        except Exception:
            LOG.exception("a question could not be answered")
            return BROKEN


def shown(turns: Sequence[Turn], box: str = "", notice: str = "") -> Shown:
    """The turns as messages, with what stands in the box and below it."""
    messages = []
    for turn in turns:
        messages.append({"role": "user", "content": escape_markdown(turn.question)})
        messages.append({"role": "assistant", "content": turn.reply or WAITING})
    return messages, list(turns), box, notice


def _complaint(question: str) -> str:
    length = len((question or "").strip())
    if length <= QUESTION_LIMIT:
        return EMPTY
    return f"That is {length:,} characters; please ask in at most {QUESTION_LIMIT:,}."
