"""Where a passage is lost, told stage by stage, and what would rescue it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder, document

from corpus.command import dispatch
from index import Index, IndexSettings, SearchSettings, UnknownDocument, open_index, update_index
from qa import AnswerSettings
from qa.__main__ import COMMANDS
from qa.rescuing import Rescue, advise, find_rescues
from qa.trace_command import format_trace
from qa.tracing import BadQuotation, Stage, Trace, missing_words, trace

PLAIN = AnswerSettings(threshold=0.0, closer_look=False, spelling=False)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    embedder = WordEmbedder()
    update_index(tmp_path / "index", [CAT, DOG, BIRD], embedder=embedder)
    with open_index(tmp_path / "index", None, embedder) as opened:
        yield opened


def stage(found: Trace, name: str) -> Stage:
    return next(one for one in found.stages if one.name == name)


def place(found: Trace, name: str) -> tuple[object, object]:
    values = stage(found, name).values
    return values["rank"], values["of"]


def test_what_was_quoted_was_lost_nowhere(index: Index) -> None:
    found = trace("dog water", "The  dog drinks\nwater.", index, PLAIN)
    assert (found.quoted, found.lost_at, find_rescues(found, index, PLAIN), advise(found, [])) == (True, None, [], "")
    assert [one.name for one in found.stages] == [
        "question", "reading", "splitting", "lexical", "vector", "fused", "first look", "confidence", "quoting",
    ]  # fmt: skip
    assert stage(found, "question").says == "Searched for as it was typed."
    assert stage(found, "reading").says == "The quotation stands in dog.md."
    assert stage(found, "splitting").says == "It stands in the passage dog.md:0-41."


def test_ranks_and_scores_are_those_of_each_list(index: Index) -> None:
    found = trace("dog water", "The dog drinks water.", index, PLAIN)
    # Only one passage has these words; all three have a vector.
    assert (place(found, "lexical"), place(found, "vector"), place(found, "fused")) == ((1, 1), (1, 3), (1, 3))
    # (1, 1) and (2, 1, 1): 3 / √12; with its second sentence: 1; two parts to three.
    assert stage(found, "vector").values["score"] == pytest.approx(0.4 * 3 / 12**0.5 + 0.6, abs=1e-4)
    assert stage(found, "fused").values["score"] == 1.0
    assert stage(found, "first look").values["place"] == 1


def test_a_passage_without_the_words_says_so(index: Index) -> None:
    found = trace("dog", "The cat drinks milk.", index, PLAIN)
    assert stage(found, "lexical").says == "Not in the lexical list: no word of it is the question's."
    assert stage(found, "quoting").values == {"instead": "The dog has a bone. The dog drinks water."}
    assert find_rescues(found, index, PLAIN) == []
    assert missing_words(found.searched_for, found.targets[0]) == ["dog"]
    assert advise(found, []) == (
        "No single setting would have it quoted. The passage and its headings lack “dog”: "
        "a heading with these words would help."
    )


def test_a_threshold_too_high_is_named_with_the_highest_that_would_do(index: Index) -> None:
    strict = replace(PLAIN, threshold=0.99)
    found = trace("dog water", "The dog drinks water.", index, strict)
    assert found.lost_at == "confidence"
    confidence = stage(found, "confidence").values["confidence"]
    best = next(one for one in find_rescues(found, index, strict) if one.setting == "threshold")
    assert best.now == 0.99
    assert best.then <= confidence < best.then + 0.01
    assert trace("dog water", "The dog drinks water.", index, replace(strict, threshold=best.then)).quoted
    assert f"--vary threshold=0.99,{best.then:g}" in advise(found, [best])


def test_too_few_passages_are_told_apart_from_too_few_sentences(index: Index) -> None:
    narrow, hasty = replace(PLAIN, passages=1), replace(PLAIN, looked_at=1)
    unread = trace("dog bird", "A bird eats seed.", index, narrow)
    unseen = trace("dog bird", "A bird eats seed.", index, hasty)
    assert (unread.lost_at, place(unread, "fused")) == ("fused", (2, 3))
    assert unread.stages[-1].says.startswith("It was not quoted; instead: “The dog")
    assert unseen.lost_at == "first look" and stage(unseen, "first look").values["place"] == 3
    assert find_rescues(unread, index, narrow)[0] == Rescue("passages", 1, 2, round(1 / 95, 4))
    assert find_rescues(unseen, index, hasty)[0] == Rescue("looked_at", 1, 3, round(2 / 79, 4))


def test_a_weight_is_halved_down_to_the_nearest_hundredth_that_works(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    owl = document("owl.md", "The owl hunts by night.")
    update_index(tmp_path / "index", [CAT, DOG, owl], embedder=embedder)
    # Two words are the owl's, and of these the model knows none: its nearest is the cat.
    question, quote, one = "owl hunts cat", "The cat drinks milk.", replace(PLAIN, passages=1)
    with open_index(tmp_path / "index", SearchSettings(lexical_weight=1.0), embedder) as opened:
        found = trace(question, quote, opened, one)
        assert (found.lost_at, place(found, "lexical"), place(found, "vector")) == ("fused", (2, 2), (1, 3))
        rescue = next(each for each in find_rescues(found, opened, one) if each.setting == "lexical_weight")
        assert 0.6 < rescue.then < 0.75
        opened.settings = SearchSettings(lexical_weight=rescue.then)
        assert trace(question, quote, opened, one).quoted
        opened.settings = SearchSettings(lexical_weight=rescue.then + 0.01)
        assert not trace(question, quote, opened, one).quoted


def test_what_was_never_read_is_told_with_the_nearest_that_was(index: Index) -> None:
    found = trace("dog", "The cat drinks water", index, PLAIN)
    assert (found.quoted, found.lost_at, len(found.stages)) == (False, "reading", 2)
    assert stage(found, "reading").says == (
        "The quotation isn't in any document of this index; nearest, in cat.md: “The cat drinks milk.”."
    )
    assert find_rescues(found, index, PLAIN) == []
    assert advise(found, []).startswith("Add the document that says it (python -m index add FILE)")


def test_a_quotation_of_another_document_is_told(index: Index) -> None:
    found = trace("dog", "The cat drinks milk", index, PLAIN, document="dog.md")
    assert stage(found, "reading").says == "The quotation isn't in dog.md, but in cat.md."
    assert advise(found, []) == "Trace it there: --document cat.md"


def test_a_quotation_that_splitting_divided_is_told(tmp_path: Path) -> None:
    long = document("long.md", " ".join(f"Sentence number {n} speaks of the dog and of its bone." for n in range(12)))
    embedder = WordEmbedder()
    update_index(tmp_path / "index", [long], settings=IndexSettings(passage_tokens=32), embedder=embedder)
    with open_index(tmp_path / "index", None, embedder) as opened:
        first, second, *_ = opened.passages("long.md")
        start, end = first.sentences[-1].start, second.sentences[0].end
        found = trace("dog bone", long.text[start:end], opened, PLAIN)
    assert stage(found, "splitting").held is None
    assert stage(found, "splitting").says.startswith("It is divided: the passage long.md:")


def test_what_cannot_be_traced_is_refused(index: Index) -> None:
    with pytest.raises(BadQuotation, match="the quotation is empty; give some words of the document with --quote"):
        trace("dog", "  ", index, PLAIN)
    with pytest.raises(UnknownDocument):
        trace("dog", "The dog", index, PLAIN, document="fox.md")


def test_on_a_terminal_an_x_marks_where_it_was_lost(index: Index) -> None:
    strict = replace(PLAIN, threshold=0.99)
    found = trace("dog water", "The dog drinks water.", index, strict)
    lines = format_trace(found, find_rescues(found, index, strict)).splitlines()
    assert lines[1] == "+ reading     The quotation stands in dog.md."
    assert [line.split()[1] for line in lines if line.startswith("x ")] == ["confidence", "quoting"]
    assert "Lost at: confidence" in lines
    assert max(map(len, lines)) <= 100


def test_the_command_traces_with_the_real_model_and_the_questions_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tea = "Green tea is steeped for two minutes. Black tea is steeped for four minutes."
    documents = [
        document("tea.md", tea, "Tea"),
        document("ice.md", "Ice floats on water, since it is less dense. Icebergs drift south.", "Ice"),
    ]
    update_index(tmp_path / "index", documents)

    def typed(*words: str) -> int:
        return dispatch("qa", "", COMMANDS, ["trace", *words, "--index", str(tmp_path / "index")])

    quote = "Green tea is steeped for two minutes."
    assert typed("How long is green tea steeped?", "--quote", quote, "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert (value["quoted"], value["lost_at"], value["rescues"]) == (True, None, [])
    assert [one["name"] for one in value["stages"]][-3:] == ["closer look", "confidence", "quoting"]
    assert typed("And how long is it?", "--earlier", "What is green tea?", "--quote", quote) == 0
    assert "Searched for “" in capsys.readouterr().out
    assert typed("How long?", "--quote", " ") == 1
    assert capsys.readouterr().err == "error: the quotation is empty; give some words of the document with --quote\n"
