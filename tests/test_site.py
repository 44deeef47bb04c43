"""Pages, sitemaps and sites: what is fetched, what it is taken for, and the traps on the way."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from small_site import Reply, SmallSite, page, redirect, served

from corpus import Document, Skipped, UnreadableDocument
from corpus.site import read_page, read_site
from corpus.site_limits import SiteLimits
from corpus.visits import Gone, Unchanged, Visits

LIMITS = SiteLimits(depth=5, delay=0, allow_private=True)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with served() as site:
        yield site


def text(name: str) -> str:
    """A sentence that no other page has."""
    return f"<p>The page called {name} tells of {name} and of nothing but {name}.</p>"


def links(*targets: str) -> str:
    return " ".join(f'<a href="{target}">more</a>' for target in targets)


def walk(site: SmallSite, start: str = "/", visits: Visits | None = None, **limits: Any) -> list[object]:
    return list(read_site(site.address + start, replace(LIMITS, **limits), visits))


def told(site: SmallSite, *arguments: Any, **named: Any) -> list[str]:
    """Each item in a line: paths of documents, and what is said of the others."""
    return [line(site, item) for item in walk(site, *arguments, **named)]


def line(site: SmallSite, item: object) -> str:
    kinds = {Document: "", Skipped: "skipped ", Unchanged: "unchanged ", Gone: "gone "}
    reason = f": {item.reason}" if isinstance(item, Skipped | Gone) else ""
    return f"{kinds[type(item)]}{item.source}{reason}".replace(site.address, "")  # type: ignore[attr-defined]


def test_a_page_is_read_as_a_document_that_is_named_after_its_address(site: SmallSite) -> None:
    site.pages["/docs/start"] = page("<h1>Start</h1>", text("start"), links("/other"))
    address = f"{site.address}/docs/start"
    [document] = walk(site, "/docs/start?utm_source=mail#top", depth=0)
    assert isinstance(document, Document)
    assert (document.id, document.source, document.title) == (address.removeprefix("http://"), address, "Start")
    assert read_page(address, LIMITS) == document
    assert site.paths == ["/docs/start"] * 2


def test_links_are_followed_within_the_host_to_a_depth_each_page_once(site: SmallSite) -> None:
    site.pages = {
        "/": page(text("home"), links("/a", "a#x", "/a?utm_campaign=y", "http://127.0.0.2:1/", "mailto:a@b", "/p.png")),
        "/a": page(text("a"), links("/", "/b")),
        "/b": page(text("b"), links("/c")),
        "/c": page(text("c")),
    }
    assert told(site, depth=0) == ["/"]
    assert told(site, depth=1) == ["/", "/a"]
    site.asked.clear()
    assert told(site, depth=2) == ["/", "/a", "/b"]
    assert site.paths == ["/", "/a", "/b"]


def test_the_base_of_a_page_counts_for_its_links_and_a_refresh_is_one(site: SmallSite) -> None:
    head = '<base href="/docs/"><meta http-equiv="Refresh" content="5; URL=\'later\'">'
    site.pages = {
        "/": page(text("home"), links("a"), head=head),
        "/docs/a": page(text("a")),
        "/docs/later": page(text("b")),
    }
    assert told(site) == ["/", "/docs/later", "/docs/a"]


def test_only_pages_below_the_first_one_are_read_where_that_is_asked_for(site: SmallSite) -> None:
    site.pages = {
        "/docs/start": page(text("start"), links("/docs/a/b", "/", "/docsier")),
        "/docs/a/b": page(text("b"), links("/docs/start")),
    }
    assert told(site, "/docs/start", below=True) == ["/docs/start", "/docs/a/b"]
    assert site.paths == ["/docs/start", "/docs/a/b"]


def test_broken_links_are_said_and_the_rest_goes_on(site: SmallSite) -> None:
    site.pages = {
        "/": page(text("home"), links("/nowhere", "/broken", "/secret", "/fine")),
        "/broken": Reply("oops", 500),
        "/secret": Reply("no", 403),
        "/fine": page(text("fine")),
    }
    assert told(site) == [
        "/",
        "skipped /nowhere: answers 404 (Not Found)",
        "skipped /broken: answers 500 (Internal Server Error)",
        "skipped /secret: answers 403 (Forbidden)",
        "/fine",
    ]


def test_a_first_page_that_is_not_there_is_an_error(site: SmallSite) -> None:
    with pytest.raises(UnreadableDocument, match=r"/: answers 404 \(Not Found\)$"):
        walk(site)
    with pytest.raises(UnreadableDocument, match=r"^ftp://a/: begins with ftp:; only http and https are read$"):
        list(read_site("ftp://a/", LIMITS))


def test_a_site_that_fails_again_and_again_is_left_alone(site: SmallSite) -> None:
    site.pages["/"] = page(text("home"), links(*(f"/{n}" for n in range(20))))
    site.otherwise = lambda path: Reply("", 404 if path == "/robots.txt" else 500)
    assert told(site)[-1] == "skipped /: 15 of its pages were not fetched: the site failed several times in a row"
    assert len(site.paths) == 6


def test_robots_are_kept_out_by_robots_txt(site: SmallSite) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: QuidProQuote\nDisallow: /private\nAllow: /private/open\n"
    site.pages = {
        "/robots.txt": Reply(rules),
        "/": page(text("home"), links("/private/a", "/private/open")),
        "/private/a": page(text("a")),
        "/private/open": page(text("open")),
    }
    forbidden = "may not be read by robots: its site's robots.txt does not allow it"
    assert told(site) == ["/", f"skipped /private/a: {forbidden}", "/private/open"]
    with pytest.raises(UnreadableDocument, match=forbidden):
        walk(site, "/private/a")
    assert "/private/a" not in site.paths
    assert [path for path, _ in site.asked].count("/robots.txt") == 2


@pytest.mark.parametrize("status", [500, 503, 429])
def test_nothing_is_read_where_robots_txt_cannot_be(site: SmallSite, status: int) -> None:
    site.pages = {"/robots.txt": Reply("", status), "/": page(text("home"))}
    with pytest.raises(UnreadableDocument, match=r"robots\.txt"):
        walk(site)
    assert site.paths == []


def test_the_pause_is_the_longer_of_ours_and_theirs_but_not_endless(site: SmallSite) -> None:
    site.pages = {"/": page(text("home"), links("/a", "/b")), "/a": page(text("a")), "/b": page(text("b"))}
    for rules, pause in (("", 3), ("User-agent: *\nCrawl-delay: 8", 8), ("User-agent: *\nCrawl-delay: 9000", 20)):
        site.pages["/robots.txt"] = Reply(rules)
        slept: list[float] = []
        limits = replace(LIMITS, delay=3, longest_delay=20)
        assert len(list(read_site(f"{site.address}/", limits, sleep=slept.append))) == 3
        assert [round(seconds) for seconds in slept] == [pause, pause]


def test_a_busy_site_is_asked_once_more_when_it_says(site: SmallSite) -> None:
    replies = [Reply("", 429, {"Retry-After": "7"}), page(text("a"))]
    site.pages["/"] = page(text("home"), links("/a"))
    site.otherwise = lambda path: replies.pop(0) if path == "/a" else Reply("", 404)
    slept: list[float] = []
    assert len(list(read_site(f"{site.address}/", LIMITS, sleep=slept.append))) == 2
    assert [round(seconds) for seconds in slept] == [7]


@pytest.mark.parametrize(
    ("head", "header"),
    [
        ('<meta name="Robots" content="NoIndex">', ""),
        ('<meta name=quidproquote content="none">', ""),
        ("", "noindex"),
        ("", "otherbot: nofollow, quidproquote: noindex"),
    ],
)
def test_a_page_that_asks_not_to_be_indexed_is_not(site: SmallSite, head: str, header: str) -> None:
    named = {"X_Robots_Tag": header} if header else {}
    site.pages = {"/": page(text("home"), links("/a")), "/a": page(text("a"), head=head, **named)}
    assert told(site) == ["/", "skipped /a: asks not to be indexed (noindex)"]


def test_what_is_said_to_other_robots_does_not_count(site: SmallSite) -> None:
    site.pages["/"] = page(text("home"), X_Robots_Tag="otherbot: noindex, nofollow, unavailable_after: 1 Jan 2100")
    assert told(site) == ["/"]


def test_links_that_a_page_does_not_vouch_for_are_not_followed(site: SmallSite) -> None:
    site.pages = {
        "/": page(text("home"), '<a rel="ugc NoFollow" href="/a">a</a>', links("/b")),
        "/b": page(text("b"), links("/c"), head='<meta name="robots" content="nofollow">'),
    }
    assert told(site) == ["/", "/b"]


def test_a_page_that_repeats_its_canonical_one_is_read_once(site: SmallSite) -> None:
    canonical = '<link rel="canonical" href="/b">'
    site.pages = {
        "/": page(text("home"), links("/a", "/b", "/c")),
        "/a": page(text("b"), "<p>Printed.</p>", head=canonical),
        "/b": page(text("b"), "<p>Shown.</p>", head=canonical),
        "/c": page(text("b"), head=canonical),
    }
    assert told(site) == ["/", "/b"]
    assert site.paths == ["/", "/a", "/b", "/c"]


def test_a_canonical_address_is_believed_only_where_it_says_the_same_on_the_same_host(site: SmallSite) -> None:
    site.pages = {
        "/": page(text("home"), links("/a", "/b", "/c")),
        "/a": page(text("a"), head='<link rel="canonical" href="/">'),
        "/b": page(text("b"), head='<link rel="canonical" href="https://elsewhere.example/b">'),
        "/c": page(text("c"), head='<link rel="canonical" href="/nowhere">'),
    }
    assert told(site) == ["/", "/a", "/b", "skipped /nowhere: answers 404 (Not Found)", "/c"]


def test_pages_of_the_very_same_text_are_read_once(site: SmallSite) -> None:
    home = page(text("home"), links("/index.html", "/?lang=en", "/a"), ETag='"1"')
    site.pages = {"/": home, "/index.html": home, "/?lang=en": home, "/a": page(text("a"))}
    first = Visits()
    assert told(site, "/", first) == ["/", "/a"]
    assert told(site, "/", Visits(first.now.values())) == ["unchanged /", "/a"]
    site.pages["/"] = page(text("new"), links("/a", "/index.html"), ETag='"2"')
    assert told(site, "/", Visits(first.now.values())) == ["/", "/a", "/index.html"]


def test_redirects_are_followed_and_the_last_address_counts(site: SmallSite) -> None:
    site.pages = {
        "/": redirect("/home", 302),
        "/home": page(text("home"), links("/old", "/older", "/new")),
        "/old": redirect("new"),
        "/older": redirect("/old", 308),
        "/new": page(text("new")),
    }
    assert told(site) == ["/home", "/new"]
    assert site.paths.count("/new") == 1


def test_redirects_that_lead_nowhere_are_said(site: SmallSite) -> None:
    site.pages = {
        "/": page(text("home"), links("/circle", "/long/0", "/file", "/away", "/empty")),
        "/circle": redirect("/circle2"),
        "/circle2": redirect("/circle"),
        **{f"/long/{n}": redirect(f"/long/{n + 1}") for n in range(20)},
        "/file": redirect("file:///etc/passwd"),
        "/away": redirect("http://127.0.0.2:1/"),
        "/empty": Reply(status=301),
    }
    assert told(site)[1:] == [
        "skipped /circle: redirects in a circle",
        "skipped /long/0: redirects more than 10 times",
        "skipped /file: redirects to something that is no page of the web",
        "skipped /away: leads to another host: http://127.0.0.2:1/",
        "skipped /empty: redirects in a circle",
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_redirect_into_the_local_network_is_refused(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    site.pages["/"] = redirect(f"http://{host}:8000/")
    # Until it has redirected, the site counts as one of the internet.
    monkeypatch.setattr("corpus.network.is_public", lambda address: "/" not in site.paths)
    monkeypatch.setattr("corpus.fetching._PUBLIC_PORTS", frozenset((8000, int(site.address.rpartition(":")[2]))))
    with pytest.raises(UnreadableDocument) as raised:
        walk(site, allow_private=False)
    assert (raised.value.source, site.paths) == (f"http://{host}:8000/", ["/"])
    assert raised.value.reason.endswith("which is not on the public internet; add --allow-private if it is yours")


def test_a_cloud_keeps_its_secrets_even_where_private_addresses_are_allowed(site: SmallSite) -> None:
    site.pages["/"] = redirect("http://169.254.169.254/latest/meta-data/")
    with pytest.raises(UnreadableDocument, match=r"169\.254\.169\.254, which is not on the public"):
        list(read_site(f"{site.address}/", LIMITS, resolve=lambda host, port: [host]))


def test_an_endless_calendar_ends(site: SmallSite) -> None:
    def calendar(path: str) -> Reply:
        if path == "/robots.txt":
            return Reply("", 404)
        month = int(path.partition("=")[2] or 0)
        return page(text(f"month {month}"), links(f"/?month={month + 1}", f"/?month={month - 1}"))

    site.otherwise = calendar
    items = told(site, depth=1000, variants=7)
    assert items[:3] == ["/", "/?month=1", "/?month=-1"]
    assert len(items) == 1 + 7 - 1 + 1, "month 0 is the first page"
    assert items[-1].startswith("skipped /: some of its links were not followed: ")
    assert items[-1].endswith(" of the same page with other parameters")


def test_a_maze_of_folders_ends(site: SmallSite) -> None:
    site.otherwise = lambda path: Reply("", 404) if path == "/robots.txt" else page(text(path), links("a/", "b/"))
    assert told(site, depth=1000, pages=30)[-1].startswith("skipped /: ")
    assert len(site.paths) == 30
    site.asked.clear()
    site.otherwise = lambda path: Reply("", 404) if path == "/robots.txt" else page(text(path), links("a/"))
    assert told(site, depth=1000) == [
        "/", "/a/", "/a/a/", "/a/a/a/",
        "skipped /: some of its links were not followed: 1 too deep in folders, or in circles",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"pages": 2}, "2 pages are the limit; allow more with --pages"),
        ({"total_bytes": 1}, "0 MB are the limit; allow more with --megabytes"),
        ({"seconds": 0}, "0 minutes are the limit; allow more with --minutes"),
    ],
)
def test_a_visit_ends_at_its_limits(site: SmallSite, limits: dict[str, float], reason: str) -> None:
    site.pages["/"] = page(text("home"), links("/1", "/2", "/3"))
    site.otherwise = lambda path: Reply("", 404) if path == "/robots.txt" else page(text(path))
    last = told(site, **limits)[-1]
    assert last.startswith("skipped /: ")
    assert last.endswith(f" of its pages were not fetched: {reason}")


def test_documents_of_other_types_are_read_by_their_type_or_name(site: SmallSite) -> None:
    plain, vague = {"Content-Type": "text/plain; charset=utf-8"}, {"Content-Type": "application/octet-stream"}
    site.pages = {
        "/": page(text("home"), links("/notes", "/read.md", "/got.md", "/film", "/data.bin")),
        "/notes": Reply("Some notes in plain text.", headers=plain),
        "/read.md": Reply("# Read\n\nThis *first*.", headers=plain),
        "/got.md": Reply("# Got\n\nThis too.", headers=vague),
        "/film": Reply("film", headers={"Content-Type": "video/mp4"}),
        "/data.bin": Reply("data", headers=vague),
    }
    items = walk(site)
    assert [line(site, item) for item in items] == [
        "/", "/notes", "/read.md", "/got.md",
        "skipped /film: is video/mp4, which is not read",
        "skipped /data.bin: is application/octet-stream, which is not read",
    ]  # fmt: skip
    assert [item.title for item in items[1:4]] == ["Notes", "Read", "Got"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "cp1252"), ("cp1252",) * 2, ("koi8-r",) * 2, ("nonsense", "utf-8"), ("shift_jis",) * 2],
)
def test_pages_are_read_in_whatever_encoding_they_come(site: SmallSite, declared: str, encoding: str) -> None:
    words = {"koi8-r": "Где стоит дом", "shift_jis": "家はどこにありますか"}.get(encoding, "Müllers Straße läuft öde")
    html = f"<html><body><main><p>{words}.</p></main></body></html>"
    site.pages["/"] = Reply(html.encode(encoding), headers={"Content-Type": f"text/html; charset={declared}"})
    [document] = walk(site)
    assert document.text == f"{words}."  # type: ignore[attr-defined]


def test_a_page_that_cannot_be_read_is_skipped(site: SmallSite) -> None:
    site.pages = {
        "/": page(text("home"), links("/empty", "/deep")),
        "/empty": page(""),
        "/deep": Reply("<div>" * 20_000, headers={"Content-Type": "text/html"}),
    }
    assert told(site) == [
        "/",
        "skipped /empty: holds no text to quote, beside headings and page furniture at most",
        "skipped /deep: its elements are nested more than 10,000 deep; it is no page to read",
    ]


def test_the_pages_of_a_sitemap_are_read(site: SmallSite) -> None:
    site.pages = {
        "/sitemap.xml": sitemap(site, "/a?x=1&amp;y=2", "/b", "/b"),
        "/a?x=1&y=2": page(text("a"), links("/c")),
        "/b": page(text("b")),
        "/c": page(text("c")),
    }
    assert told(site, "/sitemap.xml", depth=0) == ["/a?x=1&y=2", "/b"]
    assert told(site, "/sitemap.xml", depth=1) == ["/a?x=1&y=2", "/b", "/c"]


def test_an_index_of_sitemaps_is_read_compressed_ones_too(site: SmallSite) -> None:
    entities = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd"><!ENTITY a "/a">]>'
    hostile = f"{entities}<urlset><url><loc>{site.address}/a</loc></url><url><loc>&secret;&a;</loc></url></urlset>"
    parts = ("/1.xml.gz", "/2.xml", "/index.xml")
    index = "".join(f"<sitemap><loc>{site.address}{part}</loc></sitemap>" for part in parts)
    site.pages = {
        "/index.xml": Reply(f"<sitemapindex>{index}</sitemapindex>", headers={"Content-Type": "text/xml"}),
        "/1.xml.gz": Reply(gzip.compress(hostile.encode()), headers={"Content-Type": "application/x-gzip"}),
        "/2.xml": sitemap(site, "/b", "http://127.0.0.2:1/c"),
        "/a": page(text("a")),
        "/b": page(text("b")),
    }
    assert sorted(told(site, "/index.xml", depth=0)) == [
        "/a", "/b", "skipped /index.xml: 1 of the pages in its sitemap are on other hosts",
    ]  # fmt: skip


def sitemap(site: SmallSite, *pages: str) -> Reply:
    entries = "".join(f"<url><loc>{site.address if p.startswith('/') else ''}{p}</loc></url>" for p in pages)
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    return Reply(body, headers={"Content-Type": "application/xml"})


def test_what_is_unchanged_is_not_sent_again_and_its_links_are_still_known(site: SmallSite) -> None:
    site.pages = {
        "/": page(text("home"), links("/a"), ETag='"1"'),
        "/a": page(text("a"), links("/b"), ETag='"1"'),
        "/b": page(text("b")),
    }
    first = Visits()
    assert told(site, "/", first) == ["/", "/a", "/b"]
    site.pages["/a"] = page(text("a"), "<p>News.</p>", links("/b", "/c"), ETag='"2"')
    site.pages["/c"] = page(text("c"))
    second = Visits(first.now.values())
    assert told(site, "/", second) == ["unchanged /", "/a", "/b", "/c"]
    third = Visits(second.now.values())
    assert told(site, "/", third) == ["unchanged /", "unchanged /a", "/b", "/c"]


def test_pages_that_are_gone_are_said_even_where_nothing_links_to_them(site: SmallSite) -> None:
    site.pages = {"/": page(text("home"), links("/a", "/b", "/c", "/d", "/e"))}
    site.pages |= {f"/{name}": page(text(name)) for name in "abcde"}
    first = Visits()
    walk(site, "/", first)
    site.pages = {
        "/": page(text("home")),
        "/a": Reply("", 410),
        "/c": redirect("/new"),
        "/d": page(text("d"), head='<meta name="robots" content="noindex">'),
        "/e": Reply("", 500),
        "/new": page(text("new")),
    }
    second = Visits(first.now.values())
    assert told(site, "/", second) == [
        "/",
        "gone /a: answers 410 (Gone)",
        "gone /b: answers 404 (Not Found)",
        "gone /c: has moved to /new",
        "/new",
        "gone /d: asks not to be indexed (noindex)",
        "skipped /e: answers 500 (Internal Server Error)",
    ]
    assert {path.removeprefix(site.address) for path in second.gone} == {"/a", "/b", "/c", "/d"}


def test_a_first_page_that_is_gone_is_said_where_it_was_known(site: SmallSite) -> None:
    site.pages["/"] = page(text("home"))
    first = Visits()
    walk(site, "/", first)
    site.pages = {}
    assert told(site, "/", Visits(first.now.values())) == ["gone /: answers 404 (Not Found)"]


def test_progress_is_told(site: SmallSite) -> None:
    site.pages = {"/": page(text("home"), links("/a", "/b")), "/a": page(text("a"))}
    counts: list[tuple[int, int, int]] = []
    list(read_site(f"{site.address}/", LIMITS, progress=lambda *numbers: counts.append(numbers)))
    assert counts == [(0, 0, 0), (1, 1, 0), (2, 0, 0)]


def test_one_page_is_shown_as_it_is_read(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from corpus.__main__ import main

    class Output(io.StringIO):
        def reconfigure(self, **named: object) -> None:
            pass

    site.pages["/start"] = page("<h1>Start</h1>", text("start"))
    for words, status, first in (
        (["--allow-private"], 0, "Start"),
        ([], 1, ""),
    ):
        monkeypatch.setattr("sys.argv", ["corpus", f"{site.address}/start", *words])
        monkeypatch.setattr("sys.stdout", output := Output())
        assert main() == status
        assert output.getvalue().partition("\n")[0] == first
    assert re.fullmatch(r"error: http://127\.0\.0\.1:\d+/start: is on port \d+; pages .*\n", capsys.readouterr().err)
