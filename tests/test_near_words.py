from __future__ import annotations

import pytest

from index.near_words import NearWords

KNOWN = {"border": 9, "boarder": 2, "bordar": 1, "zone": 4, "negotiation": 3, "réunion": 5, "сеул": 1, "𝒂bcdefgh": 1}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("bordr", "border"),  # missing
        ("bordder", "border"),  # added
        ("brodre", None),  # two swaps are too many in a short word
        ("borderr", "border"),
        ("zoen", "zone"),  # swapped
        ("zome", "zone"),  # wrong, next to the right one on the keyboard
        ("zope", None),  # wrong, and not likely
        ("xone", None),  # a short word begins as it should
        ("negotation", "negotiation"),
        ("negotaition", "negotiation"),
        ("negtation", "negotiation"),  # two are missing of a long one
        ("rèunion", "réunion"),
        ("сеул", "сеул"),
        ("𝒂bcdefg", "𝒂bcdefgh"),
        ("𝒂bcdefghi", "𝒂bcdefgh"),
        ("", None),
    ],
)
def test_a_word_is_found_by_what_it_takes_to_write_it_so(written: str, meant: str | None) -> None:
    assert NearWords(KNOWN).nearest(written) == meant


def test_among_words_that_are_as_near_more_passages_decide() -> None:
    assert NearWords({"card": 1, "cord": 2}).nearest("crd") == "cord"
    assert NearWords({"card": 2, "cord": 1}).nearest("crd") == "card"


def test_no_words_are_near_where_there_are_none() -> None:
    assert NearWords({}).nearest("zone") is None
