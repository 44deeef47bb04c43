"""The best passages are put in order by a closer look at each, and the rest stays behind them."""

from __future__ import annotations

import pytest
from test_closer_look import PlaneSearcher, passage

from index import Hit
from qa.reranking import CloserLookReranker


def reranked(question: str, hits: list[Hit], most: int = 20) -> list[Hit]:
    reranker = CloserLookReranker(PlaneSearcher(), most)
    return reranker.rerank(question, hits, {word: 1.0 for word in question.split()})


def test_the_passage_whose_words_are_nearest_comes_first() -> None:
    hits = [Hit(passage("dog", start=place), 0.9 - 0.1 * place, 0.5) for place in range(3)]
    hits.append(Hit(passage("cat", start=9), 0.5, 0.5))
    found = reranked("cat", hits)
    assert [hit.passage.start for hit in found] == [9, 0, 1, 2]
    assert [hit.score for hit in found] == [0.9, *sorted((hit.score for hit in found[1:]), reverse=True)]
    assert min(hit.score for hit in found) == pytest.approx(0.5)


def test_a_heading_that_asks_the_same_lifts_its_passage() -> None:
    hits = [Hit(passage("dog", start=1), 0.6, 0.5), Hit(passage("dog", "cat", start=2), 0.5, 0.5)]
    assert [hit.passage.start for hit in reranked("cat", hits)] == [2, 1]


def test_only_as_many_as_are_asked_for_are_looked_at() -> None:
    hits = [Hit(passage("dog", start=place), 0.9 - 0.1 * place, 0.5) for place in range(3)]
    hits.append(Hit(passage("cat", start=9), 0.5, 0.5))
    assert [hit.passage.start for hit in reranked("cat", hits, most=3)] == [0, 1, 2, 9]
    assert reranked("cat", hits, most=0) == hits
    assert reranked("cat", []) == []
