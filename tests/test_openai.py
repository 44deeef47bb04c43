"""`/v1` as programs made for OpenAI use it, their own client among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from browsing import served
from small_answerer import HOSTILE_TEXTS, REFUNDS, SmallAnswerer, made
from starlette.testclient import TestClient

from corpus.tokens import token_counter
from ui.server import create_app
from ui.settings import Limits, Settings

REFUND = "How long does a refund take to my bank?"
SAID = "A refund reaches your bank within 14 days. [1]"
START = REFUNDS.text.index("A refund reaches")


@pytest.fixture(scope="module")
def answerer() -> SmallAnswerer:
    return SmallAnswerer()


@pytest.fixture(scope="module")
def address(answerer: SmallAnswerer) -> Iterator[str]:
    with served(create_app(answerer, page=False)) as address:
        yield address


@pytest.fixture(scope="module")
def openais(address: str) -> Iterator[openai.OpenAI]:
    """OpenAI's own client, pointed at this server."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none needed", max_retries=0) as client:
        yield client


def client(answerer: Any = None, **settings: Any) -> TestClient:
    app = create_app(answerer or SmallAnswerer(), Settings(**settings), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def chat(api: TestClient, *messages: dict[str, Any], **more: Any) -> Any:
    return api.post("/v1/chat/completions", json={"model": "any", "messages": list(messages), **more})


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def sources(address: str) -> str:
    link = f"{address}/doc/shop%2Frefunds.md?s={START}&e={START + 42}#hl"
    return f"Sources:\n\n- [1] [Refund policy › How long does a refund take?]({link})"


def test_the_answer_s_text_ends_with_its_sources_and_the_citations_come_along(
    openais: openai.OpenAI, address: str
) -> None:
    answer = openais.chat.completions.create(model="gpt-4o", messages=[user(REFUND)], temperature=0.3)
    (choice,) = answer.choices
    assert choice.message.content == f"{SAID}\n\n{sources(address)}"
    assert (choice.message.role, choice.finish_reason, answer.model) == ("assistant", "stop", "quid-pro-quote")
    (citation,) = choice.message.citations
    assert citation["quote"] == "A refund reaches your bank within 14 days."
    assert REFUNDS.text[citation["start"] : citation["end"]] == citation["quote"]
    assert (choice.message.answered, choice.message.confidence) == (True, 0.93)


def test_a_stream_says_the_same_and_its_end_brings_the_citations(openais: openai.OpenAI, address: str) -> None:
    asked = [user("Opened boxes returned? Unopened boxes returned?")]
    whole = openais.chat.completions.create(model="any", messages=asked)
    with openais.chat.completions.create(
        model="any", messages=asked, stream=True, stream_options={"include_usage": True}
    ) as stream:
        *pieces, last, usage = list(stream)
    texts = [piece.choices[0].delta.content for piece in pieces]
    assert texts[:3] == [
        "",
        "Unopened boxes can be returned within 30 days. [1]",
        " Opened boxes can be returned within 10 days. [2]",
    ]
    assert "".join(texts) == whole.choices[0].message.content
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].delta.citations == whole.choices[0].message.citations
    assert (usage.choices, usage.usage) == ([], whole.usage)
    assert len({piece.id for piece in (*pieces, last, usage)}) == 1


def test_usage_counts_the_tokens_that_were_read_and_given(openais: openai.OpenAI, address: str) -> None:
    asked = [{"role": "system", "content": "You are a pirate."}, user("Parcels?"), user(REFUND)]
    usage = openais.chat.completions.create(model="any", messages=asked).usage
    count = token_counter()
    assert count("Parcels?") == 2
    assert usage.prompt_tokens == 2 + count(REFUND)
    assert usage.completion_tokens == count(f"{SAID}\n\n{sources(address)}")
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_what_the_user_said_before_goes_along_and_what_others_said_does_not(
    openais: openai.OpenAI, answerer: SmallAnswerer
) -> None:
    picture = {"type": "image_url", "image_url": {"url": "x"}}
    parts = [{"type": "text", "text": "And"}, picture, {"type": "text", "text": "now?"}]
    messages = [
        {"role": "developer", "content": "Obey."},
        user("One?"),
        {"role": "assistant", "content": "Two."},
        user(" "),
        user("x" * 2001),
        user("Three?"),
        {"role": "tool", "tool_call_id": "1", "content": "Four."},
        user(parts),
    ]
    openais.chat.completions.create(model="any", messages=messages)
    assert answerer.asked[-1] == ("And\nnow?", ("One?", "Three?"))


def test_only_the_last_ten_questions_before_it_are_read() -> None:
    answerer = SmallAnswerer()
    assert chat(client(answerer), *(user(f"{number}?") for number in range(15))).status_code == 200
    assert answerer.asked == [("14?", tuple(f"{number}?" for number in range(4, 14)))]


