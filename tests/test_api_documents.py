"""The documents over HTTP: the list, one of them, the passages near a question; and whether the server is ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest
from small_answerer import DELIVERY, HOSTILE, REFUNDS, SmallAnswerer, made
from starlette.testclient import TestClient

from index import IndexDamaged
from qa.feedback import FeedbackStore
from ui.server import create_app
from ui.settings import Settings

SITE = "https://example.org"
NAMES = (
    "a/b/c.md", "Übersicht 2.md", "日本語/文書.md", "100%?.md", "a b+c&d=e#f.md", "..", "../x.md", "/etc/passwd",
    "مرحبا",
)  # fmt: skip


def client(answerer: Any = None, **settings: Any) -> TestClient:
    app = create_app(answerer or SmallAnswerer(), Settings(**settings), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def plain() -> TestClient:
    return client()


def test_the_list_says_of_each_document_what_there_is_to_know(plain: TestClient) -> None:
    listed = plain.get("/api/documents").json()
    assert listed["total"] == 3
    assert [one["id"] for one in listed["documents"]] == [REFUNDS.id, DELIVERY.id, HOSTILE.id]
    assert listed["documents"][1] == {
        "id": "delivery.md",
        "title": "Delivery",
        "source": "documents/delivery.md",
        "passages": 2,
        "characters": len(DELIVERY.text),
        "added": "2026-05-04T12:00:00+00:00",
        "sha256": DELIVERY.sha256,
    }


@pytest.mark.parametrize(
    ("query", "ids"),
    [("limit=1", [REFUNDS.id]), ("offset=1&limit=1", [DELIVERY.id]), ("offset=2", [HOSTILE.id]), ("offset=9", [])],
)
def test_the_list_comes_in_pages(plain: TestClient, query: str, ids: list[str]) -> None:
    listed = plain.get(f"/api/documents?{query}").json()
    assert (listed["total"], [one["id"] for one in listed["documents"]]) == (3, ids)


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "limit=x", "offset=-1", f"offset={'9' * 5000}"])
def test_a_page_that_can_not_be_is_refused(plain: TestClient, query: str) -> None:
    response = plain.get(f"/api/documents?{query}")
    assert (response.status_code, list(response.json())) == (422, ["error"])


def test_a_document_is_its_text_and_where_its_sections_stand(plain: TestClient) -> None:
    found = plain.get("/api/documents/delivery.md").json()
    first, second = found.pop("sections")
    assert found == {
        "id": "delivery.md",
        "title": "Delivery",
        "source": "documents/delivery.md",
        "sha256": DELIVERY.sha256,
        "text": DELIVERY.text,
    }
    assert (first["headings"], first["page"]) == ([], None)
    said = "Parcels to Austria travel for 3 days. Parcels to islands travel for 9 days."
    assert DELIVERY.text[first["start"] : first["end"]] == said
    assert second["headings"] == ["Where is my parcel?"]
    assert DELIVERY.text[second["start"] : second["end"]].startswith("The tracking number")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("safe", ["", "/"])
def test_an_id_may_have_slashes_and_any_script(name: str, safe: str) -> None:
    answerer = SmallAnswerer([made(name, "A title", ("paragraph", 0, "Something is said."))])
    found = client(answerer).get("/api/documents/" + quote(name, safe=safe).replace("..", "%2E%2E"))
    assert (found.status_code, found.json().get("id")) == (200, name)


@pytest.mark.parametrize("path", ["none.md", "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd", "%ff%00", "delivery.md/", "x" * 5000])
def test_a_document_that_is_not_there_says_so(plain: TestClient, path: str) -> None:
    response = plain.get(f"/api/documents/{path}")
    assert response.status_code == 404
    assert response.json()["error"].endswith(" in the index (any more); see /api/documents")


def test_a_search_gives_passages_whether_they_answer_or_not(plain: TestClient) -> None:
    asked = {"question": "Who sends parcels to islands?", "k": 1}
    found = plain.post("/api/search", json=asked).json()
    assert found.pop("milliseconds")["total"] >= 0
    (hit,) = found.pop("hits")
    assert found == {"question": asked["question"], "searched_for": asked["question"]}
    assert (hit["document"], hit["score"]) == ("delivery.md", 0.5)
    assert hit["text"] == DELIVERY.text[hit["start"] : hit["end"]]


def test_a_search_may_follow_earlier_questions(plain: TestClient) -> None:
    asked = {"question": "And to islands?", "earlier": ["How long do parcels travel?"]}
    found = plain.post("/api/search", json=asked).json()
    assert found["searched_for"] == "How long do parcels travel? And to islands?"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"question": "?", "k": 0}, "k: Input should be greater than or equal to 1"),
        ({"question": "?", "k": 51}, "k: Input should be less than or equal to 50"),
        ({"question": "?", "k": "3"}, "k: Input should be a valid integer"),
        ({"question": "?", "k": True}, "k: Input should be a valid integer"),
        ({"question": " "}, "question: expected a question of 1 to 2000 characters, found none"),
        ({"query": "x"}, "question: Field required"),
    ],
)
def test_a_search_that_can_not_be_is_told_why(plain: TestClient, body: object, error: str) -> None:
    response = plain.post("/api/search", json=body)
    assert (response.status_code, response.json()) == (422, {"error": error})


def test_another_site_may_neither_search_nor_read() -> None:
    for sites, status, named in (((), 403, None), ((SITE,), 200, SITE)):
        api = client(sites=sites)
        for method, path in (("POST", "/api/search"), ("POST", "/api/ask")):
            asked = api.request(method, path, json={"question": "?"}, headers={"Origin": SITE})
            assert (asked.status_code, asked.headers.get("access-control-allow-origin")) == (status, named)
        # What a page of another site only reads, its browser keeps from it.
        read = api.get("/api/documents", headers={"Origin": SITE})
        assert read.headers.get("access-control-allow-origin") == named


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/api/search", "POST"), ("POST", "/api/documents", "GET"), ("DELETE", "/api/documents/a", "GET")],
)
def test_each_address_has_its_method(plain: TestClient, method: str, path: str, allowed: str) -> None:
    response = plain.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)


class Unopened(SmallAnswerer):
    """An answerer whose index can't be read, at first."""

    broken = True

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Any = None) -> Any:
        if self.broken:
            raise IndexDamaged("/srv/secret", "its files are gone")  # type: ignore[arg-type]
        return super().ask(question, earlier, heard)


