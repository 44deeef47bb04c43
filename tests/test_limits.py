"""Limits: how many may ask, how many are worked on, how many wait, how long, how much a request brings along."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from browsing import run, served
from small_answerer import SmallAnswerer
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from ui.desk import Desk
from ui.errors import Busy, TooSlow
from ui.limits import Buckets, Rates, client_of
from ui.server import create_app
from ui.settings import OPEN_LIMITS, Limits, Settings

ASKED = {"question": "How long does a refund take?"}
TOO_MANY = "too many requests; please wait {} s"


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def client(answerer: Any = None, address: str = "192.0.2.7", **settings: Any) -> TestClient:
    app = create_app(answerer or SmallAnswerer(), Settings(**settings), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", client=(address, 1), raise_server_exceptions=False)


def test_a_bucket_gives_half_a_minute_s_worth_at_once_and_then_one_at_a_time() -> None:
    clock = Clock()
    buckets = Buckets(6, clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 10]
    clock.now = 5
    assert (buckets.take("a"), buckets.wait("a"), buckets.wait("b")) == (5, 5, 0)
    clock.now = 10
    assert [buckets.take("a") for _ in range(2)] == [0, 10]
    clock.now = 1000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 10]


def test_a_bucket_of_no_rate_gives_whatever_is_wanted() -> None:
    assert {Buckets(0).take("a") for _ in range(1000)} == {0}


def test_addresses_that_were_long_not_heard_of_are_forgotten() -> None:
    buckets = Buckets(2, Clock(), most=2)
    assert [buckets.take(key) for key in "abcab"] == [0, 0, 0, 0, 0]
    assert buckets.take("b") == 30


def test_one_address_does_not_use_up_what_all_may_have() -> None:
    clock = Clock()
    rates = Rates(Limits(rate=4, rate_all=6), clock)
    assert [rates.wait("a") for _ in range(5)] == [0, 0, 15, 15, 15]
    assert [rates.wait("b") for _ in range(2)] == [0, 10]


@pytest.mark.parametrize(
    ("peer", "forwarded", "behind_proxy", "expected"),
    [
        ("192.0.2.7", [], False, "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], False, "192.0.2.7"),
        ("127.0.0.1", ["198.51.100.1"], True, "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1"], True, "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1", "2.2.2.2,198.51.100.1 "], True, "198.51.100.1"),
        ("127.0.0.1", [], True, "127.0.0.1"),
        ("127.0.0.1", ["anything"], True, "unknown"),
        ("2001:db8:1:2:3:4:5:6", [], False, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], False, "fe80::/64"),
        ("::ffff:192.0.2.7", [], False, "192.0.2.7"),
    ],
)
def test_an_address_is_the_peer_s_or_what_the_proxy_saw(
    peer: str, forwarded: list[str], behind_proxy: bool, expected: str
) -> None:
    headers = Headers(raw=[(b"x-forwarded-for", value.encode()) for value in forwarded])
    assert client_of({"type": "http", "client": (peer, 1)}, headers, behind_proxy) == expected


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/ask", ASKED),
        ("POST", "/api/search", ASKED),
        ("POST", "/api/feedback", {**ASKED, "helpful": True}),
        ("GET", "/api/documents", None),
        ("GET", "/doc/delivery.md", None),
    ],
)
def test_who_asks_too_often_is_told_when_to_come_back(method: str, path: str, body: Any) -> None:
    api = client(limits=Limits(rate=4))
    statuses = [api.request(method, path, json=body).status_code for _ in range(2)]
    assert statuses != [429, 429]
    refused = api.request(method, path, json=body)
    wait = refused.headers["retry-after"]
    assert (refused.status_code, refused.json()) == (429, {"error": TOO_MANY.format(wait)})
    assert wait in ("14", "15")
    assert refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/health", "/api/ready", "/api/docs", "/widget.js", "/embed", "/ui/chat.js"])
def test_what_costs_little_is_not_counted(path: str) -> None:
    api = client(limits=Limits(rate=2))
    assert {api.get(path).status_code for _ in range(10)} == {200}


def test_without_a_limit_nobody_is_refused() -> None:
    api = client()
    assert {api.post("/api/ask", json=ASKED).status_code for _ in range(100)} == {200}


def test_each_address_has_its_own_count_and_a_forged_one_changes_nothing() -> None:
    answerer = SmallAnswerer()
    for behind_proxy, statuses in ((False, [200, 429, 429]), (True, [200, 200, 429])):
        api = client(answerer, limits=Limits(rate=2), behind_proxy=behind_proxy)
        forged = ["198.51.100.1", "198.51.100.2", "1.1.1.1, 198.51.100.2"]
        asked = [api.post("/api/ask", json=ASKED, headers={"X-Forwarded-For": one}) for one in forged]
        assert [one.status_code for one in asked] == statuses


def test_a_web_server_in_front_that_is_not_believed_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    for settings, warnings in (
        ({}, 0), ({"limits": OPEN_LIMITS}, 1), ({"limits": OPEN_LIMITS, "behind_proxy": True}, 0),
    ):  # fmt: skip
        caplog.clear()
        api = client(**settings)
        for _ in range(3):
            api.get("/api/health", headers={"X-Forwarded-For": "198.51.100.1"})
        said = [record.getMessage() for record in caplog.records]
        assert len(said) == warnings
        assert all(line.endswith("if it is yours, start with --behind-proxy") for line in said)


def test_a_browser_s_question_beforehand_is_not_counted() -> None:
    api = client(sites=("https://example.org",), limits=Limits(rate=2))
    beforehand = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    assert {api.options("/api/ask", headers=beforehand).status_code for _ in range(5)} == {200}
    asked = api.post("/api/ask", json=ASKED, headers={"Origin": "https://example.org"})
    refused = api.post("/api/ask", json=ASKED, headers={"Origin": "https://example.org"})
    assert [asked.status_code, refused.status_code] == [200, 429]


def test_the_body_may_be_as_large_as_the_owner_says() -> None:
    api = client(limits=Limits(body=100))
    refused = api.post("/api/ask", json={"question": "x" * 200})
    error = "the body is too large; expected at most 100 bytes"
    assert (refused.status_code, refused.json()) == (413, {"error": error})


class Waiting(SmallAnswerer):
    """Answers when it is let go, and knows how many it works on."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.lock = threading.Event(), threading.Lock()
        self.running = self.most_running = 0

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Any = None) -> Any:
        with self.lock:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        assert self.go.wait(20)
        with self.lock:
            self.running -= 1
        return super().ask(question, earlier, heard)


