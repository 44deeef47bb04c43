"""The chat page's framework, attacked as it is mounted: no file, no forged conversation, no upload."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import mounted, served
from fastapi import FastAPI
from small_answerer import SmallAnswerer

from ui.page import mount_page
from ui.server import build_app, create_app
from ui.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore")

SECRET = "the password is in the cellar"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(mounted(lambda: create_app(SmallAnswerer()))) as address:
        yield address


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def events(address: str) -> list[dict[str, Any]]:
    """What the page can be asked to do, as its framework tells everybody."""
    return httpx.get(f"{address}/config").json()["dependencies"]


def call(address: str, event: dict[str, Any], data: list[Any]) -> str:
    """Everything that the server says to an event with forged data, as one text."""
    session = uuid.uuid4().hex
    forged = {"fn_index": event["id"], "data": data, "session_hash": session, "event_data": {"index": 0, "value": data}}
    joined = httpx.post(f"{address}/gradio_api/queue/join", json=forged)
    said = [joined.text]
    if joined.is_success:
        with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash={session}", timeout=20) as stream:
            for line in stream.iter_lines():
                said.append(line)
                if "process_completed" in line or "close_stream" in line or "unexpected_error" in line:
                    break
    return "\n".join(said)


def stolen(address: str, said: str) -> list[str]:
    """The files that the server now hands out, of all that it named."""
    named = set(re.findall(r'"path": ?"([^"]+)"', said))
    return [httpx.get(f"{address}/gradio_api/file={path}").text for path in sorted(named)]


def message(secret: Path) -> list[dict[str, Any]]:
    """A conversation that holds a file of the server's."""
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    return [{"role": "user", "content": [{"type": "file", "file": file}], "metadata": None, "options": None}]


def careless() -> Any:
    """A page whose conversation is an input: the usual way, and what ours avoids."""
    import gradio

    with gradio.Blocks(analytics_enabled=False) as demo:
        bot = gradio.Chatbot()
        bot.clear(lambda said: said, [bot], [bot])
    return demo


def test_a_careless_page_mounted_the_usual_way_hands_out_any_file(secret: Path) -> None:
    import gradio

    with served(mounted(lambda: gradio.mount_gradio_app(FastAPI(), careless(), path="/"))) as address:
        (event,) = events(address)
        assert SECRET in stolen(address, call(address, event, [message(secret)]))


def test_even_a_careless_page_hands_out_none_the_way_we_mount_it(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.page.build_page", lambda *_: careless())

    def unguarded() -> FastAPI:
        app = build_app(SmallAnswerer(), Settings())
        mount_page(app, SmallAnswerer(), Settings())
        return app

    with served(mounted(unguarded)) as address:
        event = next(event for event in events(address) if event["backend_fn"])
        said = call(address, event, [message(secret)])
        assert "process_completed" in said
        assert SECRET not in stolen(address, said)


def test_no_event_of_our_page_is_worked_on_by_the_server_whatever_is_sent_to_it(address: str, secret: Path) -> None:
    known = events(address)
    assert [event for event in known if event["backend_fn"]] == []
    for event in known:
        for forged in (message(secret), {"path": str(secret), "meta": {"_type": "gradio.FileData"}}, str(secret)):
            said = call(address, event, [forged] * len(event["inputs"]))
            assert SECRET not in said
            assert SECRET not in stolen(address, said)


def test_the_conversation_is_never_taken_from_the_browser(address: str) -> None:
    config = httpx.get(f"{address}/config").json()
    chatbots = {part["id"] for part in config["components"] if part["type"] == "chatbot"}
    assert len(chatbots) == 1
    assert [event["id"] for event in config["dependencies"] if chatbots & set(event["inputs"])] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=http://127.0.0.1/"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/run/predict"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/mcp/"),
        ("GET", "/monitoring"),
        ("POST", "/login"),
        ("GET", "/static/../../../etc/passwd"),
        ("GET", "/static/%2e%2e/%2e%2e/etc/passwd"),
        ("GET", "/assets/..%2f..%2fetc%2fpasswd"),
    ],
)
def test_what_the_framework_brings_along_is_not_there(address: str, method: str, path: str) -> None:
    response = httpx.request(method, address + path)
    assert response.status_code == 404
    assert response.json() == {"error": "there is nothing at this address; see /api/docs"}


def test_another_site_reads_nothing_from_the_page(address: str) -> None:
    for origin in ("https://evil.test", "null"):
        headers = {"Origin": origin}
        assert "access-control-allow-origin" not in httpx.get(f"{address}/config", headers=headers).headers
        joined = httpx.post(f"{address}/gradio_api/queue/join", json={}, headers=headers)
        assert joined.status_code == 403
    assert httpx.get(f"{address}/config", headers={"Host": "evil.test"}).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"data": []}', b'{"fn_index": 99, "data": []}', b"\xff"])
def test_a_malformed_event_is_no_fault_of_the_server(address: str, body: bytes) -> None:
    for path in ("queue/join", "reset", "cancel"):
        response = httpx.post(
            f"{address}/gradio_api/{path}", content=body, headers={"Content-Type": "application/json"}
        )
        assert (path, response.status_code < 500) == (path, True)
        assert "Traceback" not in response.text


def test_an_answer_of_the_page_names_no_exception(address: str) -> None:
    for event in events(address):
        said = call(address, event, [{"forged": 1}] * len(event["inputs"]))
        assert "Traceback" not in said
        assert not re.search(r"\w+Error\b.*line \d+", said)


def test_the_framework_s_page_is_told_of_no_other_machine(address: str) -> None:
    assert json.loads(httpx.get(f"{address}/config").text)["analytics_enabled"] is False
