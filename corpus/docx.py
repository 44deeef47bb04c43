"""Word documents (.docx): headings, lists, tables and footnotes, by way of HTML. The only file that knows mammoth.

Word knows no pages until it lays a document out, so no page is given. Headers, footers, comments
and pictures are not read; of tracked changes, what was inserted is read and what was deleted isn't.
"""

from __future__ import annotations

import io
from typing import Any
from xml.parsers.expat import ExpatError

from corpus.archives import DAMAGED, check_archive
from corpus.building import DocumentBuilder
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.grid_headers import Cell, find_header, is_form, kind_of
from corpus.html import add_html
from corpus.naming import title_from_name
from corpus.office import core_title, expect_part
from corpus.prose import Placed

__all__ = ["read_docx"]

_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name^='Code'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Preformatted Text'] => pre:separator('\\n')
p[style-name='macro'] => pre:separator('\\n')
"""
_LOOKED_AT = 30


def read_docx(data: bytes, id: str, source: str) -> Document:
    """A Word document; its title is what is set as such, else that in its properties, else its first heading."""
    archive = check_archive(data, source)
    expect_part(archive, "word/document.xml", source, "Word document")
    try:
        properties = core_title(archive, source)
        tree = _tree(data)
    except (*DAMAGED, ExpatError, LookupError, TypeError, AttributeError, SyntaxError, RecursionError) as error:
        raise UnreadableDocument(source, "is damaged; open it in a word processor and save it anew") from error
    builder = DocumentBuilder()
    if tree is None:
        return builder.document(id, properties or title_from_name(source), source)
    title = tree.find(".//h1[@class='title']")
    for table in tree.iter("table"):
        _mark_header(table)
    notes = _take_notes(tree)
    add_html(Placed(builder), _html(tree))  # type: ignore[arg-type]
    if notes is not None:
        builder.add("heading", "Footnotes", 1)
        add_html(Placed(builder, place="footnotes"), _html(notes))  # type: ignore[arg-type]
    name = " ".join("".join(title.itertext()).split()) if title is not None else ""
    return builder.document(id, name or properties or builder.first_heading() or title_from_name(source), source)


def _tree(data: bytes) -> Any:
    """The document as HTML elements; None where it is empty. Pictures are left out and nothing else is opened."""
    import mammoth
    from lxml import html

    converted = mammoth.convert_to_html(
        io.BytesIO(data), style_map=_STYLES, convert_image=lambda image: [], external_file_access=False
    )
    return html.fragment_fromstring(converted.value, create_parent="div") if converted.value.strip() else None


def _html(element: Any) -> str:
    from lxml import etree

    return etree.tostring(element, encoding="unicode", method="html")


def _mark_header(table: Any) -> None:
    """Make the first row a header where it reads as one, for Word documents seldom say so; join names and values."""
    rows = table.xpath("./tr|./tbody/tr")[:_LOOKED_AT]
    if table.find(".//th") is not None or len(rows) < 2:
        return
    cells = [
        [Cell(_text(cell), kind_of(_text(cell)), _is_bold(cell)) for cell in row.iterchildren("td")] for row in rows
    ]
    if is_form(cells):
        for row, (key, *_) in zip(rows, cells, strict=True):
            _join(row, key.text.rstrip(" :"))
    elif find_header(cells, ())[0] == 1:
        for cell in rows[0].iterchildren("td"):
            cell.tag = "th"


def _join(row: Any, key: str) -> None:
    """Make one cell of a row's two: 'Name: Ada'."""
    key_cell, *values = row.iterchildren("td")
    if values and _text(values[0]):
        text = f"{key}: {_text(values[0])}"
        for part in list(key_cell):
            key_cell.remove(part)
        key_cell.text = text
        row.remove(values[0])


def _text(cell: Any) -> str:
    return " ".join("".join(cell.itertext()).split())


def _is_bold(cell: Any) -> bool:
    strong = "".join("".join(part.itertext()) for part in cell.iter("strong"))
    return bool(strong.strip()) and len(strong.split()) == len(_text(cell).split())


def _take_notes(tree: Any) -> Any:
    """The list of footnotes, endnotes included, taken off the end of the document; None without any."""
    last = tree[-1] if len(tree) else None
    if last is None or last.tag != "ol" or not last.xpath("./li[contains(@id, 'note-')]"):
        return None
    for back in last.xpath(".//a[contains(@href,'note-ref-')]"):
        back.drop_tree()
    tree.remove(last)
    return last
