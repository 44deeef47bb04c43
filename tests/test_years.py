"""A year that is asked for counts where it stands, and is missed where it stands nowhere."""

from __future__ import annotations

import pytest

from corpus import Passage, Sentence
from index import Hit
from qa.confidence import signals_of
from qa.evidence import Evidence, gather
from qa.question import Expected, expected_of
from qa.years import share_of_years, years_asked


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("What happened in Panmunjom in 1976?", ("1976",)),
        ("what happened in june 2019", ("2019",)),
        ("Who met on 27 April 2018?", ("2018",)),
        ("What did the 2018 summit promise?", ("2018",)),
        ("korea summit 2018", ("2018",)),
        ("What was 1953's armistice about?", ()),
        ("Was it in 1953 or in 1954?", ("1953", "1954")),
        ("What has happened since 2018?", ()),
        ("What changed between 1950 and 1953?", ()),
        ("Will schools be closed through May 2020?", ()),
        ("Who lived there before the early 1953?", ()),
        ("What was life like in the 1990s?", ()),
        ("How do I treat waste of 2019-nCoV patients?", ()),
        ("Can I spend $1500 a month?", ()),
        ("Are 1500 soldiers enough?", ()),
        ("Who leads an army of 2000 men?", ()),
        ("How wide is it?", ()),
    ],
)
def test_a_year_is_asked_for_where_the_answer_must_be_about_it(question: str, years: tuple[str, ...]) -> None:
    assert years_asked(question) == years


@pytest.mark.parametrize(
    ("years", "share"),
    [((), 0.0), (("1976",), 1.0), (("1953",), 1.0), (("2018",), 0.5), (("1950",), 0.0), (("1976", "2018"), 0.75)],
)
def test_a_year_counts_whole_in_the_sentence_or_above_it_and_half_in_its_passage(
    years: tuple[str, ...], share: float
) -> None:
    sentence, context = "In 1976 a tree was cut.", "The war of 1953"
    assert share_of_years(years, sentence, context, f"{sentence} In 2018 they met.") == share


@pytest.mark.parametrize(
    ("years", "dated", "missing"), [((), 0.0, 0.0), (("1976",), 0.5, 0.0), (("1976",), 1.0, 0.0), (("1976",), 0.0, 1.0)]
)
def test_a_year_that_stands_nowhere_in_the_best_passage_is_missing(
    years: tuple[str, ...], dated: float, missing: float
) -> None:
    hit = Hit(passage=None, score=1.0)  # type: ignore[arg-type]
    best = Evidence(hit, 0, "A tree was cut.", 0.5, 0.5, True, 0.0, 1.0, dated=dated)
    signals = signals_of([best], {"tree": 1.0}, Expected("anything", years=years), 0.2)
    assert signals.missing == missing


def test_of_two_sentences_that_say_as_much_the_one_of_that_year_comes_first() -> None:
    text = "In 2018 they met. In 1976 they met."
    sentences = (Sentence(0, 17), Sentence(18, 35))
    passage = Passage("a.md", "", "a.md", (), None, text, 0, 35, sentences, "0" * 64)
    hit = Hit(passage, 1.0, 0.5, 0.0, (0.5, 0.5))
    question = "Who met in 1976?"
    first, second = gather(question, [hit], {}, expected_of(question))
    assert (first.text, first.dated, second.dated) == ("In 1976 they met.", 1.0, 0.5)
    assert first.score - second.score == pytest.approx(0.125)
