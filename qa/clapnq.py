"""Collections in the form of CLAPnq: questions with a passage, and the sentences of it that answer.

Rosenthal and others, CLAPNQ: Cohesive long-form answers from passages in Natural Questions for RAG
systems (TACL 2025). The same rows as KILT's, with `selected_sentences`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus import Document, plain_document
from qa.judged import BadDataset, Problem, json_objects, read_text
from qa.judgements import Dataset, Judgement, Question

__all__ = ["is_clapnq", "read_clapnq"]

_EXPECTED = 'expected {"id", "input", "passages": [{"title", "text"}], "output": [{"selected_sentences"}]}'


def is_clapnq(path: Path) -> bool:
    """Whether the first line of a .jsonl file is a row of such a collection."""
    if path.suffix.lower() != ".jsonl":
        return False
    line = read_text(path).lstrip().split("\n", 1)[0]
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        return False
    return isinstance(row, dict) and row.keys() >= {"input", "passages", "output"}


def read_clapnq(name: str, files: Sequence[Path]) -> Dataset:
    """The questions of the files, over the passages of all of them; BadDataset says what is wrong, and where.

    The answers that several people gave are alternatives; one without sentences says nothing. A
    question that nobody answered is one that the passages do not answer.
    """
    documents: dict[tuple[str, str], str] = {}
    questions: dict[str, Question] = {}
    problems: list[Problem] = []
    for place, row in _rows(files):
        try:
            question = _question(row, _names(row["passages"], documents), place)
        except (KeyError, TypeError, AttributeError) as error:
            raise BadDataset(place, f"not as CLAPnq has it ({error!r}); {_EXPECTED}") from None
        if question.id in questions:
            raise BadDataset(place, f"the question id {question.id!r} occurs twice; ids must differ")
        if question.judgements or not any(one.get("answer") for one in row["output"]):
            questions[question.id] = question
        else:
            problems.append(Problem(place, f"an answer, but no sentence selected for it: {question.text!r}"))
    return Dataset(
        name,
        "judged",
        tuple(questions.values()),
        problems=tuple(problems),
        documents=lambda: _documents(documents, files[0].name),
        corpus_files=tuple(files),
    )


def _rows(files: Sequence[Path]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in files:
        for number, row in json_objects(path, read_text(path)):
            if isinstance(row, Problem):
                raise BadDataset(row.place, f"{row.reason}; {_EXPECTED}")
            yield f"{path}:{number}", row


def _names(passages: Sequence[Mapping[str, str]], documents: dict[tuple[str, str], str]) -> list[str]:
    """The ids of the passages' documents: the title, numbered from the second of that title on."""
    names = []
    for one in passages:
        key = one["title"].strip(), one["text"].strip()
        if key not in documents:
            base = "_".join(key[0].split()) or "passage"
            others = sum(title == key[0] for title, _ in documents)
            documents[key] = f"{base}/{others + 1}" if others else base
        names.append(documents[key])
    return names


def _question(row: Mapping[str, Any], names: Sequence[str], place: str) -> Question:
    answers = dict.fromkeys(
        " [...] ".join(sentence.strip() for sentence in one["selected_sentences"])
        for one in row["output"]
        if one.get("selected_sentences")
    )
    return Question(
        str(row["id"]), row["input"].strip(),
        tuple(Judgement(names[0], quote=quote, place=place) for quote in answers),
    )  # fmt: skip


def _documents(documents: Mapping[tuple[str, str], str], source: str) -> Iterator[Document]:
    for (title, text), name in documents.items():
        yield plain_document(name, title, source, text)
