"""Where the search engine that holds an index can't be reached: said in every place, and over as soon as it is back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from browsing import mounted, served
from small_answerer import SmallAnswerer, SmallIndex
from starlette.testclient import TestClient

from corpus import Document
from index import Hit
from index.errors import EngineUnavailable
from qa import Answer
from qa.answering import Heard
from qa.current import CurrentAnswerer
from ui.server import create_app
from ui.serving import patiently
from ui.settings import Settings
from ui.texts import languages, read_texts

pytestmark = pytest.mark.filterwarnings("ignore")

REFUND = {"question": "How long does a refund take to my bank?"}
AWAY = {"error": "the search engine can't be reached at the moment; try again in a few seconds", "cause": "engine"}


class Engine:
    """Is there, or away; `asked` counts how often it was tried."""

    def __init__(self) -> None:
        self.is_away, self.asked = False, 0

    def check(self) -> None:
        """Raises where it is away."""
        self.asked += 1
        if self.is_away:
            raise EngineUnavailable("milvus.example:19530", "nobody listens there")


class FarShelf(SmallIndex):
    """The three little documents, held by an engine."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def documents(self) -> list[Any]:
        self._engine.check()
        return super().documents()

    def document(self, id: str) -> Document:
        self._engine.check()
        return super().document(id)

    def is_current(self) -> bool:
        self._engine.check()
        return True

    def close(self) -> None:
        """Nothing is held."""


class FarAnswerer(SmallAnswerer):
    """Answers from documents that an engine holds."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.searcher, self._engine = FarShelf(engine), engine

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer:
        self._engine.check()
        return super().ask(question, earlier, heard)

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        self._engine.check()
        return super().search(question, k, earlier)


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def client(engine: Engine) -> TestClient:
    app = create_app(FarAnswerer(engine), Settings(), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", client=("127.0.0.1", 1), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/api/ask", REFUND), ("POST", "/api/search", REFUND), ("GET", "/api/documents", None),
     ("GET", "/api/documents/delivery.md", None), ("GET", "/doc/delivery.md?s=0&e=8", None)],
)  # fmt: skip
def test_every_route_says_that_the_engine_is_away_and_when_to_come_back(
    client: TestClient, engine: Engine, method: str, path: str, body: Any
) -> None:
    engine.is_away = True
    said = client.request(method, path, json=body)
    assert (said.status_code, said.headers["Retry-After"], said.json()) == (503, "5", AWAY)
    engine.is_away = False
    assert client.request(method, path, json=body).status_code == 200


def test_programs_that_expect_openai_s_form_get_it(client: TestClient, engine: Engine) -> None:
    engine.is_away = True
    said = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": REFUND["question"]}]})
    assert (said.status_code, said.headers["Retry-After"]) == (503, "5")
    assert said.json()["error"]["message"] == AWAY["error"]
    assert said.json()["error"]["type"] == "server_error"


def test_a_stream_of_events_ends_with_what_is_wrong(client: TestClient, engine: Engine) -> None:
    engine.is_away = True
    said = client.post("/api/ask", json={**REFUND, "stream": True})
    assert said.status_code == 200
    assert said.text.startswith("event: error\ndata: ")
    assert '"cause": "engine"' in said.text


def test_a_person_who_opens_a_document_reads_it_in_their_language(client: TestClient, engine: Engine) -> None:
    engine.is_away = True
    said = client.get("/doc/delivery.md", headers={"Accept": "text/html", "Accept-Language": "de"})
    assert (said.status_code, said.headers["Retry-After"]) == (503, "5")
    assert f"<p>{read_texts('de')('asking.engine')}</p>" in said.text


def test_health_says_that_the_engine_is_away_while_the_server_is_there(engine: Engine) -> None:
    answerer = CurrentAnswerer(Path("none"), lambda _: FarAnswerer(engine), seconds=0)  # type: ignore[arg-type, return-value]
    client = TestClient(create_app(answerer, Settings(), page=False), base_url="http://127.0.0.1:7860")
    assert client.get("/api/health").json() == {"status": "ok", "documents": 3}
    assert client.get("/api/ready").json() == {"status": "ready"}
    engine.is_away = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.api._Count.SECONDS", 0.0)
        health, ready = client.get("/api/health"), client.get("/api/ready")
        assert (health.status_code, health.json()) == (200, {"status": "engine unavailable", "documents": 3})
        assert (ready.status_code, ready.json()) == (503, AWAY)
        engine.is_away = False
        wait_for(answerer.searcher.documents)
        assert client.get("/api/health").json() == {"status": "ok", "documents": 3}
        assert client.get("/api/ready").json() == {"status": "ready"}


def test_who_asks_while_the_engine_is_away_does_not_wait_for_it_and_a_look_finds_it_back(engine: Engine) -> None:
    answerer = CurrentAnswerer(Path("none"), lambda _: FarAnswerer(engine), seconds=0.2)  # type: ignore[arg-type, return-value]
    assert answerer.ask(REFUND["question"]).answered
    engine.is_away = True
    time.sleep(0.25)
    tried = engine.asked
    for _ in range(5):
        with pytest.raises(EngineUnavailable, match=r"^the engine at milvus\.example:19530 can't be reached: nobody "):
            answerer.ask(REFUND["question"])
    assert 1 <= engine.asked - tried < 5
    engine.is_away = False
    wait_for(lambda: answerer.ask(REFUND["question"]).answered)
    answerer.close()


def wait_for(work: Callable[[], object]) -> None:
    """Until it doesn't find the engine away any more."""
    until = time.monotonic() + 30
    while True:
        try:
            assert work()
        except EngineUnavailable:
            assert time.monotonic() < until
            time.sleep(0.02)
        else:
            return


def test_the_start_waits_for_the_engine_and_says_so_once(capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine()
    engine.is_away = True

    def work() -> str:
        engine.is_away = engine.asked < 3
        engine.check()
        return "done"

    assert patiently(work, seconds=30, pause=0) == "done"
    assert capsys.readouterr().err == (
        "the engine at milvus.example:19530 can't be reached: nobody listens there; is it running? "
        "Trying again for 30 s ...\n"
    )


def test_the_start_is_given_up_when_the_engine_does_not_come() -> None:
    engine = Engine()
    engine.is_away = True
    with pytest.raises(EngineUnavailable):
        patiently(engine.check, seconds=0.05, pause=0.01)
    assert engine.asked > 1


def test_page_and_widget_say_it_in_five_languages_and_the_next_try_is_answered(browser: Any, engine: Engine) -> None:
    app = mounted(lambda: create_app(FarAnswerer(engine), Settings()))
    with served(app) as address:
        for language in languages():
            texts = read_texts(language)
            context = browser.new_context(locale=language)
            context.set_default_timeout(30_000)
            for path, ready in (("/", "html[data-ready]"), ("/embed", "#question")):
                page = context.new_page()
                page.goto(address + path)
                page.wait_for_selector(ready)
                engine.is_away = True
                box = page.get_by_label(texts("page.question"), exact=True)
                box.fill(REFUND["question"])
                box.press("Enter")
                page.get_by_text(texts("asking.engine")).wait_for()
                engine.is_away = False
                box.fill(REFUND["question"])
                box.press("Enter")
                page.locator("blockquote").first.wait_for()
            context.close()
