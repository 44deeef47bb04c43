"""What a question becomes: citations and the answer that is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from corpus import Passage, Sentence
from index import Hit

__all__ = ["Answer", "Citation", "Disagreement", "Statement", "Wording"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The range [start, end) of a passage, counted in the document's characters.

    The quoted text is cut from the passage whenever it is asked for and never stored apart, so a
    misquotation can't be built. `also` are the other places where the same sentences stand.
    ValueError where the range is empty or reaches beyond the passage.
    """

    number: int
    passage: Passage
    start: int
    end: int
    also: tuple[Citation, ...] = ()

    def __post_init__(self) -> None:
        if not self.passage.slice(self.start, self.end).strip():
            raise ValueError(f"[{self.start}, {self.end}) quotes nothing")

    @property
    def quote(self) -> str:
        """The document's own characters, as they stand."""
        return self.passage.slice(self.start, self.end)

    @property
    def page(self) -> int | None:
        """The page or slide that the quotation begins on; None where the document has none."""
        within = self.passage.within(self.start, self.end)
        return within[0].page if within else self.passage.page

    @property
    def place(self) -> str:
        """Where it stands in the original, in words: 'B7:D7', 'lines 12-30'; empty where nothing is to be said."""
        places = list(dict.fromkeys(one.place for one in self.passage.within(self.start, self.end) if one.place))
        return ", ".join(places if len(places) <= 3 else [places[0], "…", places[-1]])

    @property
    def parts(self) -> tuple[Sentence, ...]:
        """Its sentences, as far as they are quoted: what is one of a list, a row or code is shown as such."""
        return tuple(
            replace(one, start=max(one.start, self.start), end=min(one.end, self.end))
            for one in self.passage.within(self.start, self.end)
        )

    def to_json(self) -> dict[str, Any]:
        """The citation in the shape that scripts and sites rely on."""
        passage = self.passage
        return {
            "number": self.number,
            "quote": self.quote,
            **self._whereabouts(),
            "passage": {"start": passage.start, "end": passage.end, "text": passage.text},
            "parts": [{"start": one.start, "end": one.end, "kind": one.kind} for one in self.parts],
            "also": [one._whereabouts() for one in self.also],
        }

    def _whereabouts(self) -> dict[str, Any]:
        passage = self.passage
        return {
            "document": passage.document_id,
            "title": passage.title,
            "source": passage.source,
            "headings": list(passage.headings),
            "page": self.page,
            "place": self.place,
            "start": self.start,
            "end": self.end,
            "sha256": passage.sha256,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the wording, without its markers, and the numbers of the citations that bear it out."""

    text: str
    numbers: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """The statement in the shape that scripts and sites rely on."""
        return {"text": self.text, "citations": list(self.numbers)}


@dataclass(frozen=True, slots=True)
class Wording:
    """What the language model of that name made of the quotations; at least one statement."""

    model: str
    statements: tuple[Statement, ...]

    @property
    def text(self) -> str:
        """The statements with their markers."""
        return " ".join(one.text + "".join(f" [{number}]" for number in one.numbers) for one in self.statements)

    def to_json(self) -> dict[str, Any]:
        """The wording in the shape that scripts and sites rely on."""
        statements = [one.to_json() for one in self.statements]
        return {"model": self.model, "text": self.text, "statements": statements}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two citations of different documents that can't both be right, and what each says, as it is written."""

    numbers: tuple[int, int]
    said: tuple[str, str]

    def to_json(self) -> dict[str, Any]:
        """The disagreement in the shape that scripts and sites rely on."""
        return {"citations": list(self.numbers), "said": list(self.said)}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a refusal: not answered means no citations.

    `searched_for` is the question made to stand alone. `confidence` is the calibrated probability,
    0 to 1, that the answer is right (of a refusal: that answering would have been right).
    `hits` are the passages that came nearest, best first. `milliseconds` is keyed by stage.
    `text` is made of the quotations, whether or not there is a `wording` of them too.
    """

    question: str
    searched_for: str
    citations: tuple[Citation, ...]
    confidence: float
    hits: tuple[Hit, ...]
    text: str
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    disagreements: tuple[Disagreement, ...] = ()
    wording: Wording | None = None

    @property
    def answered(self) -> bool:
        return bool(self.citations)

    def to_json(self) -> dict[str, Any]:
        """The answer in the shape that scripts and sites rely on."""
        return {
            "question": self.question,
            "searched_for": self.searched_for,
            "answered": self.answered,
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "citations": [citation.to_json() for citation in self.citations],
            "disagreements": [one.to_json() for one in self.disagreements],
            "hits": [hit.to_json() for hit in self.hits],
            "milliseconds": {stage: round(value, 2) for stage, value in self.milliseconds.items()},
            "wording": self.wording and self.wording.to_json(),
        }
