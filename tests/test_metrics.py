"""What is counted and what is written down while the server runs: enough to run it, and nothing that was asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from small_answerer import SmallAnswerer
from starlette.testclient import TestClient

from qa import BadQuestion
from ui.guard import Passed
from ui.server import create_app
from ui.settings import Limits, Settings
from ui.watching import AccessLog, BadLog

SECRET = "How long does my very private refund take?"


def client(answerer: Any = None, seen: Any = None, **settings: Any) -> TestClient:
    app = create_app(answerer or SmallAnswerer(), Settings(**settings), page=False, seen=seen)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def measured(api: TestClient) -> dict[tuple[str, ...], float]:
    """{(name, label, ...): value} of all that is counted."""
    text = api.get("/metrics").text
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Moody(SmallAnswerer):
    """Fails where it is told to."""

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Any = None) -> Any:
        if question == "fail":
            raise RuntimeError("secret")
        if question == "invalid":
            raise BadQuestion("no")
        return super().ask(question, earlier, heard)


def test_questions_are_counted_by_what_became_of_them() -> None:
    api = client(Moody(), metrics=True)
    for question in ("refund bank days", "How long does a refund take to my bank?", "Who won?", "fail", "invalid"):
        api.post("/api/ask", json={"question": question})
    found = measured(api)
    outcomes = {key[1]: value for key, value in found.items() if key[0] == "quid_questions_total"}
    assert outcomes == {"answered": 2, "refused": 1, "invalid": 1, "failed": 1, "turned_away": 0, "too_slow": 0}
    assert found["quid_question_seconds_count", "total"] == 3
    assert found["quid_question_seconds_sum", "total"] == pytest.approx(0.003)
    assert found["quid_question_seconds_bucket", "0.001", "total"] == 3
    assert found["quid_question_seconds_count", "wait"] == 5
    assert (found["quid_questions_running",], found["quid_questions_waiting",]) == (0, 0)


def test_the_questions_of_programs_of_all_kinds_are_counted_together() -> None:
    api = client(metrics=True)
    api.post("/api/ask", json={"question": "Who?", "stream": True})
    api.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Who?"}]})
    assert measured(api)["quid_questions_total", "refused"] == 2


def test_requests_are_counted_by_route_and_never_by_what_was_typed() -> None:
    api = client(metrics=True)
    for path in ("/doc/delivery.md", "/doc/secret.md", "/api/documents/delivery.md", "/secret", "/secret/2"):
        api.get(path)
    counted = {key[1:]: value for key, value in measured(api).items() if key[0] == "quid_http_requests_total"}
    assert counted == {("source", "200"): 1, ("source", "404"): 1, ("documents", "200"): 1, ("none", "404"): 2}
    assert "secret" not in api.get("/metrics").text


def test_who_is_turned_away_is_counted() -> None:
    slow = SmallAnswerer()
    slow.delay = 1.5
    api = client(slow, metrics=True, limits=Limits(seconds=0.02, running=1, waiting=0))
    statuses = [api.post("/api/ask", json={"question": "?"}).status_code for _ in range(2)]
    assert statuses == [503, 503]
    found = measured(api)
    assert (found["quid_questions_total", "too_slow"], found["quid_questions_total", "turned_away"]) == (1, 1)


def test_the_counters_are_shown_where_the_owner_wants_it() -> None:
    response = client(metrics=True).get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    hidden = client().get("/metrics")
    assert (hidden.status_code, hidden.json()) == (404, {"error": "there is nothing at this address; see /api/docs"})


def test_the_access_log_tells_of_each_request_and_of_no_question(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    log = AccessLog(str(path), now=lambda: "2026-05-04T12:00:00.000+00:00")
    api = client(seen=log)
    api.post("/api/ask", json={"question": SECRET, "stream": True}, headers={"User-Agent": SECRET})
    api.get("/doc/delivery.md", params={"q": SECRET})
    api.get("/embed", params={"q": SECRET})
    api.get("/none%0Aforged")
    log.close()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.pop("milliseconds") >= 0 for line in lines] == [True] * 4
    told = {"time": "2026-05-04T12:00:00.000+00:00", "client": "testclient"}
    assert lines == [
        {**told, "method": "POST", "path": "/api/ask", "status": 200},
        {**told, "method": "GET", "path": "/doc/delivery.md", "status": 200},
        {**told, "method": "GET", "path": "/embed", "status": 200},
        {**told, "method": "GET", "path": "/none\nforged", "status": 404},
    ]
    assert "private" not in path.read_text()


def test_the_access_log_tells_what_was_asked_where_the_owner_wants_it(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    log = AccessLog(str(path), questions=True)
    api = client(seen=log)
    api.post("/api/ask", json={"question": "What is\nsaid?"})
    api.post("/api/ask", json={"question": "And streamed?", "stream": True, "earlier": ["Before?"]})
    api.post("/api/search", json={"question": "Found?"})
    api.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "By a program?"}]})
    api.get("/api/health")
    log.close()
    asked = [json.loads(line).get("asked") for line in path.read_text().splitlines()]
    assert asked == [["What is\nsaid?"], ["And streamed?"], ["Found?"], ["By a program?"], None]


def test_the_access_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    for _ in range(2):
        log = AccessLog(str(tmp_path / "access.log"))
        log(Passed("GET", "/", "page", "192.0.2.7", 200, 0.1))
        log.close()
    assert len((tmp_path / "access.log").read_text().splitlines()) == 2


def test_a_log_that_can_not_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadLog) as caught:
        AccessLog(str(tmp_path / "none" / "access.log"))
    path = tmp_path / "none" / "access.log"
    assert str(caught.value) == f"can't write {path}: No such file or directory; expected a file for the access log"
