"""The closer look compares words by vectors that are known beforehand: unit vectors in the plane."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest

from corpus import Passage, Sentence
from index import Hit, Interaction, TokenCosines
from qa.closer_look import look_at

# "cat" and "dog" stand at right angles; "kitten" is 60 degrees from "cat".
# One year is nearly another, as to the model.
PLANE = {
    "cat": (1.0, 0.0), "dog": (0.0, 1.0), "kitten": (0.5, math.sqrt(0.75)), "1976": (0.0, 1.0), "2018": (0.0, 1.0),
}  # fmt: skip


class PlaneSearcher:
    """Finds nothing, and compares word by word."""

    def search(self, question: str, k: int = 10, before: str = "") -> list[Hit]:
        return []

    def rarity(self, words: list[str]) -> list[float]:
        return [1.0 for _ in words]

    def correct(self, words: list[str]) -> dict[str, str]:
        return {}

    def interact(self, question: str, passages: Sequence[Passage]) -> Interaction:
        asked, vectors = _tokens(question)
        seen = []
        for one in passages:
            spans, own = _tokens(f"{one.context}\n{one.text}" if one.context else one.text)
            before = len(one.context) + 1 if one.context else 0
            seen.append(TokenCosines(np.array(spans, np.int32).reshape(-1, 2) - before, vectors @ own.T))
        return Interaction(asked, tuple(seen))


def _tokens(text: str) -> tuple[tuple[tuple[int, int], ...], np.ndarray]:
    found = list(re.finditer(r"[a-z]+|[0-9]{4}", text))
    vectors = np.array([PLANE[word[0]] for word in found], np.float32).reshape(-1, 2)
    return tuple(word.span() for word in found), vectors


def passage(text: str, title: str = "", start: int = 40) -> Passage:
    """A passage somewhere in a document; a full stop ends a sentence."""
    sentences = tuple(Sentence(start + one.start(), start + one.end()) for one in re.finditer(r"[^. ][^.]*", text))
    return Passage("d", title, "s", (), None, text, start, start + len(text), sentences, title + text)


def looked(question: str, one: Passage, rarity: dict[str, float], position: int = 0) -> tuple[float, float]:
    look = look_at(PlaneSearcher(), question, [one], rarity)
    near = look.sentence(one, position)
    return near.mean, near.least


def test_each_word_of_the_question_counts_by_its_rarity() -> None:
    mean, least = looked("cat dog", passage("cat"), {"cat": 3.0, "dog": 1.0})
    assert (mean, least) == (pytest.approx(0.75), pytest.approx(0.0))


def test_a_word_near_in_meaning_counts_by_its_cosine() -> None:
    mean, least = looked("cat", passage("kitten"), {"cat": 2.0})
    assert (mean, least) == (pytest.approx(0.5, abs=1e-3), pytest.approx(0.5, abs=1e-3))


def test_a_heading_helps_at_a_discount() -> None:
    mean, least = looked("cat", passage("dog", "cat"), {"cat": 2.0})
    assert (mean, least) == (pytest.approx((0.0 + 0.8) / 2, abs=1e-3), pytest.approx(0.8, abs=1e-3))


def test_a_sentence_is_compared_by_its_own_words_alone() -> None:
    two = passage("dog. cat dog", "dog")
    assert looked("cat", two, {"cat": 1.0}, position=0)[0] == pytest.approx(0.0, abs=1e-3)
    assert looked("cat", two, {"cat": 1.0}, position=1)[0] == pytest.approx(1.0, abs=1e-3)


def test_a_passage_is_compared_by_all_words_of_its_own_and_of_its_title() -> None:
    one, other = passage("dog", "cat"), passage("dog. dog", start=7)
    look = look_at(PlaneSearcher(), "cat dog", [one, other], {"cat": 3.0, "dog": 1.0})
    assert look.passage(one) == pytest.approx(1.0, abs=1e-3)
    # A quarter of the rarity, and half of the words, are found.
    assert look.passage(other) == pytest.approx(0.65 * 0.25 + 0.35 * 0.5, abs=1e-3)


def test_a_question_or_a_sentence_without_a_word_is_near_nothing() -> None:
    assert looked("", passage("cat"), {})[0] == 0.0
    blank = Passage("d", "", "s", (), None, "17", 0, 2, (Sentence(0, 2),), "0")
    assert looked("cat", blank, {"cat": 1.0})[0] == 0.0
    assert look_at(PlaneSearcher(), "cat", [blank], {"cat": 1.0}).passage(blank) == 0.0


def test_a_year_is_found_only_where_that_very_year_stands() -> None:
    rarity = {"1976": 1.0}
    assert looked("1976", passage("cat 1976"), rarity)[1] == pytest.approx(1.0)
    assert looked("1976", passage("cat 2018. dog 1976"), rarity)[1] == pytest.approx(0.2)
    assert looked("1976", passage("cat 2018. dog 1976"), rarity, position=1)[1] == pytest.approx(1.0)
    assert looked("1976", passage("cat 2018", title="dog 1976"), rarity)[1] == pytest.approx(0.8)


def test_what_is_no_year_of_the_question_is_compared_as_ever() -> None:
    assert looked("dog", passage("cat 2018"), {"dog": 1.0})[1] == pytest.approx(1.0)


def test_how_far_words_are_from_being_found_is_weighted_by_rarity() -> None:
    one = passage("cat")
    look = look_at(PlaneSearcher(), "cat dog kitten", [one], {"cat": 1.0, "dog": 2.0, "kitten": 1.0})
    assert look.sentence(one, 0).unmet == pytest.approx((2.0 * 0.9 + 1.0 * 0.4) / 4)
