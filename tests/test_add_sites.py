"""`python -m index add https://...` as a user sees it, against a site on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_site import Reply, SmallSite, page, redirect, served
from word_embedder import WordEmbedder

from corpus.command import dispatch
from index import open_index
from index.__main__ import COMMANDS
from index.visits import load_visits


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with served() as site:
        yield site


@pytest.fixture
def command(
    tmp_path: Path, site: SmallSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command on an index of its own; seconds are printed as 0.0, and the site as SITE."""
    monkeypatch.chdir(tmp_path)
    embedder = WordEmbedder()
    for module in ("index.updating", "index.searching"):
        monkeypatch.setattr(f"{module}.load_embedder", lambda *named: embedder)

    def run(*words: str) -> Done:
        try:
            status = dispatch("index", "", COMMANDS, [*words, "--index", "built"])
        except SystemExit as exit:
            status = int(exit.code or 0)
        printed = capsys.readouterr()
        host = site.address.removeprefix("http://")
        out, err = (text.replace(site.address, "SITE").replace(host, "HOST") for text in (printed.out, printed.err))
        return Done(status, re.sub(r"\d+\.\d s", "0.0 s", out), err)

    return run


@pytest.fixture
def add(command: Command, site: SmallSite) -> Command:
    """Adds addresses of the site, and paths."""

    def run(*words: str) -> Done:
        places = [site.address + word if word.startswith("/") else word for word in words]
        return command("add", *places, "--allow-private", "--delay", "0")

    return run


def sources(site: SmallSite) -> list[tuple[str, str]]:
    """Ids and sources of the documents in the index, without the site's name."""
    host = site.address.removeprefix("http://")
    with open_index(Path("built")) as index:
        return [(r.id.replace(host, ""), r.source.replace(site.address, "")) for r in index.documents()]


def test_a_page_a_site_and_a_file_are_added_at_once(add: Command, site: SmallSite) -> None:
    Path("cat.md").write_text("The cat drinks milk.")
    site.pages = {
        "/": page("<p>The dog has a bone.</p>", "<a href='/bird'>more</a>"),
        "/bird": page("<p>The bird sings.</p>"),
    }
    assert add("cat.md", "/") == Done(0, "built: 2 added; 2 new passages, 0.0 s\n", "")
    assert sources(site) == [("", "/"), ("cat.md", "cat.md")]
    assert add("/", "--depth", "1") == Done(0, "built: 1 added, 2 unchanged; 1 new passages, 0.0 s\n", "")
    assert sources(site) == [("", "/"), ("/bird", "/bird"), ("cat.md", "cat.md")]


