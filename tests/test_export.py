"""A static pack: exported by the command, served by a plain web server, asked in a real browser."""

from __future__ import annotations

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from packs import hosted, small_index

from index import open_index
from ui.__main__ import main
from ui.colours import Palette
from ui.export_asking import EngineFailed, opened_engine
from ui.export_command import export_pack
from ui.export_data import make_data
from ui.export_folder import NotAPack, fresh_folder
from ui.export_pages import make_pages
from ui.export_texts import read_library
from ui.look import Logo, Look

POLICY = "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'; style-src 'self';"
JUDGED = (
    {"question": "How long is the old bridge?", "document": "bridge.md", "quote": "The old bridge is 312 metres long."},
    {"question": "Who built the bridge?", "document": "bridge.md", "quote": "It was built in 1931 by Anna Keller."},
    {"question": "What is the capital of France?", "document": None, "quote": None},
)


@pytest.fixture(scope="module", autouse=True)
def own_words_only() -> Iterator[None]:
    """The words that no document has aren't embedded: it takes a while, and nothing here needs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.export_vectors._COMMON", 0)
        yield


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_index(tmp_path_factory.mktemp("packed") / "index")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("judged") / "questions.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in JUDGED))
    return path


@pytest.fixture(scope="module")
def site(index: Path, judged: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A site with a pack in its folder `chat`, and the pack's address."""
    root = tmp_path_factory.mktemp("site")
    assert export_pack(root / "chat", index, Look(title="Bridges & <b>more</b>"), questions=judged) == 0
    with hosted(root) as address:
        yield root / "chat", f"{address}/chat"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page on which nothing may go wrong; what it asked for is in `requested`."""
    context = browser.new_context()
    page = context.new_page()
    page.requested, faults = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: said.type in ("error", "warning") and faults.append(said.text))
    page.on("response", lambda answer: answer.status >= 400 and faults.append(f"{answer.status} {answer.url}"))
    yield page
    context.close()
    assert faults == []


def ask(frame: Any, question: str) -> Any:
    box = frame.get_by_label("Your question")
    before = frame.locator(".reply").count()
    box.fill(question)
    box.press("Enter")
    frame.locator(".reply").nth(before).wait_for()
    return frame.locator(".reply").last


def open_chat(page: Any, address: str) -> Any:
    page.goto(f"{address}/")
    page.get_by_role("button", name="Ask a question").click()
    return page.frame_locator("iframe")


def test_it_answers_below_a_path_and_loads_nothing_before_it_is_opened(site: tuple[Path, str], page: Any) -> None:
    page.goto(f"{site[1]}/")
    button = page.get_by_role("button", name="Ask a question")
    button.wait_for()
    assert [url for url in page.requested if "/data/" in url or "pack.json" in url or "embed" in url] == []
    assert page.locator("h1").inner_text() == "Bridges & <b>more</b>"
    button.click()
    reply = ask(page.frame_locator("iframe"), "How long is the old bridge?")
    assert reply.locator("blockquote").inner_text() == "The old bridge is 312 metres long.\xa0[1]"
    assert {url.split("/")[2] for url in page.requested} == {site[1].split("/")[2]}


def test_a_citation_opens_its_document_in_the_panel_and_on_a_page_of_its_own(site: tuple[Path, str], page: Any) -> None:
    frame = open_chat(page, site[1])
    ask(frame, "What grows along the northern bank?").locator("blockquote a").first.click()
    frame.locator("#hl").wait_for()
    assert frame.locator("#hl").inner_text() == "Tulips 🌷 grow along the northern bank."
    page.goto(frame.locator(".panel-open").evaluate("link => link.href"))
    page.locator("#hl").wait_for()
    assert page.locator("#hl").inner_text() == "Tulips 🌷 grow along the northern bank."
    assert page.locator("#source").inner_text() == "bridge.md"


def test_the_owner_s_own_page_is_opened_at_the_sentence(site: tuple[Path, str], page: Any) -> None:
    frame = open_chat(page, site[1])
    ask(frame, "When does a refund reach my bank account?").locator("blockquote a").first.click()
    frame.locator("#hl").wait_for()
    link = frame.locator(".panel-original").get_attribute("href")
    assert link == "https://shop.test/refunds#:~:text=a%20refund%20reaches%20your%20bank,which%20your%20parcel%20came%20back."


def test_what_the_documents_do_not_say_is_refused_and_a_follow_up_is_understood(
    site: tuple[Path, str], page: Any
) -> None:
    frame = open_chat(page, site[1])
    refused = ask(frame, "What is the capital of France?")
    assert refused.locator(".refusal").inner_text() == "The documents do not seem to answer that."
    assert refused.locator("blockquote").count() == 0
    ask(frame, "How long is the old bridge?")
    follow_up = ask(frame, "And who built it?")
    assert follow_up.locator(".searched em").inner_text() == "And who built it? (old bridge)"
    assert "Anna Keller" in follow_up.locator("blockquote").inner_text()


def test_what_a_hostile_document_says_is_only_ever_text(site: tuple[Path, str], page: Any) -> None:
    frame = open_chat(page, site[1])
    reply = ask(frame, "What does the second hostile sentence have inside it?")
    assert '<img src=x onerror="window.owned = 2">' in reply.locator("blockquote").inner_text()
    reply.locator("blockquote a").first.click()
    frame.locator("#hl").wait_for()
    assert frame.locator("img, .reply script, .source-panel script").count() == 0
    assert page.frames[1].evaluate("window.owned") is None
    page.goto(frame.locator(".panel-open").evaluate("link => link.href"))
    page.locator("#hl").wait_for()
    assert page.title() == "<script>window.owned = 6</script>"
    assert page.locator("img, main script").count() == 0
    assert page.evaluate("window.owned") is None


@contextmanager
def shop(chat: str) -> Iterator[str]:
    """Another origin, under a strict policy, with the pack's tag."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            origin = "/".join(chat.split("/")[:3])
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            policy = f"default-src 'none'; img-src data:; script-src {origin}; frame-src {origin}"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            head = '<meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">'
            tag = f'<script src="{chat}/widget.js" data-title="Ask the shop" data-language="de" defer></script>'
            self.wfile.write(f'<!doctype html><html lang="en"><head>{head}</head><body>{tag}</body></html>'.encode())

        def log_message(self, format: str, *values: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_it_answers_on_another_site_under_a_strict_policy_in_the_language_of_the_tag(
    site: tuple[Path, str], page: Any
) -> None:
    with shop(site[1]) as address:
        page.goto(address)
        page.get_by_role("button", name="Ask the shop").click()
        frame = page.frame_locator("iframe")
        box = frame.get_by_label("Deine Frage")
        box.fill("How long is the old bridge?")
        box.press("Enter")
        frame.locator(".reply").wait_for()
        assert frame.locator(".reply .label").inner_text() == "Quelle"


def test_no_page_of_a_pack_runs_or_styles_anything_inline(site: tuple[Path, str]) -> None:
    pages = sorted(site[0].glob("*.html"))
    assert len(pages) == 11
    for path in pages:
        html = path.read_text("utf-8")
        assert html.count(POLICY) == 1
        assert " style=" not in html and "<style" not in html and " onclick=" not in html
        assert html.count("<script") == html.count("<script src=") + html.count('<script type="application/json"')
        assert "[[quid" not in html


def test_what_it_loses_against_the_server_is_in_its_manifest_and_on_its_page(site: tuple[Path, str]) -> None:
    manifest = json.loads((site[0] / "pack.json").read_text("utf-8"))
    measured = manifest["measured"]
    assert (measured["on"], measured["questions"]) == ("questions", 3)
    figures = {one["measure"]: one for one in measured["figures"]}
    assert figures["right"]["n"] == 2 and figures["rightly refused"]["n"] == 1
    assert figures["right"]["server"][0] == figures["right"]["pack"][0] == 1.0
    html = (site[0] / "index.html").read_text("utf-8")
    assert "The same 3 judged questions" in html and "Answered rightly" in html
    for name, about in manifest["files"].items():
        assert (site[0] / "data" / name).stat().st_size == about["bytes"]


def test_nothing_tells_where_the_documents_lie_on_the_owner_s_machine(site: tuple[Path, str]) -> None:
    packed = json.loads((site[0] / "data" / "documents.json").read_text("utf-8"))
    sources = [one["source"] for one in packed["documents"]]
    assert sources == ["bridge.md", "evil/<b>&\"'?#%.md", "https://shop.test/refunds"]


def test_a_browser_runs_the_engine_where_there_is_no_node(
    site: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, browser: Any
) -> None:
    found = shutil.which
    with opened_engine(site[0]) as engine:
        assert engine is not None
        wanted = engine.reply({"ask": "How long is the old bridge?"})
    monkeypatch.setattr(shutil, "which", lambda name, **more: None if name == "node" else found(name, **more))
    with opened_engine(site[0]) as engine:
        assert engine is not None
        assert engine.reply({"ask": "How long is the old bridge?"}) == wanted
        assert engine.reply({"ask": "  "}) == {"refused": True}
    monkeypatch.setattr(shutil, "which", lambda name, **more: None)
    with opened_engine(site[0]) as engine:
        assert engine is None


def test_with_the_model_a_question_s_vector_and_the_order_of_passages_are_the_server_s(
    index: Path, tmp_path: Path
) -> None:
    from qa.answering import answerer_over
    from ui.export_folder import write_files, write_manifest

    opened = open_index(index)
    library = read_library(opened)
    data = make_data(opened, library, model=True)
    write_files(tmp_path, {f"data/{name}": content for name, content in data.files.items()})
    write_manifest(tmp_path, data.manifest)
    answerer = answerer_over(opened)
    with opened_engine(tmp_path) as engine:
        assert engine is not None
        for question in ("How long is the old bridge?", "naïve Café – 北京 12,5 €", "May sheep walk over it?"):
            vector = np.array(engine.reply({"embed": question}))
            assert float(vector @ opened.embedder.embed_question(question)) > 0.99
            found = [library.passages[one["passage"]] for one in engine.reply({"rank": question, "k": 5})]
            assert found[0] == answerer.rank(question, 5)[0].passage
    opened.close()


def test_the_owner_s_logo_and_colours_and_the_texts_of_each_language_are_packed(index: Path) -> None:
    opened = open_index(index)
    look = Look(title="Ask", logo=Logo(b"\x89PNG", "image/png"), palette=Palette((128, 0, 0), (255, 170, 170)))
    pages = make_pages(opened, look)
    opened.close()
    assert pages["ui/icon.png"] == b"\x89PNG" and "ui/icon.svg" not in pages
    assert b'href="ui/icon.png" type="image/png"' in pages["embed-de.html"]
    assert b"--accent: light-dark(#800000, #ffaaaa)" in pages["ui/widget.css"]
    assert 'placeholder="질문' in pages["embed-ko.html"].decode()
    assert pages["widget.js"].isascii() and b"#800000" in pages["widget.js"]


def test_an_engine_that_stops_is_said_in_a_line(site: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(site[0], tmp_path / "broken")
    (tmp_path / "broken" / "data" / "words.json").write_text("{}")
    if not shutil.which("node"):
        pytest.skip("node is not there")
    with opened_engine(tmp_path / "broken") as engine, pytest.raises(EngineFailed, match="the pack's engine stopped: "):
        assert engine is not None
        engine.reply({"ask": "Who?"})


def test_only_a_pack_is_replaced_and_only_by_a_whole_one(tmp_path: Path) -> None:
    def attempt(folder: Path, fail: bool = False) -> None:
        with fresh_folder(folder) as fresh:
            (fresh / "pack.json").write_text('{"format": 1, "kind": "static", "files": {}}')
            (fresh / "new").write_text("")
            if fail:
                raise KeyboardInterrupt

    holiday = tmp_path / "holiday"
    holiday.mkdir()
    (holiday / "photo.jpg").write_bytes(b"x")
    with pytest.raises(NotAPack, match="holds other files than a pack's, and isn't overwritten; name a folder that is"):
        attempt(holiday)
    with pytest.raises(NotAPack, match="is no folder"):
        attempt(holiday / "photo.jpg")
    pack = tmp_path / "deep" / "pack"
    attempt(pack)
    (pack / "old").write_text("")
    with pytest.raises(KeyboardInterrupt):
        attempt(pack, fail=True)
    assert sorted(one.name for one in pack.iterdir()) == ["new", "old", "pack.json"]
    attempt(pack)
    assert sorted(one.name for one in pack.iterdir()) == ["new", "pack.json"]
    assert [one.name for one in pack.parent.iterdir()] == ["pack"]
    assert (holiday / "photo.jpg").read_bytes() == b"x"


def test_the_command_says_what_a_pack_weighs_and_a_mistake_is_a_line(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["ui", "export", *words])
        status = main()
        said = capsys.readouterr()
        return status, said.out, said.err

    status, out, err = command(str(tmp_path / "pack"), "--index", str(index), "--no-measuring")
    assert (status, err) == (0, "packing 3 documents ...\n")
    first, second = out.splitlines()
    assert first.startswith(f"{tmp_path / 'pack'}: 3 documents; ") and first.endswith(" MB where the host compresses")
    assert second.startswith("Try it: ") and second.endswith(f" --directory {tmp_path / 'pack'} 8000")
    assert "was not measured" in (tmp_path / "pack" / "index.html").read_text("utf-8")
    status, out, err = command(str(tmp_path / "other"), "--index", str(tmp_path / "nowhere"))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert not (tmp_path / "other").exists()
    status, out, err = command(str(index), "--index", str(index))
    assert (status, err.count("\n")) == (1, 1)
    assert err.startswith(f"error: {index} holds other files than a pack's, and isn't overwritten; ")
    with pytest.raises(SystemExit) as wrong:
        command()
    assert wrong.value.code == 2
