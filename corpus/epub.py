"""EPUB books: the chapters in reading order, each under the name that the table of contents gives it.

A book is a zip archive of web pages (W3C EPUB 3.3, and EPUB 2 before it). Nothing outside it is
fetched and no entity of its XML is replaced. Books that are locked (DRM) are told, not read.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from corpus.archives import check_archive, read_member
from corpus.building import DocumentBuilder
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.html import add_html
from corpus.naming import title_from_name
from corpus.noting import with_notes
from corpus.office import expect_part, parse_xml
from corpus.prose import Placed

__all__ = ["read_epub"]

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
# Fonts are often scrambled in books that anyone may read: that is no lock.
_SCRAMBLED_FONT = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_HEADING = re.compile(r"<h[1-6][\s>]", re.IGNORECASE)


def read_epub(data: bytes, id: str, source: str) -> Document:
    """A book; its title is the one it gives itself, else the file's name."""
    archive = check_archive(data, source)
    expect_part(archive, _CONTAINER, source, "EPUB book")
    locked = _locked(archive, source)
    opf = _package_path(archive, source)
    package = parse_xml(read_member(archive, opf, source))
    if package is None:
        raise UnreadableDocument(source, f"is damaged: its {opf} can't be read; get a fresh copy")
    folder = posixpath.dirname(opf)
    manifest = {item.get("id"): item for item in _named(package, "item")}
    names = _chapter_names(archive, package, manifest, folder, source)
    builder, missing = DocumentBuilder(), []
    for item in _spine(package, manifest):
        path = _resolved(folder, item.get("href", ""))
        if path in locked:
            raise UnreadableDocument(source, "is locked (DRM); only programs that its shop allows can read it")
        if path not in archive.namelist():
            missing.append(f"the chapter {path} is missing from the book")
            continue
        _add_chapter(builder, read_member(archive, path, source), names.get(path, ""))
    title = next((_text(found) for found in _named(package, "title") if _text(found)), "")
    return with_notes(builder.document(id, title or title_from_name(source), source), missing)


def _locked(archive: zipfile.ZipFile, source: str) -> set[str]:
    """The paths of what is encrypted, fonts aside."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return set()
    tree = parse_xml(read_member(archive, "META-INF/encryption.xml", source))
    found = set()
    for data in _named(tree, "EncryptedData"):
        methods = {method.get("Algorithm") for method in _named(data, "EncryptionMethod")}
        if not methods & set(_SCRAMBLED_FONT):
            found |= {_resolved("", part.get("URI", "")) for part in _named(data, "CipherReference")}
    return found


def _package_path(archive: zipfile.ZipFile, source: str) -> str:
    container = parse_xml(read_member(archive, _CONTAINER, source))
    found = next((root.get("full-path") for root in _named(container, "rootfile") if root.get("full-path")), None)
    if found is None:
        raise UnreadableDocument(source, f"is damaged: its {_CONTAINER} names no book; get a fresh copy")
    return _resolved("", found)


def _spine(package: Any, manifest: dict[str, Any]) -> Iterator[Any]:
    """The pages in reading order, without the table of contents."""
    for reference in _named(package, "itemref"):
        item = manifest.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES:
            continue
        if "nav" not in (item.get("properties") or "").split():
            yield item


def _chapter_names(
    archive: zipfile.ZipFile, package: Any, manifest: dict[str, Any], folder: str, source: str
) -> dict[str, str]:
    """Path to name of each chapter: the first that the table of contents gives to a place in that file."""
    names: dict[str, str] = {}
    for item in manifest.values():
        is_nav = "nav" in (item.get("properties") or "").split()
        path = _resolved(folder, item.get("href", ""))
        if not (is_nav or item.get("media-type") == "application/x-dtbncx+xml") or path not in archive.namelist():
            continue
        tree = parse_xml(read_member(archive, path, source))
        links = _named(tree, "a") if is_nav else _named(tree, "navPoint")
        for link in links:
            target = link.get("href") if is_nav else next((c.get("src") for c in _named(link, "content")), None)
            label = link if is_nav else next(iter(_named(link, "text")), None)
            if target and label is not None and _text(label):
                names.setdefault(_resolved(posixpath.dirname(path), target.partition("#")[0]), _text(label))
    return names


def _add_chapter(builder: DocumentBuilder, page: bytes, name: str) -> None:
    from lxml import etree

    tree = parse_xml(page)
    body = next(iter(_named(tree, "body")), tree) if tree is not None else None
    if body is None or not _text(body):
        return
    body.tag = "main"  # what a web page repeats on each page is a chapter's own in a book
    fragment = re.sub(r'\sxmlns(?::\w+)?="[^"]*"', "", etree.tostring(body, encoding="unicode", method="html"))
    if name and not _HEADING.search(fragment):
        builder.add("heading", name, 1)
    add_html(Placed(builder), fragment)  # type: ignore[arg-type]


def _named(tree: Any, name: str) -> Iterator[Any]:
    """The elements of a name, whatever their namespace."""
    return iter(()) if tree is None else tree.iter(f"{{*}}{name}", name)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _resolved(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0]))).lstrip("/")
