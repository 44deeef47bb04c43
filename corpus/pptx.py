"""PowerPoint presentations (.pptx): a slide is a page, its title a heading. The only file that knows python-pptx.

What stands on a slide is read in the order that screen readers go by, then the speaker's notes.
Hidden slides are left out and told of in the document's notes; pictures are not read.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

from corpus.archives import DAMAGED, check_archive
from corpus.building import DocumentBuilder
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.grid_headers import Cell, find_header, is_form, kind_of
from corpus.naming import title_from_name
from corpus.noting import with_notes
from corpus.office import core_title, expect_part
from corpus.prose import Placed
from corpus.records import pairs_as_text

__all__ = ["read_pptx"]

_LONGEST_TITLE = 200
_DEEPEST_GROUP = 20
_MOST_POINTS = 200
_UNTITLED = re.compile(r"Slide \d+")
_BROKEN = (*DAMAGED, LookupError, TypeError, AttributeError)
_FURNITURE = ("DATE", "FOOTER", "SLIDE_NUMBER", "HEADER")


def read_pptx(data: bytes, id: str, source: str) -> Document:
    """A presentation; its title is that in its properties, else the first slide's, else the file's name."""
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    archive = check_archive(data, source)
    expect_part(archive, "ppt/presentation.xml", source, "PowerPoint presentation")
    builder, notes = DocumentBuilder(), []
    try:
        title = core_title(archive, source)
        for number, slide in enumerate(Presentation(io.BytesIO(data)).slides, start=1):
            if slide._element.get("show") in ("0", "false"):
                notes.append(f"the hidden slide {number} was left out")
            elif unread := _add_slide(Placed(builder, page=number), slide, number):
                what = "a shape" if unread == 1 else f"{unread} shapes"
                notes.append(f"{what} on slide {number} could not be read")
    except (*_BROKEN, PythonPptxError, SyntaxError, RecursionError) as error:
        raise UnreadableDocument(source, "is damaged; open it in PowerPoint or the like and save it anew") from error
    first = builder.first_heading()
    title = title or ("" if _UNTITLED.fullmatch(first) else first) or title_from_name(source)
    return with_notes(builder.document(id, title, source), notes)


def _add_slide(builder: Placed, slide: Any, number: int) -> int:
    """Add what stands on a slide, and give how many of its shapes could not be read."""
    titled = slide.shapes.title
    title = " ".join(_text(titled.text_frame).split()) if titled is not None else ""
    is_heading = 0 < len(title) <= _LONGEST_TITLE
    shapes = [shape for shape in _flat(slide.shapes) if not (is_heading and shape.shape_id == titled.shape_id)]
    notes = _notes(slide)
    if is_heading or notes or any(map(_has_content, shapes)):
        builder.add("heading", title if is_heading else f"Slide {number}", 1)
    unread = 0
    for shape in shapes:
        try:
            _add_shape(builder, shape)
        except _BROKEN:  # such as a chart of a kind that the library doesn't know
            unread += 1
    if notes:
        builder.add("heading", "Notes", 2)
        for line in notes:
            builder.add("paragraph", line, place="speaker notes")
    return unread


def _flat(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """The shapes of a slide, those within groups too, without what every slide repeats."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            if depth < _DEEPEST_GROUP:
                yield from _flat(shape.shapes, depth + 1)
        elif not (shape.is_placeholder and shape.placeholder_format.type.name in _FURNITURE):
            yield shape


def _has_content(shape: Any) -> bool:
    return shape.has_table or shape.has_chart or (shape.has_text_frame and bool(_text(shape.text_frame).strip()))


def _add_shape(builder: Placed, shape: Any) -> None:
    if shape.has_text_frame:
        _add_text(builder, shape)
    elif shape.has_table:
        _add_table(builder, shape.table)
    elif shape.has_chart:
        _add_chart(builder, shape.chart)


def _add_text(builder: Placed, shape: Any) -> None:
    """A text as paragraphs; where it is a list, which a body placeholder with several lines is, as items."""
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if _line(paragraph)]
    is_body = shape.is_placeholder and shape.placeholder_format.type.name in ("BODY", "OBJECT", "VERTICAL_BODY")
    is_list = is_body and len(paragraphs) > 1
    for paragraph in paragraphs:
        marked = _is_marked(paragraph)
        if marked or (marked is None and (is_list or paragraph.level)):
            builder.add("item", _line(paragraph), paragraph.level + 1, "- ")
        else:
            builder.add("paragraph", _line(paragraph))


def _is_marked(paragraph: Any) -> bool | None:
    """Whether a paragraph says that it has a bullet or number; None where its layout decides."""
    properties = paragraph._p.pPr
    tags = {child.tag.rsplit("}", 1)[-1] for child in properties} if properties is not None else set()
    return True if tags & {"buChar", "buAutoNum", "buBlip"} else False if "buNone" in tags else None


def _line(paragraph: Any) -> str:
    return paragraph.text.replace("\v", "\n").strip()


def _text(frame: Any) -> str:
    return frame.text.replace("\v", " ")


def _add_table(builder: Placed, table: Any) -> None:
    rows = [[Cell(text, kind_of(text)) for text in map(_cell_text, row.cells)] for row in table.rows]
    form = is_form(rows)
    size, names = (0, []) if form else find_header(rows, ())
    if not form and not size and table.first_row and len(rows) > 1:
        size, names = 1, [cell.text for cell in rows[0]]
    for row in rows[size:]:
        texts = [cell.text for cell in row if cell.text or not form]
        if form and len(texts) == 2:
            builder.add("row", f"{texts[0].rstrip(' :')}: {texts[1]}")
        else:
            named = [*names, *[""] * (len(texts) - len(names))][: len(texts)]
            builder.add("row", pairs_as_text(list(zip(named, texts, strict=True))))


def _cell_text(cell: Any) -> str:
    if cell.is_spanned:
        return ""
    return " ".join(_text(cell.text_frame).split())


def _add_chart(builder: Placed, chart: Any) -> None:
    """A chart's title, and a row for each of its categories."""
    if chart.has_title and chart.chart_title.has_text_frame:
        builder.add("paragraph", _text(chart.chart_title.text_frame), place="chart")
    has_days = bool(chart._chartSpace.xpath("//c:dateAx"))
    for plot in chart.plots:
        series = [(s.name, list(s.values)) for s in plot.series]
        for i, category in enumerate(_categories(plot, has_days)):
            values = [(name, f"{v[i]:.15g}") for name, v in series if i < len(v) and v[i] is not None]
            builder.add("row", pairs_as_text([("", category), *values]), place="chart")


def _categories(plot: Any, has_days: bool) -> list[str]:
    """What a chart's values are of; days, which it counts from 1899, as such."""
    names = [str(category) for category in list(plot.categories)[:_MOST_POINTS]]
    return [_day(name) for name in names] if has_days else names


def _day(count: str) -> str:
    if not count.removesuffix(".0").isdigit() or float(count) > 2_000_000:
        return count
    return (dt.date(1899, 12, 30) + dt.timedelta(days=float(count))).isoformat()


def _notes(slide: Any) -> list[str]:
    if not slide.has_notes_slide or slide.notes_slide.notes_text_frame is None:
        return []
    return [line for paragraph in slide.notes_slide.notes_text_frame.paragraphs if (line := _line(paragraph))]
