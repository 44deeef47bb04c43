"""Every stage can be switched off, and what it is worth is measured against everything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from small_answerer import made

from corpus.command import dispatch
from index import open_index, update_index
from qa import AnswerSettings, open_answerer
from qa.__main__ import COMMANDS
from qa.ablating import STAGES, worths
from qa.ablating import Stage as AnyStage
from qa.bare import bare
from qa.configuring import known_settings
from qa.evaluation import Evaluation, Expected, Outcome, compute_figures

TEA = made(
    "tea.md",
    "All about drinks",
    ("heading", 1, "Tea"),
    ("paragraph", 0, "Green tea is steeped for two minutes."),
    ("heading", 2, "Ice"),
    ("paragraph", 0, "Ice floats."),
)


def evaluation(label: str, *correct: float) -> Evaluation:
    expected = (Expected("d1"),)
    outcomes = tuple(
        Outcome(f"q{place}", f"Question {place}?", True, {"nDCG@10": value, "correct": value}, expected)
        for place, value in enumerate(correct)
    )
    return Evaluation(label, "set", "BEIR", outcomes, compute_figures(outcomes))


def typed(*words: object) -> int:
    return dispatch("qa", "", COMMANDS, ["ablate", *map(str, words)])


def test_each_stage_is_switched_off_by_settings_that_there_are() -> None:
    assert {name for stage in STAGES for name in stage.off} <= known_settings().keys()
    assert len({stage.name for stage in STAGES}) == len(STAGES)


def test_a_bare_document_keeps_its_sentences_where_they_are() -> None:
    plain = bare(TEA)
    assert plain.title == "" and [block.kind for block in plain.blocks] == ["paragraph", "paragraph"]
    assert plain.text == "   \nGreen tea is steeped for two minutes.\n   \nIce floats."
    said = [plain.text[one.start : one.end] for one in plain.blocks]
    assert said == ["Green tea is steeped for two minutes.", "Ice floats."]


def test_a_stage_is_worth_what_everything_has_more_than_all_but_it() -> None:
    stages = (AnyStage("useful"), AnyStage("idle"))
    everything = evaluation("everything", *[1.0] * 20)
    useful, idle = worths([everything, evaluation("useful", *[0.0] * 20), evaluation("idle", *[1.0] * 20)], stages)
    assert [one.measure for one in useful.measures] == ["nDCG@10", "correct"]
    assert useful.measures[0].difference == 1.0 and useful.measures[0].wins == 20
    # Of two stages the smaller p counts twice (Holm), and that of no difference at all is 1.
    assert useful.measures[0].p_adjusted == pytest.approx(2 * useful.measures[0].p)
    assert idle.measures[0].difference == 0.0 and idle.measures[0].p_adjusted == 1.0


def test_one_command_measures_stages_as_text_markdown_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    update_index(tmp_path / "built", [TEA])
    judged = {"question": "How long is green tea steeped?", "document": "tea.md", "quote": "steeped for two minutes"}
    Path("q.jsonl").write_text(json.dumps(judged) + "\n")
    files = ("--json", "a.json", "--markdown", "a.md")
    assert typed("q.jsonl", "--index", "built", "--only", "spelling", "--only", "titles and headings", *files) == 0
    out = capsys.readouterr().out
    assert "q, 1 questions: with everything" in out and "what it adds to" in out
    assert "| spelling | `spelling=false` |" in Path("a.md").read_text()
    value = json.loads(Path("a.json").read_text())
    assert [one["stage"] for one in value["stages"]] == ["spelling", "titles and headings"]
    assert len(value["evaluations"]) == 3
    assert {one["settings"]["threshold"] for one in value["evaluations"]} == {0.262}
    with open_index(Path("index/kept/built-bare")) as index:
        assert {passage.title for passage in index.passages("tea.md")} == {""}


def test_a_stage_that_there_is_not_is_named_with_those_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(tmp_path, "--only", "magic") == 1
    assert "no stage is called 'magic'; there are search by words, " in capsys.readouterr().err


def test_small_talk_the_expected_type_and_twins_can_be_switched_off(tmp_path: Path) -> None:
    twin = replace(TEA, id="copy.md")
    update_index(tmp_path / "index", [TEA, twin])
    found = {}
    for name in ("", "small_talk", "twins", "expected_type"):
        settings = AnswerSettings(threshold=0.0, **({name: False} if name else {}))
        answerer = open_answerer(tmp_path / "index", settings=settings)
        found[name] = [answerer.ask("hello"), answerer.ask("How long is green tea steeped?")]
        answerer.searcher.close()  # type: ignore[attr-defined]
    assert not found[""][0].answered and found["small_talk"][0].answered
    assert len(found["twins"][1].hits) == 4 > len(found[""][1].hits)
    assert found["expected_type"][1].confidence != found[""][1].confidence
