"""Follow-up questions are completed from the ones before, and others are left alone."""

from __future__ import annotations

import time

import pytest

from qa.follow_up import in_conversation, stand_alone

COMPLETED = [
    # what a pronoun points to
    (["What is the DMZ?"], "How wide is it?", "How wide is the DMZ?"),
    (["What is the DMZ?"], "What's its length?", "What's the DMZ's length?"),
    (["What is the DMZ?"], "Are there tunnels under it?", "Are there tunnels under the DMZ?"),
    (["What is the DMZ?"], "Can I visit it?", "Can I visit the DMZ?"),
    (["What was the Leap Day Deal?"], "Why did it fail?", "Why did the Leap Day Deal fail?"),
    (["Why did the Hanoi summit fail?"], "When was it?", "When was the Hanoi summit?"),
    (["What is the Northern Limit Line?"], "Does the North recognize it?",
     "Does the North recognize the Northern Limit Line?"),
    (["When did the Korean War begin?"], "And when did it end?", "And when did the Korean War end?"),
    (["Was there a fight at Panmunjom in 1976?"], "What was it about?",
     "What was the fight at Panmunjom in 1976 about?"),
    (["Who was Kim Dae-jung?"], "When was he president?", "When was Kim Dae-jung president?"),
    (["Who was Kim Dae-jung?"], "What was his policy?", "What was Kim Dae-jung's policy?"),
    (["Who became president of South Korea in 2025?"], "Is he in favour of talks?",
     "Is the president of South Korea in 2025 in favour of talks?"),
    (["Where did Trump and Kim meet in 2018?"], "Did they ever meet again?", "Did Trump and Kim ever meet again?"),
    (["What did Trump promise in Singapore?"], "Did he keep his promise?", "Did Trump keep his promise?"),
    (["Who are the main players?"], "What do they want?", "What do the main players want?"),
    (["How many nuclear tests has North Korea carried out?"], "When were they?", "When were the nuclear tests?"),
    (["What is quid pro quo?"], "What does that mean for Korea?", "What does quid pro quo mean for Korea?"),
    (["What is the Joint Security Area?"], "Who controls this area?", "Who controls the Joint Security Area?"),
    (["What was the Kaesong Industrial Complex?"], "How many people worked there?",
     "How many people worked in the Kaesong Industrial Complex?"),
    (["What is Daeseong-dong?"], "Who lives there?", "Who lives in Daeseong-dong?"),
    # a question asked again with another question word
    (["How wide is the DMZ?"], "And how long?", "how long is the DMZ?"),
    (["What is the DMZ?"], "Where?", "Where is the DMZ?"),
    (["Did South Korea sign the armistice?"], "When?", "When did South Korea sign the armistice?"),
    (["Did South Korea sign the armistice?"], "Why not?", "Why didn't South Korea sign the armistice?"),
    (["Is the DMZ open to tourists?"], "Since when?", "Since when is the DMZ open to tourists?"),
    (["When was the DMZ established?"], "After which war was that?", "After which war was the DMZ established?"),
    (["Where did Trump and Kim meet?"], "When was this?", "When did Trump and Kim meet?"),
    (["What did Kim offer in Hanoi?"], "What else?", "What else did Kim offer in Hanoi?"),
    (["How many nuclear tests has North Korea carried out?"], "And how many missiles?",
     "how many missiles has North Korea carried out?"),
    # a question asked again about another thing
    (["What means of influence does the United States have over North Korea?"], "And what about China?",
     "What means of influence does China have over North Korea?"),
    (["What treaty links China with North Korea?"], "And Russia?", "What treaty links Russia with North Korea?"),
    (["What drives Kim Jong-un's decisions at home?"], "And the South?", "What drives the South's decisions at home?"),
    (["Why did the Hanoi summit fail?"], "How about the Singapore summit?", "Why did the Singapore summit fail?"),
    (["What is the DMZ?"], "And the MDL?", "What is the MDL?"),
    (["What happened in Hanoi in 2019?"], "And in 2020?", "What happened in Hanoi in 2020?"),
    (["What happened in Hanoi in 2019?"], "And in Singapore?", "What happened in Singapore in 2019?"),
    # no clean wording: the topic follows in brackets
    (["The Hanoi summit failed"], "Why?", "Why? (The Hanoi summit failed)"),
    (["Who signed the armistice?"], "When?", "When? (signed the armistice)"),
    (["What is the DMZ?"], "More details please", "More details please (the DMZ)"),
    (["What is the DMZ?"], "What about the tunnels?", "What about the tunnels? (the DMZ)"),
    (["What is the DMZ?"], "Is it safe to visit?", "Is it safe to visit? (the DMZ)"),
    (["When did the Korean War begin?"], "Who won?", "Who won? (the Korean War)"),
    (["Is quid pro quo the only strategy?"], "What are the others?",
     "What are the others? (quid pro quo the only strategy)"),
    (["What happened in the axe murder incident?"], "What did the Americans do three days later?",
     "What did the Americans do three days later? (the axe murder incident)"),
    (["What happened in Hanoi in 2019?"], "Why did that happen?", "Why did that happen? (happened in Hanoi in 2019)"),
    # typed in lower case
    (["what is the demilitarized zone"], "how wide is it", "how wide is the demilitarized zone"),
    (["what is the demilitarized zone"], "and how long", "how long is the demilitarized zone?"),
    (["what was the kaesong industrial complex"], "when was it shut down",
     "when was the kaesong industrial complex shut down"),
    (["what treaty links china with north korea"], "and russia?", "and russia? (treaty links china with north korea)"),
    # over several turns, small talk between them
    (["What is the DMZ?", "How wide is it?"], "And how long?", "how long is the DMZ?"),
    (["Who took part in the six-party talks?", "When did they begin?"], "Why did they fail?",
     "Why did the six-party talks fail?"),
    (["What was the Sunshine Policy?", "Who started it?", "thanks!"], "Who ended it?",
     "Who ended the Sunshine Policy?"),
    (["Are there any villages in the DMZ?", "What is Daeseong-dong?"], "Who lives there?",
     "Who lives in Daeseong-dong?"),
    # other languages
    (["Was ist die DMZ?"], "Und warum?", "Was ist die DMZ? Und warum?"),
    (["Was ist die DMZ?"], "Wie breit ist sie?", "Was ist die DMZ? Wie breit ist sie?"),
    (["什么是非军事区?"], "为什么?", "什么是非军事区? 为什么?"),
]  # fmt: skip

