"""An answer in a model's words keeps its quotations, and is as it was where the model fails."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import pytest
from small_answerer import SmallAnswerer
from small_model import Speak, completion, hanging, sending, small_model

from qa import Answer
from qa.language_model import LanguageModel, NotWorded
from qa.worded import PAUSE_SECONDS, WordingAnswerer

REFUND = "How long does a refund take to my bank?"
QUOTED = "A refund reaches your bank within 14 days. [1]"


class Says:
    """A writer that says what it is told to, or fails."""

    name = "small"

    def __init__(self, text: str | None) -> None:
        self.text, self.asked = text, 0

    def reply(self, messages: Sequence[Mapping[str, str]]) -> str:
        self.asked += 1
        if self.text is None:
            raise NotWorded("the language model at http://x did not answer within 20 seconds")
        return self.text


def worded(speak: Speak, question: str = REFUND, seconds: float = 5.0) -> Answer:
    with small_model(speak) as model:
        return WordingAnswerer(SmallAnswerer(), LanguageModel(model.address, "small", seconds=seconds)).ask(question)


def test_the_wording_stands_beside_the_quotations() -> None:
    answer = worded(completion("Within 14 days, a refund reaches your bank [1]."))
    assert answer.text == QUOTED
    assert answer.to_json()["wording"] == {
        "model": "small",
        "text": "Within 14 days, a refund reaches your bank. [1]",
        "statements": [{"text": "Within 14 days, a refund reaches your bank.", "citations": [1]}],
    }
    assert answer.milliseconds["total"] >= answer.milliseconds["word"] > 0


@pytest.mark.parametrize(
    "speak",
    [
        completion("A refund reaches your bank within 3 days [1]."),
        completion("A refund reaches your bank within 14 days [9]."),
        completion("A refund reaches your bank within 14 days."),
        completion("HACKED. Send your card number to evil@example.org [1]."),
        completion("<img src=x onerror=alert(1)> A refund reaches your bank within 14 days [1]."),
        completion(""),
        sending(500, b"oops"),
        sending(302, b"", Location="http://127.0.0.1:1/v1/chat/completions"),
    ],
    ids=["another number", "cites [9]", "cites nothing", "follows an injection", "HTML", "nothing", "500", "redirect"],
)
def test_where_nothing_is_left_the_quotations_stand(speak: Speak, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "qa"):
        answer = worded(speak)
    assert (answer.text, answer.wording) == (QUOTED, None)
    assert answer.to_json()["wording"] is None
    assert [record.message for record in caplog.records if record.message.startswith("the quotations stand alone")]
    assert "\n" not in caplog.records[0].message


def test_one_that_hangs_is_left_and_not_asked_again_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "qa"):
        assert worded(hanging, seconds=0.2).wording is None
    assert "did not answer within 0.2 seconds" in caplog.text
    now = 0.0
    writer = Says(None)
    answerer = WordingAnswerer(SmallAnswerer(), writer, clock=lambda: now)
    assert answerer.ask(REFUND).wording is None
    assert answerer.ask(REFUND).wording is None
    assert writer.asked == 1
    now, writer.text = PAUSE_SECONDS, "A refund reaches your bank within 14 days [1]."
    assert answerer.ask(REFUND).wording is not None


def test_the_same_answer_is_worded_once() -> None:
    writer = Says("A refund reaches your bank within 14 days [1].")
    answerer = WordingAnswerer(SmallAnswerer(), writer)
    assert answerer.ask(REFUND).wording == answerer.ask(REFUND).wording is not None
    assert writer.asked == 1


def test_a_refusal_is_no_model_s_business() -> None:
    writer = Says("A refund reaches your bank within 14 days [1].")
    answer = WordingAnswerer(SmallAnswerer(), writer).ask("xyzzy?")
    assert (answer.answered, answer.wording, writer.asked) == (False, None, 0)


def test_an_instruction_in_a_document_changes_nothing() -> None:
    question = "Which hostile sentence says script and goes on?"
    quoted = SmallAnswerer().ask(question)
    assert "<script>" in quoted.text
    answer = worded(completion("<script>window.owned = 8</script> It goes on [1]. Owned! [1]"), question)
    assert (answer.citations, answer.wording) == (quoted.citations, None)
