"""A book is read chapter by chapter, under the names that its table of contents gives."""

from __future__ import annotations

import pytest
from blocks_of import parts, refusal, zipped

from corpus import Document
from corpus.epub import read_epub

XHTML = "http://www.w3.org/1999/xhtml"
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def page(body: str, before: str = "") -> str:
    return f'{before}<html xmlns="{XHTML}"><head><title/><script/></head><body>{body}</body></html>'


def book(chapters: dict[str, str], nav: str = "", ncx: str = "", **more: str) -> bytes:
    """A book by hand, its chapters in the order given though the manifest turns it round."""
    kind = 'media-type="application/xhtml+xml"'
    items = "".join(
        f'<item id="i{n}" href="{name.replace(" ", "%20")}" {kind}/>' for n, name in reversed(list(enumerate(chapters)))
    )
    items += f'<item id="nav" href="nav.xhtml" {kind} properties="nav"/>' if nav else ""
    items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>' if ncx else ""
    spine = "".join(f'<itemref idref="{name}"/>' for name in ["nav", *(f"i{n}" for n in range(len(chapters)))])
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Zone</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        **{f"OPS/{name}": content for name, content in chapters.items() if content},
        **({"OPS/nav.xhtml": page(f"<nav><ol>{nav}</ol></nav>")} if nav else {}),
        "OPS/toc.ncx": f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{ncx}</navMap></ncx>',
        **{name.replace("__", "/"): content for name, content in more.items()},
    }
    return zipped(members)


def read(data: bytes) -> Document:
    return read_epub(data, "d", "data/zone.epub")


def test_chapters_are_read_in_the_order_of_the_book() -> None:
    chapters = {
        "z.xhtml": page("<header><h1>One</h1></header><p>It began.<br/>So it went.</p>"),
        "a 2.xhtml": page("<section><h1>Two</h1><p>Then.</p><h2>Later</h2><ul><li>An item</li></ul>"
                          "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table></section>"),
    }  # fmt: skip
    document = read(book(chapters))
    assert document.title == "The Zone"
    assert parts(document) == [
        ("heading1", "One"),
        ("paragraph", "It began.\nSo it went."),
        ("heading1", "Two"),
        ("paragraph", "Then."),
        ("heading2", "Later"),
        ("item1", "An item"),
        ("row", "A: 1 | B: 2"),
    ]


@pytest.mark.parametrize(
    "contents",
    [
        {"nav": '<li><a href="a.xhtml">The <i>first</i></a></li><li><a href="b%20c.xhtml#x">The second</a></li>'},
        {"ncx": "<navPoint><navLabel><text>The first</text></navLabel><content src='a.xhtml'/></navPoint>"
                "<navPoint><navLabel><text>The second</text></navLabel><content src='b%20c.xhtml#x'/></navPoint>"},
    ],
)  # fmt: skip
def test_a_chapter_without_a_heading_has_the_name_in_the_table_of_contents(contents: dict[str, str]) -> None:
    chapters = {"a.xhtml": page("<p>It began.</p>"), "b c.xhtml": page("<p>Then.</p>")}
    assert parts(read(book(chapters, **contents))) == [
        ("heading1", "The first"),
        ("paragraph", "It began."),
        ("heading1", "The second"),
        ("paragraph", "Then."),
    ]


def test_named_characters_are_read_and_entities_of_the_book_are_not_expanded() -> None:
    laughs = '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "expanded">]>'
    document = read(book({"a.xhtml": page("<p>Caf&#233; &a;&b;.</p>", laughs), "b.xhtml": page("<p>Th&eacute;.</p>")}))
    assert parts(document) == [("paragraph", "Café &a;&b;."), ("paragraph", "Thé.")]


def test_a_chapter_that_is_missing_is_told_of() -> None:
    document = read(book({"a.xhtml": page("<p>It began.</p>"), "gone.xhtml": ""}))
    assert parts(document) == [("paragraph", "It began.")]
    assert document.notes == ("the chapter OPS/gone.xhtml is missing from the book",)


@pytest.mark.parametrize(("path", "is_locked"), [("OPS/a.xhtml", True), ("OPS/font.otf", False)])
def test_a_locked_book_is_told_and_scrambled_fonts_are_no_lock(path: str, is_locked: bool) -> None:
    method = "http://www.w3.org/2001/04/xmlenc#aes128-cbc" if is_locked else "http://www.idpf.org/2008/embedding"
    encryption = (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        f'<enc:EncryptionMethod Algorithm="{method}"/><enc:CipherData><enc:CipherReference URI="{path}"/>'
        "</enc:CipherData></enc:EncryptedData></encryption>"
    )
    data = book({"a.xhtml": page("<p>It began.</p>")}, **{"META-INF__encryption.xml": encryption})
    if is_locked:
        assert refusal(read_epub, data) == "is locked (DRM); only programs that its shop allows can read it"
    else:
        assert parts(read(data)) == [("paragraph", "It began.")]


def test_what_is_no_book_is_refused_in_one_line() -> None:
    assert refusal(read_epub, zipped({"a": "b"})) == "is a zip archive, and no EPUB book"
    assert refusal(read_epub, zipped({"word/document.xml": ""})) == "is no EPUB book but a Word document; name it .docx"
    assert refusal(read_epub, zipped({"META-INF/container.xml": "<container/>"})) == (
        "is damaged: its META-INF/container.xml names no book; get a fresh copy"
    )
    assert refusal(read_epub, zipped({"META-INF/container.xml": CONTAINER})).startswith("holds no OPS/book.opf")
    assert parts(read(book({"a.xhtml": "no markup at all"}))) == []