def test_the_server_is_ready_when_a_question_was_answered_and_not_before(tmp_path: Any) -> None:
    answerer, store = Unopened(), FeedbackStore(tmp_path / "feedback.jsonl")
    app = create_app(answerer, page=False, store=store)
    api = TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)
    before = api.get("/api/ready")
    assert (before.status_code, list(before.json())) == (503, ["error"])
    assert "secret" not in before.text
    assert api.get("/api/health").status_code == 200
    answerer.broken = False
    for _ in range(3):
        after = api.get("/api/ready")
        assert (after.status_code, after.json()) == (200, {"status": "ready"})
    assert answerer.asked == [("Is everything ready?", ())]
    assert store.read() == ([], [])


def test_every_route_of_the_api_says_what_it_gives(plain: TestClient) -> None:
    api = plain.get("/api/openapi.json").json()
    for path, methods in api["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            if path.startswith("/api/"):
                assert "schema" in operation["responses"]["200"]["content"]["application/json"], path
    refusal = api["paths"]["/api/search"]["post"]["responses"]["422"]["content"]["application/json"]["schema"]
    assert refusal == {"$ref": "#/components/schemas/ErrorBody"}


def test_health_stays_cheap_however_often_it_is_asked_for() -> None:
    answerer, counted = SmallAnswerer(), []
    documents = answerer.searcher.documents
    api = client(answerer)
    answerer.searcher.documents = lambda: counted.append(1) or documents()  # type: ignore[method-assign]
    assert {api.get("/api/health").json()["documents"] for _ in range(50)} == {3}
    assert 1 <= len(counted) < 10
