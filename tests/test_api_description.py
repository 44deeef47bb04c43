"""Bodies that schemathesis makes of the API's own description: such as it forbids, and such as it allows.

`QUID_BODIES=2500 pytest tests/test_api_description.py` tries so many of each kind for each of the four routes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from browsing import served
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from small_answerer import SmallAnswerer

from qa.feedback import FeedbackStore
from ui.server import create_app

BODIES = int(os.environ.get("QUID_BODIES", "30"))
ROUTES = ("/api/ask", "/api/search", "/api/feedback", "/v1/chat/completions")


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    store = FeedbackStore(tmp_path_factory.mktemp("store") / "feedback.jsonl")
    with served(create_app(SmallAnswerer(), page=False, store=store)) as address:
        yield schemathesis.openapi.from_url(f"{address}/api/openapi.json")


@pytest.mark.parametrize("kind", list(GenerationMode))
@pytest.mark.parametrize("path", ROUTES)
def test_a_body_made_from_the_description_is_answered_or_refused_in_the_one_form(
    described: Any, path: str, kind: GenerationMode
) -> None:
    statuses: list[int] = []

    @settings(max_examples=BODIES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def tried(data: Any) -> None:
        case = data.draw(described[path]["POST"].as_strategy(generation_mode=kind))
        response = case.call()
        statuses.append(response.status_code)
        assert response.status_code < 500, response.text
        if response.headers["content-type"] == "application/json" and response.status_code != 200:
            error = response.json()["error"]
            said = error["message"] if path.startswith("/v1/") else error
            assert isinstance(said, str)
            assert "Traceback" not in said

    tried()
    assert len(statuses) >= BODIES
    # What the description allows is taken, or else it describes another API; of a chat it can't say that somebody asks.
    assert kind is GenerationMode.NEGATIVE or path.startswith("/v1/") or 200 in statuses