def test_a_refusal_is_its_sentence_and_nothing_else(openais: openai.OpenAI) -> None:
    message = openais.chat.completions.create(model="any", messages=[user("Who won?")]).choices[0].message
    assert message.content == "The documents don't say anything about that."
    assert (message.citations, message.answered, message.refusal) == ([], False, None)


def test_what_a_document_says_is_shown_and_neither_fetched_nor_followed() -> None:
    message = chat(client(), user("A third one offers [a link] and an image")).json()["choices"][0]["message"]
    text, (citation,) = message["content"], message["citations"]
    said = HOSTILE_TEXTS[2]
    assert text.startswith(said.replace("](", "]\\(") + " [1]\n\n")
    assert citation["quote"] == said
    assert "- [1] [\\<script\\>window.owned = 6\\</script\\> › A heading with \\<img" in text
    assert "(http://127.0.0.1:7860/doc/evil%2F%3Cb%3E%26%22%27%3F%23%25.md?s=" in text
    text = chat(client(), user("The hostile sentence says on")).json()["choices"][0]["message"]["content"]
    assert text.startswith("The hostile sentence says \\<script>window.owned = 1\\</script> and goes on. [1]")
    named = SmallAnswerer([made("a.md", "](http://evil.test) [x", ("paragraph", 0, "Something is said here."))])
    listed = chat(client(named), user("Something is said?")).json()["choices"][0]["message"]["content"]
    assert listed.endswith("- [1] [\\](http://evil.test) \\[x](http://127.0.0.1:7860/doc/a.md?s=0&e=23#hl)")


def test_the_one_model_is_listed(openais: openai.OpenAI) -> None:
    (model,) = openais.models.list().data
    assert (model.id, model.object) == ("quid-pro-quote", "model")
    assert openais.models.retrieve("quid-pro-quote") == model
    with pytest.raises(openai.NotFoundError) as caught:
        openais.models.retrieve("gpt-4o")
    assert caught.value.body["message"] == "no model 'gpt-4o'; expected 'quid-pro-quote'"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "messages: Field required"),
        ({"messages": []}, "messages: List should have at least 1 item after validation, not 0"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages: expected one with the role user, found none"),
        ({"messages": [user("")]}, "messages: expected a question of 1 to 2000 characters, found none"),
        ({"messages": [user(None)]}, "messages: expected a question of 1 to 2000 characters, found none"),
        ({"messages": [user("x" * 2001)]}, "messages: expected a question of 1 to 2000 characters, found 2001"),
        ({"messages": [user("?")], "n": 2}, "n: Input should be 1"),
        (
            {"messages": [user("?")], "response_format": {"type": "json_object"}},
            "response_format.type: Input should be 'text'",
        ),
    ],
)
def test_a_request_that_can_not_be_is_refused_as_openai_does(body: Any, error: str) -> None:
    response = client().post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    assert response.json() == {
        "error": {"message": error, "type": "invalid_request_error", "param": None, "code": None}
    }


def test_a_body_that_is_no_json_is_refused_as_openai_does() -> None:
    response = client().post("/v1/chat/completions", content=b"{", headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(("fault", "status"), [(RuntimeError("secret"), 500)])
def test_a_fault_of_ours_is_a_server_error_and_no_stack_trace(fault: Exception, status: int) -> None:
    class Broken(SmallAnswerer):
        def ask(self, *_: Any) -> Any:
            raise fault

    for stream in (False, True):
        response = chat(client(Broken()), user("?"), stream=stream)
        assert (response.status_code, response.json()["error"]["type"]) == (status, "server_error")
        assert "secret" not in response.text


def test_too_many_questions_are_a_rate_limit_that_the_client_understands() -> None:
    settings = Settings(limits=Limits(rate=2))
    with (
        served(create_app(SmallAnswerer(), settings, page=False)) as address,
        openai.OpenAI(base_url=f"{address}/v1", api_key="none needed", max_retries=0) as client,
    ):
        client.chat.completions.create(model="any", messages=[user("?")])
        with pytest.raises(openai.RateLimitError) as caught:
            client.chat.completions.create(model="any", messages=[user("?")])
    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.response.headers["retry-after"] in ("29", "30")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models"])
def test_another_site_s_page_can_not_use_it(path: str) -> None:
    evil = {"Origin": "https://evil.test"}
    if path == "/v1/models":
        assert "access-control-allow-origin" not in client().get(path, headers=evil).headers
        return
    response = client().post(path, json={"messages": [user("?")]}, headers=evil)
    assert (response.status_code, response.json()["error"]["type"]) == (403, "permission_error")


