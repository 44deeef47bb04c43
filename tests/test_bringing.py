"""Documents brought in on the page: what is taken, what is refused, and what becomes of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_site import SmallSite, page
from small_site import served as site_served
from starlette.testclient import TestClient
from word_embedder import CAT, DOG, WordEmbedder, document

from corpus import Document, Skipped, UnreadableDocument
from corpus.site import read_site
from corpus.site_limits import SiteLimits
from index import Hit, IndexBusy, Searcher, open_index, update_index
from qa import Answerer
from qa.current import CurrentAnswerer
from qa.reading import Choice
from ui.bringing import Bringer, Full
from ui.server import create_app
from ui.settings import Bringing, Settings

pytestmark = pytest.mark.filterwarnings("ignore")

OWN = {"Origin": "http://127.0.0.1:7860"}
ONLY_OWN = {"error": "only this server's own pages may do that; open the chat page itself"}
FISH = "The fish swims in water."


class FirstSentence:
    """A reader that chooses the first sentence of the best passage."""

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        sentence = hits[0].passage.sentences[0]
        return Choice(((hits[0].passage, sentence.start, sentence.end),), 0.9)


class Place:
    """An index of two documents, whoever answers from it, and what brings documents in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.embedder = WordEmbedder()
        update_index(folder, [CAT, DOG], embedder=self.embedder)
        self.answerer = CurrentAnswerer(
            folder, lambda folder: Answerer(open_index(folder, embedder=self.embedder), FirstSentence()), seconds=1000
        )
        self.bringer = self.fresh()

    def fresh(self, update: Callable[..., Any] | None = None, **more: Any) -> Bringer:
        return Bringer(self.folder, self.answerer.refresh, update=update or self.update, **more)

    def update(self, *given: Any, **named: Any) -> Any:
        return update_index(*given, **named, embedder=self.embedder)

    def client(self, bring: bool = True, **settings: Any) -> TestClient:
        app = create_app(self.answerer, Settings(bring=bring, **settings), page=False, bringer=self.bringer)
        return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)

    def ids(self) -> list[str]:
        return [record.id for record in self.answerer.searcher.documents()]

    def close(self) -> None:
        self.bringer.close()
        self.answerer.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "built")
    yield place
    place.close()


def send(client: TestClient, name: str, content: bytes | str, **headers: str) -> Any:
    return client.post("/bring/file", params={"name": name}, content=content, headers={**OWN, **headers})


def settled(bringer: Bringer) -> list[tuple[str, str, str]]:
    """(name, state or outcome, what is said) of everything that came, oldest first, once nothing is under way."""
    until = time.monotonic() + 20
    while not bringer.is_idle():
        assert time.monotonic() < until
        time.sleep(0.01)
    return [(item.name, item.outcome or item.state, item.said) for item in bringer.items()[::-1]]


def test_a_file_is_asked_about_as_soon_as_it_is_done(place: Place) -> None:
    sent = send(place.client(), "pets/fish.md", FISH)
    assert (sent.status_code, sent.json()["name"]) == (202, "pets/fish.md")
    assert settled(place.bringer) == [("pets/fish.md", "added", "")]
    assert place.ids() == ["brought/pets/fish.md", "cat.md", "dog.md"]
    assert place.answerer.ask("Where does the fish swim?").citations[0].quote == FISH
    state = place.client().get("/bring").json()
    assert state["documents"] == 3
    assert state["items"][0] == {
        "number": 1, "kind": "file", "name": "pets/fish.md", "state": "done", "share": 1.0, "outcome": "added",
        "said": "", "language": "en", "documents": ["brought/pets/fish.md"],
    }  # fmt: skip


def test_the_same_file_again_is_unchanged_and_another_takes_its_place(place: Place) -> None:
    for content in (FISH, FISH, "The fish likes seed."):
        send(place.client(), "fish.md", content)
        settled(place.bringer)
    assert [outcome for _, outcome, _ in settled(place.bringer)] == ["added", "unchanged", "updated"]
    assert place.answerer.searcher.document("brought/fish.md").text == "The fish likes seed."


def test_what_cannot_be_read_is_said_in_a_line_and_leaves_nothing_behind(place: Place) -> None:
    send(place.client(), "broken.pdf", b"no PDF")
    send(place.client(), "blank.md", "   \n ")
    send(place.client(), "fish.md", FISH)
    (pdf, state, why), blank, fish = settled(place.bringer)
    assert (pdf, state, why.splitlines()) == ("broken.pdf", "failed", [why])
    assert blank == ("blank.md", "failed", "is empty; there is nothing to read")
    assert fish == ("fish.md", "added", "")
    left = sorted(path.name for path in (place.folder / "brought").rglob("*") if path.is_file())
    assert left == ["fish.md"]


