"""Records with named fields, such as objects in JSON or rows with long cells: each a section of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.building import DocumentBuilder
from corpus.prose import add_prose, cleaned, is_markup

__all__ = ["add_record", "is_long", "is_question_and_answer", "pairs_as_text"]

Field = tuple[str, str]

_NAMING = ("title", "name", "question", "headline", "heading", "subject", "label", "term", "topic")
# Where a name is an object: 'name.common', 'title.rendered'.
_NAME_WITHIN = re.compile(rf"(?:{'|'.join(_NAMING)})\.(?:common|full|rendered|display|default|value|text|label|en)")
_NUMBERING = ("id", "key", "code", "slug", "number", "no")
_BODIES = frozenset(
    ("answer", "answers", "a", "body", "content", "text", "description", "abstract", "summary", "details", "message",
     "comment", "bio", "reply")
)  # fmt: skip
_QUESTIONS = frozenset(("question", "q", "questions"))
_SENTENCE_END = re.compile(r"[.!?…。！？][\"')”’]?(?:\s|$)")
_LONGEST_HEADING = 200
# Longer rows are parted: a citation of forty fields shows none.
_LONGEST_ROW = 600


def is_long(text: str) -> bool:
    """Whether a field's value is to be read as paragraphs rather than shown beside its name."""
    if is_markup(text):
        return True
    if len(text) <= 120 or " " not in text:
        return False
    return len(text) > 240 or bool(_SENTENCE_END.search(text))


def is_question_and_answer(names: Sequence[str]) -> bool:
    """Whether fields hold questions and their answers, which make a heading and the text below it."""
    short = {_short(name) for name in names}
    return bool(short & _QUESTIONS) and bool(short & {"answer", "a", "answers", "reply"})


def pairs_as_text(fields: Sequence[Field]) -> str:
    """Fields on one line: 'Name: Ada | Year: 1843'. Empty ones are left out."""
    shown = ((" ".join(name.split()), " ".join(value.split())) for name, value in fields)
    return " | ".join(f"{name}: {value}" if name else value for name, value in shown if value)


def add_record(builder: DocumentBuilder, fields: Sequence[Field], place: str, level: int, name: str) -> None:
    """Add a record as a section: what names it as the heading, short fields as rows, long ones as paragraphs.

    `name` is the heading where no field names the record. A long field other than the first or one
    called 'text', 'answer' and the like stands under its own name, a level deeper.
    """
    fields = [(name, cleaned(value)) for name, value in fields if value.strip()]
    naming = _naming(fields)
    builder.add("heading", fields[naming][1] if naming is not None else name, level, place=place)
    answers = naming is not None and _is_question(fields[naming])
    long = [
        i for i, field in enumerate(fields) if i != naming and (is_long(field[1]) or _is_body(field, naming, answers))
    ]
    short = [field for i, field in enumerate(fields) if i not in long]
    if not long or short[:1] != short or naming is None:
        _add_rows(builder, [field for field in short if not (long and answers and field is fields[naming])], place)
    for i in sorted(long, key=lambda i: _short(fields[i][0]) not in _BODIES):
        if len(long) > 1 and _short(fields[i][0]) not in _BODIES and fields[i][0]:
            builder.add("heading", fields[i][0], min(6, level + 1), place=place)
        add_prose(builder, fields[i][1], place=place)


def _add_rows(builder: DocumentBuilder, fields: Sequence[Field], place: str) -> None:
    row: list[Field] = []
    for field in fields:
        if row and len(pairs_as_text([*row, field])) > _LONGEST_ROW:
            builder.add("row", pairs_as_text(row), place=place)
            row = []
        row.append(field)
    builder.add("row", pairs_as_text(row), place=place)


def _naming(fields: Sequence[Field]) -> int | None:
    """Which field names the record, if any."""
    names = [_short(name) for name, _ in fields]
    likely = [i for wanted in _NAMING for i, name in enumerate(names) if name == wanted]
    likely += [i for i, (name, _) in enumerate(fields) if _NAME_WITHIN.fullmatch(name.lower())]
    likely += [i for i, name in enumerate(names) if name.endswith((" name", " title")) or name in _QUESTIONS]
    likely += [i for wanted in _NUMBERING for i, name in enumerate(names) if name == wanted]
    return next((i for i in likely if _is_own(fields[i][0]) and _may_head(fields[i][1])), None)


def _is_own(name: str) -> bool:
    """Whether a field is the record's own rather than one of what is nested in it."""
    return "." not in name or bool(_NAME_WITHIN.fullmatch(name.lower()))


def _may_head(value: str) -> bool:
    return len(value) <= _LONGEST_HEADING and "\n" not in value.strip() and "://" not in value


def _is_body(field: Field, naming: int | None, answers: bool) -> bool:
    return naming is not None and _short(field[0]) in _BODIES and (answers or len(field[1].split()) > 3)


def _is_question(field: Field) -> bool:
    return _short(field[0]) in _QUESTIONS


def _short(name: str) -> str:
    """A field's name as it is compared: 'meta.productName' and 'Product name' are 'product name'."""
    last = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rsplit(".", 1)[-1])
    return " ".join(re.split(r"[\s_-]+", last.strip().lower()))
