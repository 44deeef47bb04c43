"""`POST /api/ask` as a stream of events: what happens, as it happens, and then the whole answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from browsing import served
from small_answerer import REFUNDS, SmallAnswerer
from starlette.testclient import TestClient

from ui.server import create_app
from ui.settings import Limits, Settings

REFUND = "How long does a refund take to my bank?"


def client(answerer: Any = None, **settings: Any) -> TestClient:
    app = create_app(answerer or SmallAnswerer(), Settings(**settings), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def events(text: str) -> list[tuple[str, Any]]:
    """(name, data) of each event."""
    found = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.mark.parametrize(
    ("body", "headers"),
    [({"stream": True}, {}), ({}, {"Accept": "text/event-stream"}), ({"stream": True}, {"Accept": "application/json"})],
)
def test_an_answer_comes_by_its_stages_its_citations_and_then_whole(body: Any, headers: Any) -> None:
    api = client()
    response = api.post("/api/ask", json={"question": REFUND, **body}, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    said = events(response.text)
    assert [name for name, _ in said] == ["understand", "search", "citation", "answer"]
    whole = api.post("/api/ask", json={"question": REFUND}).json()
    assert said[0][1] == {"searched_for": REFUND}
    assert said[1][1] == {"passages": len(whole["hits"]), "documents": [REFUNDS.id]}
    assert [said[2][1]] == whole["citations"]
    assert said[3][1] == whole


def test_a_refusal_has_no_citation_on_its_way() -> None:
    said = events(client().post("/api/ask", json={"question": "Who won?", "stream": True}).text)
    assert [name for name, _ in said] == ["understand", "search", "answer"]
    assert said[-1][1]["answered"] is False


@pytest.mark.parametrize("accept", ["*/*", "application/json, text/event-stream", ""])
def test_who_takes_json_gets_json(accept: str) -> None:
    answer = client().post("/api/ask", json={"question": REFUND}, headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"


def test_what_is_wrong_with_a_question_is_said_before_any_event() -> None:
    for body in ({"question": ""}, {"question": "?", "stream": "yes"}):
        response = client().post("/api/ask", json={"stream": True, **body})
        assert (response.status_code, list(response.json())) == (422, ["error"])


class Broken(SmallAnswerer):
    """Fails after its first stage."""

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Any = None) -> Any:
        heard("understand", question)
        raise RuntimeError("secret /srv/key.pem")


def test_a_fault_on_the_way_is_an_event_and_no_stack_trace() -> None:
    said = events(client(Broken()).post("/api/ask", json={"question": "?", "stream": True}).text)
    fault = "the question could not be worked on, through no fault of yours; the server's log says more"
    assert said == [("understand", {"searched_for": "?"}), ("error", {"error": fault})]


def test_a_question_that_takes_too_long_is_an_event() -> None:
    answerer = SmallAnswerer()
    answerer.delay = 0.2
    api = client(answerer, limits=Limits(seconds=0.05))
    said = events(api.post("/api/ask", json={"question": REFUND, "stream": True}).text)
    assert said == [("error", {"error": "the question took longer than the 0.05 s that it may; try again later"})]


class Waiting(SmallAnswerer):
    """Answers only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Any = None) -> Any:
        heard("understand", "told at once")
        assert self.go.wait(20)
        return super().ask(question, earlier)


def test_a_stage_is_told_while_the_next_is_worked_on_and_silence_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.events.SILENCE", 0.05)
    answerer = Waiting()
    with (
        served(create_app(answerer, page=False)) as address,
        httpx.stream("POST", f"{address}/api/ask", json={"question": REFUND, "stream": True}, timeout=20) as response,
    ):
        lines = response.iter_lines()
        assert next(lines) == "event: understand"
        assert next(lines) == 'data: {"searched_for": "told at once"}'
        assert (next(lines), next(lines)) == ("", ": still waiting")
        answerer.go.set()
        assert "event: answer" in list(lines)


def test_who_goes_away_leaves_the_desk_free() -> None:
    answerer = Waiting()
    with served(create_app(answerer, Settings(limits=Limits(running=1, waiting=0)), page=False)) as address:
        asked = {"question": REFUND, "stream": True}
        with httpx.stream("POST", f"{address}/api/ask", json=asked, timeout=20) as response:
            next(response.iter_lines())
        busy = httpx.post(f"{address}/api/ask", json=asked)
        assert (busy.status_code, list(busy.json())) == (503, ["error"])
        answerer.go.set()
        until = 200
        while httpx.post(f"{address}/api/ask", json=asked).status_code != 200 and until:
            until -= 1
        assert until


def test_a_stream_is_refused_to_another_site() -> None:
    asked = client().post(
        "/api/ask", json={"question": "?"}, headers={"Origin": "https://evil.test", "Accept": "text/event-stream"}
    )
    assert (asked.status_code, list(asked.json())) == (403, ["error"])
