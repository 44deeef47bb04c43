"""Agents: the tools ask and search, over HTTP and over standard input and output, by their own client."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import run, served
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from small_answerer import REFUNDS, SmallAnswerer
from starlette.testclient import TestClient

from ui.agents import missing
from ui.server import create_app
from ui.settings import Limits, Settings

ROOT = Path(__file__).resolve().parents[1]
REFUND = "How long does a refund take to my bank?"
INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}  # fmt: skip
HEADERS = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(SmallAnswerer(), page=False)) as address:
        yield address


def with_agent(server: Any, work: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> Any:
    """What `work` gives, of an agent that is connected."""

    async def working() -> Any:
        async with Client(server, mode=mode) as agent:
            return await work(agent)

    return run(working())


# Agents of the years before greet the server first; those of today don't.
@pytest.fixture(params=["legacy", "auto"])
def agent(request: pytest.FixtureRequest, address: str) -> Callable[[Callable[[Client], Awaitable[Any]]], Any]:
    return lambda work: with_agent(streamable_http_client(f"{address}/mcp"), work, request.param)


def test_an_agent_finds_the_two_tools_and_how_they_are_called(agent: Any) -> None:
    tools = agent(lambda one: one.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search"]
    assert [sorted(tool.input_schema["properties"]) for tool in tools] == [
        ["earlier", "question"], ["earlier", "k", "question"],
    ]  # fmt: skip
    assert all(tool.input_schema["required"] == ["question"] and tool.description for tool in tools)


def test_an_agent_s_question_is_answered_with_citations(agent: Any) -> None:
    answer = agent(lambda one: one.call_tool("ask", {"question": REFUND}))
    assert not answer.is_error
    start = REFUNDS.text.index("A refund reaches")
    assert answer.content[0].text == (
        "A refund reaches your bank within 14 days. [1]\n\n"
        f"[1] Refund policy > How long does a refund take? (shop/refunds.md:{start}-{start + 42})"
    )
    (citation,) = answer.structured_content["citations"]
    assert citation["quote"] == REFUNDS.text[citation["start"] : citation["end"]]
    assert answer.structured_content["hits"] == []


def test_an_agent_is_told_what_came_nearest_where_the_documents_do_not_say(agent: Any) -> None:
    answer = agent(lambda one: one.call_tool("ask", {"question": "Weekend parcels?"}))
    assert answer.content[0].text == "The documents don't say anything about that."
    assert [hit["document"] for hit in answer.structured_content["hits"]] == ["delivery.md"]


def test_an_agent_may_ask_a_follow_up(agent: Any) -> None:
    asked = {"question": "And to islands?", "earlier": ["How long do parcels travel?"]}
    answer = agent(lambda one: one.call_tool("ask", asked))
    assert answer.structured_content["searched_for"] == "How long do parcels travel? And to islands?"


def test_an_agent_s_search_gives_passages(agent: Any) -> None:
    found = agent(lambda one: one.call_tool("search", {"question": "parcels to islands", "k": 1}))
    (hit,) = json.loads(found.content[0].text)
    assert hit["document"] == "delivery.md"
    assert found.structured_content == {"searched_for": "parcels to islands", "hits": [hit]}


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": " "}, "question: expected a question of 1 to 2000 characters, found none"),
        ("ask", {"question": 7}, "question: Input should be a valid string"),
        ("search", {"question": "?", "k": 51}, "k: Input should be less than or equal to 50"),
        ("delete", {}, "no tool 'delete'; expected ask or search"),
    ],
)
def test_a_wrong_call_is_told_what_was_wrong(address: str, name: str, arguments: Any, error: str) -> None:
    answer = with_agent(streamable_http_client(f"{address}/mcp"), lambda one: one.call_tool(name, arguments))
    assert (answer.is_error, [part.text for part in answer.content]) == (True, [error])


def test_a_fault_of_ours_is_no_stack_trace() -> None:
    class Broken(SmallAnswerer):
        def ask(self, *_: Any) -> Any:
            raise RuntimeError("secret /srv/key.pem")

    with served(create_app(Broken(), page=False)) as address:
        answer = with_agent(
            streamable_http_client(f"{address}/mcp"), lambda one: one.call_tool("ask", {"question": "?"})
        )
    assert answer.is_error
    assert answer.content[0].text.startswith("the question could not be worked on, through no fault of yours")


def client(**settings: Any) -> TestClient:
    return TestClient(create_app(SmallAnswerer(), Settings(**settings), page=False), base_url="http://127.0.0.1:7860")


def test_another_site_s_page_can_not_call_the_tools() -> None:
    for origin, status in (("https://evil.test", 403), ("null", 403), ("https://example.org", 200)):
        headers = {**HEADERS, "Origin": origin}
        response = client(sites=("https://example.org",)).post("/mcp", json=INITIALIZE, headers=headers)
        assert response.status_code == status, origin


def test_the_address_of_the_tools_takes_posts_within_the_limits() -> None:
    api = client(limits=Limits(rate=2))
    refused = [api.get("/mcp"), api.delete("/mcp")]
    assert [(one.status_code, one.headers["allow"]) for one in refused] == [(405, "POST")] * 2
    statuses = [api.post("/mcp", json=INITIALIZE, headers=HEADERS).status_code for _ in range(2)]
    assert statuses == [200, 429]


@pytest.mark.parametrize("found", ["1.30.0", "3.0.0", "2.2.9", ""])
def test_a_wrong_version_of_the_package_is_said_and_never_a_silent_404(
    found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(_: str) -> str:
        from importlib.metadata import PackageNotFoundError

        if not found:
            raise PackageNotFoundError
        return found

    monkeypatch.setattr("ui.agents.version", version)
    said = (
        f"/mcp is off: expected the package mcp 2.3 or newer, below 3.0, found {found or 'none'}; "
        "type: .venv/bin/pip install -r requirements-mcp.txt"
    )
    assert missing() == said
    response = client().post("/mcp", json=INITIALIZE, headers=HEADERS)
    assert (response.status_code, response.json()) == (501, {"error": said})


def test_the_version_that_is_installed_will_do_and_is_the_one_that_is_asked_for() -> None:
    assert missing() == ""
    named = [
        re.findall(r"^mcp\S*", (ROOT / name).read_text(), re.MULTILINE)
        for name in ("requirements-mcp.txt", "requirements-dev.txt")
    ]
    assert named == [["mcp>=2.3,<3"]] * 2


def test_an_agent_that_starts_the_program_itself_is_answered_from_the_index(shipped_index: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "ui", "mcp", "--index", str(shipped_index)], cwd=ROOT
    )
    answer = with_agent(
        stdio_client(command), lambda one: one.call_tool("ask", {"question": "How long is the DMZ?"})
    )
    assert "250 kilometres" in answer.content[0].text
    assert answer.structured_content["answered"]
