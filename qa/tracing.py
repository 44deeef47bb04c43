"""Where a passage is lost on the way from a question to its answer, stage by stage."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from corpus import Passage, QuidError
from index import Hit, OpenIndex, SearchSettings
from index.words import content_words
from qa.answer import Answer
from qa.answering import Answerer, answerer_over
from qa.background import Background
from qa.evidence import Evidence
from qa.quotations import locate, nearest
from qa.reading import SentenceReader
from qa.settings import AnswerSettings
from qa.stems import stem, stems

__all__ = ["BadQuotation", "Stage", "Target", "Trace", "answerer_with", "is_quoted", "missing_words", "trace"]

# Ranks are told among this many at most: nobody reads further, and every passage must be fetched.
_DEEPEST = 5_000


class BadQuotation(QuidError):
    """A quotation that says nothing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What became of the passage at one stage, in words and as `values`; `held` False is where it was lost.

    None: nothing is decided here, or nothing came here to decide.
    """

    name: str
    held: bool | None
    says: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Target(NamedTuple):
    """A place that says the quotation: [start, end) of the document, and the passage that holds most of it."""

    passage: Passage
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        return self.passage.start <= self.start and self.end <= self.passage.end


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of one passage; `targets` are where the quotation stands, none if it was not read."""

    question: str
    searched_for: str
    quote: str
    quoted: bool
    stages: tuple[Stage, ...]
    targets: tuple[Target, ...]

    @property
    def lost_at(self) -> str | None:
        """The first stage that let go of the passage; None where it was quoted."""
        return None if self.quoted else next((one.name for one in self.stages if one.held is False), None)

    def to_json(self) -> dict[str, Any]:
        """The trace as JSON, without the targets' texts."""
        return {
            "question": self.question,
            "searched_for": self.searched_for,
            "quote": self.quote,
            "quoted": self.quoted,
            "lost_at": self.lost_at,
            "stages": [asdict(one) for one in self.stages],
        }


def trace(
    question: str,
    quote: str,
    index: OpenIndex,
    settings: AnswerSettings,
    document: str | None = None,
    earlier: Sequence[str] = (),
) -> Trace:
    """The way of the passage that says `quote`, in `document` or wherever it stands.

    BadQuotation where the quotation is blank, UnknownDocument, BadQuestion.
    """
    if not quote.strip():
        raise BadQuotation("the quotation is empty; give some words of the document with --quote")
    answerer = answerer_with(index, index.settings, settings)
    answer, (_, before) = answerer.ask(question, earlier), answerer.understand(question, earlier)
    targets = _find(quote, index, document)
    stages = [_understood(answer), _read(quote, targets, index, document)]
    if targets:
        stages.append(_split(targets))
        stages += _searched(answer.searched_for, before, targets, index, settings)
        stages += _chosen(answer, targets, index, settings)
    quoted = is_quoted(answer, targets)
    if targets:
        stages.append(_quoted(answer, quoted))
    return Trace(question, answer.searched_for, quote, quoted, tuple(stages), tuple(targets))


def answerer_with(index: OpenIndex, search: SearchSettings, settings: AnswerSettings) -> Answerer:
    """Answers from the same open index with other settings."""
    return answerer_over(_searching_with(index, search), settings)


def is_quoted(answer: Answer, targets: Sequence[Target]) -> bool:
    """Whether a citation shares a character with one of the places."""
    return any(
        one.passage.document_id == target.passage.document_id and one.start < target.end and target.start < one.end
        for one in answer.citations
        for target in targets
    )


def missing_words(searched_for: str, target: Target) -> list[str]:
    """The question's words that stand neither in the passage nor in its headings, in any form."""
    said = stems(f"{target.passage.context} {target.passage.text}")
    return [word for word in content_words(searched_for) if stem(word) not in said]


def _searching_with(index: OpenIndex, search: SearchSettings) -> OpenIndex:
    other = copy.copy(index)
    other.settings = search
    return other


