"""Keys for programs and passwords for people: who gets in where, and what a file of them may hold."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from browsing import served
from small_answerer import SmallAnswerer
from starlette.testclient import TestClient

from ui.credentials import NOBODY, BadSecrets, read_keys, read_passwords
from ui.server import create_app
from ui.settings import Settings

KEY, OTHER = "a-key-of-some-length", "another-key-of-some-length"
ASKED = {"question": "How long does a refund take?"}
CHAT = {"messages": [{"role": "user", "content": "?"}]}
OWN, SITE, EVIL = "http://127.0.0.1:7860", "https://example.org", "https://evil.test"
NO_KEY = "expected a key that this server knows, as: Authorization: Bearer KEY"
NO_PASSWORD = "expected a user and a password"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    hashed = hashlib.sha256(OTHER.encode()).hexdigest()
    path = tmp_path / "keys"
    path.write_text(f"# of the shop\n\n{KEY}\n sha256:{hashed} \n")
    return path


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    path = tmp_path / "people"
    path.write_text("anna:correct horse: battery\nбоб:пароль123\n", "utf-8")
    return path


def client(**settings: Any) -> TestClient:
    app = create_app(SmallAnswerer(), Settings(sites=(SITE,), metrics=True, **settings), page=False)
    return TestClient(app, base_url=OWN, raise_server_exceptions=False)


@pytest.fixture
def keyed(keys: Path) -> TestClient:
    return client(keys=read_keys(keys))


@pytest.fixture
def closed(passwords: Path) -> TestClient:
    return client(passwords=read_passwords(passwords))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


PROGRAMS = [
    ("POST", "/api/ask", ASKED), ("POST", "/api/search", ASKED), ("GET", "/api/documents", None),
    ("GET", "/api/documents/delivery.md", None), ("GET", "/v1/models", None), ("POST", "/v1/chat/completions", CHAT),
    ("GET", "/metrics", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), PROGRAMS)
def test_a_program_needs_a_key_where_there_are_keys(keyed: TestClient, method: str, path: str, body: Any) -> None:
    wrong: tuple[Any, ...] = ({"Authorization": KEY}, {"Authorization": b"\xff"}, bearer("wrong"), bearer(""))
    for headers in ({}, *wrong, basic(f"a:{KEY}")):
        refused = keyed.request(method, path, json=body, headers=headers)
        error = refused.json()["error"]
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert (error["message"] if path.startswith("/v1") else error) == NO_KEY
    for key in (KEY, OTHER):
        assert keyed.request(method, path, json=body, headers=bearer(key)).status_code == 200


def test_agents_need_a_key_as_well(keyed: TestClient) -> None:
    assert keyed.post("/mcp", json={}).status_code == 401
    assert keyed.post("/mcp", json={}, headers=bearer(KEY)).status_code != 401


@pytest.mark.parametrize("path", ["/api/health", "/api/ready", "/api/docs", "/widget.js", "/embed", "/doc/delivery.md"])
def test_keys_keep_nobody_from_pages_and_from_knowing_that_the_server_is_there(keyed: TestClient, path: str) -> None:
    assert keyed.get(path).status_code == 200


def test_with_keys_our_pages_and_those_of_allowed_sites_may_ask_and_no_others(keyed: TestClient) -> None:
    for origin, status in ((OWN, 200), (SITE, 200), (EVIL, 403), ("null", 403)):
        assert keyed.post("/api/ask", json=ASKED, headers={"Origin": origin}).status_code == status
    assert keyed.post("/api/search", json=ASKED, headers={"Origin": OWN}).status_code == 401
    assert keyed.post("/v1/chat/completions", json=CHAT, headers={"Origin": SITE}).status_code == 401


def test_another_site_s_page_may_not_ask_though_it_has_a_key(keyed: TestClient) -> None:
    assert keyed.post("/api/ask", json=ASKED, headers={"Origin": EVIL, **bearer(KEY)}).status_code == 403


def test_an_allowed_site_may_send_a_key(keyed: TestClient) -> None:
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    said = keyed.options("/v1/chat/completions", headers={"Origin": SITE, **wanted})
    assert said.status_code == 200
    assert "Authorization" in said.headers["access-control-allow-headers"]


EVERYTHING = [*PROGRAMS, ("GET", "/embed", None), ("GET", "/doc/delivery.md", None), ("GET", "/config", None)]


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
def test_where_there_are_passwords_everything_needs_one(closed: TestClient, method: str, path: str, body: Any) -> None:
    for headers in ({}, {"Origin": OWN}, basic("anna:wrong"), basic("anna"), {"Authorization": "Basic ?"}, bearer(KEY)):
        refused = closed.request(method, path, json=body, headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == 'Basic realm="documents", charset="UTF-8"'
        assert NO_PASSWORD in refused.text
    for pair in ("anna:correct horse: battery", "боб:пароль123"):
        # What the page's framework serves isn't there in this test.
        status = 404 if path == "/config" else 200
        assert closed.request(method, path, json=body, headers=basic(pair)).status_code == status


def test_with_passwords_and_keys_programs_have_the_choice_and_people_do_not(keys: Path, passwords: Path) -> None:
    api = client(keys=read_keys(keys), passwords=read_passwords(passwords))
    right = basic("anna:correct horse: battery")
    assert [api.post("/api/ask", json=ASKED, headers=one).status_code for one in (bearer(KEY), right)] == [200, 200]
    assert [api.get("/embed", headers=one).status_code for one in (bearer(KEY), right)] == [401, 200]
    assert api.post("/api/ask", json=ASKED, headers={"Origin": OWN}).status_code == 401


def test_who_guesses_has_to_wait_though_the_next_guess_is_right(closed: TestClient) -> None:
    statuses = [closed.get("/embed", headers=basic(f"anna:guess {number}")).status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    refused = closed.get("/embed", headers=basic("anna:correct horse: battery"))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3")
    assert closed.get("/api/health").status_code == 200


def test_who_has_a_key_does_not_wait_for_others_that_guess(keyed: TestClient) -> None:
    statuses = [keyed.get("/v1/models", headers=bearer(f"guess {number}")).status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert keyed.get("/v1/models", headers=bearer(KEY)).status_code == 200


def test_no_key_at_all_is_no_guess(keyed: TestClient) -> None:
    assert {keyed.get("/v1/models").status_code for _ in range(30)} == {401}
    assert keyed.get("/v1/models", headers=bearer(KEY)).status_code == 200


@pytest.fixture
def address(keys: Path) -> Iterator[str]:
    with served(create_app(SmallAnswerer(), Settings(keys=read_keys(keys)), page=False)) as address:
        yield address


def test_openai_s_client_sends_its_key_and_understands_that_another_is_wrong(address: str) -> None:
    with openai.OpenAI(base_url=f"{address}/v1", api_key=KEY, max_retries=0) as client:
        assert client.chat.completions.create(model="any", **CHAT).model == "quid-pro-quote"
    with openai.OpenAI(base_url=f"{address}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as caught:
            client.models.list()
        assert caught.value.code == "invalid_api_key"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "nothing is in {}; expected a key on each line"),
        ("# none\n\n", "nothing is in {}; expected a key on each line"),
        ("short", "{}:1: the key is too short; expected at least 16 characters"),
        (f"{KEY}\nsha256:abc", "{}:2: expected sha256: and 64 hexadecimal digits"),
    ],
)
def test_a_file_of_keys_that_will_not_do_is_one_line_that_names_no_key(tmp_path: Path, text: str, error: str) -> None:
    path = tmp_path / "keys"
    path.write_text(text)
    with pytest.raises(BadSecrets) as caught:
        read_keys(path)
    assert str(caught.value) == error.format(path)


@pytest.mark.parametrize("line", ["anna", ":password", "anna:short"])
def test_a_file_of_passwords_that_will_not_do_is_one_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "people"
    path.write_text(f"bob:long enough\n{line}\n")
    with pytest.raises(BadSecrets) as caught:
        read_passwords(path)
    assert str(caught.value) == f"{path}:2: expected user:password, the password of at least 8 characters"


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "none"
    with pytest.raises(BadSecrets) as caught:
        read_keys(path)
    assert str(caught.value) == f"can't read {path}: No such file or directory; expected a key on each line"


def test_secrets_are_not_kept_as_they_were_typed(keys: Path) -> None:
    secrets = read_keys(keys)
    assert repr(secrets) == "<2 secrets>"
    assert not any(KEY in str(getattr(secrets, name)) for name in vars(secrets))
    assert (bool(secrets), bool(NOBODY), NOBODY.admit("Bearer ")) == (True, False, False)
