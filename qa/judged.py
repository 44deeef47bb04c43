"""Questions with a judged answer, as people keep them: JSON lines, or a table out of a spreadsheet.

A line is {"question", "document", "quote"} and, if need be, "earlier" (the questions before it in
the conversation, oldest first) and "kind". Several lines of one question are alternatives, and
null for both document and quote says that the documents do not answer it. A judgement names a
quotation and no passage, so that it outlives another way of splitting.

Feedback from the chat (see qa.feedback) is such a file too: its lines with the "verdict" "wrong" or
"refused" don't say what would answer, nor that nothing does. They are set aside, and a "wrong" takes
back what was called right before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus import QuidError

__all__ = [
    "BadDataset",
    "JudgedQuestion",
    "Problem",
    "SetAside",
    "json_objects",
    "read_judged",
    "read_text",
    "refuse_contradictions",
]

_EXPECTED = 'expected {"question": "...", "document": "its id", "quote": "the words that answer"}'


class BadDataset(QuidError):
    """A file of questions or judgements can't be used; `place` is the file, with its line if known."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a data set that can't be judged; `place` says where, `reason` what and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class SetAside(Problem):
    """Lines that are no judgements and aren't meant to be: nothing is wrong with them."""


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question, and words of a document that answer it; no quote: the documents do not say.

    `document` is an id of the index. `place` is where the judgement was read, as file:line.
    """

    question: str
    document: str | None
    quote: str | None
    earlier: tuple[str, ...] = ()
    kind: str = ""
    place: str = field(default="", compare=False)


def read_judged(path: Path) -> tuple[list[JudgedQuestion], list[Problem]]:
    """The judged questions of a .jsonl, .csv or .tsv file, and the lines that hold none.

    What is set aside is counted in one `SetAside`. BadDataset where the file can't be read at all, or
    no line of it can.
    """
    text = read_text(path)
    rows = _json_rows if path.suffix.lower() in (".jsonl", ".json", ".ndjson") else _table_rows
    questions: list[tuple[int, JudgedQuestion]] = []
    problems: list[Problem] = []
    aside = _Aside()
    for line, row in rows(path, text):
        if not isinstance(row, Problem) and aside.takes(line, row):
            continue
        found = row if isinstance(row, Problem) else _judgement(row, f"{path}:{line}")
        if isinstance(found, Problem):
            problems.append(found)
        else:
            questions.append((line, found))
    kept = [one for line, one in questions if not aside.takes_back(line, one)]
    if not kept:
        reason = problems[0] if problems else aside.reason or _EXPECTED
        raise BadDataset(str(path), f"no judged question in it; {reason}")
    return kept, [*problems, SetAside(str(path), aside.reason)] if aside.reason else problems


def refuse_contradictions(questions: Iterable[JudgedQuestion]) -> None:
    """BadDataset where a question has a quotation in one line and none in another."""
    seen: dict[tuple[str, tuple[str, ...]], JudgedQuestion] = {}
    for one in questions:
        other = seen.setdefault((one.question, one.earlier), one)
        if (other.quote is None) != (one.quote is None):
            raise BadDataset(one.place, f"contradicts {other.place}: the same question, once answered and once not")


def read_text(path: Path) -> str:
    """A file of UTF-8, with or without a byte order mark; BadDataset where it is none."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadDataset(f"{path}:{line}", "not UTF-8; save the file again with that encoding") from None
    except OSError as error:
        raise BadDataset(str(path), f"can't be read ({error.strerror})") from None


def json_objects(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any] | Problem]]:
    """The JSON object of each line with its number from 1; blank lines are skipped."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            yield number, Problem(f"{path}:{number}", f"not JSON ({error.msg}, column {error.colno})")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            yield number, Problem(f"{path}:{number}", f"a {type(row).__name__} where a JSON object belongs")


class _Aside:
    """The lines of a file that say of a question that it was refused, or answered wrongly."""

    def __init__(self) -> None:
        self._counts = {"wrong": 0, "refused": 0}
        self._wrong: dict[str, int] = {}

    def takes(self, line: int, row: Mapping[str, Any]) -> bool:
        """Whether it is such a line."""
        verdict = row.get("verdict")
        if verdict not in ("wrong", "refused"):
            return False
        self._counts[verdict] += 1
        if verdict == "wrong":
            asked = row.get("question"), row.get("earlier") or ()
            self._wrong[_key(*asked, row.get("document"), row.get("quote"))] = line
        return True

    def takes_back(self, line: int, one: JudgedQuestion) -> bool:
        """Whether a later line calls that quotation wrong, or the whole answer."""
        places = ((one.document, one.quote), (None, None))
        return any(self._wrong.get(_key(one.question, one.earlier, *place), 0) > line for place in places)

    @property
    def reason(self) -> str:
        """How many they were, and where to see them; "" for none."""
        counts = " and ".join(f"{count:,} {verdict}" for verdict, count in self._counts.items() if count)
        return counts and f"{counts} in the chat, set aside: nobody said what would answer; see: python -m qa gaps"


def _key(*parts: object) -> str:
    return json.dumps(parts, default=str)


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any] | Problem]]:
    for number, row in json_objects(path, text):
        yield number, Problem(row.place, f"{row.reason}; {_EXPECTED}") if isinstance(row, Problem) else row


def _table_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in ("question", "document", "quote") if name not in names]
    if missing:
        raise BadDataset(f"{path}:1", f"no column {' nor '.join(missing)}; expected question, document, quote")
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            row: dict[str, Any] = dict.fromkeys(names) | dict(zip(names, cells, strict=False))
            yield line, {name: (value or "").strip() or None for name, value in row.items()} | {
                "earlier": _earlier_cell(row.get("earlier"))
            }
        line = reader.line_num + 1


def _earlier_cell(cell: str | None) -> list[str]:
    """Earlier questions in one cell: a line each."""
    return [line.strip() for line in (cell or "").splitlines() if line.strip()]


def _judgement(row: Mapping[str, Any], place: str) -> JudgedQuestion | Problem:
    fault = _fault(row)
    if fault:
        return Problem(place, f"{fault}; {_EXPECTED}")
    return JudgedQuestion(
        question=row["question"].strip(),
        document=row["document"],
        quote=row["quote"],
        earlier=tuple(row.get("earlier") or ()),
        kind=row.get("kind") or "",
        place=place,
    )


def _fault(row: Mapping[str, Any]) -> str | None:
    if not isinstance(row.get("question"), str) or not row["question"].strip():
        return "no question"
    for name in ("document", "quote"):
        if name not in row:
            return f"no {name!r} (null for both says that the documents do not answer)"
        if not (row[name] is None or (isinstance(row[name], str) and row[name].strip())):
            return f"{name} is {row[name]!r}"
    if (row["document"] is None) != (row["quote"] is None):
        return "document and quote belong together: both are given, or both are null"
    earlier = row.get("earlier") or []
    if not (isinstance(earlier, list) and all(isinstance(one, str) for one in earlier)):
        return 'earlier is no list of questions ["oldest first", ...]'
    if not isinstance(row.get("kind") or "", str):
        return f"kind is {row['kind']!r}, not a word"
    return None
