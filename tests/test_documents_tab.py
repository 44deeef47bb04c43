"""The documents tab: what is listed, what was left out, how the index is, and how it looks with many documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from starlette.testclient import TestClient
from test_bringing import OWN, Place, settled
from word_embedder import document

from corpus import Skipped
from index import open_index
from index.health import health
from ui.owner import Owner
from ui.server import create_app
from ui.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore")

NASTY = "<img src=x onerror=window.owned=1>"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "built")
    many = [document(f"notes/{n:03}.md", f"The cat number {n}.", f"Note {n}") for n in range(240)]
    nasty = document("nasty.md", "A bird.", NASTY)
    skipped = [Skipped("docs/scan.png", "no reader for .png"), Skipped("b.md", "is empty")]
    place.update(place.folder, [*many, nasty, *skipped])
    place.answerer.refresh()
    yield place
    place.close()


def client(place: Place, bring: bool = False) -> TestClient:
    owner = Owner(place.folder, place.answerer)
    app = create_app(place.answerer, Settings(bring=bring), page=False, owner=owner, bringer=place.bringer)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def listed(place: Place, **query: Any) -> list[str]:
    return [one["id"] for one in client(place).get("/documents/list", params=query).json()["documents"]]


def test_documents_are_listed_a_page_at_a_time(place: Place) -> None:
    first = client(place).get("/documents/list", params={"order": "id"}).json()
    assert (first["total"], first["found"], len(first["documents"])) == (243, 243, 100)
    assert first["documents"][0] == {
        "id": "cat.md", "title": "", "source": "docs/cat.md", "passages": 1, "characters": 20,
        "added": first["documents"][0]["added"], "brought": False,
    }  # fmt: skip
    assert listed(place, order="id", offset=240) == ["notes/237.md", "notes/238.md", "notes/239.md"]
    assert listed(place, offset=1000) == []


def test_they_are_found_by_all_words_in_title_name_or_source(place: Place) -> None:
    with_17 = [17, 117, *range(170, 180), 217]
    assert listed(place, q="NOTE 17") == [f"notes/{n:03}.md" for n in with_17]
    assert listed(place, q="docs cat") == ["cat.md"]
    assert listed(place, q="nothing of that kind") == []


def test_they_are_sorted_by_what_is_asked_for(place: Place) -> None:
    assert listed(place, order="characters", descending=True)[0] == "dog.md"
    assert listed(place, order="characters")[0] == "nasty.md"
    assert client(place).get("/documents/list", params={"order": "password"}).status_code == 422


def test_what_was_left_out_is_listed_with_the_reasons(place: Place) -> None:
    assert client(place).get("/documents/skipped").json() == {
        "total": 2, "found": 2,
        "skipped": [
            {"source": "b.md", "reason": "is empty", "language": "en"},
            {"source": "docs/scan.png", "reason": "no reader for .png", "language": "en"},
        ],
    }  # fmt: skip
    assert client(place).get("/documents/skipped?q=reader").json()["found"] == 1


def test_reasons_are_said_and_searched_in_the_reader_s_language(place: Place) -> None:
    place.update(place.folder, [Skipped("c.pdf", "is no PDF: it does not begin as one does; get a fresh copy")])
    place.answerer.refresh()
    german = {"Accept-Language": "de"}
    assert client(place).get("/documents/skipped?q=beginnt", headers=german).json()["skipped"] == [
        {
            "source": "c.pdf", "language": "de",
            "reason": "ist kein PDF: Es beginnt nicht wie eines; besorge eine neue Kopie",
        }
    ]  # fmt: skip


def test_a_new_generation_is_listed_at_once(place: Place) -> None:
    visitor = client(place, bring=True)
    assert visitor.get("/documents/health").json()["generation"] == 2
    visitor.post("/bring/file?name=fish.md", content="The fish swims.", headers=OWN)
    settled(place.bringer)
    found = visitor.get("/documents/list?q=fish").json()["documents"]
    assert [(one["id"], one["brought"]) for one in found] == [("brought/fish.md", True)]
    assert visitor.get("/documents/health").json()["generation"] == 3


def test_the_health_of_an_index_tells_what_it_is_made_of(place: Place) -> None:
    found = client(place).get("/documents/health").json()
    sizes = found.pop("sizes")
    assert found.pop("created")[:2] == "20"
    assert found == {
        "folder": str(place.folder), "generation": 2, "model": "words@1", "documents": 243, "passages": 243,
        "sentences": 244, "skipped": 2, "size": sum(sizes.values()), "faults": [],
    }  # fmt: skip
    files = {"passages.sqlite", "passages.faiss", "sentences.faiss"}
    assert set(sizes) == {*files, "earlier", "cache", "tokens", "brought"}
    assert sizes["earlier"] > 0
    assert sizes["brought"] == 0


def test_a_part_that_does_not_fit_is_seen_at_a_glance(place: Place) -> None:
    with open_index(place.folder, embedder=place.embedder) as index:
        path = index.generation_folder / "sentences.faiss"
        path.write_bytes(path.read_bytes()[:-1])
        (fault,) = health(index).faults
        assert fault.startswith("sentences.faiss has ")
        path.unlink()
        assert health(index).faults == ["sentences.faiss is not there"]


def test_the_tab_is_there_for_the_owner_and_changes_nothing_where_that_is_off(place: Place) -> None:
    page = client(place).get("/documents").text
    assert 'data-bring=""' in page
    assert "bring.js" not in page
    assert 'data-bring="yes"' in client(place, bring=True).get("/documents").text


@pytest.fixture
def visit(browser: Any, place: Place) -> Iterator[Visit]:
    owner = Owner(place.folder, place.answerer)
    settings = Settings(bring=True)
    app = mounted(lambda: create_app(place.answerer, settings, owner=owner, bringer=place.bringer))
    with served(app) as address:
        visit = Visit(browser, address)
        yield visit
        visit.close()


def test_the_list_is_turned_searched_and_sorted(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address + "/documents")
    page.get_by_text("1 to 100 of 243").wait_for()
    page.get_by_role("button", name="Next").click()
    page.get_by_text("101 to 200 of 243").wait_for()
    page.get_by_label("Search in title, name and source").fill("note 239")
    page.get_by_text("1 to 1 of 1").wait_for()
    assert page.locator("tbody th a").inner_text() == "Note 239"
    page.get_by_role("button", name="Left out").click()
    page.get_by_text("Nothing that was left out matches “note 239”.").wait_for()
    page.get_by_label("Search in title, name and source").fill("")
    page.get_by_text("no reader for .png").wait_for()
    assert page.evaluate("window.owned") is None


def test_a_document_is_removed_after_a_question_and_the_list_follows(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("link", name="Documents", exact=True).click()
    view = page.frame_locator("iframe.view")
    view.get_by_label("Search in title, name and source").fill("onerror")
    button = view.get_by_role("button", name=f"Remove {NASTY}")
    button.click()
    view.get_by_role("button", name="Cancel").click()
    assert view.get_by_role("dialog").count() == 0
    button.click()
    assert "The original stays where it is (docs/nasty.md)" in view.get_by_role("dialog").inner_text()
    view.get_by_role("dialog").get_by_role("button", name="Remove").click()
    view.get_by_text("No document matches “onerror”.").wait_for()
    assert page.evaluate("window.owned") is None
    assert page.locator(".masthead .count").text_content() == "242 documents"
