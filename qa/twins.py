"""The same text at several places: searched for once, quoted once, cited with all its places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from corpus import Passage
from index import Hit, Searcher
from qa.answer import Citation

__all__ = ["elsewhere", "fold", "keep_sayings", "search_distinct"]

# A sentence of fewer words says too little to be missed: "See below."
_FEWEST_WORDS = 4
_DEEPER, _DEEPEST = 4, 200


def search_distinct(searcher: Searcher, question: str, k: int, before: str = "") -> list[Hit]:
    """The k best passages that say something of their own, best first; fewer where there are fewer."""
    depth = k
    while True:
        hits = searcher.search(question, depth, before)
        folded = fold(hits)
        if len(folded) >= k or len(hits) < depth or depth >= _DEEPEST:
            return folded[:k]
        depth = min(depth * _DEEPER, _DEEPEST)


def fold(hits: Iterable[Hit]) -> list[Hit]:
    """The hits in order, less those that say nothing new: they are `also` of the one that says it.

    A passage is a twin of another where all its sentences stand there too, but for case and white
    space. One word that differs, a number or a "not", and both stay.
    """
    kept: list[Hit] = []
    said: list[frozenset[str]] = []
    all_said: set[str] = set()
    for hit in hits:
        sentences = _sayings(hit.passage)
        is_new = not sentences or not sentences <= all_said  # nearly always: then none need be gone through
        twin = None if is_new else next((place for place, other in enumerate(said) if sentences <= other), None)
        if twin is None:
            all_said |= sentences
            kept.append(hit)
            said.append(sentences)
        else:
            kept[twin] = replace(kept[twin], also=(*kept[twin].also, hit.passage))
    return kept


def elsewhere(citation: Citation, hits: Sequence[Hit]) -> Iterator[Citation]:
    """Where else the quoted sentences stand, in the passages that were found and their twins."""
    quoted = [_saying(citation.passage, *span) for span in _spans(citation.passage, citation.start, citation.end)]
    if not any(map(_is_missed, quoted)):
        return
    seen = {(citation.passage.document_id, citation.start)}
    for passage in (passage for hit in hits for passage in (hit.passage, *hit.also)):
        spans, said = _said(passage)
        for first in range(len(said) - len(quoted) + 1):
            start, end = spans[first][0], spans[first + len(quoted) - 1][1]
            if said[first : first + len(quoted)] == quoted and (passage.document_id, start) not in seen:
                seen.add((passage.document_id, start))
                yield Citation(citation.number, passage, start, end)


def keep_sayings(most: int) -> None:
    """Keep in memory what so many passages say: for who folds the same ones again and again."""
    global _sayings
    _sayings = lru_cache(maxsize=most)(_say)


def _say(passage: Passage) -> frozenset[str]:
    """Its sentences that say enough to be missed."""
    return frozenset(saying for saying in _said(passage)[1] if _is_missed(saying))


_sayings: Callable[[Passage], frozenset[str]] = _say


def _is_missed(saying: str) -> bool:
    return len(saying.split()) >= _FEWEST_WORDS


@lru_cache(maxsize=256)
def _said(passage: Passage) -> tuple[list[tuple[int, int]], list[str]]:
    """Where its sentences stand, and what they say: asked once to find twins, and again for each quotation."""
    spans = _spans(passage, passage.start, passage.end)
    return spans, [_saying(passage, *span) for span in spans]


def _spans(passage: Passage, start: int, end: int) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in passage.within(start, end)]


def _saying(passage: Passage, start: int, end: int) -> str:
    text = passage.slice(start, end).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(text.casefold().split()).rstrip(".")