@pytest.mark.parametrize(
    ("name", "content", "status", "error"),
    [
        ("a.exe", b"x", 415, "files of the kind .exe can't be read"),
        ("...", b"x", 422, "the file has no name that can be kept"),
        ("a.md", b"", 422, "is empty; there is nothing to read"),
        ("a.md", b"x" * 1_000_001, 413, "is larger than 1 MB, the most that is taken"),
    ],
)
def test_what_will_not_do_is_refused_before_it_is_read(
    place: Place, name: str, content: bytes, status: int, error: str
) -> None:
    client = place.client(bringing=Bringing(file=1_000_000))
    refused = send(client, name, content)
    assert (refused.status_code, refused.json()) == (status, {"error": error})
    assert place.bringer.items() == []


def test_a_file_whose_length_is_not_announced_is_counted_as_it_comes(place: Place) -> None:
    client = place.client(bringing=Bringing(file=1_000_000))
    refused = client.post("/bring/file", params={"name": "a.md"}, content=iter([b"x" * 600_000] * 2), headers=OWN)
    assert (refused.status_code, refused.json()) == (413, {"error": "is larger than 1 MB, the most that is taken"})
    assert [path for path in (place.folder / "brought").rglob("*") if path.is_file()] == []


def test_there_is_a_most_of_all_together_and_a_most_that_waits(place: Place) -> None:
    client = place.client(bringing=Bringing(total=10))
    send(client, "fish.md", FISH)
    settled(place.bringer)
    refused = send(client, "bird.md", "A bird eats seed.")
    assert refused.status_code == 507
    assert refused.json()["error"].endswith("MB were brought, and no more is kept; remove some first")
    place.bringer = place.fresh(waiting=0)
    full = send(place.client(), "bird.md", "A bird eats seed.")
    assert (full.status_code, full.headers["retry-after"]) == (503, "5")
    assert full.json() == {"error": "0 documents wait already; bring more when they are done"}
    with pytest.raises(Full):
        place.bringer.take_address("https://example.org/")


def test_a_name_that_leads_elsewhere_stays_within_its_folder(place: Place) -> None:
    send(place.client(), "../../../escape.md", FISH)
    send(place.client(), "..\\..\\other.md", FISH)
    assert [name for name, _, _ in settled(place.bringer)] == ["escape.md", "other.md"]
    assert not list(place.folder.parent.glob("*.md"))
    assert place.ids()[:2] == ["brought/escape.md", "brought/other.md"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:7861"},
        {**OWN, "Sec-Fetch-Site": "cross-site"},
        {**OWN, "X-Forwarded-For": "203.0.113.7"},
        {**OWN, "Via": "1.1 proxy"},
    ],
)
@pytest.mark.parametrize("path", ["/bring/file?name=a.md", "/bring/address", "/bring/remove"])
def test_only_an_own_page_at_this_machine_may_change_the_documents(
    place: Place, path: str, headers: dict[str, str]
) -> None:
    refused = place.client().post(path, content=b"{}", headers=headers)
    assert (refused.status_code, refused.json()) == (403, ONLY_OWN)


def test_a_site_that_may_ask_may_not_bring(place: Place) -> None:
    site = "https://example.org"
    client = place.client(sites=(site,))
    assert client.post("/bring/remove", json={"ids": ["cat.md"]}, headers={"Origin": site}).status_code == 403
    asked = {"Origin": site, "Access-Control-Request-Method": "POST"}
    assert client.options("/bring/remove", headers=asked).status_code == 403


def test_who_comes_by_a_web_server_may_bring_where_that_was_said(place: Place) -> None:
    client = place.client(bring_from_afar=True)
    assert send(client, "fish.md", FISH, **{"X-Forwarded-For": "203.0.113.7"}).status_code == 202
    settled(place.bringer)


@pytest.mark.parametrize("path", ["/bring", "/documents", "/documents/list"])
def test_where_it_is_off_there_is_nothing(place: Place, path: str) -> None:
    assert place.client(bring=False).get(path).status_code == 404
    assert place.client(bring=False).post("/bring/file?name=a.md", content=b"x", headers=OWN).status_code == 404


