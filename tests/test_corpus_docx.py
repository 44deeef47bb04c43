"""A Word document gives its headings, lists, tables and footnotes."""

from __future__ import annotations

import pytest
from blocks_of import changed, parts, places, refusal, zipped

from corpus import Document
from corpus.docx import read_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = {
    "word/document.xml": "document.main",
    "word/styles.xml": "styles",
    "word/numbering.xml": "numbering",
    "word/footnotes.xml": "footnotes",
}
STYLES = {"Title": "Title", "H1": "heading 1", "H2": "heading 2", "Code": "Code"}


def paragraph(text: str, style: str = "", more: str = "") -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r>{more}</w:p>'


def item(text: str, level: int = 0, numbering: int = 1) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbering}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def made(*body: str, title: str = "") -> bytes:
    """A Word document by hand: with styles, one numbering for bullets and one for numbers, and a footnote 2."""
    levels = {
        kind: "".join(f'<w:lvl w:ilvl="{i}"><w:numFmt w:val="{kind}"/></w:lvl>' for i in (0, 1))
        for kind in ("bullet", "decimal")
    }
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType='
        f'"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for name, kind in TYPES.items()
    )
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{RELATION}/{kind}" Target="{kind}.xml"/>'
        for kind in ("styles", "numbering", "footnotes")
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in STYLES.items()
    )
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
            f'ContentType="application/xml"/>{overrides}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{RELATION}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f"{relations}</Relationships>",
            "word/document.xml": f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
            "word/numbering.xml": f'<w:numbering {W}><w:abstractNum w:abstractNumId="1">{levels["bullet"]}'
            f'</w:abstractNum><w:abstractNum w:abstractNumId="2">{levels["decimal"]}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
            '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>',
            "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:id="2">'
            f"{paragraph('See the treaty of 1953.')}</w:footnote></w:footnotes>",
            "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
            'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{title}</dc:title></cp:coreProperties>",
        }
    )


def read(data: bytes) -> Document:
    return read_docx(data, "d", "data/zone_handbook.docx")


def test_headings_paragraphs_and_lists_survive() -> None:
    document = read(
        made(
            paragraph("The Zone", "Title"),
            paragraph("It is 4 km wide. Truly."),
            paragraph("Places", "H1"),
            item("One"),
            item("Within", 1),
            item("Two"),
            paragraph("Between."),
            item("First", 0, 2),
            item("Second", 0, 2),
            paragraph("In the north", "H2"),
            paragraph("Hills."),
        )
    )
    assert document.title == "The Zone"
    assert parts(document) == [
        ("heading1", "The Zone"),
        ("paragraph", "It is 4 km wide. Truly."),
        ("heading1", "Places"),
        ("item1", "One"),
        ("item2", "Within"),
        ("item1", "Two"),
        ("paragraph", "Between."),
        ("item1", "First"),
        ("item1", "Second"),
        ("heading2", "In the north"),
        ("paragraph", "Hills."),
    ]
    assert "1. First\n2. Second" in document.text
    assert [section.headings for section in document.sections] == [(), ("Places",), ("Places", "In the north")]


def test_a_row_of_a_table_is_quoted_with_its_header_if_it_has_one() -> None:
    document = read(
        made(
            table(("Name", "Born"), ("Ada", "1815"), ("Alan", "1912")),
            paragraph("Between."),
            table(("Chair:", "Ada"), ("Phone:", "12")),
            paragraph("Between."),
            table(("1", "2"), ("3", "4")),
        )
    )
    assert [text for kind, text in parts(document) if kind == "row"] == [
        "Name: Ada | Born: 1815",
        "Name: Alan | Born: 1912",
        "Chair: Ada",
        "Phone: 12",
        "1 | 2",
        "3 | 4",
    ]


def test_footnotes_stand_at_the_end_under_their_own_heading() -> None:
    document = read(
        made(paragraph("Peace", "H1"), paragraph("It was agreed.", more='<w:r><w:footnoteReference w:id="2"/></w:r>'))
    )
    assert parts(document) == [
        ("heading1", "Peace"),
        ("paragraph", "It was agreed.[1]"),
        ("heading1", "Footnotes"),
        ("item1", "See the treaty of 1953."),
    ]
    assert places(document)[-1] == "footnotes"


def test_what_was_inserted_is_read_and_what_was_deleted_is_not() -> None:
    inserted = '<w:ins w:id="1"><w:r><w:t xml:space="preserve"> New.</w:t></w:r></w:ins>'
    deleted = '<w:del w:id="2"><w:r><w:delText>Old.</w:delText></w:r></w:del>'
    assert parts(read(made(paragraph("Text.", more=inserted + deleted)))) == [("paragraph", "Text. New.")]


def test_code_keeps_its_indents() -> None:
    assert parts(read(made(paragraph("def f():", "Code"), paragraph("    return 1", "Code")))) == [
        ("code", "def f():\n    return 1")
    ]


@pytest.mark.parametrize(
    ("body", "properties", "title"),
    [
        (paragraph("Set", "Title"), "Given", "Set"),
        (paragraph("First", "H1"), "Given", "Given"),
        (paragraph("First", "H1"), "Microsoft Word - a.doc", "First"),
        (paragraph("Text."), "", "Zone handbook"),
    ],
)
def test_the_title_is_what_is_set_as_such_or_given_or_the_first_heading(body: str, properties: str, title: str) -> None:
    assert read(made(body, paragraph("Text."), title=properties)).title == title


def test_pictures_are_left_out_and_no_file_or_entity_is_looked_up() -> None:
    picture = (
        '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="rX"/></w:drawing></w:r>'
    )
    good = made(paragraph("Text.", more=picture))
    assert parts(read(good)) == [("paragraph", "Text.")]
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    body = f"{entity}<w:document {W}><w:body>{paragraph('Before &e;after.')}</w:body></w:document>"
    assert parts(read(changed(good, **{"word__document.xml": body}))) == [("paragraph", "Before after.")]


def test_what_is_no_word_document_is_refused_in_one_line() -> None:
    good = made(paragraph("Text."))
    damaged = "is damaged; open it in a word processor and save it anew"
    assert refusal(read_docx, zipped({"xl/workbook.xml": ""})) == (
        "is no Word document but an Excel workbook; name it .xlsx"
    )
    assert refusal(read_docx, changed(good, **{"word__document.xml": "<w:document"})) == damaged
    assert refusal(read_docx, good[:500]).startswith("is damaged")
    assert parts(read(made())) == []
