"""Who asks what is not so isn't answered by a sentence that denies nothing."""

from __future__ import annotations

import pytest

from index import Hit
from qa.confidence import signals_of
from qa.denying import asks_for_denial, denies
from qa.evidence import Evidence
from qa.question import expected_of


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who did not sign the armistice?", True),
        ("Which country hasn't recognised it?", True),
        ("what is the only village that lacks a school", True),
        ("How many soldiers never came back?", True),
        ("And where can visitors not go?", True),
        ("Who signed the armistice?", False),
        ("Why did the South not sign?", False),
        ("Is it not safe?", False),
        ("What should I do with a guide who does not come?", False),
        ("What happens if the train doesn't run?", False),
        ("What is done to make sure there isn't a shortage?", False),
        ("What is a note?", False),
    ],
)
def test_it_is_asked_what_is_not_so_where_the_question_itself_is_denied(question: str, asks: bool) -> None:
    assert asks_for_denial(question) == asks


@pytest.mark.parametrize(
    ("sentence", "is_denial"),
    [
        ("South Korea refused to sign.", True),
        ("Visitors can’t take pictures.", True),
        ("Photographs are forbidden.", True),
        ("North Korea signed.", False),
        ("A notable knot.", False),
    ],
)
def test_a_sentence_denies_by_a_word_or_by_its_verb(sentence: str, is_denial: bool) -> None:
    assert denies(sentence) == is_denial


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Who did not sign?", "North Korea signed.", 1.0),
        ("Who did not sign?", "South Korea did not sign.", 0.0),
        ("Who signed?", "North Korea signed.", 0.0),
    ],
)
def test_a_denial_that_the_best_sentence_lacks_is_missing(question: str, text: str, missing: float) -> None:
    best = Evidence(Hit(passage=None, score=1.0), 0, text, 0.5, 0.5, True, 0.0, 1.0)  # type: ignore[arg-type]
    assert signals_of([best], {"sign": 1.0}, expected_of(question), 0.2).missing == missing
