"""What somebody would try who means no good, sent to a real server byte by byte: nothing is leaked, nothing breaks."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import mounted, served
from small_answerer import SmallAnswerer
from starlette.routing import BaseRoute

from qa.feedback import FeedbackStore
from ui.connection import Connection
from ui.routes import METRICS, ROUTES
from ui.server import create_app
from ui.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SECRET = "nobody may read this"
ASKED = json.dumps({"question": "How long does a refund take to my bank?"}).encode()
# What says something of this machine, of the programs on it, or of their insides.
LEAKS = re.compile(
    rf"{re.escape(str(ROOT))}|{SECRET}|root:x:|Traceback|site-packages|File \"|uvicorn|starlette|fastapi|python[/ ]?3|"
    r'"version": ?"[1-9]',
    re.IGNORECASE,
)
UPWARDS = (
    "../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "....//....//....//etc/passwd", "/etc/passwd", "%2fetc%2fpasswd", "..%252f..%252f..%252fetc%252fpasswd",
    "..%5c..%5c..%5cetc%5cpasswd", "..%c0%af..%c0%afetc/passwd", "%00/etc/passwd", "file:///etc/passwd",
    "~root/.ssh/id_rsa", "..;/..;/etc/passwd", "%2e%2e%5cui%5cserver.py", "{secret}", "..%2f{secret}",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int, Path]]:
    """Host and port of everything that there is, page and all, and a file that is nobody's business."""
    folder = tmp_path_factory.mktemp("private")
    (folder / "secret.txt").write_text(SECRET)
    store = FeedbackStore(folder / "feedback.jsonl")
    app = mounted(lambda: create_app(SmallAnswerer(), Settings(metrics=True), store=store))
    with served(app, http=Connection, server_header=False) as address:
        host, port = address.removeprefix("http://").split(":")
        yield host, int(port), folder / "secret.txt"


def sent(place: tuple[str, int, Path], request: bytes) -> tuple[int, bytes, str]:
    """Status, head and body of the response to these very bytes."""
    with socket.create_connection(place[:2], timeout=30) as connection:
        connection.sendall(request)
        said = b""
        while piece := connection.recv(65536):
            said += piece
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), head, body.decode("utf-8", "replace")


def get(path: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    """A request as it is written, with nothing made tidy."""
    lines = [f"{method} {path} HTTP/1.1", "Connection: close", *headers]
    if not any(line.lower().startswith("host:") for line in headers):
        lines.append("Host: localhost")
    if body:
        lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def routes() -> list[BaseRoute]:
    """All that the application itself knows, whatever its guard lets through."""
    from ui.server import build_app

    outer = build_app(SmallAnswerer(), Settings()).routes
    inner = [route for one in outer if hasattr(one, "original_router") for route in one.original_router.routes]
    return [route for route in [*outer, *inner] if hasattr(route, "dependant")]


def addresses() -> Iterator[str]:
    """Every address that there is with {wrong} in the place of each of its parts and parameters."""
    for route in routes():
        path = re.sub(r"\{[^}]+\}", "{wrong}", route.path)
        yield path if "{wrong}" in path else f"{path}/{{wrong}}"
        for parameter in route.dependant.query_params:
            known = re.sub(r"\{[^}]+\}", "delivery.md", route.path)
            yield f"{known}?{parameter.alias}={{wrong}}"
    yield from ("/{wrong}", "/static/{wrong}", "/assets/{wrong}", "/gradio_api/file={wrong}", "/gradio_api/{wrong}")
    yield from ("/gradio_api/heartbeat/{wrong}", "/gradio_api/queue/data?session_hash={wrong}", "/bring/{wrong}")
    yield from ("/?q={wrong}", "/embed?theme={wrong}", "/config?{wrong}", "/gradio_api/startup-events?{wrong}")


@pytest.mark.parametrize("address", sorted(set(addresses())))
def test_no_address_and_no_parameter_leads_to_a_file(place: tuple[str, int, Path], address: str) -> None:
    for upwards in UPWARDS:
        path = address.replace("{wrong}", upwards.replace("{secret}", str(place[2])))
        status, head, body = sent(place, get(path))
        assert (path, status < 500) == (path, True)
        assert (path, LEAKS.findall(head.decode("latin-1") + body)) == (path, [])


@pytest.mark.parametrize("field", ["question", "earlier", "document", "word", "sha256", "model"])
def test_no_field_of_a_body_leads_to_a_file(place: tuple[str, int, Path], field: str) -> None:
    for upwards in ("../../../../etc/passwd", "/etc/passwd", str(place[2]), "file:///etc/passwd"):
        value: Any = [upwards] if field == "earlier" else upwards
        body = {"question": "x", "helpful": True, "messages": [{"role": "user", "content": "x"}], field: value}
        for path in ("/api/ask", "/api/search", "/api/feedback", "/v1/chat/completions", "/mcp"):
            status, _, said = sent(place, get(path, method="POST", body=json.dumps(body).encode()))
            assert (path, status < 502) == (path, True)
            assert (path, LEAKS.findall(said)) == (path, [])


def test_a_name_or_a_header_that_is_forged_stands_in_no_page_and_no_header(place: tuple[str, int, Path]) -> None:
    for line in (
        "X-Forwarded-Host: evil.test", "X-Gradio-Server: http://evil.test", "Forwarded: host=evil.test;proto=https",
        "X-Forwarded-Prefix: /evil.test", "X-Original-URL: /evil.test", "X-Rewrite-URL: /evil.test",
        "Referer: http://evil.test/", "Origin: http://evil.test", "Accept-Language: evil.test\t<script>",
        "X-HTTP-Method-Override: DELETE evil.test", "Authorization: Bearer evil.test", "Cookie: a=evil.test",
    ):  # fmt: skip
        for path in ("/", "/config", "/embed", "/widget.js", "/api/openapi.json", "/api/health", "/doc/delivery.md"):
            status, head, body = sent(place, get(path, line))
            assert (line, path, status) == (line, path, 200)
            assert (line, path, b"evil.test" in head or "evil.test" in body) == (line, path, False)


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "localhost:7860@evil.test", "evil.test#local"])
def test_a_forged_host_is_refused_on_every_route(place: tuple[str, int, Path], host: str) -> None:
    for path in ("/", "/config", "/embed", "/widget.js", "/api/health", "/doc/delivery.md", "/metrics", "/none"):
        status, _, body = sent(place, get(path, f"Host: {host}"))
        assert (path, status, "evil" in body) == (path, 403, False)


