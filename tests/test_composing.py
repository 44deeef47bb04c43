"""What is quoted of the best sentences: as few as serve, and each with what it can't be understood without."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from corpus import Passage, Sentence
from index import Hit
from qa.composing import compose
from qa.evidence import Evidence
from qa.question import expected_of


def passage(*parts: tuple[str, str], start: int = 0, document: str = "") -> Passage:
    """A passage of (kind, text) parts, one to a line; a document of its own where none is named."""
    text = "\n".join(words for _, words in parts)
    sentences, at = [], start
    for kind, words in parts:
        sentences.append(Sentence(at, at + len(words), kind))  # type: ignore[arg-type]
        at += len(words) + 1
    return Passage(document or text, "T", "s", (), None, text, start, start + len(text), tuple(sentences), "0")


def ranked(*scored: tuple[Hit, int, float]) -> list[Evidence]:
    """Evidence with those scores, best first."""
    found = []
    for hit, position, score in scored:
        sentence = hit.passage.sentences[position]
        text = hit.passage.slice(sentence.start, sentence.end)
        found.append(Evidence(hit, position, text, score, 0.0, True, 0.0, score))
    return found


def quoted(
    evidence: Sequence[Evidence],
    question: str = "Tell me.",
    confidence: float = 1.0,
    most: int = 5,
    before: Callable[[Passage], Passage | None] = lambda passage: None,
    after: Callable[[Passage], Passage | None] = lambda passage: None,
) -> list[str]:
    places = compose(evidence, question, expected_of(question), confidence, most, before, after)
    return [place.passage.slice(place.start, place.end) for place in places]


def sentences(*texts: str) -> Hit:
    return Hit(passage(*(("paragraph", text) for text in texts)), 1.0)


def test_a_fact_is_one_sentence_even_where_its_neighbour_is_near() -> None:
    hit = sentences("It is 4 km wide.", "It is 250 km long.")
    assert quoted(ranked((hit, 0, 0.9), (hit, 1, 0.8)), question="How wide is it?") == ["It is 4 km wide."]


def test_a_reason_takes_a_near_neighbour_along_as_one_quotation() -> None:
    hit = sentences("Trust was lost.", "Talks ended.", "Birds sang.")
    assert quoted(ranked((hit, 0, 0.9), (hit, 1, 0.8), (hit, 2, 0.2))) == ["Trust was lost.\nTalks ended."]


def test_sentences_of_one_passage_are_quoted_in_the_order_in_which_they_stand() -> None:
    hit = sentences("One.", "Two cats.", "Three dogs.")
    assert quoted(ranked((hit, 2, 0.9), (hit, 0, 0.89))) == ["One.", "Three dogs."]


def test_what_was_said_is_not_said_again() -> None:
    here, there = sentences("The zone is four kilometres wide."), sentences("The zone is about four kilometres wide.")
    assert quoted(ranked((here, 0, 0.9), (there, 0, 0.9))) == ["The zone is four kilometres wide."]


def test_other_places_are_quoted_where_the_reading_is_unsure() -> None:
    here, there = sentences("The talks failed."), sentences("Nobody kept promises.")
    evidence = ranked((here, 0, 0.9), (there, 0, 0.75))
    assert quoted(evidence, confidence=1.0) == ["The talks failed."]
    assert quoted(evidence, confidence=0.5) == ["The talks failed.", "Nobody kept promises."]


def test_a_reason_is_quoted_from_several_places() -> None:
    here, there = sentences("The talks failed."), sentences("Nobody kept promises.")
    evidence = ranked((here, 0, 0.9), (there, 0, 0.78))
    assert quoted(evidence, question="Why did they fail?") == ["The talks failed.", "Nobody kept promises."]
    assert quoted(evidence, question="What is it?") == ["The talks failed."]


def test_a_lead_in_takes_its_list_along() -> None:
    parts = (("paragraph", "Bring these:"), ("item", "A hat."), ("item", "A coat."), ("paragraph", "Go."))
    hit = Hit(passage(*parts), 1.0)
    assert quoted(ranked((hit, 0, 0.9))) == ["Bring these:\nA hat.\nA coat."]


def test_an_item_takes_its_lead_in_along() -> None:
    hit = Hit(passage(("paragraph", "Bring these:"), ("item", "A hat."), ("item", "A coat.")), 1.0)
    assert quoted(ranked((hit, 2, 0.9))) == ["Bring these:", "A coat."]


def test_an_item_takes_its_whole_list_along_where_several_things_are_asked_for() -> None:
    parts = (("paragraph", "Bring these:"), ("item", "A hat."), ("item", "A coat."), ("paragraph", "Go."))
    hit = Hit(passage(*parts), 1.0)
    assert quoted(ranked((hit, 2, 0.9)), question="What can I bring?") == ["Bring these:\nA hat.\nA coat."]


def test_a_sentence_that_leans_on_the_one_before_it_takes_it_along() -> None:
    hit = sentences("The bridge was closed.", "This angered the town.")
    assert quoted(ranked((hit, 1, 0.9))) == ["The bridge was closed.\nThis angered the town."]


def test_no_more_is_quoted_than_is_allowed() -> None:
    hits = [sentences(f"Reason {word} alone.") for word in ("amber", "basil", "cedar", "delta", "ember", "flint")]
    assert len(quoted(ranked(*((hit, 0, 0.9) for hit in hits)), most=3)) == 3


@pytest.mark.parametrize(
    "leaning",
    [
        "In this case it is free.",
        "All of this took a year.",
        "In contrast, cats sleep by day.",
        "Three days later it was cut down.",
        "Again, nothing was signed.",
        "For these reasons it failed.",
        "Nevertheless they talked.",
        "In May 1954 they talked again.",
        "Those were the last.",
        "To these may be added foxes.",
        "It is free for pupils.",
        "Außerdem regnete es.",
        "Diese wurden ersetzt.",
        "Cependant, il pleuvait.",
        "Elles furent remplacées.",
        "Sin embargo, llovía.",
        "Estas fueron reemplazadas.",
        "그러나 비가 왔다.",
        "이러한 것은 없다.",
    ],
)
def test_what_points_back_is_quoted_with_what_it_points_to(leaning: str) -> None:
    hit = sentences("Birds sang.", "A tree blocked the view.", leaning)
    assert quoted(ranked((hit, 2, 0.9))) == [f"A tree blocked the view.\n{leaning}"]


@pytest.mark.parametrize(
    "alone",
    [
        "Thistles grow there.",
        "In autumn it is free.",
        "Once it was free.",
        "It is very important to be early.",
        "It takes two hours to walk there.",
        "This page is about trees.",
        "Those who can't walk go by boat.",
        "Both the north and the south are green.",
        "So far nothing was found.",
        "Die Disteln wachsen dort.",
        "Il faut une heure.",
        "Los cardos crecen allí.",
        "이천의 나무는 크다.",
    ])
def test_what_stands_for_itself_is_quoted_alone(alone: str) -> None:
    hit = sentences("A tree blocked the view.", alone)
    assert quoted(ranked((hit, 1, 0.9))) == [alone]


def test_what_is_pointed_to_may_point_back_itself_but_not_for_ever() -> None:
    hit = sentences("It rained.", "A tree fell.", "It blocked the road.", "So nobody came.")
    assert quoted(ranked((hit, 3, 0.9))) == ["A tree fell.\nIt blocked the road.\nSo nobody came."]
    endless = sentences("It hailed.", "It rained.", "It snowed.", "It froze.", "It thawed.")
    assert quoted(ranked((endless, 4, 0.9))) == ["It rained.\nIt snowed.\nIt froze.\nIt thawed."]


def test_what_its_own_passage_says_about_it_is_quoted_wherever_it_stands_there() -> None:
    hit = sentences("Trust was lost.", "Birds sang.", "Talks ended.")
    assert quoted(ranked((hit, 0, 0.9), (hit, 2, 0.8), (hit, 1, 0.3))) == ["Trust was lost.", "Talks ended."]


def test_a_long_sentence_says_more_of_its_passage_than_a_short_one() -> None:
    long = "Talks ended when both sides had waited for years and nobody came any more to the house."
    short, own = sentences("Trust was lost.", "Talks ended."), sentences("Trust was lost.", long)
    assert quoted(ranked((short, 0, 0.9), (short, 1, 0.735))) == ["Trust was lost."]
    assert quoted(ranked((own, 0, 0.9), (own, 1, 0.735))) == [f"Trust was lost.\n{long}"]


def test_what_leans_on_the_passage_before_takes_its_last_sentences_along() -> None:
    parts = (("paragraph", "Birds sang."), ("paragraph", "A tree fell."), ("paragraph", "It was old."))
    earlier = passage(*parts, document="d")
    later = passage(("paragraph", "This blocked the road."), ("paragraph", "Cars came."), start=500, document="d")
    found = ranked((Hit(later, 1.0), 0, 0.9))
    assert quoted(found, before={later: earlier}.get) == ["A tree fell.\nIt was old.", "This blocked the road."]
    assert quoted(found) == ["This blocked the road."]
    assert quoted(ranked((Hit(later, 1.0), 1, 0.9)), before={later: earlier}.get) == ["Cars came."]


def test_an_item_takes_its_lead_in_along_from_the_passage_before() -> None:
    earlier = passage(("paragraph", "Bring these:"), ("item", "A hat."), document="d")
    later = passage(("item", "A coat."), ("item", "A map."), ("paragraph", "Go."), start=500, document="d")
    found = ranked((Hit(later, 1.0), 1, 0.9))
    assert quoted(found, before={later: earlier}.get) == ["Bring these:", "A map."]
    assert quoted(found, question="What can I bring?", before={later: earlier}.get) == [
        "Bring these:\nA hat.",
        "A coat.\nA map.",
    ]
    assert quoted(ranked((Hit(later, 1.0), 2, 0.9)), before={later: earlier}.get) == ["Go."]


def test_passages_of_one_section_are_quoted_in_the_order_in_which_they_stand() -> None:
    first = passage(("paragraph", "One cat."), document="d")
    second = passage(("paragraph", "Two."), start=90, document="d")
    other = passage(("paragraph", "Dogs bark."), document="e")
    found = ranked((Hit(second, 1.0), 0, 0.9), (Hit(other, 1.0), 0, 0.89), (Hit(first, 1.0), 0, 0.88))
    assert quoted(found) == ["One cat.", "Two.", "Dogs bark."]


def test_a_row_is_quoted_without_the_others_of_its_table_that_are_like_it() -> None:
    rows = ("Country: Peru | Currency: Sol", "Country: Kenya | Currency: Shilling")
    table, text = Hit(passage(*(("row", row) for row in rows)), 1.0), sentences(*rows)
    assert quoted(ranked((table, 0, 0.9), (table, 1, 0.8))) == [rows[0]]
    assert quoted(ranked((text, 0, 0.9), (text, 1, 0.8))) == ["\n".join(rows)]


def test_what_only_says_where_to_read_on_is_not_added() -> None:
    hit = sentences("Wash your hands.", "See a doctor.", "For more information, read this.", "See also: soap.")
    found = ranked((hit, 0, 0.9), (hit, 2, 0.89), (hit, 3, 0.88), (hit, 1, 0.85))
    assert quoted(found) == ["Wash your hands.\nSee a doctor."]


def test_a_lead_in_takes_the_sentence_along_that_it_announces() -> None:
    hit = sentences("You may enter if you have:", "a ticket or a letter", "Dogs may not.")
    assert quoted(ranked((hit, 0, 0.9))) == ["You may enter if you have:\na ticket or a letter"]


def test_what_goes_on_in_small_letters_takes_the_lead_in_along() -> None:
    hit = sentences("Bring these:", "a hat", "a coat", "Then go.")
    assert quoted(ranked((hit, 2, 0.9))) == ["Bring these:", "a coat"]
    assert quoted(ranked((hit, 1, 0.9))) == ["Bring these:\na hat"]
    assert quoted(ranked((hit, 3, 0.9))) == ["a coat\nThen go."]


def test_a_lead_in_takes_its_list_along_from_the_passage_after() -> None:
    first = passage(("paragraph", "Go."), ("paragraph", "Bring these:"), document="d")
    items = passage(("item", "A hat."), ("item", "A coat."), ("paragraph", "Go."), start=500, document="d")
    text = passage(("paragraph", "A hat and a coat."), ("paragraph", "Go."), start=500, document="d")
    found = ranked((Hit(first, 1.0), 1, 0.9))
    assert quoted(found, after={first: items}.get) == ["Bring these:", "A hat.\nA coat."]
    assert quoted(found, after={first: text}.get) == ["Bring these:", "A hat and a coat."]
    assert quoted(ranked((Hit(first, 1.0), 0, 0.9)), after={first: items}.get) == ["Go."]