LEFT_ALONE = [
    "What is the Bridge of No Return?",
    "How many nuclear tests has North Korea carried out?",
    "Are the two Koreas officially still at war?",
    "Is it possible to visit Panmunjom?",
    "Does it make sense to talk with Kim Jong-un?",
    "Why is it a problem for the talks when the White House gets a new occupant?",
    "What is FEMA and what does it do?",
    "Has Russia promised to come to North Korea's aid if it is attacked?",
    "Why does Beijing put money into its poor neighbour?",
    "How can colleges help their communities?",
    "If we start talking to Kim, do we have to drop the penalties?",
    "I heard that Seoul sends leaflets to the North",
    "Who is the general that signed the armistice?",
    "What could somebody like me do for peace over there?",
    "Is there a wall at the border?",
    "What happened this year in Korea?",
    "who lives in freedom vilage and do they pay taxs",
    "dmz width",
    "USS Pueblo",
    "leap day deal",
    "Tell me more about the tunnels",
    "And who was Hubble?",
    "thanks, that was helpful!",
    "hi",
    "lol ok",
    "who are you?",
    "are you a real person",
    "what time is it?",
    "Wo liegt Panmunjom?",
    "???",
    "",
]


@pytest.mark.parametrize(("earlier", "question", "expected"), COMPLETED)
def test_a_follow_up_is_completed(earlier: list[str], question: str, expected: str) -> None:
    assert stand_alone(question, earlier) == expected


@pytest.mark.parametrize("question", LEFT_ALONE)
def test_a_question_of_its_own_is_left_exactly_as_it_is(question: str) -> None:
    assert stand_alone(question, ["What was the Sunshine Policy?", "Who started it?"]) == question


@pytest.mark.parametrize("question", [question for _, question, _ in COMPLETED])
def test_a_first_question_is_left_exactly_as_it_is(question: str) -> None:
    assert stand_alone(question, []) == question


@pytest.mark.parametrize("earlier", [[""], ["   ", "\n"], ["thanks!", "hi"], ["???"]])
def test_earlier_turns_that_say_nothing_give_no_topic(earlier: list[str]) -> None:
    assert stand_alone("How wide is the zone?", earlier) == "How wide is the zone?"
    assert "None" not in stand_alone("How wide is it?", earlier)


def test_blank_and_chatting_turns_do_not_hide_the_topic() -> None:
    assert stand_alone("How wide is it?", ["What is the DMZ?", "", "thanks!"]) == "How wide is the DMZ?"


def test_a_topic_of_long_ago_is_forgotten_for_a_newer_one() -> None:
    earlier = ["What is the DMZ?", *["What is the Sunshine Policy?"] * 200]
    assert stand_alone("Who started it?", earlier) == "Who started the Sunshine Policy?"


def test_a_completed_question_is_not_completed_again() -> None:
    for earlier, question, expected in COMPLETED:
        if "(" not in expected and question.isascii():
            assert stand_alone(expected, earlier) == expected


@pytest.mark.parametrize(
    "text",
    ["it " * 600, "(" * 2000, "a-" * 1000, "'" * 2000, "What is " + "the of " * 280, "A" * 2000, "K of the " * 220,
     "\ud800 it?", "é́" * 900, "\"" * 2000, "why " * 500, "И почему " * 200, "1.2.3." * 330],
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.perf_counter()
    assert isinstance(stand_alone(text, [text] * 200), str)
    assert isinstance(stand_alone("How wide is it?", [text] * 200), str)
    assert time.perf_counter() - started < 2


def test_a_question_never_grows_without_bounds() -> None:
    earlier = ["What is " + "the very long name of a thing " * 100]
    assert len(stand_alone("Why?", earlier * 50)) < 1500


def test_a_usual_conversation_takes_milliseconds() -> None:
    earlier = [text for said, question, _ in COMPLETED for text in (*said, question)]
    started = time.perf_counter()
    stand_alone("How wide is it?", earlier)
    assert time.perf_counter() - started < 0.25


@pytest.mark.parametrize(
    ("question", "earlier", "before"),
    [
        ("How wide is the DMZ?", [], ""),
        ("Who guards it?", ["How wide is the DMZ?"], "How wide is the DMZ?"),
        ("Can I go there?", ["How wide is the DMZ?", "Who guards it?", "thanks!"], "Who guards the DMZ?"),
        ("Is it safe?", ["ok"], ""),
    ],
)
def test_the_question_before_is_told_as_it_stands_alone(question: str, earlier: list[str], before: str) -> None:
    assert in_conversation(question, earlier) == (stand_alone(question, earlier), before)