ENDS = ("\r\nSet-Cookie: a", "\nSet-Cookie: a", "%0d%0aSet-Cookie:%20a", "\u2028Set-Cookie: a")


@pytest.mark.parametrize("line", ENDS)
def test_no_header_can_be_put_into_an_answer(place: tuple[str, int, Path], line: str) -> None:
    line = line.encode().decode("latin-1")
    requests = (
        get(f"/doc/delivery.md{line}"), get(f"/api/documents/x{line}"), get("/api/health", f"Origin: http://a{line}"),
        get("/api/health", f"Host: localhost{line}"), get(f"/?q=x{line}"), get(f"/ui/chat.js{line}"),
        get(f"/embed?accent={line}&lang={line}"), get("/api/none", f"Accept: text/html{line}"),
        get("/api/ask", method="POST", body=json.dumps({"question": f"delivery {line}"}).encode()),
    )  # fmt: skip
    for request in requests:
        status, head, _ = sent(place, request)
        assert (request, status < 500, b"set-cookie" in head.lower()) == (request, True, False)


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Long: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 200_000 + b"Connection: close\r\n\r\n",
        b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + b"hello!",
        b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
        b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\nConnection: close\r\n\r\n",
        b"BREW / HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
    ids=["TLS", "two hosts", "long header", "long path", "headers", "two lengths", "bad chunk", "huge", "no method"],
)
def test_what_is_no_request_is_refused_and_the_next_one_is_answered(
    place: tuple[str, int, Path], request_: bytes
) -> None:
    try:
        status, head, body = sent(place, request_)
        assert 400 <= status < 500
        assert LEAKS.findall(head.decode("latin-1") + body) == []
    except (IndexError, ConnectionError):
        pass  # it isn't spoken to any further
    assert sent(place, get("/api/ask", method="POST", body=ASKED))[0] == 200


def test_a_body_smuggled_behind_another_is_no_request_of_its_own(place: tuple[str, int, Path]) -> None:
    smuggled = b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    head = f"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(smuggled)}\r\n"
    request = (head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode() + smuggled
    with socket.create_connection(place[:2], timeout=30) as connection:
        connection.sendall(request)
        said = b""
        while piece := connection.recv(65536):
            said += piece
    assert said.count(b"HTTP/1.1 ") <= 1
    assert b"quid_http_requests" not in said


def test_people_are_answered_while_others_dawdle_and_these_are_hung_up_on(
    place: tuple[str, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.connection.HEAD_SECONDS", 1.5)
    monkeypatch.setattr("ui.guard.BODY_SECONDS", 1.5)
    head = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
    begun = (b"", b"GET / HT", head, head + b"\r\n{", get("/api/health").replace(b"close", b"keep-alive") + b"GET")
    dawdlers = [socket.create_connection(place[:2], timeout=30) for _ in range(40) for _ in begun]
    try:
        for dawdler, words in zip(dawdlers, begun * 40, strict=True):
            dawdler.sendall(words)
        assert sent(place, get("/api/ask", method="POST", body=ASKED))[0] == 200
        ends = [_end(dawdler) for dawdler in dawdlers]
    finally:
        for dawdler in dawdlers:
            dawdler.close()
    assert ends[: len(begun)] == [b"", b"", b"", b"HTTP/1.1 408", b"HTTP/1.1 200"]
    assert ends == ends[: len(begun)] * 40


def _end(dawdler: socket.socket) -> bytes:
    """The first words of what is said on a connection until the other side ends it."""
    said = b""
    try:
        while piece := dawdler.recv(65536):
            said += piece
    except ConnectionResetError:
        pass
    return said[:12]


def test_what_a_page_of_the_framework_says_names_no_version(place: tuple[str, int, Path]) -> None:
    for path in ("/", "/config", "/api/openapi.json", "/api/docs", "/none", "/metrics"):
        _, head, body = sent(place, get(path))
        assert (path, LEAKS.findall(head.decode("latin-1") + body)) == (path, [])
        assert b"\r\nserver:" not in head.lower()


def test_every_listed_address_is_tried_here() -> None:
    paths = [address.partition("?")[0] for address in addresses()]
    posted = ("/gradio_api/queue/join", "/gradio_api/reset", "/mcp")  # by another test here, or in test_ui_mounted.py
    tried = {path.replace(end, word) for path in paths for end, word in (("{wrong}", "x"), ("/{wrong}", ""))}
    tried.update(posted)
    untried = [one.path.pattern for one in (*ROUTES, METRICS) if not any(map(one.path.fullmatch, tried))]
    assert untried == []