def _find(quote: str, index: OpenIndex, document: str | None) -> list[Target]:
    """The places that say the quotation, in the order of the documents."""
    ids = [document] if document else [record.id for record in index.documents()]
    found = []
    for id in ids:
        ranges = locate(index.document(id).text, quote)
        passages = index.passages(id) if ranges else []
        for start, end in ranges:
            shared = [(min(end, p.end) - max(start, p.start), p) for p in passages]
            most, passage = max(shared, key=lambda pair: pair[0], default=(0, None))
            if passage and most > 0:
                found.append(Target(passage, start, end))
    return found


def _understood(answer: Answer) -> Stage:
    if answer.searched_for == " ".join(answer.question.split()):
        return Stage("question", None, "Searched for as it was typed.")
    says = f"Searched for “{answer.searched_for}”: what spelling and the questions before made of it."
    return Stage("question", None, says, {"searched_for": answer.searched_for})


def _read(quote: str, targets: Sequence[Target], index: OpenIndex, document: str | None) -> Stage:
    ids = list(dict.fromkeys(one.passage.document_id for one in targets))
    if targets:
        return Stage("reading", True, f"The quotation stands in {', '.join(ids)}.", {"documents": ids})
    others = _find(quote, index, None) if document else []
    if others:
        elsewhere = others[0].passage.document_id
        says = f"The quotation isn't in {document}, but in {elsewhere}."
        return Stage("reading", False, says, {"documents": [], "elsewhere": elsewhere})
    passages = index.passages(document) if document else [hit.passage for hit in index.search(quote, 50)]
    sentences = {p.slice(s.start, s.end): p.document_id for p in passages for s in p.sentences}
    close = nearest(quote, sentences)
    where = f"in {document}" if document else "in any document of this index"
    hint = f"nearest, in {sentences[close]}: “{' '.join(close.split())}”" if close else "nothing there is like it"
    return Stage("reading", False, f"The quotation isn't {where}; {hint}.", {"documents": [], "nearest": close})


def _split(targets: Sequence[Target]) -> Stage:
    whole = [one for one in targets if one.is_whole]
    one = (whole or targets)[0]
    passage = one.passage
    place = f"{passage.document_id}:{passage.start}-{passage.end}"
    values = {"passage": place, "sentences": len(_positions(one))}
    if not _positions(one):
        return Stage(
            "splitting", False, f"In the passage {place} it is part of no sentence, so it can't be quoted.", values
        )
    under = f", under “{passage.context}”" if passage.context else ""
    if whole:
        return Stage("splitting", True, f"It stands in the passage {place}{under}.", values)
    says = f"It is divided: the passage {place}{under} holds most of it. Longer passages would keep it together."
    return Stage("splitting", None, says, values)


def _positions(target: Target) -> set[int]:
    """Which of the passage's sentences share a character with the quotation."""
    sentences = enumerate(target.passage.sentences)
    return {place for place, one in sentences if one.start < target.end and target.start < one.end}


def _searched(
    searched_for: str, before: str, targets: Sequence[Target], index: OpenIndex, settings: AnswerSettings
) -> Iterator[Stage]:
    deepest = min(index.manifest.passages, _DEEPEST)
    alone = {"lexical": 1.0, "vector": 0.0}
    for name, weight in alone.items():
        own = replace(index.settings, lexical_weight=weight, depth=deepest)
        hits = _searching_with(index, own).search(searched_for, deepest, before)
        if name == "lexical":
            hits = [hit for hit in hits if hit.lexical > 0]
        yield _ranked(name, hits, targets, index, None)
    candidates = max(index.settings.depth, settings.passages)
    answerer = answerer_with(index, index.settings, settings)
    looked_at = settings.reranked if answerer.reranker else settings.passages
    yield _ranked("fused", index.search(searched_for, candidates, before), targets, index, looked_at)
    if answerer.reranker:
        yield _ranked("reranked", answerer.rank(searched_for, candidates, before), targets, index, settings.passages)


