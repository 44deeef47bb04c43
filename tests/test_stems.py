"""Words are compared without their endings."""

from __future__ import annotations

import pytest

from qa.stems import said_of, stem


@pytest.mark.parametrize(
    ("word", "without"),
    [
        ("talks", "talk"),
        ("talking", "talk"),
        ("talked", "talk"),
        ("cities", "cit"),
        ("city", "city"),
        ("boxes", "box"),
        ("safely", "safe"),
        ("border", "border"),
        ("ss", ""),
    ],
)
def test_a_word_loses_its_commonest_ending(word: str, without: str) -> None:
    assert stem(word) == without


def test_a_stem_stands_in_a_text_only_as_that_of_a_whole_word() -> None:
    asked = ["talk", "wall", "border"]
    assert said_of(asked, "They TALKED about wallpaper.") == {"talk"}
    assert said_of(asked, "Nothing of it.") == set()
