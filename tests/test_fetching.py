"""One request: what comes, and what is refused, however it is offered."""

from __future__ import annotations

import gzip
import itertools
import socket
import time
import zlib
from collections.abc import Iterator

import pytest
from small_site import Reply, SmallSite, page, redirect, served

from corpus import UnreadableDocument
from corpus.fetching import Fetcher
from corpus.inflating import DamagedCompression, TooLarge, inflated
from corpus.site_limits import SiteLimits

LIMITS = SiteLimits(page_bytes=100_000, page_seconds=20, allow_private=True)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with served() as site:
        yield site


def fetched(address: str, limits: SiteLimits = LIMITS) -> object:
    with Fetcher(limits) as fetcher:
        return fetcher.get(address)


def refused(address: str, limits: SiteLimits = LIMITS) -> str:
    with pytest.raises(UnreadableDocument) as raised:
        fetched(address, limits)
    assert raised.value.source == address
    return raised.value.reason


def test_a_page_comes_with_its_type_and_encoding(site: SmallSite) -> None:
    site.pages["/a"] = Reply("Grüße".encode("latin-1"), headers={"Content-Type": "Text/HTML; Charset=\"ISO-8859-1\""})
    answer = fetched(f"{site.address}/a")
    assert (answer.status, answer.media_type, answer.charset, answer.body) == (
        200, "text/html", "iso-8859-1", "Grüße".encode("latin-1"),
    )  # fmt: skip
    assert site.asked[0][1]["user-agent"].startswith("QuidProQuote/1 (+")
    assert not {"cookie", "authorization", "referer"} & set(site.asked[0][1])


def test_nothing_is_followed_and_only_what_is_there_has_a_body(site: SmallSite) -> None:
    site.pages = {"/moved": redirect("/a"), "/gone": Reply("away", 410)}
    moved, gone = fetched(f"{site.address}/moved"), fetched(f"{site.address}/gone")
    assert (moved.status, moved.headers["location"], gone.body, gone.outcome) == (301, "/a", b"", "answers 410 (Gone)")


def test_what_is_not_wanted_is_not_downloaded(site: SmallSite) -> None:
    site.pages["/a"] = Reply(headers={"Content-Type": "video/mp4"}, chunks=lambda: itertools.repeat(b"\0" * 1000))
    with Fetcher(LIMITS) as fetcher:
        answer = fetcher.get(f"{site.address}/a", wanted=lambda answer: answer.media_type == "text/html")
        assert (answer.body, fetcher.bytes) == (b"", 0)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "bare"])
def test_compressed_pages_are_unpacked(site: SmallSite, encoding: str) -> None:
    bare = zlib.compressobj(wbits=-15)
    body = {
        "gzip": gzip.compress(b"text"),
        "deflate": zlib.compress(b"text"),
        "bare": bare.compress(b"text") + bare.flush(),
    }[encoding]
    site.pages["/a"] = Reply(body, headers={"Content-Encoding": "deflate" if encoding == "bare" else encoding})
    assert fetched(f"{site.address}/a").body == b"text"


def test_a_page_too_large_is_given_up_whether_or_not_it_says_so(site: SmallSite) -> None:
    site.pages = {
        "/said": Reply(b"x" * 100_001),
        "/endless": Reply(chunks=lambda: itertools.repeat(b"x" * 10_000)),
        "/bomb": Reply(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"}),
    }
    for path in site.pages:
        assert refused(site.address + path) == "is larger than 0.1 MB, the most that is read of a page"


def test_a_page_that_drips_is_given_up_when_its_time_is_over(site: SmallSite) -> None:
    def drips() -> Iterator[bytes]:
        while True:
            time.sleep(0.02)
            yield b"x"

    site.pages["/a"] = Reply(chunks=drips)
    limits = SiteLimits(page_seconds=0.2, allow_private=True)
    assert refused(f"{site.address}/a", limits) == "did not come within 0.2 seconds"


@pytest.mark.parametrize(
    "body", [b"no gzip at all", gzip.compress(b"text" * 1000)[:-12]], ids=["not compressed", "cut short"]
)
def test_damaged_compression_is_said(site: SmallSite, body: bytes) -> None:
    site.pages["/a"] = Reply(body, headers={"Content-Encoding": "gzip"})
    assert refused(f"{site.address}/a") == "is damaged: its compressed data is not whole"


def test_a_compression_that_was_not_asked_for_is_refused(site: SmallSite) -> None:
    site.pages["/a"] = Reply(b"x", headers={"Content-Encoding": "gzip, gzip"})
    assert refused(f"{site.address}/a") == "comes compressed as 'gzip, gzip', which was not asked for"


def test_this_machine_is_not_asked_unless_it_is_allowed(site: SmallSite) -> None:
    site.pages["/"] = page("mine")
    port = site.address.rpartition(":")[2]
    public = SiteLimits()
    assert refused(f"{site.address}/", public) == (
        f"is on port {port}; pages are read from the ports 80, 443 and 8000 to 8999"
    )
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0"):
        reason = refused(f"http://{host}:8000/", public)
        assert reason.endswith("which is not on the public internet; add --allow-private if it is yours")
    assert site.asked == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_however_this_machine_is_spelt_it_is_not_asked(host: str) -> None:
    def as_the_system_does(host: str, port: int) -> list[str]:
        return [socket.inet_ntoa(socket.inet_aton(host))]

    with Fetcher(SiteLimits(), as_the_system_does) as fetcher, pytest.raises(UnreadableDocument) as raised:
        fetcher.get(f"http://{host}/")
    assert raised.value.reason.startswith(f"{host} has the address 127.0.0.1, which is not on the public internet")


@pytest.mark.parametrize("port", [22, 25, 1023, 6379])
def test_ports_of_other_services_are_refused(port: int) -> None:
    assert refused(f"http://8.8.8.8:{port}/", SiteLimits()).startswith(f"is on port {port};")


def test_a_server_that_is_not_there_or_talks_nonsense_is_said() -> None:
    with served() as site:
        address = f"{site.address}/"
    assert refused(address).startswith("could not be fetched: ")


def test_no_proxy_of_the_environment_is_used(site: SmallSite, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    site.pages["/a"] = Reply("text")
    assert fetched(f"{site.address}/a").body == b"text"


def test_unpacking_stops_at_the_limit() -> None:
    assert inflated(gzip.compress(b"abc"), 3) == b"abc"
    assert inflated(gzip.compress(b"ab") + gzip.compress(b"c") + b"\0\0", 3) == b"abc"
    with pytest.raises(TooLarge):
        inflated(gzip.compress(b"abcd"), 3)
    with pytest.raises(TooLarge):
        inflated(gzip.compress(b"ab") * 2, 3)
    with pytest.raises(DamagedCompression):
        inflated(b"\x1f\x8b", 3)