def _ranked(name: str, hits: Sequence[Hit], targets: Sequence[Target], index: OpenIndex, most: int | None) -> Stage:
    rank = _rank(hits, targets)
    held = None if most is None else rank is not None and rank <= most
    done = "looked at" if name == "fused" else "read"
    cut = "" if most is None else f"; the best {most} are {done}"
    if rank is None:
        why = "no word of it is the question's" if name == "lexical" else f"not among the {len(hits)} that came"
        return Stage(name, held, f"Not in the {name} list: {why}{cut}.", {"rank": None, "of": len(hits)})
    score = _score(name, hits[rank - 1], index.settings)
    says = f"Place {rank} of {len(hits)} in the {name} list, with {score:.3f}{cut}."
    return Stage(name, held, says, {"rank": rank, "of": len(hits), "score": round(score, 4)})


def _score(name: str, hit: Hit, settings: SearchSettings) -> float:
    """BM25, the cosine of passage and best sentence, or both fused."""
    if name == "lexical":
        return hit.lexical
    if name in ("fused", "reranked"):
        return hit.score
    best = max(hit.sentences, default=hit.similarity)
    return (1 - settings.sentence_weight) * hit.similarity + settings.sentence_weight * best


def _rank(hits: Sequence[Hit], targets: Sequence[Target]) -> int | None:
    wanted = {_key(one.passage) for one in targets}
    return next((rank for rank, hit in enumerate(hits, 1) if _key(hit.passage) in wanted), None)


def _key(passage: Passage) -> tuple[str, int, int]:
    return passage.document_id, passage.start, passage.end


def _chosen(answer: Answer, targets: Sequence[Target], index: OpenIndex, settings: AnswerSettings) -> Iterator[Stage]:
    """What the reading made of its sentences, and of the whole."""
    reader = SentenceReader(settings, Background(index))
    reading = reader.examine(answer.searched_for, answer.hits, index)
    yield _sentence("first look", reading.gathered, targets, settings.looked_at)
    if not reading.ranked:
        return
    if settings.closer_look:
        yield _sentence("closer look", reading.ranked, targets, None)
    signals = asdict(reading.signals())
    signals = {name: round(value, 3) for name, value in signals.items()}
    threshold = settings.refuses_below
    held = answer.confidence >= threshold
    than = "not below" if held else "below"
    says = f"The confidence is {answer.confidence:.3f}, {than} the threshold of {threshold:g}"
    says += "." if held else ": the answer is a refusal."
    yield Stage(
        "confidence", held, says, {"confidence": answer.confidence, "threshold": threshold, "signals": signals}
    )


def _sentence(name: str, evidence: Sequence[Evidence], targets: Sequence[Target], most: int | None) -> Stage:
    wanted = {(_key(one.passage), position) for one in targets for position in _positions(one)}
    places = enumerate(evidence, 1)
    found = next(((place, one) for place, one in places if (_key(one.hit.passage), one.position) in wanted), None)
    cut = "" if most is None else f"; the best {most} are looked at closely"
    if found is None:
        says = f"None of its sentences is among the {len(evidence)} that came here{cut}."
        return Stage(name, None, says, {"place": None, "of": len(evidence)})
    place, one = found
    signals = {
        "cosine": one.cosine,
        "coverage": one.coverage,
        "heading": one.heading,
        "mean": one.mean,
        "least": one.least,
    }
    shown = {key: round(value, 3) for key, value in signals.items() if most is None or key not in ("mean", "least")}
    listed = ", ".join(f"{key} {value:.2f}" for key, value in shown.items())
    says = f"Its best sentence is {place} of {len(evidence)}{cut} ({listed}, score {one.score:.2f})."
    values = {
        "place": place,
        "of": len(evidence),
        "score": round(one.score, 4),
        **shown,
        "holds_what_is_asked": one.held,
    }
    return Stage(name, None if most is None else place <= most, says, values)


def _quoted(answer: Answer, quoted: bool) -> Stage:
    if quoted:
        return Stage("quoting", True, f"It was quoted, with a confidence of {answer.confidence:.3f}.")
    if not answer.answered:
        return Stage("quoting", False, "It was not quoted: nothing was.")
    said = " ".join(answer.citations[0].quote.split())
    return Stage("quoting", False, f"It was not quoted; instead: “{said}”", {"instead": said})
