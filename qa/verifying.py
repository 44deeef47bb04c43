"""Whether what was once quoted still stands in the documents: intact, moved, changed or gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

from corpus import Document, QuidError, split_sentences
from index import UnknownDocument
from qa.quotations import locate, nearest

__all__ = ["BadReceipts", "Check", "Receipt", "Standing", "read_receipts", "verify"]

Standing = Literal["intact", "moved", "changed", "gone"]

_MANY = 256


class BadReceipts(QuidError):
    """The file holds no quotations that can be looked up."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}; expected a conversation exported as JSON, or what `python -m qa ask --json` prints"
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class Receipt:
    """A quotation as it was given: the characters [start, end) of a document whose text had that `sha256`."""

    question: str
    number: int
    document: str
    start: int
    end: int
    quote: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What became of a quotation.

    Intact: the same characters at the same place. Moved: the same words at `document`, `start`,
    `end`, elsewhere or with other spacing. Changed: the document is there and doesn't say it any
    more; `now` is its sentence that comes nearest. Gone: nor is the document there.
    """

    receipt: Receipt
    standing: Standing
    document: str
    start: int | None = None
    end: int | None = None
    now: str = ""

    @property
    def holds(self) -> bool:
        return self.standing in ("intact", "moved")

    def to_json(self) -> dict[str, Any]:
        """The check in the shape that scripts rely on."""
        one = self.receipt
        then = {"document": one.document, "start": one.start, "end": one.end, "sha256": one.sha256}
        now = {"document": self.document, "start": self.start, "end": self.end}
        return {
            "question": one.question, "number": one.number, "quote": one.quote, "standing": self.standing,
            "then": then, "now": now if self.holds else None, "nearest": self.now or None,
        }  # fmt: skip


class Library(Protocol):
    """The documents as they are now."""

    def documents(self) -> Sequence[Any]:
        """A record of each, with its `id`."""
        ...

    def document(self, id: str) -> Document:
        """The document; UnknownDocument where there is none."""
        ...


def read_receipts(path: Path) -> list[Receipt]:
    """The quotations of an exported conversation, of an answer as JSON, or of one answer a line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadReceipts(path, "is not UTF-8") from None
    except OSError as error:
        raise BadReceipts(path, f"can't be read ({(error.strerror or str(error)).lower()})") from None
    answers = list(_answers(_values(path, text)))
    if not answers:
        raise BadReceipts(path, "no answer is in it")
    return [_receipt(path, answer, one) for answer in answers for one in answer.get("citations") or ()]


def verify(receipts: Iterable[Receipt], library: Library) -> Iterator[Check]:
    """What became of each quotation, in order."""
    shelf = _Shelf(library)
    return (_check(receipt, shelf) for receipt in receipts)


class _Shelf:
    """Documents that are read again and again, a few of them kept."""

    def __init__(self, library: Library) -> None:
        self._ids = [record.id for record in library.documents()]
        self._read = lru_cache(maxsize=_MANY)(library.document)

    def find(self, id: str) -> Document | None:
        try:
            return self._read(id)
        except UnknownDocument:
            return None

    def others(self, id: str) -> Iterator[Document]:
        return (found for other in self._ids if other != id and (found := self.find(other)))


def _check(receipt: Receipt, shelf: _Shelf) -> Check:
    own = shelf.find(receipt.document)
    if own and own.text[receipt.start : receipt.end] == receipt.quote:
        return Check(receipt, "intact", own.id, receipt.start, receipt.end)
    for document in (*filter(None, [own]), *shelf.others(receipt.document)):
        places = locate(document.text, receipt.quote)
        if places:
            start, end = min(places, key=lambda place: abs(place[0] - receipt.start))
            return Check(receipt, "moved", document.id, start, end)
    if own is None:
        return Check(receipt, "gone", receipt.document)
    return Check(receipt, "changed", own.id, now=nearest(receipt.quote, _sentences(own)) or "")


def _sentences(document: Document) -> Iterator[str]:
    for block in document.blocks:
        said = document.text[block.start : block.end]
        yield from (" ".join(said[start:end].split()) for start, end in split_sentences(said))


def _values(path: Path, text: str) -> list[Any]:
    """One JSON value, or one a line."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError as error:
        first = error
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError:
        raise BadReceipts(path, f"is not JSON ({first.msg}, line {first.lineno})") from None


def _answers(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for value in values:
        if isinstance(value, list):
            yield from _answers(value)
        elif isinstance(value, dict) and isinstance(value.get("turns"), list):
            yield from (turn for turn in value["turns"] if isinstance(turn, dict))
        elif isinstance(value, dict) and ("citations" in value or "question" in value):
            yield value


def _receipt(path: Path, answer: Mapping[str, Any], one: Any) -> Receipt:
    question = answer.get("question", "")
    try:
        receipt = Receipt(
            str(question), int(one["number"]), one["document"], one["start"], one["end"], one["quote"],
            one.get("sha256") or "",
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadReceipts(path, f"a quotation of the answer to {question!r} is damaged ({error})") from None
    texts, places = (receipt.document, receipt.quote, receipt.sha256), (receipt.start, receipt.end)
    right = all(isinstance(text, str) for text in texts) and all(type(place) is int for place in places)
    if not right or not receipt.quote.strip() or not 0 <= receipt.start < receipt.end:
        raise BadReceipts(path, f"quotation [{receipt.number}] of the answer to {question!r} has no words or no place")
    return receipt
