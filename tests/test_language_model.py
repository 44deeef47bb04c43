"""A language model behind OpenAI's chat completions: what it says comes whole, in time and from nowhere else."""

from __future__ import annotations

import time

import pytest
from small_model import Speak, completion, dripping, hanging, sending, small_model

from qa.language_model import KEY, BadModel, LanguageModel, NotWorded, language_model

MESSAGES = [{"role": "user", "content": "How wide is it?"}]


def failure(speak: Speak, seconds: float = 5.0) -> str:
    with small_model(speak) as model, pytest.raises(NotWorded) as caught:
        LanguageModel(model.address, "small", seconds=seconds).reply(MESSAGES)
    found = str(caught.value)
    assert "\n" not in found
    return found.replace(f"the language model at {model.address}/chat/completions ", "")


def test_it_is_asked_as_openai_is() -> None:
    with small_model(completion("The zone is 4 km wide [1].")) as model:
        assert LanguageModel(model.address, "small", "secret").reply(MESSAGES) == "The zone is 4 km wide [1]."
    assert model.paths == ["/v1/chat/completions"]
    assert model.asked == [{"model": "small", "messages": MESSAGES, "stream": False}]
    assert model.headers[0]["Authorization"] == "Bearer secret"


def test_without_a_key_none_is_sent() -> None:
    with small_model(completion("")) as model:
        assert LanguageModel(f"{model.address}/chat/completions/", "small").reply(MESSAGES) == ""
    assert model.paths == ["/v1/chat/completions"]
    assert "Authorization" not in model.headers[0]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b"oops", "answers 500"),
        (401, b'{"error": {"message": "no key"}}', "answers 401"),
        (200, b"<html><script>alert(1)</script></html>", "answers something else than a chat completion"),
        (200, b"", "answers something else than a chat completion"),
        (200, b"[" * 100_000, "answers something else than a chat completion"),
        (200, b'{"choices": []}', "answers something else than a chat completion"),
        (200, b'{"choices": [{"message": {"content": null}}]}', "answers something else than a chat completion"),
        (200, b'{"choices": [{"message": {"content": [1]}}]}', "answers something else than a chat completion"),
        (200, b" " * 300_000, "gives no answer (more than 256 kB came)"),
    ],
)
def test_what_is_no_completion_is_said_in_one_line(status: int, body: bytes, said: str) -> None:
    assert failure(sending(status, body)) == said


def test_a_redirect_is_not_followed() -> None:
    with small_model(completion("The zone is open.")) as elsewhere:
        location = f"{elsewhere.address}/chat/completions"
        said = failure(sending(307, b"", Location=location))
    assert said == "answers 307, a redirect, which is not followed"
    assert elsewhere.asked == []


@pytest.mark.parametrize("speak", [hanging, dripping])
def test_one_that_takes_too_long_is_left(speak: Speak) -> None:
    begun = time.monotonic()
    assert failure(speak, seconds=0.3) == "did not answer within 0.3 seconds"
    assert time.monotonic() - begun < 5


def test_one_that_is_not_there_is_said() -> None:
    with small_model(completion("")) as model:
        pass
    with pytest.raises(NotWorded, match=r"gives no answer \(.*[Cc]onnection refused"):
        LanguageModel(model.address, "small").reply(MESSAGES)


@pytest.mark.parametrize(
    ("address", "name", "said"),
    [
        ("http://127.0.0.1:1/v1", "", "--wording-model is missing; expected it beside --wording-address"),
        ("", "small", "--wording-address is missing; expected it beside --wording-model"),
        ("localhost", "small", "'localhost' is no address of a language model; expected one such as http://127.0.0.1:"),
        ("ftp://a/v1", "small", "is no address"),
        ("http://a:b/v1", "small", "is no address"),
        ("http://a/v1?key=1", "small", "is no address"),
        ("http://a/v 1", "small", "is no address"),
        ("http://a:secret@b/v1", "small", "holds a password; put a key into QUID_WORDING_KEY instead"),
    ],
)
def test_what_names_no_model_is_refused_in_one_line(address: str, name: str, said: str) -> None:
    with pytest.raises(BadModel) as caught:
        language_model(address, name, {})
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_make_a_model_with_the_key_of_the_environment_and_a_time_within_the_question_s() -> None:
    assert language_model("", "", {KEY: "k"}) is None
    with small_model(completion("Yes.")) as small:
        model = language_model(small.address, "small", {KEY: "k"}, most_seconds=6)
        assert model is not None
        assert (model.name, model.seconds, model.reply(MESSAGES)) == ("small", 6, "Yes.")
    assert small.headers[0]["Authorization"] == "Bearer k"
    with pytest.raises(BadModel, match="QUID_WORDING_KEY won't do; expected a key of printable ASCII on one line"):
        language_model("http://127.0.0.1:1/v1", "small", {KEY: "k\r\nX: y"})