def test_the_next_visit_asks_only_for_what_has_changed(add: Command, site: SmallSite) -> None:
    site.pages = {
        "/": page("<p>The dog has a bone.</p>", "<a href='/bird'>more</a>", ETag='"a"'),
        "/bird": page("<p>The bird sings.</p>", Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT", ETag='"b"'),
    }
    add("/", "--depth", "1")
    site.asked.clear()
    assert add("/", "--depth", "1") == Done(0, "built: 2 unchanged; 0 new passages, 0.0 s\n", "")
    [home, bird] = [headers for path, headers in site.asked if path != "/robots.txt"]
    assert home["if-none-match"] == '"a"'
    assert (bird["if-none-match"], bird["if-modified-since"]) == ('"b"', "Mon, 02 Nov 2026 10:00:00 GMT")
    site.pages["/bird"] = page("<p>The bird sleeps.</p>", ETag='"c"')
    assert add("/", "--depth", "1").out == "built: 1 updated, 1 unchanged; 1 new passages, 0.0 s\n"
    site.asked.clear()
    assert add("/", "--depth", "1", "--again").out == "built: 2 unchanged; 0 new passages, 0.0 s\n"
    assert not any("if-none-match" in headers for _, headers in site.asked)


def test_the_document_of_a_page_that_is_gone_is_removed_and_that_is_said(add: Command, site: SmallSite) -> None:
    site.pages = {
        "/": page("<p>The dog has a bone.</p>", "<a href='/bird'>b</a><a href='/cat'>c</a>"),
        "/bird": page("<p>The bird sings.</p>"),
        "/cat": page("<p>The cat drinks milk.</p>"),
    }
    add("/", "--depth", "1")
    site.pages["/bird"] = Reply("", 410)
    site.pages["/cat"] = redirect("/tiger")
    site.pages["/tiger"] = page("<p>The tiger drinks blood.</p>")
    assert add("/", "--depth", "1") == Done(
        0,
        "built: 1 added, 2 removed, 1 unchanged; 1 new passages, 0.0 s\n",
        "removed HOST/bird: its page answers 410 (Gone)\nremoved HOST/cat: its page has moved to SITE/tiger\n",
    )
    assert sources(site) == [("", "/"), ("/tiger", "/tiger")]
    site.pages = {}
    assert add("/tiger").out == "built: 1 removed, 1 unchanged; 0 new passages, 0.0 s\n"


def test_a_page_that_fails_this_time_keeps_its_document(add: Command, site: SmallSite) -> None:
    site.pages = {"/": page("<p>The dog has a bone.</p>", "<a href='/bird'>b</a>"), "/bird": page("<p>Bird.</p>")}
    add("/", "--depth", "1")
    site.pages["/bird"] = Reply("", 500)
    assert add("/", "--depth", "1") == Done(
        0,
        "built: 2 unchanged, 1 skipped; 0 new passages, 0.0 s\n",
        "skipped SITE/bird: answers 500 (Internal Server Error)\n",
    )
    assert sources(site) == [("", "/"), ("/bird", "/bird")]


def test_what_was_skipped_is_forgotten_when_the_site_is_visited_again(add: Command, site: SmallSite) -> None:
    def skipped() -> list[str]:
        with open_index(Path("built")) as index:
            return [source.replace(site.address, "") for source in index.skipped()]

    site.pages["/"] = page("<p>The dog has a bone.</p>", "<a href='/nowhere'>b</a>")
    add("/", "--depth", "1")
    assert skipped() == ["/nowhere"]
    site.pages["/"] = page("<p>The dog has a bone.</p>")
    add("/", "--depth", "1")
    assert skipped() == []


def test_after_going_back_pages_are_sent_again(add: Command, command: Command, site: SmallSite) -> None:
    site.pages["/"] = page("<p>The dog has a bone.</p>", ETag='"a"')
    add("/")
    site.pages["/"] = page("<p>The dog has two bones.</p>", ETag='"b"')
    add("/")
    command("rollback")
    assert add("/").out == "built: 1 updated; 1 new passages, 0.0 s\n"
    command("remove", site.address.removeprefix("http://"))
    assert add("/").out == "built: 1 added; 1 new passages, 0.0 s\n"


def test_a_visit_is_remembered_only_when_the_index_holds_what_was_found(
    add: Command, site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    site.pages["/"] = page("<p>The dog has a bone.</p>", ETag='"a"')
    with monkeypatch.context() as patch:
        patch.setattr("index.updating.publish", fails)
        assert add("/").status == 130
    assert load_visits(Path("built/visits.sqlite")) == []
    assert add("/").out == "built: 1 added; 1 new passages, 0.0 s\n"


def test_ctrl_c_keeps_what_was_fetched_so_far(add: Command, site: SmallSite, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus.fetching import Fetcher

    whole = Fetcher.get

    def stopped(self: Fetcher, address: str, *rest: object) -> object:
        if address.endswith("/cat"):
            raise KeyboardInterrupt
        return whole(self, address, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Fetcher, "get", stopped)
    site.pages = {
        "/": page("<p>The dog has a bone.</p>", "<a href='/bird'>b</a><a href='/cat'>c</a>"),
        "/bird": page("<p>The bird sings.</p>"),
    }
    assert add("/", "--depth", "1") == Done(
        130,
        "built: 2 added; 2 new passages, 0.0 s\n",
        "stopped at SITE/; what came so far (2 pages) is indexed now, Ctrl-C again gives it up\n",
    )
    assert sources(site) == [("", "/"), ("/bird", "/bird")]


def test_a_damaged_memory_costs_a_download_only(add: Command, site: SmallSite) -> None:
    site.pages["/"] = page("<p>The dog has a bone.</p>", ETag='"a"')
    add("/")
    Path("built/visits.sqlite").write_bytes(b"no database" * 100)
    assert add("/") == Done(0, "built: 1 unchanged; 0 new passages, 0.0 s\n", "")
    assert [visit.etag for visit in load_visits(Path("built/visits.sqlite"))] == ['"a"']


def test_what_cannot_be_added_is_one_line(command: Command, add: Command, site: SmallSite) -> None:
    Path("cat.md").write_text("The cat drinks milk.")
    site.pages = {"/empty": page("")}
    port = site.address.rpartition(":")[2]
    assert command("add", f"{site.address}/") == Done(
        1, "", f"error: SITE/: is on port {port}; pages are read from the ports 80, 443 and 8000 to 8999\n"
    )
    assert command("add", "http://127.0.0.1/") == Done(
        1, "",
        "error: http://127.0.0.1/: 127.0.0.1 has the address 127.0.0.1, which is not on the public internet; "
        "add --allow-private if it is yours\n",
    )  # fmt: skip
    assert command("add", "ftp://example.org/a") == Done(
        1, "", "error: ftp://example.org/a: begins with ftp:; only http and https are read\n"
    )
    assert add("/nowhere").err == "error: SITE/nowhere: answers 404 (Not Found)\n"
    assert add("cat.md", "/empty") == Done(
        1,
        "built: 1 added, 1 skipped; 1 new passages, 0.0 s\n",
        "skipped SITE/empty: holds no text to quote, beside headings and page furniture at most\n"
        "error: SITE/empty: holds no text to quote, beside headings and page furniture at most\n",
    )


@pytest.mark.parametrize("place", ["www.example.org", "example.org/docs/start", "docs.example.co.uk/"])
def test_an_address_without_its_scheme_is_understood_well_enough_to_say_so(command: Command, place: str) -> None:
    assert command("add", place) == Done(
        1, "", f"error: {place}: does not exist; for a page on the web, type https://{place}\n"
    )
    assert command("add", "docs/notes.md").err == "error: docs/notes.md: does not exist; check the path\n"


def test_two_addresses_of_one_site_make_no_page_twice(add: Command, site: SmallSite) -> None:
    site.pages = {
        "/": page("<p>The dog has a bone.</p>", "<a href='/bird'>b</a>", ETag='"a"'),
        "/bird": page("<p>The bird sings.</p>", "<a href='/'>h</a>"),
    }
    for done in ("2 added; 2 new passages", "2 unchanged; 0 new passages"):
        assert add("/", "/bird", "--depth", "1") == Done(0, f"built: {done}, 0.0 s\n", "")


@pytest.mark.parametrize(
    ("option", "word"),
    [("--depth", "-1"), ("--pages", "0"), ("--delay", "soon"), ("--minutes", "0"), ("--delay", "nan")],
)
def test_limits_that_are_none_are_a_wrong_command_line(command: Command, option: str, word: str) -> None:
    done = command("add", "http://127.0.0.1/", f"{option}={word}")
    assert done.status == 2
    assert f"argument {option}: '{word}' is no " in done.err
