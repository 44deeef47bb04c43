"""Which questions are answered differently by another generation of the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from qa.answer import Answer, Citation
from qa.datasets import Question, group_judged, read_dataset
from qa.feedback import FILE_NAME, FeedbackStore
from qa.judged import JudgedQuestion
from qa.quotations import pieces

__all__ = ["Change", "Difference", "compare_answers", "saved_questions"]

Change = Literal["answered now", "refused now", "other words", "other places"]


class Asker(Protocol):
    """Whoever answers, over one generation."""

    def ask(self, question: str, earlier: Sequence[str] = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose answer is another one now.

    "other places" are the same words from other documents. `was_right` and `is_right` say whether a
    cited passage holds a judged quotation; None where nothing was judged.
    """

    question: Question
    change: Change
    before: Answer
    now: Answer
    was_right: bool | None = None
    is_right: bool | None = None

    @property
    def is_worse(self) -> bool:
        """Whether it was right and isn't any more."""
        return bool(self.was_right and not self.is_right)

    def to_json(self) -> dict[str, Any]:
        """Both answers in the shape that scripts rely on."""
        return {
            "question": self.question.text,
            "earlier": list(self.question.earlier),
            "change": self.change,
            "was_right": self.was_right,
            "is_right": self.is_right,
            "before": self.before.to_json(),
            "now": self.now.to_json(),
        }


def saved_questions(paths: Iterable[Path], index: Path) -> list[Question]:
    """The questions of files, each once, and those that people asked before and that were kept.

    A .txt file has a question in each line; any other is a test collection or a file of judged
    questions (BadDataset where it can't be read).
    """
    found = [question for path in paths for question in _questions(path)]
    asked = [(one.question, one.earlier) for one in FeedbackStore(index / FILE_NAME).read()[0]]
    found += group_judged(JudgedQuestion(question, None, None, tuple(earlier)) for question, earlier in asked)
    firsts: dict[tuple[str, tuple[str, ...]], Question] = {}
    for one in found:
        firsts.setdefault((one.text, tuple(one.earlier)), one)
    return list(firsts.values())


def compare_answers(
    questions: Sequence[Question],
    before: Asker,
    now: Asker,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Difference]:
    """The questions that are answered differently, those that were right and aren't any more first."""
    found: list[Difference] = []
    for done, question in enumerate(questions, 1):
        old, new = (asker.ask(question.text, question.earlier) for asker in (before, now))
        if change := _change(old, new):
            found.append(Difference(question, change, old, new, _is_right(old, question), _is_right(new, question)))
        progress(done)
    return sorted(found, key=lambda one: not one.is_worse)


def _questions(path: Path) -> Sequence[Question]:
    if path.suffix.lower() != ".txt":
        return read_dataset(path).questions
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    return group_judged(JudgedQuestion(line.strip(), None, None) for line in lines if line.strip())


def _change(before: Answer, now: Answer) -> Change | None:
    if before.answered != now.answered:
        return "answered now" if now.answered else "refused now"
    if _words(before) != _words(now):
        return "other words"
    return "other places" if _documents(before) != _documents(now) else None


def _words(answer: Answer) -> list[str]:
    return [_collapsed(citation.quote) for citation in answer.citations]


def _documents(answer: Answer) -> list[str]:
    return [citation.passage.document_id for citation in answer.citations]


def _is_right(answer: Answer, question: Question) -> bool | None:
    judged = [(one.document, _collapsed(part)) for one in question.judgements for part in pieces(one.quote or "")]
    return any(_holds(one, *each) for one in answer.citations for each in judged) if judged else None


def _holds(citation: Citation, document: str, quote: str) -> bool:
    return citation.passage.document_id == document and quote in _collapsed(citation.passage.text)


def _collapsed(text: str | None) -> str:
    return " ".join((text or "").split())
