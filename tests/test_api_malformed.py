"""Bodies and addresses made at random: each is answered or refused in its form, and none breaks anything."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_answerer import SmallAnswerer
from starlette.testclient import TestClient

from qa.feedback import FeedbackStore
from ui.server import create_app

ANYTHING = st.characters(exclude_categories=())
NAMES = (
    "question", "earlier", "k", "stream", "helpful", "document", "start", "end", "word", "messages", "role", "content",
    "type", "text", "n", "stream_options", "include_usage", "model", "response_format", "tool_choice", "x",
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(ANYTHING, max_size=20)
    | st.sampled_from(["user", "text", "parcels to islands", "delivery.md", "none", "auto"]),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip
MESSAGE = st.fixed_dictionaries({"role": st.just("user") | VALUES, "content": st.text(ANYTHING, min_size=1) | VALUES})
# Nearly right: the names that the route knows, each with something.
NEARLY = {
    "/api/ask": st.fixed_dictionaries({"question": st.text(ANYTHING) | VALUES}, optional={"stream": VALUES}),
    "/api/search": st.fixed_dictionaries({"question": st.text(ANYTHING) | VALUES}, optional={"k": VALUES}),
    "/api/feedback": st.fixed_dictionaries(
        {"question": st.text(ANYTHING), "helpful": st.booleans() | VALUES},
        optional={"document": VALUES, "start": VALUES, "end": VALUES, "word": VALUES, "sha256": VALUES},
    ),
    "/v1/chat/completions": st.fixed_dictionaries(
        {"messages": st.lists(MESSAGE, max_size=4) | VALUES},
        optional={"stream": st.booleans() | VALUES, "stream_options": VALUES, "n": VALUES},
    ),
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    store = FeedbackStore(tmp_path_factory.mktemp("store") / "feedback.jsonl")
    app = create_app(SmallAnswerer(), page=False, store=store)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def refused_in_its_form(path: str, response: Any) -> bool:
    error = response.json()["error"]
    if path.startswith("/v1/"):
        return response.status_code < 500 and set(error) == {"message", "type", "param", "code"}
    return response.status_code < 500 and isinstance(error, str) and "Traceback" not in error


@pytest.mark.parametrize("path", NEARLY)
@given(data=st.data())
def test_a_body_made_at_random_is_answered_or_refused_in_its_form(api: TestClient, path: str, data: Any) -> None:
    body = data.draw(NEARLY[path] | VALUES)
    response = api.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert response.status_code == 200 or refused_in_its_form(path, response)


@pytest.mark.parametrize("path", NEARLY)
@given(content=st.binary(max_size=60))
def test_bytes_that_are_no_json_are_refused_in_its_form(api: TestClient, path: str, content: bytes) -> None:
    response = api.post(path, content=b"{" + content, headers={"Content-Type": "application/json"})
    assert refused_in_its_form(path, response)


@given(id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), start=st.text(max_size=5))
def test_an_address_made_at_random_leads_nowhere(api: TestClient, id: str, start: str) -> None:
    for path in (f"/api/documents/{quote(id)}", f"/doc/{quote(id, safe='')}", f"/v1/models/{quote(id)}"):
        response = api.get(path, params={"s": start, "limit": start})
        assert response.status_code in (200, 404, 422)
        assert response.status_code == 200 or refused_in_its_form(path, response)
