"""A slide is a page: its title, what stands on it, and what its speaker is to say."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from blocks_of import changed, parts, places, refusal, zipped
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from corpus import Document, split
from corpus.pptx import read_pptx

TITLE, BODY, TITLE_ONLY, BLANK = 0, 1, 5, 6


def slide(show: Any, layout: int, title: str = "") -> Any:
    added = show.slides.add_slide(show.slide_layouts[layout])
    if title:
        added.shapes.title.text = title
    return added


def text_box(shapes: Any, text: str) -> None:
    shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = text


def saved(show: Any) -> bytes:
    file = io.BytesIO()
    show.save(file)
    return file.getvalue()


def read(show: Any) -> Document:
    return read_pptx(saved(show), "d", "data/zone_talk.pptx")


def pages(document: Document) -> list[int | None]:
    return [block.page for block in document.blocks]


def test_a_slide_is_a_page_with_its_title_as_a_heading() -> None:
    show = Presentation()
    slide(show, TITLE, "Zone plan").placeholders[1].text = "By Ada"
    body = slide(show, BODY, "Goals\vof the zone").placeholders[1].text_frame
    body.text = "Keep the peace."
    for level, text in ((1, "In the north"), (0, "Third")):
        added = body.add_paragraph()
        added.text, added.level = text, level
    document = read(show)
    assert document.title == "Zone plan"
    assert parts(document) == [
        ("heading1", "Zone plan"),
        ("paragraph", "By Ada"),
        ("heading1", "Goals of the zone"),
        ("item1", "Keep the peace."),
        ("item2", "In the north"),
        ("item1", "Third"),
    ]
    assert pages(document) == [1, 1, 2, 2, 2, 2]
    assert [passage.page for passage in split(document, len, 500)] == [1, 2]


def test_notes_are_marked_as_such() -> None:
    show = Presentation()
    slide(show, TITLE_ONLY, "Goals").notes_slide.notes_text_frame.text = "Greet first.\nThen begin."
    document = read(show)
    assert parts(document) == [
        ("heading1", "Goals"),
        ("heading2", "Notes"),
        ("paragraph", "Greet first."),
        ("paragraph", "Then begin."),
    ]
    assert places(document)[2:] == ["speaker notes", "speaker notes"]


def test_tables_groups_and_charts_are_read() -> None:
    show = Presentation()
    shapes = slide(show, TITLE_ONLY, "Numbers").shapes
    table = shapes.add_table(3, 2, 0, 0, Inches(4), Inches(2)).table
    for row, cells in enumerate((("Year", "Guards"), ("1953", "100"), ("1960", "250"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    text_box(shapes.add_group_shape().shapes.add_group_shape().shapes, "Within a group.")
    data = CategoryChartData()
    data.categories = ["East", "West"]
    data.add_series("Sales", (1.5, 2))
    data.add_series("Cost", (1, None))
    chart = shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales by side"
    assert parts(read(show)) == [
        ("heading1", "Numbers"),
        ("row", "Year: 1953 | Guards: 100"),
        ("row", "Year: 1960 | Guards: 250"),
        ("paragraph", "Within a group."),
        ("paragraph", "Sales by side"),
        ("row", "East | Sales: 1.5 | Cost: 1"),
        ("row", "West | Sales: 2"),
    ]


def test_a_chart_of_an_unknown_kind_costs_no_more_than_itself() -> None:
    show = Presentation()
    shapes = slide(show, TITLE_ONLY, "Numbers").shapes
    data = CategoryChartData()
    data.categories = [dt.date(2024, 3, 5)]
    data.add_series("Sales", (1.5,))
    for _ in range(2):
        shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
    text_box(shapes, "Still here.")
    good = saved(show)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        name = sorted(name for name in archive.namelist() if "/charts/chart" in name)[0]
        unknown = archive.read(name).replace(b"c:barChart>", b"c:stockChart>")
    document = read_pptx(changed(good, **{name: unknown}), "d", "a.pptx")
    assert parts(document)[1:] == [("row", "2024-03-05 | Sales: 1.5"), ("paragraph", "Still here.")]
    assert document.notes == ("a shape on slide 1 could not be read",)


def test_slides_without_a_title_have_a_number_and_empty_ones_no_heading() -> None:
    show = Presentation()
    slide(show, BLANK)
    text_box(slide(show, BLANK).shapes, "Only text.")
    document = read(show)
    assert (document.title, parts(document)) == ("Zone talk", [("heading1", "Slide 2"), ("paragraph", "Only text.")])


def test_hidden_slides_are_left_out_and_told_of() -> None:
    show = Presentation()
    slide(show, TITLE_ONLY, "Shown")
    slide(show, TITLE_ONLY, "Secret")._element.set("show", "0")
    document = read(show)
    assert parts(document) == [("heading1", "Shown")]
    assert document.notes == ("the hidden slide 2 was left out",)


def test_the_title_of_the_properties_goes_first_unless_a_program_made_it_up() -> None:
    for title, expected in {"The zone": "The zone", "PowerPoint Presentation": "First"}.items():
        show = Presentation()
        slide(show, TITLE_ONLY, "First")
        show.core_properties.title = title
        assert read(show).title == expected


def test_what_is_no_presentation_is_refused_in_one_line() -> None:
    show = Presentation()
    slide(show, TITLE_ONLY, "First")
    good, damaged = saved(show), "is damaged; open it in PowerPoint or the like and save it anew"
    assert refusal(read_pptx, zipped({"word/document.xml": ""})) == (
        "is no PowerPoint presentation but a Word document; name it .docx"
    )
    assert refusal(read_pptx, changed(good, ppt__slides__slide1=None, **{"ppt__slides__slide1.xml": "<p"})) == damaged
    assert refusal(read_pptx, good[:9000]).startswith("is damaged")
