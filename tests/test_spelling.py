"""Misspelt words and initials are put right from the documents' own vocabulary, and nothing else is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from index.slips import allowed_slips, relatives, slips
from index.spelling import CREATE_VOCABULARY, Vocabulary, correct, count_words, recount_words

TEXTS = (
    "The president met the press. In the Joint Security Area nobody met with them.",
    "The president of the Bank of England spoke in the Joint Security Area.",
    "Sanctions were lifted; presidents left. Jolly Sunday Apples fell.",
)
KNOWN = frozenset({"bread", "peace", "meat", "leave"})


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(":memory:")
    database.execute(CREATE_VOCABULARY)
    for text in TEXTS:
        count_words(database, [text], by=1)
    yield database
    database.close()


@pytest.mark.parametrize(
    ("asked", "corrections"),
    [
        (["presidant"], {"presidant": "president"}),
        (["presidnet"], {"presidnet": "president"}),
        (["sancions"], {"sancions": "sanctions"}),
        (["presidents"], {}),
        (["sprs"], {}),
        (["bread"], {}),
        (["wich"], {}),
        (["pres"], {"pres": "press"}),
        (["presi2ent"], {}),
        (["jsa"], {"jsa": "Joint Security Area"}),
        (["boe"], {}),
        (["be"], {"be": "Bank of England"}),
        (["breads"], {}),
        (["meats"], {}),
        (["leaves"], {}),
        ([], {}),
    ],
)
def test_a_word_that_nobody_knows_becomes_the_nearest_one(
    database: sqlite3.Connection, asked: list[str], corrections: dict[str, str]
) -> None:
    assert correct(asked, Vocabulary(database), KNOWN.__contains__) == corrections


def test_of_two_names_with_the_same_initials_the_commoner_one_is_meant(database: sqlite3.Connection) -> None:
    assert Vocabulary(database).spelt_out("jsa") == "Joint Security Area"


def test_what_was_removed_is_no_longer_suggested(database: sqlite3.Connection) -> None:
    count_words(database, [TEXTS[2]], by=-1)
    assert correct(["sancions"], Vocabulary(database), KNOWN.__contains__) == {}


def test_words_and_names_are_counted_by_passages() -> None:
    counted = recount_words([text] for text in TEXTS)
    assert (counted["president"], counted["met"]) == (2, 1)
    assert (counted["Joint Security Area"], counted["Bank of England"]) == (2, 1)


@pytest.mark.parametrize(
    ("written", "meant", "cost"),
    [
        ("zone", "zone", 0),
        ("zne", "zone", 1),
        ("zoone", "zone", 1),
        ("znoe", "zone", 1),
        ("zune", "zone", 1),
        ("zome", "zone", 1),
        ("demilitarised", "demilitarized", 1),
        ("bake", "base", 2),
        ("resouce", "recourse", 3),
        ("medicaid", "medical", 3),
        ("", "zone", 4),
    ],
)
def test_a_wrong_letter_is_a_likely_slip_where_it_sounds_alike_or_stands_beside_the_right_one(
    written: str, meant: str, cost: int
) -> None:
    assert slips(written, meant) == slips(meant, written) == cost


def test_a_short_word_begins_rightly_and_has_one_slip() -> None:
    assert allowed_slips("fone", "zone") == 0
    assert allowed_slips("zome", "zone") == 1
    assert allowed_slips("duidelines", "guidelines") == 2


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("lends", "lend"), ("bake", "baked"), ("syncing", "sync"), ("stopping", "stop"), ("safest", "safe"),
        ("havent", "have"), ("cant", "can"), ("cities", "city"), ("admins", "admin"),
        ("unproven", "proven"), ("deactivated", "activated"), ("counteract", "act"), ("modal", "mode"),
    ],
)  # fmt: skip
def test_other_forms_of_a_word_are_thought_of(word: str, other: str) -> None:
    assert other in set(relatives(word))


def test_what_a_beginning_leaves_of_a_word_is_long_enough_to_be_no_chance() -> None:
    assert "story" not in set(relatives("destory"))
    assert "kown" not in set(relatives("unkown"))


def test_a_word_is_not_taken_for_its_opposite(database: sqlite3.Connection) -> None:
    count_words(database, ["An important region."], by=1)
    known = {"important", "region"}.__contains__
    assert correct(["unimportant", "regional", "imporatnt"], Vocabulary(database), known) == {"imporatnt": "important"}


def test_a_question_word_of_another_language_is_no_slip() -> None:
    database = sqlite3.connect(":memory:")
    database.execute(CREATE_VOCABULARY)
    count_words(database, ["Quando, quien, wand."], by=1)
    assert correct(["quand", "wann", "quién"], Vocabulary(database), KNOWN.__contains__) == {}
    assert correct(["quandi"], Vocabulary(database), KNOWN.__contains__) == {"quandi": "quando"}
    database.close()
