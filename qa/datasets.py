"""Test collections: their questions, what was judged to answer them, and their documents.

A BEIR folder, a SQuAD 2.0 file, CLAPnq and a file of judged questions all become one `Dataset`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus import Document, plain_document
from qa.clapnq import is_clapnq, read_clapnq
from qa.judged import (
    BadDataset,
    JudgedQuestion,
    Problem,
    SetAside,
    json_objects,
    read_judged,
    read_text,
    refuse_contradictions,
)
from qa.judgements import Dataset, DatasetKind, Judgement, Question

__all__ = ["Dataset", "DatasetKind", "Judgement", "Question", "group_judged", "read_dataset"]

def read_dataset(path: Path, split: str = "test", unjudged: str = "unanswerable") -> Dataset:
    """The test collection in a BEIR folder, a SQuAD 2.0 file, CLAPnq's or a file of judged questions.

    `split` names the file of BEIR judgements. `unjudged` says what a BEIR question without any
    judgement is: "unanswerable" from the documents, or to be "ignored". BadDataset says what is
    wrong and in which line.
    """
    if rows := [file for file in (sorted(path.iterdir()) if path.is_dir() else [path]) if is_clapnq(file)]:
        return read_clapnq(path.resolve().stem, rows)
    if path.is_dir():
        judged_files = _judged_files(path)
        return _read_judged(path.resolve().name, judged_files) if judged_files else _read_beir(path, split, unjudged)
    if not path.exists():
        raise BadDataset(str(path), "there is no such folder or file")
    if path.suffix.lower() == ".json" and _is_squad(path):
        return _read_squad(path)
    return _read_judged(path.stem, [path])


def _judged_files(folder: Path) -> list[Path]:
    """The files of judged questions in a folder that isn't BEIR's."""
    if any((folder / name).exists() for name in ("corpus.jsonl", "queries.jsonl", "qrels")):
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jsonl", ".csv", ".tsv"))


def _read_judged(name: str, files: Iterable[Path]) -> Dataset:
    read = [read_judged(file) for file in files]
    judged = [question for questions, _ in read for question in questions]
    refuse_contradictions(judged)
    found = [one for _, problems in read for one in problems]
    return Dataset(
        name,
        "judged",
        tuple(group_judged(judged)),
        problems=tuple(one for one in found if not isinstance(one, SetAside)),
        notes=tuple(str(one) for one in found if isinstance(one, SetAside)),
    )


def group_judged(judged: Iterable[JudgedQuestion]) -> list[Question]:
    """One question for all the lines that judge it, in the order of their first lines.

    Its id is made of its words, so that it stays the same in a file that grows.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[JudgedQuestion]] = {}
    for one in judged:
        groups.setdefault((one.question, one.earlier), []).append(one)
    return [
        Question(
            id="q" + hashlib.sha256(json.dumps([text, *earlier]).encode()).hexdigest()[:10],
            text=text,
            earlier=earlier,
            kind=next((one.kind for one in group if one.kind), ""),
            judgements=tuple(
                Judgement(one.document, quote=one.quote, place=one.place) for one in _distinct(group) if one.document
            ),
        )
        for (text, earlier), group in groups.items()
    ]


def _distinct(group: Iterable[JudgedQuestion]) -> Iterable[JudgedQuestion]:
    """Each quotation once, where several lines or people name it."""
    firsts: dict[tuple[str | None, str | None], JudgedQuestion] = {}
    for one in group:
        firsts.setdefault((one.document, one.quote), one)
    return firsts.values()


def _read_beir(folder: Path, split: str, unjudged: str) -> Dataset:
    corpus_file, queries_file = folder / "corpus.jsonl", folder / "queries.jsonl"
    for file in (corpus_file, queries_file):
        if not file.is_file():
            has = "a BEIR folder has corpus.jsonl, queries.jsonl, qrels/"
            raise BadDataset(str(folder), f"no {file.name} in it; {has}")
    documents = _by_id(corpus_file)
    queries = _by_id(queries_file)
    qrels_file = _qrels_file(folder, split)
    qrels = _read_qrels(qrels_file)
    elsewhere = _judged_elsewhere(folder, qrels_file)
    asked = [id for id in queries if id in qrels or (unjudged == "unanswerable" and id not in elsewhere)]
    return Dataset(
        name=folder.resolve().name,
        kind="BEIR",
        questions=tuple(
            Question(id, str(queries[id].get("text", "")), tuple(qrels.get(id, {}).values())) for id in asked
        ),
        notes=tuple(_beir_notes(qrels_file, qrels, documents, queries, len(asked))),
        documents=lambda: _beir_documents(corpus_file),
        corpus_files=(corpus_file,),
    )


def _by_id(path: Path) -> dict[str, Mapping[str, Any]]:
    rows: dict[str, Mapping[str, Any]] = {}
    lines: dict[str, int] = {}
    for number, row in json_objects(path, read_text(path)):
        if isinstance(row, Problem):
            raise BadDataset(row.place, f'{row.reason}; expected {{"_id": ..., "text": ...}}')
        name, place = str(row.get("_id") or ""), f"{path}:{number}"
        if not name or not isinstance(row.get("text"), str):
            raise BadDataset(place, f"no {'_id' if not name else 'text'}; expected {{\"_id\": ..., \"text\": ...}}")
        if name in rows:
            raise BadDataset(place, f"the id {name!r} is taken by line {lines[name]}; ids must differ")
        rows[name], lines[name] = row, number
    if not rows:
        raise BadDataset(str(path), 'it is empty; expected a line {"_id": ..., "text": ...} for each')
    return rows


