"""What a question asks for is told by rules; what they promise is in these tables."""

from __future__ import annotations

import pytest

from qa.question import counts, expected_of, holds, is_small_talk


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many tunnels were found?", "number"),
        ("kaesong number of workers", "number"),
        ("How wide is the zone?", "length"),
        ("zone width", "length"),
        ("How long is the tunnel?", "size"),
        ("How old is the treaty?", "duration"),
        ("How much does a tour cost?", "money"),
        ("What wages did the workers earn?", "money"),
        ("When was the treaty signed?", "date"),
        ("And when was it signed?", "date"),
        ("In which year did the talks begin?", "date"),
        ("Who signed the treaty?", "name"),
        ("What was the name of the officer?", "name"),
        ("When should I see a doctor?", "anything"),
        ("When the talks failed, what did they do?", "anything"),
        ("Who should be vaccinated?", "anything"),
        ("Why did the talks fail?", "anything"),
        ("What is the zone?", "anything"),
        ("", "anything"),
    ],
)
def test_the_kind_of_thing_asked_for_is_told(question: str, kind: str) -> None:
    assert expected_of(question).kind == kind


def test_what_is_to_be_counted_ends_at_the_verb() -> None:
    assert expected_of("How many nuclear tests has the country carried out?").counted == ("nuclear", "tests")


@pytest.mark.parametrize(
    ("question", "sentence", "answers"),
    [
        ("How wide is it?", "The zone is about 4 kilometres wide.", True),
        ("How wide is it?", "It is half a mile wide.", True),
        ("How wide is it?", "The zone has existed since 1953.", False),
        ("How wide is it?", "The zone is very wide.", False),
        ("When was it signed?", "It was signed on 27 July 1953.", True),
        ("When was it signed?", "It was signed on a Monday.", True),
        ("When was it signed?", "It was signed by both sides.", False),
        ("In what year, 1953, did it end?", "The year 1953 saw the end.", False),
        ("How many people came?", "More than 50,000 people came.", True),
        ("How many people came?", "Four people came.", True),
        ("How many people came?", "People came on 27 July 1953.", False),
        ("How much does it cost?", "It costs 40 euros.", True),
        ("How much does it cost?", "It costs $40.", True),
        ("How much does it cost?", "Entry is free.", True),
        ("How much does it cost?", "It costs time.", False),
        ("How old is it?", "It is seventy years old.", True),
        ("Who opened it?", "It was opened by Ada Lovelace.", True),
        ("Who opened it?", "It was opened by nobody in particular.", False),
        ("Who was Ada Lovelace?", "It is said that Lovelace was clever.", False),
        ("Why did it fail?", "Nobody knows.", True),
        ("When is it closed?", "On Sundays it is closed.", True),
        ("When does it open?", "At 10 o'clock.", True),
        ("Who is the president of Peru?", "Country: Peru | Capital: Lima | Continent: South America", False),
        ("Who is the president of Peru?", "Country: Peru | President: Ana Berger", True),
        ("Who is the president of Peru?", "Name: Ana Berger | Role: President | Country: Peru", True),
        ("Who is the president of Peru?", "Name: Lima | Country: Peru", False),
        ("Who owns the blue house?", "House: blue | Owner: Ana Berger", True),
        ("Who owns the blue house?", "House: blue | Street: Long Lane", False),
        ("Who died in Compton?", "first_name: Kevin | last_name: Edwards | place: Compton", True),
    ],
)
def test_a_sentence_holds_what_is_asked_for_or_does_not(question: str, sentence: str, answers: bool) -> None:
    assert holds(expected_of(question), sentence, question) is answers


@pytest.mark.parametrize(
    ("question", "sentence", "answers"),
    [
        ("How many companies had factories there?", "Over 120 companies had factories there.", True),
        ("How many companies had factories there?", "More than 50,000 people lived nearby.", False),
        ("How many workers were there?", "More than 50,000 North Koreans worked in the complex.", True),
        ("How many people live there?", "About 200 farmers live there.", True),
        ("How many tests were there?", "There were six tests.", True),
    ],
)
def test_a_number_counts_only_before_what_is_counted(question: str, sentence: str, answers: bool) -> None:
    assert counts(expected_of(question), sentence) is answers


def test_two_thousand_characters_of_anything_are_understood_quickly() -> None:
    for hostile in ("how many " * 220, "1" * 2000, "1 2 " * 500, "A" + " Aa" * 660, "when " * 400, "$" * 2000):
        expected = expected_of(hostile)
        holds(expected, hostile, hostile)
        counts(expected, hostile)


@pytest.mark.parametrize(
    "said",
    ["hi", "Hello there", "hey, how are you?", "How are you today?", "thanks, that was helpful!", "Thank you so much",
     "ok, bye", "good morning, how are you today", "who are you?", "What's your name?", "are you a real person",
     "tell me a joke", "can you sing me something"],
)  # fmt: skip
def test_what_is_said_to_the_program_asks_nothing_of_the_documents(said: str) -> None:
    assert is_small_talk(said)


@pytest.mark.parametrize(
    "asked",
    ["Hi, how do I return a box?", "How are you protected from fraud?", "Who are your suppliers?", "Are you insured?",
     "Thanks to whom was the bridge built?", "What is the greeting in Korean?", "Hello Kitty",
     "How is it going to end?", "Please tell me the opening hours", "Who sings the song?", "OK Computer release date"],
)  # fmt: skip
def test_a_question_that_begins_like_small_talk_is_a_question(asked: str) -> None:
    assert not is_small_talk(asked)
