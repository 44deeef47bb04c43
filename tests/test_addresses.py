"""Addresses of pages: one form for each page, and ids to read."""

from __future__ import annotations

import pytest

from corpus import UnreadableDocument
from corpus.addresses import canonical_form, id_from_address, is_address, resolved


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/Docs", "https://example.org/Docs"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&page=2&gclid=1&UTM_Medium=y", "https://example.org/a?page=2"),
        ("https://example.org/a?b=1&a=2", "https://example.org/a?b=1&a=2"),
        ("https://example.org/a;jsessionid=12AB?x=1", "https://example.org/a?x=1"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/../../a/..", "https://example.org/"),
        ("https://example.org/%7euser/%e4%bd%a0", "https://example.org/~user/%E4%BD%A0"),
        ("https://example.org/a b/100%", "https://example.org/a%20b/100%25"),
        ("https://example.org/a%2Fb", "https://example.org/a%2Fb"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("  https://example.org/a\n", "https://example.org/a"),
    ],
)
def test_an_address_has_one_form(written: str, form: str) -> None:
    assert canonical_form(written) == form
    assert canonical_form(form) == form


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("file:///etc/passwd", "begins with file:; only http and https are read"),
        ("ftp://example.org/a", "begins with ftp:; only http and https are read"),
        ("example.org", "begins with no scheme:; only http and https are read"),
        ("https:///a", "names no host; type an address like https://example.org/docs/"),
        ("https://me:secret@example.org/", "holds a user name; pages behind a login are not read"),
        ("https://example.org:0x50/", "is no address of a page; type one like https://example.org/docs/"),
        ("https://[::1/", "is no address of a page; type one like https://example.org/docs/"),
        ("https://exa mple.org/", "has a host name that no host can have; check the address"),
        ("https://a..ä/", "has a host name that no host can have; check the address"),
        (f"https://example.org/{'a' * 2000}", "is longer than 2,000 characters"),
    ],
)
def test_what_is_no_address_of_a_page_is_said(written: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as raised:
        canonical_form(written)
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("b", "https://example.org/docs/b"),
        ("/b?x=1#y", "https://example.org/b?x=1"),
        ("//other.example/b", "https://other.example/b"),
        ("", "https://example.org/docs/a"),
        ("mailto:someone@example.org", None),
        ("javascript:void(0)", None),
        ("https://[oops/", None),
    ],
)
def test_a_link_leads_from_its_page(link: str, address: str | None) -> None:
    assert resolved("https://example.org/docs/a", link) == address


@pytest.mark.parametrize(
    ("address", "id"),
    [
        ("https://example.org/", "example.org"),
        ("https://example.org/docs/start", "example.org/docs/start"),
        ("https://example.org/docs/", "example.org/docs/"),
        ("https://example.org/a?page=2", "example.org/a?page=2"),
        ("https://example.org/M%C3%BCller%20%26%2F", "example.org/Müller%20%26%2F"),
        ("https://example.org/%E4", "example.org/%E4"),
    ],
)
def test_an_id_is_the_address_to_read(address: str, id: str) -> None:
    assert id_from_address(address) == id


def test_addresses_are_told_from_paths() -> None:
    assert [is_address(word) for word in ("https://example.org", "file:///a", "docs/a.md", "C:\\a", "a://b")] == [
        True, True, False, False, True,
    ]  # fmt: skip
