"""Of a PDF, its paragraphs, headings, lists and tables are read in order, each with its page."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus import Document, UnreadableDocument, read, split
from corpus.hyphens import joined_lines
from corpus.pdf import read_pdf

BODY, BOLD, MONO = "Helvetica", "Helvetica-Bold", "Courier"
FILLER = [
    "The zone is four kilometres wide and runs across the whole peninsula, from",
    "one coast to the other, along the line where the fighting had come to its",
    "end. Nobody lives in it but for two villages, one at either side of it.",
]


def made(draw: Callable[[Canvas], None], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def write(canvas: Canvas, lines: list[str], x: float = 72, y: float = 700, font: str = BODY, size: float = 11) -> float:
    """Lines below each other; gives where the next one would stand."""
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= 1.25 * size
    return y


def document(draw: Callable[[Canvas], None], **options: object) -> Document:
    return read_pdf(made(draw, **options), "d", "files/border_guide.pdf")


def parts(found: Document) -> list[tuple[str, int | None, str]]:
    return [(block.kind, block.page, found.text[block.start : block.end]) for block in found.blocks]


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_pdf(data, "d", "a.pdf")
    return caught.value.reason


def test_paragraphs_end_where_space_or_an_indent_says_so() -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, FILLER)
        y = write(canvas, FILLER, y=y - 10)
        write(canvas, ["Indented lines begin anew, as books have them, and this one goes on for a"], x=90, y=y)
        write(canvas, ["second line."], y=y - 13.75)

    last = "Indented lines begin anew, as books have them, and this one goes on for a second line."
    whole = " ".join(FILLER)
    assert parts(document(draw)) == [("paragraph", 1, whole), ("paragraph", 1, whole), ("paragraph", 1, last)]


def test_columns_are_read_one_after_the_other_and_a_paragraph_goes_on_in_the_next() -> None:
    left = ["The armistice was signed in", "the year nineteen fifty-three", "after three years of war and"]
    right = ["two of negotiations. It is", "still in force today."]

    def draw(canvas: Canvas) -> None:
        write(canvas, left)
        write(canvas, right, x=320)

    assert parts(document(draw)) == [("paragraph", 1, " ".join(left + right))]


def test_a_paragraph_across_a_page_break_is_one_and_stands_on_its_first_page() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, FILLER[:2], y=150)
        canvas.showPage()
        write(canvas, ["end. Nobody lives there.", ""], y=780)
        write(canvas, ["Another paragraph follows here on the second page."], y=730)

    whole = " ".join([*FILLER[:2], "end. Nobody lives there."])
    second = "Another paragraph follows here on the second page."
    assert parts(document(draw)) == [("paragraph", 1, whole), ("paragraph", 2, second)]


def test_words_cut_at_a_line_end_are_whole_again_and_keep_a_hyphen_of_their_own() -> None:
    lines = [
        "The measure-",
        "ment of well-known borders is hard, and the line is a self-",
        "imposed one that no-",
        "body has seen; a well-",
        "known one is elsewhere.",
    ]
    text = (
        "The measurement of well-known borders is hard, and the line is a self-imposed one that nobody has seen; "
        "a well-known one is elsewhere."
    )
    assert parts(document(lambda canvas: write(canvas, lines) and None)) == [("paragraph", 1, text)]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(1, 5):
            write(canvas, [f"Border guide, chapter {number}"], y=810, size=9)
            write(canvas, [f"Section {number} tells of the river."], y=700)
            write(canvas, [f"- {number} -"], x=290, y=30, size=9)
            canvas.showPage()

    found = document(draw)
    assert parts(found) == [("paragraph", n, f"Section {n} tells of the river.") for n in range(1, 5)]


def test_a_running_head_is_left_out_whichever_side_its_page_number_is_on() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(2, 6):
            head = f"THE BORDER. {number}" if number % 2 else f"{number} THE BORDER."
            write(canvas, [head], y=810, size=9)
            write(canvas, [f"Section {number} tells of the river."], y=700)
            canvas.showPage()

    assert parts(document(draw)) == [("paragraph", n - 1, f"Section {n} tells of the river.") for n in range(2, 6)]


def test_headings_are_told_by_their_size_and_weight() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["A guide to the border"], y=780, font=BOLD, size=20)
        y = write(canvas, FILLER, y=740)
        y = write(canvas, ["Getting there"], y=y - 12, font=BOLD, size=14)
        y = write(canvas, FILLER, y=y - 6)
        y = write(canvas, ["By train"], y=y - 12, font=BOLD)
        write(canvas, FILLER, y=y - 6)

    found = document(draw)
    headings = [(found.text[b.start : b.end], b.level) for b in found.blocks if b.kind == "heading"]
    assert headings == [("A guide to the border", 1), ("Getting there", 2), ("By train", 3)]
    assert [block.kind for block in found.blocks] == ["heading", "paragraph"] * 3
    assert found.title == "A guide to the border"
    assert split(found, len, 2000)[1].page == 1


def test_the_outline_names_headings_that_look_like_text() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("1 Getting there", "a", 0)
        y = write(canvas, ["1 Getting there"], y=740)
        y = write(canvas, FILLER, y=y - 12)
        canvas.bookmarkPage("b")
        canvas.addOutlineEntry("By train", "b", 1)
        y = write(canvas, ["By train"], y=y - 12)
        write(canvas, FILLER, y=y - 12)

    found = document(draw)
    headings = [(found.text[b.start : b.end], b.level) for b in found.blocks if b.kind == "heading"]
    assert headings == [("1 Getting there", 1), ("By train", 2)]


def test_items_keep_their_lines_together() -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, ["Bring these with you when you come to the bridge in the early morning:"])
        for first, second in (("your passport, which has to be valid for", "six months"), ("a warm coat,", "")):
            write(canvas, ["• " + first], x=80, y=y)
            y = write(canvas, [second], x=88, y=y - 13.75) if second else y - 13.75
        write(canvas, ["1. Show your card at the desk."], y=y - 20)
        write(canvas, ["2. Wait for the guide."], y=y - 33.75)

    found = document(draw)
    assert parts(found)[1:] == [
        ("item", 1, "your passport, which has to be valid for six months"),
        ("item", 1, "a warm coat,"),
        ("item", 1, "Show your card at the desk."),
        ("item", 1, "Wait for the guide."),
    ]
    assert "\n1. Show your card" in found.text


def test_a_table_row_is_one_line_and_repeats_its_header() -> None:
    rows = [("Medium", "Period", "Fee"), ("Book", "28 days", "0.20"), ("Film", "7 days", "0.50")]

    def draw(canvas: Canvas) -> None:
        y = write(canvas, FILLER)
        for number, row in enumerate(rows):
            y -= 18
            for x, cell in zip((72, 200, 330), row, strict=True):
                write(canvas, [cell], x=x, y=y, font=BODY if number else BOLD)
        write(canvas, ["Ask at the desk."], y=y - 40)

    assert parts(document(draw))[1:] == [
        ("row", 1, "Medium: Book | Period: 28 days | Fee: 0.20"),
        ("row", 1, "Medium: Film | Period: 7 days | Fee: 0.50"),
        ("paragraph", 1, "Ask at the desk."),
    ]


def test_cells_of_several_lines_belong_to_their_row() -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, FILLER) - 20
        for name, about in (("Gate", ["opens at nine in", "the morning"]), ("Bridge", ["is closed to", "everybody"])):
            write(canvas, [name], x=72, y=y - 6)
            write(canvas, about, x=200, y=y)
            write(canvas, ["north of", "the river"], x=400, y=y)
            y -= 40

    assert parts(document(draw))[1:] == [
        ("row", 1, "Gate | opens at nine in the morning | north of the river"),
        ("row", 1, "Bridge | is closed to everybody | north of the river"),
    ]


def test_code_keeps_its_lines_and_indents() -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, FILLER)
        write(canvas, ["if late:", "    fee = days * rate", "print(fee)"], y=y - 12, font=MONO, size=10)

    assert parts(document(draw))[1:] == [("code", 1, "if late:\n    fee = days * rate\nprint(fee)")]


def test_the_title_is_its_own_where_that_says_something() -> None:
    def titled(title: str) -> str:
        def draw(canvas: Canvas) -> None:
            canvas.setTitle(title)
            write(canvas, FILLER)

        return document(draw).title

    assert titled("Guide  to the border") == "Guide to the border"
    for title in ("Microsoft Word - guide.doc", "untitled", "guide.tex", "", "12-3", "Contents"):
        assert titled(title) == "Border guide"


def picture(canvas: Canvas) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 20, 20, 555, 800)


def test_pages_that_are_pictures_are_named() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(1, 5):
            if number in (2, 4):
                picture(canvas)
            else:
                write(canvas, FILLER)
            canvas.showPage()

    found = document(draw)
    ocr = "they need OCR: e.g. ocrmypdf in.pdf out.pdf"
    assert found.notes == (f"pages 2 and 4 hold no text but pictures; {ocr}",)
    assert [block.page for block in found.blocks] == [1, 3]


def test_a_pdf_of_pictures_alone_is_refused_with_what_to_do() -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(3):
            picture(canvas)
            canvas.showPage()

    reason = "holds pictures of pages without text (3 pages); it needs OCR: e.g. ocrmypdf in.pdf out.pdf"
    assert refusal(made(draw)) == reason
    assert refusal(made(lambda canvas: canvas.showPage())) == "holds no text (1 page)"


def test_what_is_locked_damaged_or_no_pdf_is_said() -> None:
    locked = made(lambda canvas: write(canvas, FILLER) and None, encrypt=StandardEncryption("secret", strength=128))
    assert refusal(locked) == "is locked with a password; save a copy without one"
    assert refusal(b"<html>") == "is no PDF: it does not begin as one does; get a fresh copy"
    assert refusal(b"%PDF-1.7\n rubbish") == "is damaged: it can't be opened as a PDF; get a fresh copy"


def test_a_file_is_read_in_the_reading_process(tmp_path: Path) -> None:
    path = tmp_path / "border_guide.pdf"
    path.write_bytes(made(lambda canvas: write(canvas, FILLER) and None))
    assert parts(read(path)) == [("paragraph", 1, " ".join(FILLER))]


def test_lines_of_a_script_without_spaces_are_joined_without_any() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    first = "非武装地帯は朝鮮半島を横切る幅四キロメートルの土地である。一つはテソ"
    second = "ンドンという村である。もう一つは北にある。"
    found = parts(document(lambda canvas: write(canvas, [first, second], font="HeiseiMin-W3")))
    assert found == [("paragraph", 1, first + second)]


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("the", "zone", "the zone"),
        ("地", "帯", "地帯"),
        ("한반도", "지도", "한반도 지도"),
        ("系统", "udev", "系统 udev"),
        ("系统。", "udev", "系统。udev"),
    ],
)
def test_a_space_parts_two_lines_where_the_script_has_spaces(left: str, right: str, joined: str) -> None:
    assert joined_lines(left, right) == joined