def test_so_many_run_so_many_wait_and_who_comes_then_is_turned_away() -> None:
    answerer = Waiting()
    desk = Desk(answerer, Limits(running=2, waiting=3))
    futures = [desk.take_question(f"{number}?") for number in range(5)]
    with pytest.raises(Busy, match=r"^too many questions are waiting; please come back in 1 s$"):
        desk.take_question("5?")
    answerer.go.set()
    assert [future.result(20).question for future in futures] == [f"{number}?" for number in range(5)]
    assert answerer.most_running == 2
    assert desk.ask("6?").question == "6?"


def test_a_question_that_takes_too_long_is_given_up() -> None:
    answerer = Waiting()
    desk = Desk(answerer, Limits(running=1, seconds=0.05))
    with pytest.raises(TooSlow, match=r"^the question took longer than the 0\.05 s that it may; try again later$"):
        desk.ask("?")
    with pytest.raises(TooSlow):
        run(desk.answer("waits behind the first, and is never begun"))
    answerer.go.set()
    assert run(desk.answer("!")).question == "!"
    assert [question for question, _ in answerer.asked] == ["?", "!"]


def test_a_timeout_of_the_documents_own_is_not_taken_for_ours() -> None:
    class Broken(SmallAnswerer):
        def ask(self, *_: Any) -> Any:
            raise TimeoutError("a disk that hangs")

    desk = Desk(Broken(), Limits(seconds=20))
    with pytest.raises(TimeoutError, match="a disk that hangs"):
        desk.ask("?")
    with pytest.raises(TimeoutError, match="a disk that hangs"):
        run(desk.answer("?"))


def test_a_slow_question_is_an_error_in_the_one_form() -> None:
    answerer = SmallAnswerer()
    answerer.delay = 0.2
    response = client(answerer, limits=Limits(seconds=0.05)).post("/api/ask", json=ASKED)
    error = "the question took longer than the 0.05 s that it may; try again later"
    assert (response.status_code, response.json(), response.headers["retry-after"]) == (503, {"error": error}, "5")


def test_a_crowd_is_served_or_told_to_come_back_and_health_answers_meanwhile() -> None:
    answerer = Waiting()
    settings = Settings(limits=Limits(running=2, waiting=3))
    with (
        served(create_app(answerer, settings, page=False)) as address,
        ThreadPoolExecutor(12) as crowd,
    ):
        asked = [crowd.submit(httpx.post, f"{address}/api/ask", json=ASKED, timeout=30) for _ in range(12)]
        refused = [one for one in asked if one.done()]
        while len(refused) < 7:
            assert httpx.get(f"{address}/api/health").status_code == 200
            refused = [one for one in asked if one.done()]
        assert {one.result().status_code for one in refused} == {503}
        assert {one.result().headers["retry-after"] for one in refused} == {"1"}
        answerer.go.set()
        assert sorted(one.result().status_code for one in asked) == [200] * 5 + [503] * 7


def test_the_limits_of_an_open_server_are_on_and_those_of_this_machine_alone_are_off() -> None:
    assert (Limits().rate, Limits().rate_all, Limits().seconds) == (0, 0, 0)
    assert (OPEN_LIMITS.rate, OPEN_LIMITS.rate_all, OPEN_LIMITS.seconds, OPEN_LIMITS.waiting) == (60, 1200, 30, 64)
