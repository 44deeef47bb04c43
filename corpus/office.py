"""What the formats of Office (ECMA-376) have in common: which one a file is in, and the title in its properties."""

from __future__ import annotations

import re
import zipfile
from typing import Any

from corpus.archives import read_member
from corpus.errors import UnreadableDocument
from corpus.prose import cleaned

__all__ = ["core_title", "expect_part", "parse_xml"]

_KINDS = {
    "word/document.xml": "a Word document; name it .docx",
    "ppt/presentation.xml": "a PowerPoint presentation; name it .pptx",
    "xl/workbook.xml": "an Excel workbook; name it .xlsx",
    "xl/workbook.bin": "an Excel workbook in its binary format; open it and save it as .xlsx",
    "META-INF/container.xml": "an EPUB book; name it .epub",
    "content.xml": "an OpenDocument file; open it and save it in Office's format",
}
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\b.*"
    r"|(?:power ?point|word|excel)? ?(?:presentation|document|workbook)\d*"
    r"|(?:presentation|document|folie|slide|book|title|titel) ?\d*|untitled.*|no slide title"
    r"|.*\.(?:docx?|pptx?|xlsx?))",
    re.IGNORECASE,
)


def expect_part(archive: zipfile.ZipFile, part: str, source: str, kind: str) -> None:
    """Nothing where the archive holds the part that makes it `kind`; UnreadableDocument says what it is instead."""
    names = set(archive.namelist())
    if part in names:
        return
    found = next((what for name, what in _KINDS.items() if name in names), "")
    raise UnreadableDocument(source, f"is no {kind} but {found}" if found else f"is a zip archive, and no {kind}")


def core_title(archive: zipfile.ZipFile, source: str) -> str:
    """The title that a document's properties give, unless a program made it up; empty without one."""
    if "docProps/core.xml" not in archive.namelist():
        return ""
    tree = parse_xml(read_member(archive, "docProps/core.xml", source))
    found = tree.find(f".//{_TITLE}") if tree is not None else None
    title = " ".join(cleaned((found.text if found is not None else "") or "").split())
    return "" if _NO_TITLE.fullmatch(title) else title


def parse_xml(data: bytes) -> Any:
    """The root of an XML file, in which no entity is replaced and nothing is fetched; None where there is none."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        return None