def test_documents_are_removed_with_the_files_that_were_kept_of_them(place: Place) -> None:
    client = place.client()
    send(client, "fish.md", FISH)
    settled(place.bringer)
    removed = client.post("/bring/remove", json={"ids": ["brought/fish.md", "cat.md"]}, headers=OWN)
    assert removed.status_code == 202
    assert settled(place.bringer)[-1] == ("brought/fish.md", "removed", "")
    assert place.ids() == ["dog.md"]
    assert not [path for path in (place.folder / "brought").rglob("*") if path.is_file()]
    unknown = client.post("/bring/remove", json={"ids": ["brought/fish.md"]}, headers=OWN)
    assert (unknown.status_code, unknown.json()) == (
        404, {"error": "no document 'brought/fish.md' in the index (any more)"},
    )  # fmt: skip


def test_it_waits_until_another_process_has_written(place: Place) -> None:
    tries: list[int] = []

    def update(*given: Any, **named: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise IndexBusy(place.folder, "process 7")
        return place.update(*given, **named)

    place.bringer = place.fresh(update)
    send(place.client(), "fish.md", FISH)
    assert settled(place.bringer) == [("fish.md", "added", "")]
    assert len(tries) == 2


def test_questions_are_answered_while_documents_come_in(place: Place) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def update(*given: Any, **named: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return place.update(*given, **named)

    place.bringer = place.fresh(update)
    send(place.client(), "fish.md", FISH)
    assert begun.wait(20)
    assert place.client().post("/api/ask", json={"question": "What does the cat drink?"}).json()["answered"]
    assert [item.state for item in place.bringer.items()] == ["indexing"]
    go_on.set()
    settled(place.bringer)


def test_what_goes_wrong_with_the_index_is_said_and_the_next_is_worked_on(place: Place) -> None:
    def update(folder: Path, documents: list[Document], *rest: Any, **named: Any) -> Any:
        if documents[0].id == "brought/bad.md":
            raise RuntimeError("a fault of ours")
        return place.update(folder, documents, *rest, **named)

    place.bringer = place.fresh(update)
    for name in ("bad.md", "fish.md"):
        send(place.client(), name, FISH)
        settled(place.bringer)
    bad, fish = settled(place.bringer)
    assert bad == ("bad.md", "failed", "could not be brought in, through no fault of yours; the server's log says more")
    assert fish[1] == "added"
    assert not (place.folder / "brought/files/bad.md").exists()


def test_a_server_that_stops_leaves_the_index_whole(place: Place) -> None:
    begun = threading.Event()

    def update(folder: Path, documents: Any, remove: Any, progress: Any) -> Any:
        begun.set()
        while True:
            progress("texts", 1, 100)
            time.sleep(0.01)

    place.bringer = place.fresh(update)
    send(place.client(), "fish.md", FISH)
    assert begun.wait(20)
    place.bringer.close()
    assert place.bringer.items()[0].share == 0.01
    assert [path for path in (place.folder / "brought").rglob("*") if path.is_file()] == []
    assert place.ids() == ["cat.md", "dog.md"]


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with site_served() as site:
        yield site


def near(address: str) -> Iterator[Document | Skipped]:
    """What is at an address of this machine."""
    for item in read_site(address, SiteLimits(allow_private=True, delay=0)):
        if isinstance(item, Document | Skipped):
            yield item


def test_a_page_is_brought_by_its_address_and_stays(place: Place, site: SmallSite) -> None:
    site.pages["/fish"] = page("<h1>Fish</h1>", f"<p>{FISH}</p>")
    place.bringer = place.fresh(read_address=near)
    client = place.client()
    for path, status in (("/fish#top", 202), ("/none", 202)):
        assert client.post("/bring/address", json={"address": site.address + path}, headers=OWN).status_code == status
    fish, none = settled(place.bringer)
    assert fish == (f"{site.address}/fish", "added", "")
    assert none == (f"{site.address}/none", "failed", "answers 404 (Not Found)")
    id = f"{site.address.removeprefix('http://')}/fish"
    assert place.answerer.searcher.document(id).source == f"{site.address}/fish"
    assert [one.id for one in place.bringer.brought.find() if isinstance(one, Document)] == [id]


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("ftp://example.org/", "begins with ftp:; only http and https are read"),
        ("https://", "names no host; type an address like https://example.org/docs/"),
        ("https://me:secret@example.org/", "holds a user name; pages behind a login are not read"),
    ],
)
def test_an_address_that_is_none_is_refused(place: Place, address: str, error: str) -> None:
    refused = place.client().post("/bring/address", json={"address": address}, headers=OWN)
    assert (refused.status_code, refused.json()) == (422, {"error": error})


