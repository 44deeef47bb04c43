"""What a test collection holds: its questions, and what was judged to answer them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus import Document
from qa.judged import Problem

__all__ = ["Dataset", "DatasetKind", "Judgement", "Question"]

DatasetKind = Literal["BEIR", "SQuAD", "judged"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A document that answers, and where it is known the words that do.

    `grade` is 1 or more where the document is relevant. In `quote`, "[...]" parts what belongs
    together but doesn't stand together. `near` is the character of the document
    at which the quotation stands; None: wherever the document says it. `place` is file:line.
    """

    document: str
    grade: int = 1
    quote: str | None = None
    near: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a test collection; its judgements are alternatives."""

    id: str
    text: str
    judgements: tuple[Judgement, ...] = ()
    earlier: tuple[str, ...] = ()
    kind: str = ""

    @property
    def answerable(self) -> bool:
        return any(judgement.grade > 0 for judgement in self.judgements)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A test collection. `problems` could not be judged and are left out; `notes` are for the user.

    `documents` reads the collection's documents, from `corpus_files`; where the questions are about
    an index that exists already, there are none.
    """

    name: str
    kind: DatasetKind
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    documents: Callable[[], Iterator[Document]] | None = None
    corpus_files: tuple[Path, ...] = ()
