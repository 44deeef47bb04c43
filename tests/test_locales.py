"""The languages of the pages: each has every text, with the same gaps to fill, and no page says anything else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, mounted, served
from small_answerer import SmallAnswerer
from starlette.testclient import TestClient

from ui.look import Look
from ui.server import create_app
from ui.settings import STATIC, Settings
from ui.texts import ANY, LOCALES, languages, read_texts, spoken, text, understood, with_texts

pytestmark = pytest.mark.filterwarnings("ignore")

ENGLISH = read_texts("en").entries
# The page that describes the API is for programmers, and its words are OpenAPI's.
APART = {"docs.html", "docs.js"}
SCRIPTS = sorted(path for path in STATIC.glob("*.js") if path.name not in APART)
PAGES = sorted(path for path in STATIC.glob("*.html") if path.name not in APART)
OTHERS = [language for language in languages() if language != "en"]


def test_there_are_five_languages() -> None:
    assert languages() == ("de", "en", "es", "fr", "ko")
    assert [read_texts(one).entries["language.code"] for one in languages()] == list(languages())


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_exactly_the_texts_of_english_in_their_order(language: str) -> None:
    assert list(read_texts(language).entries) == list(ENGLISH)


def gaps_of(found: str) -> list[str]:
    return sorted(set(re.findall(r"\{(\w+)\}", found)))


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_has_the_same_gaps_to_fill_in_every_language(language: str) -> None:
    found = read_texts(language).entries
    wrong = {name: found[name] for name in ENGLISH if gaps_of(found[name]) != gaps_of(ENGLISH[name])}
    assert wrong == {}


# Names, and words that are the same in that language.
ALIKE = {
    "fr": {
        "copying.sources", "documents.column_passages", "drawer.name", "outline.contents", "page.conversation",
        "page.conversations", "reply.page", "reply.source", "reply.sources", "source.document", "source.panel",
        "tabs.documents", "documents.title", "documents.column_title", "documents.count.one", "documents.count.other",
        "documents.passages.one", "documents.passages.other", "bring.pages.one", "bring.pages.other", "reasons.pages",
    },
}  # fmt: skip
SIGNS = {"source.citation", "bring.address_example"}


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_was_left_in_english(language: str) -> None:
    found = read_texts(language).entries
    same = {name for name in ENGLISH if found[name] == ENGLISH[name]}
    assert same - SIGNS - ALIKE.get(language, set()) == set()


@pytest.mark.parametrize("language", languages())
def test_texts_stand_for_themselves_in_html_and_in_scripts(language: str) -> None:
    assert {name: one for name, one in read_texts(language).entries.items() if set(one) & set("<>&\"'\\\n")} == {}
    assert {name for name, one in read_texts(language).entries.items() if not one.strip()} == set()


class Words(HTMLParser):
    """The visible words of a template, and those that are read aloud."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(template)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("style", "script")
        spoken = ("aria-label", "title", "placeholder", "alt")
        self.found += [value or "" for name, value in attributes if name in spoken]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        self.found += [] if self._silent else [data]


def bare(found: str) -> str:
    """What is left without what is filled in."""
    return re.sub(r"\$\{?\w+\}?|\{\{[\w.]+\}\}|\[\[quid:[\w.]+:\]\]", "", found).strip()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(path: Path) -> None:
    assert [word for word in map(bare, Words(path.read_text("utf-8")).found) if re.search(r"[A-Za-z]{2}", word)] == []


def strings(script: str) -> Iterator[str]:
    """The texts in a script's quotes, without its comments and without what is put into templates."""
    token = re.compile(r"//[^\n]*|/\*.*?\*/|\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", re.S)
    for match in token.finditer(script):
        found = match[1] or match[2] or match[3]
        if found:
            yield re.sub(r"\$\{[^}]*\}+", "", found)


# What looks like words and says nothing: selectors, styles, drawings, media queries, a command; and lists of classes.
MUTE = re.compile(
    r"^use strict$|^noopener|^python -m |[#\[{}=]|(?:^|[^ ])\.[a-z]|:[a-z]|^[MLHVAZahvlz\d .,-]+$|^\(.*\)$"
)
STYLES = "".join(path.read_text("utf-8") for path in (*STATIC.glob("*.css"), *STATIC.glob("*.js")))
CLASSES = set(re.findall(r"\.([a-z][\w-]*)", STYLES)) | {"inherit"}
KEYS = {"Enter", "Escape", "Tab", "Home", "End", "Files"}


def is_class(word: str) -> bool:
    """Whether a style names it; the end of a name may be put together elsewhere."""
    numbered = {re.sub(r"\d+$", "", name) for name in CLASSES}
    return word in CLASSES | numbered or re.fullmatch(r"[a-z]+(-[a-z]+)+", word) is not None


def said_by(script: str) -> list[str]:
    """The words of its own that a script has for people."""
    logged = re.sub(r"console\.\w+\(.*|new Error\(\"[^\"]*\"\)", "", script)
    found = (one for one in strings(logged) if re.search(r"[A-Za-z]{2,} [A-Za-z]|^[A-Z][a-z]{2,}\W*$", one))
    return [one for one in found if one not in KEYS and not MUTE.search(one) and not all(map(is_class, one.split()))]