def _beir_documents(corpus_file: Path) -> Iterator[Document]:
    source = f"{corpus_file.resolve().parent.name}/{corpus_file.name}"
    for name, row in _by_id(corpus_file).items():
        yield plain_document(name, str(row.get("title") or ""), source, row["text"])


def _qrels_file(folder: Path, split: str) -> Path:
    path = folder / "qrels" / f"{split}.tsv"
    if path.is_file():
        return path
    others = sorted(file.stem for file in (folder / "qrels").glob("*.tsv"))
    hint = f"; there is --split {' or '.join(others)}" if others else ""
    raise BadDataset(str(path), f"no such file, and without judgements nothing can be measured{hint}")


def _read_qrels(path: Path) -> dict[str, dict[str, Judgement]]:
    qrels: dict[str, dict[str, Judgement]] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and cells[-1].strip().lower() in ("score", "relevance", "grade")):
            continue
        place = f"{path}:{number}"
        try:
            query, document, grade = cells[0].strip(), cells[1].strip(), int(cells[2])
        except (IndexError, ValueError):
            raise BadDataset(place, f"{line!r}; expected query-id, corpus-id and a whole score, with tabs") from None
        first = qrels.setdefault(query, {}).setdefault(document, Judgement(document, grade, place=place))
        if first.grade != grade:
            raise BadDataset(place, f"{query} {document} is judged {grade} here and {first.grade} in {first.place}")
    if not qrels:
        raise BadDataset(str(path), "it holds no judgement; expected query-id, corpus-id and score, with tabs")
    return qrels


def _judged_elsewhere(folder: Path, qrels_file: Path) -> set[str]:
    """Questions of other splits: not judged here, but not unanswerable for that."""
    others = [file for file in (folder / "qrels").glob("*.tsv") if file != qrels_file]
    return {line.split("\t")[0] for file in others for line in read_text(file).splitlines()}


def _beir_notes(
    qrels_file: Path,
    qrels: Mapping[str, Mapping[str, Judgement]],
    documents: Mapping[str, object],
    queries: Mapping[str, object],
    asked: int,
) -> Iterator[str]:
    strays = [judgement for one in qrels.values() for judgement in one.values() if judgement.document not in documents]
    if strays:
        yield (
            f"{strays[0].place}: no document {strays[0].document!r} in corpus.jsonl ({len(strays)} such "
            "judgements); they count as never found, as trec_eval counts them"
        )
    lost = [query for query in qrels if query not in queries]
    if lost:
        place = next(iter(qrels[lost[0]].values())).place
        yield f"{place}: no question {lost[0]!r} in queries.jsonl ({len(lost)} such questions); left out"
    unanswerable = asked - len(qrels) + len(lost)
    if unanswerable:
        yield (
            f"{unanswerable} of {asked} questions have no judgement in {qrels_file.name}: taken as questions that "
            "the documents don't answer; --unjudged ignored leaves them out"
        )


def _is_squad(path: Path) -> bool:
    """Whether a .json file is SQuAD's one object rather than JSON lines."""
    return '"paragraphs"' in read_text(path)


def _read_squad(path: Path) -> Dataset:
    try:
        articles = json.loads(read_text(path))["data"]
        paragraphs = list(_squad_paragraphs(articles))
    except json.JSONDecodeError as error:
        raise BadDataset(f"{path}:{error.lineno}", f"not JSON ({error.msg}, column {error.colno})") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise BadDataset(str(path), f"not as SQuAD 2.0 has it: data[].paragraphs[].qas[] ({error!r})") from None
    questions: dict[str, Question] = {}
    for document, _, paragraph in paragraphs:
        for row in paragraph["qas"]:
            question = _squad_question(path, document, row)
            if question.id in questions:
                raise BadDataset(str(path), f"the question id {question.id!r} occurs twice; ids must differ")
            questions[question.id] = question
    if not questions:
        raise BadDataset(str(path), "no question in it; expected data[].paragraphs[].qas[]")
    return Dataset(
        name=path.stem,
        kind="SQuAD",
        questions=tuple(questions.values()),
        documents=lambda: (
            plain_document(name, title, path.name, paragraph["context"]) for name, title, paragraph in paragraphs
        ),
        corpus_files=(path,),
    )


def _squad_paragraphs(articles: list[dict[str, Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(document id, title, paragraph) of each paragraph; ids count on where titles repeat."""
    counts: dict[str, int] = {}
    for article in articles:
        title = article.get("title", "")
        for paragraph in article["paragraphs"]:
            number = counts[title] = counts.get(title, 0) + 1
            paragraph["context"], paragraph["qas"]
            yield f"{'_'.join(title.split()) or 'paragraph'}/{number}", title.replace("_", " "), paragraph


def _squad_question(path: Path, document: str, row: Mapping[str, Any]) -> Question:
    try:
        answers = [] if row.get("is_impossible") else row["answers"]
        spans = {(answer["text"], int(answer["answer_start"])): None for answer in answers}
        return Question(
            id=str(row["id"]),
            text=row["question"],
            judgements=tuple(
                Judgement(document, quote=text, near=start, place=f"{path}, question {row['id']}")
                for text, start in spans
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadDataset(str(path), f"a question of {document} lacks what SQuAD 2.0 has ({error!r})") from None
