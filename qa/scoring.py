"""How one question's ranking and answer are scored against what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Hit
from qa.answer import Answer, Citation
from qa.answer_measures import exact_match, sentence_scores, token_f1
from qa.datasets import DatasetKind
from qa.evaluation import Expected
from qa.expecting import Shelf
from qa.measures import DEFAULT_MEASURES, grade_documents, measure_ranking

__all__ = ["ANSWER_MEASURES", "DEPTH", "SMALLER_IS_BETTER", "is_right", "meaning_of", "score_answer", "score_search"]

DEPTH = 100
QUOTATION_MEASURES = tuple(name for name in DEFAULT_MEASURES if not name.startswith("judged"))
ANSWER_MEASURES = (
    "right",
    "wrong",
    "wrongly refused",
    "rightly refused",
    "wrongly answered",
    "correct",
    "sentence precision",
    "sentence recall",
    "sentence F1",
    "exact match",
    "token F1",
    "AUROC",
    "AURC",
    "ECE",
)
SMALLER_IS_BETTER = frozenset({"wrong", "wrongly refused", "wrongly answered", "AURC", "ECE"})
_MEANINGS = {
    "right": "of the answerable, answered with a right citation",
    "wrong": "of the answerable, answered without one",
    "wrongly refused": "of the answerable, refused",
    "rightly refused": "of the unanswerable, refused",
    "wrongly answered": "of the unanswerable, answered",
    "correct": "of all, right or rightly refused",
    "sentence precision": "of the quoted, the share judged to answer",
    "sentence recall": "of the judged to answer, the share quoted",
    "sentence F1": "of both, a refusal counts 0",
    "AUROC": "answerable before unanswerable; 0.5 is chance",
    "AURC": "wrong among the surest answers",
    "ECE": "confidence off the share right",
    "nDCG@10": "how near the top the relevant ones stand",
    "RR": "1 divided by the rank of the first relevant one",
    "AP": "mean precision at each relevant one",
    "Recall@100": "of the relevant, the share in the first 100",
    "Success@1": "a relevant one comes first",
    "Success@10": "a relevant one is among the first 10",
    "judged@10": "of the first 10, the share judged",
}


def meaning_of(measure: str) -> str:
    """What a measure says, in a few words; empty where its name says it."""
    better = "0 is best" if measure in SMALLER_IS_BETTER else ""
    return "; ".join(filter(None, (_MEANINGS.get(measure, ""), better)))


def score_search(
    expected: tuple[Expected, ...],
    hits: Sequence[Hit],
    documents: Sequence[str],
    shelf: Shelf,
    names: Sequence[str] = DEFAULT_MEASURES,
) -> tuple[dict[str, float], tuple[Expected, ...]]:
    """The measures of both rankings, and the expectations with the ranks they were found at.

    `documents` are ranked ids; `names` are measures of documents. For quotations, a passage is
    relevant that holds one whole. Where splitting has left no such passage, the question scores 0.
    """
    if not expected:
        return {}, ()
    qrels: dict[str, int] = {}
    for one in expected:
        qrels[one.document] = max(one.grade, qrels.get(one.document, one.grade))
    measures = measure_ranking(*grade_documents(documents, qrels), names)
    places = {document: rank for rank, document in enumerate(documents, start=1)}
    ranked = tuple(replace(one, rank=places.get(one.document)) for one in expected)
    if not any(one.ranges for one in expected):
        return measures, ranked
    passages = [_place(hit) for hit in hits[:DEPTH]]
    holding = shelf.holding(expected)
    found = measure_ranking([int(one in holding) for one in passages], [1] * max(1, len(holding)), QUOTATION_MEASURES)
    ranked = tuple(replace(one, passage_rank=_first(passages, shelf.holding([one]))) for one in ranked)
    return measures | {f"quotation {name}": value for name, value in found.items()}, ranked


def is_right(kind: DatasetKind, citation: Citation, expected: Sequence[Expected]) -> bool:
    """Whether a citation answers: of a relevant document, holding the span, or touching the quotation.

    The first for BEIR, whose judgements name documents only; the second for SQuAD, whose spans
    are a few words; the third for judged quotations, which may be longer than a sentence.
    """
    own = [one for one in expected if one.grade > 0 and one.document == citation.passage.document_id]
    spans = [span for one in own for span in one.ranges]
    if kind == "BEIR":
        return bool(own)
    if kind == "SQuAD":
        return any(citation.start <= start and end <= citation.end for start, end in spans)
    return any(citation.start < end and start < citation.end for start, end in spans)


def score_answer(
    kind: DatasetKind, answer: Answer, result: str, expected: Sequence[Expected], answerable: bool, shelf: Shelf
) -> dict[str, float]:
    """The measures of one answer whose verdict is `result`.

    Sentences and words are scored where quotations were judged; exact match and token F1 of all
    questions together, the unanswerable ones included, as SQuAD 2.0 does.
    """
    outcomes = ("right", "wrong", "wrongly refused") if answerable else ("rightly refused", "wrongly answered")
    found = {name: float(name == result) for name in outcomes}
    found["correct"] = float(result in ("right", "rightly refused"))
    if kind == "BEIR":
        return found
    if answerable:
        found |= _score_sentences(answer, expected, shelf)
    words = " ".join(citation.quote for citation in answer.citations)
    spans = [one.quote for one in expected if one.quote]
    return found | {"exact match": exact_match(words, spans), "token F1": token_f1(words, spans)}


def _score_sentences(answer: Answer, expected: Sequence[Expected], shelf: Shelf) -> dict[str, float]:
    cited: set[tuple[str, int]] = set()
    for one in answer.citations:
        cited |= shelf.sentences(one.passage.document_id, [(one.start, one.end)])
    gold = [shelf.sentences(one.document, one.ranges) for one in expected]
    names = ("sentence precision", "sentence recall", "sentence F1")
    return dict(zip(names, sentence_scores(cited, gold), strict=True))


def _first(passages: Sequence[object], wanted: set[tuple[str, int, int]]) -> int | None:
    return next((rank for rank, one in enumerate(passages, start=1) if one in wanted), None)


def _place(hit: Hit) -> tuple[str, int, int]:
    return hit.passage.document_id, hit.passage.start, hit.passage.end
