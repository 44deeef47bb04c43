"""The HTTP API and the source view: what is answered, and how everything else is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_answerer import DELIVERY, HOSTILE, REFUNDS, SmallAnswerer
from starlette.testclient import TestClient

from ui.server import create_app
from ui.settings import BadSite, Settings

REFUND = "How long does a refund take to my bank?"
SITE = "https://example.org"


def client(answerer: Any = None, **settings: Any) -> TestClient:
    app = create_app(answerer or SmallAnswerer(), Settings(**settings), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def plain() -> TestClient:
    return client()


def test_an_answer_has_the_shape_that_programs_rely_on(plain: TestClient) -> None:
    answer = plain.post("/api/ask", json={"question": REFUND}).json()
    milliseconds, hits = answer.pop("milliseconds"), answer.pop("hits")
    start = REFUNDS.text.index("A refund reaches")
    section = REFUNDS.text.index("Cards from abroad take up to 21 days.") + 37
    assert answer == {
        "question": REFUND,
        "searched_for": REFUND,
        "answered": True,
        "text": "A refund reaches your bank within 14 days. [1]",
        "confidence": 0.93,
        "disagreements": [],
        "citations": [
            {
                "number": 1,
                "quote": "A refund reaches your bank within 14 days.",
                "document": "shop/refunds.md",
                "title": "Refund policy",
                "source": "documents/shop/refunds.md",
                "headings": ["How long does a refund take?"],
                "page": None,
                "place": "",
                "start": start,
                "end": start + 42,
                "sha256": REFUNDS.sha256,
                "passage": {"start": start, "end": section, "text": REFUNDS.text[start:section]},
                "parts": [{"start": start, "end": start + 42, "kind": "paragraph"}],
                "also": [],
            }
        ],
        "wording": None,
    }
    assert milliseconds == {"total": 1.0}
    assert hits[0]["text"] == REFUNDS.text[start:section]


def test_a_refusal_has_no_citations_and_says_so_in_a_sentence(plain: TestClient) -> None:
    answer = plain.post("/api/ask", json={"question": "Who won?"}).json()
    assert (answer["answered"], answer["citations"]) == (False, [])
    assert answer["text"] == "The documents don't say anything about that."


def test_the_earlier_questions_go_along_and_control_characters_do_not() -> None:
    answerer = SmallAnswerer()
    asked = {"question": " And\x00then?\x1b ", "earlier": ["First?", "Second?"]}
    assert client(answerer).post("/api/ask", json=asked).status_code == 200
    assert answerer.asked == [("And then?", ("First?", "Second?"))]


NOT_JSON = "the body is not JSON; expected an object with a question"
NO_TEXT = "the body: Input should be a valid string, unable to parse raw data as a unicode string"
NO_NUMBER = "s: Input should be a valid integer, unable to parse string as an integer"
NOT_WITHIN = f"expected 0 <= s <= e <= {len(DELIVERY.text)}, the document's length"
NO_OBJECT = "the body: Input should be a valid dictionary or object to extract fields from"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 422, "the body: Field required"),
        (b"{", 400, NOT_JSON),
        (b"\xff\xfe{}", 400, NOT_JSON),
        (b"[" * 100_000, 400, NOT_JSON),
        (b"null", 422, NO_OBJECT),
        (b"[]", 422, NO_OBJECT),
        (b'"question"', 422, NO_OBJECT),
        (b"{}", 422, "question: Field required"),
        (b'{"question": 7}', 422, "question: Input should be a valid string"),
        (b'{"question": null}', 422, "question: Input should be a valid string"),
        (b'{"question": ""}', 422, "question: expected a question of 1 to 2000 characters, found none"),
        (b'{"question": " \\u0000\\n"}', 422, "question: expected a question of 1 to 2000 characters, found none"),
        (
            json.dumps({"question": "x" * 2001}).encode(),
            422,
            "question: expected a question of 1 to 2000 characters, found 2001",
        ),
        (b'{"question": "\\ud800"}', 422, "question: expected a question of 1 to 2000 characters, found none"),
        (b'{"question": "?", "earlier": "no"}', 422, "earlier: Input should be a valid list"),
        (b'{"question": "?", "earlier": [1]}', 422, "earlier.0: Input should be a valid string"),
        (
            json.dumps({"question": "?", "earlier": ["x"] * 11}).encode(),
            422,
            "earlier: List should have at most 10 items after validation, not 11",
        ),
        (b'{"question": "?", "\\ud800": 1}', 422, NO_TEXT),
        (b'{"question": "?", "history": []}', 422, "history: Extra inputs are not permitted"),
        (json.dumps({"question": "x" * 262_144}).encode(), 413, "the body is too large; expected at most 262144 bytes"),
    ],
)
def test_a_malformed_question_is_told_what_was_wrong(plain: TestClient, body: bytes, status: int, error: str) -> None:
    response = plain.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()) == (status, {"error": error})


def test_a_question_that_is_no_json_by_its_own_words_is_refused(plain: TestClient) -> None:
    response = plain.post("/api/ask", content=b'{"question": "?"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 422
    assert list(response.json()) == ["error"]


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/ask", 405, "expected POST at this address"),
        ("DELETE", "/api/ask", 405, "expected POST at this address"),
        ("OPTIONS", "/api/ask", 405, "expected POST at this address"),
        ("BREW", "/api/ask", 405, "expected POST at this address"),
        ("POST", "/api/health", 405, "expected GET at this address"),
        ("GET", "/api/none", 404, "there is nothing at this address; see /api/docs"),
        ("GET", "/api/ask/", 404, "there is nothing at this address; see /api/docs"),
        ("GET", "/docs", 404, "there is nothing at this address; see /api/docs"),
        ("GET", "/openapi.json", 404, "there is nothing at this address; see /api/docs"),
        ("GET", "/ui/..%2fserver.py", 404, "there is nothing at this address; see /api/docs"),
        ("GET", "/doc/none.md", 404, "That document is not in the index (any more)."),
        ("GET", "/doc/..%2f..%2f..%2fetc%2fpasswd", 404, "That document is not in the index (any more)."),
        ("GET", "/doc/%ff%00", 404, "That document is not in the index (any more)."),
        ("GET", "/doc/delivery.md?s=-1", 422, "s: Input should be greater than or equal to 0"),
        ("GET", "/doc/delivery.md?s=x", 422, NO_NUMBER),
        ("GET", "/doc/delivery.md?s=2&e=1", 422, NOT_WITHIN),
        ("GET", "/doc/delivery.md?e=9999", 422, NOT_WITHIN),
    ],
)
def test_an_address_that_is_not_there_says_so(
    plain: TestClient, method: str, path: str, status: int, error: str
) -> None:
    response = plain.request(method, path)
    assert (response.status_code, response.json()) == (status, {"error": error})
    assert response.headers.get("allow") == (error.split()[1] if status == 405 else None)


def test_a_person_who_follows_a_dead_link_gets_a_page(plain: TestClient) -> None:
    response = plain.get("/doc/%3Cb%3E.md", headers={"Accept": "text/html,*/*"})
    assert response.status_code == 404
    assert "<p>That document is not in the index (any more).</p>" in response.text


@pytest.mark.parametrize("path", ["/api/health", "/doc/delivery.md", "/widget.js", "/embed"])
def test_headers_can_be_asked_for_alone(plain: TestClient, path: str) -> None:
    assert plain.head(path).status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.sampled_from(["question", "earlier", "x"]), inner),
)


@given(JSON)
def test_whatever_json_is_sent_is_answered_or_refused_in_one_form(plain: TestClient, body: object) -> None:
    response = plain.post("/api/ask", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert response.status_code in (200, 400, 422)
    assert response.status_code == 200 or list(response.json()) == ["error"]


def test_a_fault_of_ours_is_no_stack_trace() -> None:
    class Broken(SmallAnswerer):
        def ask(self, question: str, earlier: object = ()) -> Any:
            raise RuntimeError("secret /srv/key.pem")

    response = client(Broken()).post("/api/ask", json={"question": "?"})
    assert response.status_code == 500
    assert response.json() == {
        "error": "the question could not be worked on, through no fault of yours; the server's log says more"
    }
    assert response.headers["x-content-type-options"] == "nosniff"


def test_health_counts_the_documents(plain: TestClient) -> None:
    assert plain.get("/api/health").json() == {"status": "ok", "documents": 3}


def test_the_api_describes_itself_without_anybody_else(plain: TestClient) -> None:
    api = plain.get("/api/openapi.json").json()
    assert sorted(api["paths"]) == [
        "/api/ask", "/api/documents", "/api/documents/{id}", "/api/health", "/api/ready", "/api/search",
        "/v1/chat/completions", "/v1/models", "/v1/models/{id}",
    ]  # fmt: skip
    page = plain.get("/api/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace("<!doctype html>", "")
    for name in ("docs.js", "docs.css", "tokens.css", "icon.svg"):
        assert plain.get(f"/ui/{name}").status_code == 200


@pytest.mark.parametrize("path", ["/api/health", "/api/none", "/doc/delivery.md", "/ui/chat.js", "/"])
def test_every_response_carries_the_headers_that_keep_browsers_safe(plain: TestClient, path: str) -> None:
    headers = plain.get(path).headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert ("unsafe" in headers["content-security-policy"]) == (path == "/")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "[::1]:7860", "192.168.1.5:7860"])
def test_the_server_answers_to_addresses_and_to_localhost(plain: TestClient, host: str) -> None:
    assert plain.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "[::1", "@"])
def test_the_server_does_not_answer_to_a_name_that_a_stranger_gave_it(plain: TestClient, host: str) -> None:
    response = plain.get("/api/health", headers={"Host": host})
    assert response.status_code == 403
    assert response.json()["error"].startswith("the server doesn't go by the name that it was called by")


def test_the_server_goes_by_the_name_of_an_allowed_site() -> None:
    assert client(sites=(SITE,)).get("/api/health", headers={"Host": "example.org"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "", "http://127.0.0.1:7861", "http://localhost:7860"])
def test_another_site_may_not_ask(plain: TestClient, origin: str) -> None:
    response = plain.post("/api/ask", json={"question": REFUND}, headers={"Origin": origin})
    assert response.status_code == 403
    assert response.json() == {
        "error": "this site is not allowed to ask; start the server with --allow-site and its address"
    }
    assert "access-control-allow-origin" not in response.headers
    assert "access-control-allow-origin" not in plain.get("/api/health", headers={"Origin": origin}).headers


def test_our_own_page_may_ask(plain: TestClient) -> None:
    own = {"Origin": "http://127.0.0.1:7860"}
    assert plain.post("/api/ask", json={"question": REFUND}, headers=own).status_code == 200


def test_an_allowed_site_may_ask_and_frame_us_and_no_other_one() -> None:
    allowing = client(sites=(SITE,))
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for origin, status in ((SITE, 200), ("https://evil.test", 403)):
        asked = allowing.post("/api/ask", json={"question": REFUND}, headers={"Origin": origin})
        before = allowing.options("/api/ask", headers={"Origin": origin, **preflight})
        named = SITE if status == 200 else None
        for response in (asked, before):
            assert (response.status_code, response.headers.get("access-control-allow-origin")) == (status, named)
    policy = allowing.get("/api/health").headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {SITE}")


@pytest.mark.parametrize(
    "site",
    ["example.org", "https://", "ftp://example.org", "https://a b", "https://*", "https://x/path", "https://x;y"],
)
def test_a_site_is_named_by_scheme_and_host(site: str) -> None:
    with pytest.raises(BadSite, match=r"does not name a site; expected something like https://example\.org$"):
        Settings(sites=(site,))


def test_a_source_is_a_page_with_the_cited_characters_marked(plain: TestClient) -> None:
    start = REFUNDS.text.index("Cards")
    page = plain.get(f"/doc/shop%2Frefunds.md?s={start}&e={start + 5}").text
    assert "<title>Refund policy</title>" in page
    assert f'<mark id="hl" tabindex="-1" data-places="{start}-{start + 5}">Cards</mark> from abroad' in page
    fragment = plain.get(f"/doc/shop/refunds.md?s={start}&e={start + 5}&fragment=1").text
    assert fragment.startswith('<article class="document" data-title="Refund policy"')


def test_a_document_may_have_any_name(plain: TestClient) -> None:
    page = plain.get("/doc/evil%2F%3Cb%3E%26%22%27%3F%23%25.md")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "<title>&lt;script&gt;window.owned = 6&lt;/script&gt;</title>" in page.text
    assert HOSTILE.id == "evil/<b>&\"'?#%.md"


def test_below_a_path_of_a_web_server_in_front_everything_is_where_it_was() -> None:
    app = create_app(SmallAnswerer(), Settings(), page=False)
    below = TestClient(app, base_url="http://127.0.0.1:7860", root_path="/chat")
    assert below.post("/chat/api/ask", json={"question": REFUND}).json()["answered"]
    assert below.get("/chat/api/documents/delivery.md").json()["id"] == "delivery.md"
    assert 'href="/chat/"' in below.get("/chat/doc/delivery.md").text
    said = below.post("/chat/v1/chat/completions", json={"messages": [{"role": "user", "content": REFUND}]}).json()
    assert "(http://127.0.0.1:7860/chat/doc/shop%2Frefunds.md?s=" in said["choices"][0]["message"]["content"]
    refused = below.post("/chat/v1/chat/completions", json={"messages": []})
    assert set(refused.json()["error"]) == {"message", "type", "param", "code"}
