"""Sentences end where a reader would end them, and no character is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sentences import split_sentences

# Each line is one text; `|` marks where a sentence ends.
CASES = """
The zone is 4 km wide.| It is 250 km long.| It costs 5 m. to mend.| So it stays.
He came on 1. Jan. 2024 to Seoul.| He stayed.
It began on 3. Oktober in Bonn.| It ended soon.
They met on 27. July 1953 at noon.| They signed.
She paid 4.| They left.
Then he left.| (See above.)| Next came the talks.
(It had begun earlier.)| Next came peace.
The Korean War (1950–53) ended.| Nobody won (see p. 4).| Why?
[He left.]| She came.
The U.S. government agreed.| The U.S. Army stayed.| The U.S.-China relationship changed.
He lives in the U.S.| He likes it.
Talk to Dr. Lee, Mr. Moon and Gen. MacArthur.| They know.
Some states, e.g. Japan, i.e. the neighbour, agreed.| Others, cf. China, did not.
2.1. Leute bei Debian
It stands in NEWS.Debian.| It goes on.
It ended.|The next began.
See www.GeoGratis.gc.ca for more.| Then go.
Run debhello.__main__:main now.
См. Section 5.21.| Дальше текст.
Vgl. Kapitel 3.| Siehe z. B. Abb. 3 dort.| Und weiter.
Véase p. ej. Debian.| Sigue.
10.4.2. How to begin.| It is easy.
No. 5 is the best.| Resolution no. 1718 came later.
See fig. 3 and Fig. 4.| See Sec. 4.2 too.| See pp. 5-6.
It is approx. 5 m.| It is ca. 6 km.| Vol. 3 says so.| Vols. 4 to 5 do not.
It rose by 3.5 percent to $3.50.| Version 2.0.1 is out.
Visit example.com or node.js today.| OK.
He left at 5 p.m. and slept.| At 5 p.m. Kim left.| He came at 5 p.m.| Then we ate.
George W. Bush met J. R. R. Tolkien.| They talked.
Kim Jong-un and Kim et al. met in 1992.| They left.
He works at Acme Inc. as a clerk.| He has a Ph.D. from there.
"It works."| He left.| “It works.”| She stayed.
“It works,” he said.| Then he left.
He said "Go home. Now."| Then he left.
She asked, "Why?" and left.| He cried “Stop!”| Then she stopped.
‘So it is.’| Then the people’s choice came.
Really...| Yes, really.| Wait... what?
It is over…| Nobody knows… and so it goes on.| Or… I think so.
What?!| No!| Yes?| Good.
This is a fact.[1]| Then another.[2][3]| Third.
He left.²| She came.
He left.)| She came.| *He left.*| She came.
World War II.| It ended.| Plan B.| It failed.
It was 100%.| It cost 5€.| It was 5°.| Good.
iPhone is good.| eBay is too.
The obj. was lost, as the pres. said.| It stayed.
we write small.| and so on.| ok.
Use an explicit '.' for that instead.| Done.
1. First thing.| 2. Second thing.
Q. What is it?| A. It is this.
今日は晴れです。|明日は雨です。
그는 갔다.| 나는 왔다.
Text ends here.|Next begins here.
One line
goes on here.| And ends.
No full stop at the end
A bell rang!!!| !!!
😀 Hello there.| 😀 Goodbye.
It ended.\u00a0| Then\u00a0it began.\u3000| Now.
"""


def texts() -> list[str]:
    lines = CASES.strip("\n").replace("One line\ngoes", "One line\vgoes").split("\n")
    return [line.replace("\v", "\n").replace("| !!!", " !!!") for line in lines]


@pytest.mark.parametrize("marked", texts())
def test_a_sentence_ends_where_a_reader_would_end_it(marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[start:end] for start, end in split_sentences(text)] == [part.strip() for part in marked.split("|")]


def test_offsets_are_characters_and_leave_white_space_out() -> None:
    assert split_sentences("  😀 One.  Two.\n") == [(2, 8), (10, 14)]


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u00a0\u2028"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


def test_a_blank_line_ends_a_sentence() -> None:
    assert split_sentences("One\n\nTwo") == [(0, 3), (5, 8)]


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\u0085", "\u2028", "\u2029", "\u2003", "\x1c", "\x0b"])
def test_any_white_space_may_follow_a_full_stop(space: str) -> None:
    assert split_sentences(f"One.{space}Two.") == [(0, 4), (5, 9)]


def test_a_lone_surrogate_is_a_character_like_any_other() -> None:
    assert split_sentences("One \ud800.\u00a0Two \udfff.") == [(0, 6), (7, 13)]


@pytest.mark.parametrize("text", ["a" * 300_000, "a. " * 100_000, "“" * 100_000, '"(' * 150_000, "!!! " * 75_000])
def test_hostile_text_is_split_in_bounded_time(text: str) -> None:
    began = time.perf_counter()
    spans = split_sentences(text)
    assert time.perf_counter() - began < 6
    assert sum(end - start for start, end in spans) <= len(text)


def test_a_long_text_is_split_as_its_parts_are() -> None:
    paragraph = "The zone is wide. Dr. Lee said “It is. Really.” Then he left. "
    assert len(split_sentences(paragraph * 500)) == 3 * 500


PIECES = st.sampled_from(
    ["Dr.", "U.S.", "1.", "Jan.", "(", ")", ".", "!", "?", "…", "“", "”", '"', "[1]", "word", "Word", "é", "日。",
     " ", "\n", "\n\n", "\u00a0", "\u2028", "😀", "\ud800", "3.5", "\x00", "\x1f", "e\u0301"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    position = 0
    for start, end in split_sentences(text):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert not text[start].isspace() and not text[end - 1].isspace()
        position = end
    assert not text[position:].strip()