def test_this_machine_and_its_network_are_not_read_by_address(place: Place, site: SmallSite) -> None:
    site.pages["/secret"] = page("<p>Secret.</p>")
    place.client().post("/bring/address", json={"address": site.address + "/secret"}, headers=OWN)
    ((_, state, said),) = settled(place.bringer)
    assert state == "failed"
    assert site.paths == []
    assert "--allow-private" in said or "ports" in said


def test_a_sitemap_s_pages_are_told_with_what_was_left_out(place: Place) -> None:
    def several(address: str) -> Iterator[Document | Skipped]:
        yield document("example.org/a", FISH, "A", "https://example.org/a")
        yield document("example.org/b", "A bird eats seed.", "B", "https://example.org/b")
        yield Skipped(address, "2 of its pages were not fetched: 50 pages are the limit; allow more with --pages")

    place.bringer = place.fresh(read_address=several)
    place.client().post("/bring/address", json={"address": "example.org/sitemap.xml"}, headers=OWN)
    said = "2 of its pages were not fetched: 50 pages are the limit"
    assert settled(place.bringer) == [("https://example.org/sitemap.xml", "added", said)]
    assert place.ids()[-2:] == ["example.org/a", "example.org/b"]


def test_small_files_that_wait_together_make_one_generation(place: Place) -> None:
    begun, go_on = threading.Event(), threading.Event()
    batches: list[list[str]] = []

    def update(folder: Path, documents: list[Document], *rest: Any, **named: Any) -> Any:
        batches.append([one.id for one in documents])
        begun.set()
        assert go_on.wait(20)
        return place.update(folder, documents, *rest, **named)

    place.bringer = place.fresh(update)
    client = place.client()
    send(client, "first.md", FISH)
    assert begun.wait(20)
    for name in ("a.md", "b.md", "a.md"):
        send(client, name, FISH)
    go_on.set()
    settled(place.bringer)
    assert batches == [["brought/first.md"], ["brought/a.md", "brought/b.md"], ["brought/a.md"]]


def test_an_unreadable_address_s_reason_is_plain(place: Place) -> None:
    def never(address: str) -> Iterator[Document]:
        raise UnreadableDocument(address, "is on port 22; pages are read from the ports 80")
        yield

    place.bringer = place.fresh(read_address=never)
    place.client().post("/bring/address", json={"address": "https://example.org/"}, headers=OWN)
    assert settled(place.bringer)[0][2] == "is on port 22; pages are read from the ports 80"


@pytest.fixture
def visit(browser: Any, place: Place) -> Iterator[Visit]:
    app = mounted(lambda: create_app(place.answerer, Settings(bring=True), bringer=place.bringer))
    with served(app) as address:
        visit = Visit(browser, address)
        yield visit
        visit.close()


def test_files_are_chosen_watched_and_asked_about(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Add documents").click()
    panel = page.get_by_role("complementary", name="Add documents")
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": content}
        for name, content in (("fish.md", FISH.encode()), ("<img src=x onerror=window.owned=1>.md", b"A bird."))
    ]
    panel.locator("input[type=file]").first.set_input_files([*files, {**files[0], "name": "a.png"}])
    panel.get_by_text("Ready to be asked about").nth(1).wait_for()
    assert panel.get_by_text("can’t be read: there is no reader for .png files").count() == 1
    assert page.evaluate("window.owned") is None
    assert page.locator(".masthead .count").inner_text() == "4 documents"
    assert FISH in visit.ask("Where does the fish swim?").inner_text()


def test_the_panel_is_used_by_the_keyboard_and_fits_a_narrow_screen(visit: Visit) -> None:
    page = visit.open()
    page.set_viewport_size({"width": 390, "height": 800})
    opener = page.get_by_role("button", name="Add documents")
    opener.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Choose files"
    page.keyboard.press("Escape")
    assert opener.evaluate("one => one === document.activeElement")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_files_are_dropped_anywhere_on_the_page(visit: Visit) -> None:
    page = visit.open()
    data = page.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], 'fish.md')); return data; }", FISH
    )
    page.dispatch_event("#chat", "dragenter", {"dataTransfer": data})
    assert page.get_by_text("Drop to add to the documents").is_visible()
    page.dispatch_event("#chat", "drop", {"dataTransfer": data})
    page.get_by_text("Ready to be asked about").wait_for()
    assert not page.get_by_text("Drop to add to the documents").is_visible()