def test_words_in_a_script_are_found() -> None:
    script = """
        const a = "Searched for: ", b = `page ${number} of it`, c = "Undo", d = "Type a question first.";
        x.closest("a.cite, .reply li"); element("p", "foot level"); key === "Enter"; // "A comment that says something"
    """
    assert said_by(script) == ["Searched for: ", "page  of it", "Undo", "Type a question first."]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_nothing_of_its_own(path: Path) -> None:
    assert said_by(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_whatever_a_script_asks_for_is_in_the_catalogue(path: Path) -> None:
    script = path.read_text("utf-8")
    names = set(re.findall(r"\btext\(\"([\w.]+)\"", script)) | set(re.findall(r"\[\[quid:([\w.]+):\]\]", script))
    assert {name for name in names if name not in ENGLISH and f"{name}.other" not in ENGLISH} == set()
    part = re.search(r"section\(\"(\w+)\"\)", script)
    words = re.search(r"export const WORDS = (\{.*?\};|.*?;)\n", script, re.S)
    if part and words:
        made = set(re.findall(r"^  (\w+):", words[1], re.M))
        used = set(re.findall(r"\bWORDS\.(\w+)", script)) - made
        assert {name for name in used if f"{part[1]}.{name}" not in ENGLISH} == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_whatever_a_template_asks_for_is_in_the_catalogue(path: Path) -> None:
    names = set(re.findall(r"\{\{([\w.]+)\}\}", path.read_text("utf-8"))) - {"language"}
    assert names - set(ENGLISH) == set()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("nl, fr;q=0.5, ko;q=0.7", "ko"),
        ("en;q=0.1, ES-mx", "es"),
        ("de;q=0, fr;q=x", "en"),
        ("*", "en"),
        ("../../etc/passwd", "en"),
        (",;=" * 1000, "en"),
    ],
)
def test_the_browser_s_favourite_is_spoken(accepted: str, language: str) -> None:
    assert understood(accepted) == language


def test_numbers_and_their_words_follow_the_language() -> None:
    said = [read_texts(one)("documents.count", count=count) for one in ("en", "de", "fr") for count in (0, 1, 1234)]
    assert said == [
        "0 documents", "1 document", "1,234 documents", "0 Dokumente", "1 Dokument", "1.234 Dokumente",
        "0 document", "1 document", "1\u202f234 documents",
    ]  # fmt: skip


def test_a_page_that_was_made_once_is_filled_in_each_language() -> None:
    with spoken(ANY):
        page = f"<p>{text('documents.count', count=2)} {text('page.new')}</p>".encode()
    with spoken("de"):
        assert with_texts(page).decode() == "<p>2 Dokumente Neues Gespräch</p>"
        assert with_texts(b"[[quid:no.such:]] [[quid:page.new:x]]") == b"[[quid:no.such:]] [[quid:page.new:x]]"
    assert with_texts(page).decode() == "<p>2 documents New chat</p>"


def client(language: str = "auto") -> TestClient:
    app = create_app(SmallAnswerer(), Settings(look=Look(language=language)), page=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def test_each_reader_gets_their_own_language_unless_the_owner_chose_one() -> None:
    for language in languages():
        page = client().get("/embed", headers={"Accept-Language": language}).text
        assert f'<html lang="{language}">' in page
        assert read_texts(language)("page.welcome") in page
        assert "[[quid" not in page
    assert 'lang="ko"' in client("ko").get("/embed", headers={"Accept-Language": "de"}).text
    widget = client().get("/widget.js", headers={"Accept-Language": "fr"})
    assert '"title":"Poser une question"' in widget.text
    assert "Accept-Language" not in widget.headers["vary"]


def test_every_file_of_texts_is_a_flat_list_under_headings() -> None:
    for path in LOCALES.glob("*.toml"):
        tables = tomllib.loads(path.read_text("utf-8"))
        assert all(isinstance(table, dict) for table in tables.values())


@pytest.mark.parametrize("language", ["de-DE", "ko-KR"])
def test_the_chat_speaks_the_reader_s_language(browser: Any, language: str) -> None:
    texts = read_texts(language[:2])
    app = mounted(lambda: create_app(SmallAnswerer(), Settings(bring=True)))
    with served(app) as address:
        visit = Visit(browser, address, locale=language)
        page = visit.open()
        assert page.locator("html").get_attribute("lang") == language[:2]
        assert page.get_by_text(texts("page.welcome")).is_visible()
        page.get_by_label(texts("page.question"), exact=True).fill("How long does a refund take to my bank?")
        page.keyboard.press("Enter")
        page.locator("#chat .reply .label").wait_for()
        assert page.locator("#chat .reply .label").inner_text() == texts("reply.source")
        assert "[[quid" not in page.content()
        visit.close()


@pytest.mark.parametrize(
    ("page", "scripts"),
    [
        ("widget", ("asking", "card", "embed", "feedback", "outline", "reply", "source")),
        ("documents", ("bring", "documents", "texts")),
    ],
)
def test_a_page_brings_the_texts_that_its_scripts_ask_for(page: str, scripts: tuple[str, ...]) -> None:
    given = read_texts("en").script(page)
    for name in scripts:
        script = (STATIC / f"{name}.js").read_text("utf-8")
        for part in {*re.findall(r"\btext\(\"(\w+)\.", script), *re.findall(r"section\(\"(\w+)\"\)", script)}:
            assert f'"{part}.' in given, f"{name}.js asks for {part}"
