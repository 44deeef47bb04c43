"""`python -m qa evaluate` as it is typed, over real indexes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.command import dispatch
from index.exported import OnnxEmbedder
from qa.__main__ import COMMANDS

DOCUMENTS = {
    "d1": ("Tea", "Tea is brewed with hot water. Green tea is steeped for two minutes."),
    "d2": ("Ice", "Ice floats on water, since it is less dense. Icebergs drift south."),
    "d3": ("Fog", "Fog is a cloud that touches the ground. It forms over cold lakes."),
}
QUERIES = {"q1": "How long is green tea steeped?", "q2": "Why does ice float?", "q3": "Where does fog form?"}


@pytest.fixture
def drinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A BEIR folder in an otherwise empty place, where the index will be kept."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "drinks"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": name, "title": title, "text": text} for name, (title, text) in DOCUMENTS.items()]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    queries = [{"_id": name, "text": text} for name, text in QUERIES.items()]
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries))
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td3\t1\nq2\td2\t1\nq3\td3\t1\n"
    )
    return folder


def typed(*words: object) -> int:
    return dispatch("qa", "", COMMANDS, ["evaluate", *map(str, words)])


def evaluation(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert typed(*words, "--json", "-") == 0
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return value


def figures(value: dict[str, Any]) -> dict[str, float]:
    return {one["name"]: one["value"] for one in value["figures"]}


def test_a_beir_folder_is_indexed_once_and_kept(drinks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = evaluation(capsys, drinks, "--retrieval-only")
    (kept,) = Path("index/kept").iterdir()
    made = (kept / "CURRENT").stat().st_mtime_ns
    second = evaluation(capsys, drinks, "--retrieval-only")
    assert first["index"] == second["index"] == str(kept)
    assert (kept / "CURRENT").stat().st_mtime_ns == made
    assert first["figures"] == second["figures"]
    assert (first["documents"], len(first["outcomes"])) == (3, 3)
    assert figures(first)["Success@1"] == 1.0


def test_a_changed_collection_is_indexed_again(drinks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluation(capsys, drinks, "--retrieval-only")
    with (drinks / "corpus.jsonl").open("a") as file:
        file.write('{"_id": "d4", "text": "Snow falls."}\n')
    assert evaluation(capsys, drinks, "--retrieval-only")["documents"] == 4
    assert len(list(Path("index/kept").iterdir())) == 2


def test_an_index_that_older_code_made_is_made_again(drinks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluation(capsys, drinks, "--retrieval-only")
    (kept,) = Path("index/kept").iterdir()
    (kept / "made-by.txt").write_text("older code")
    assert evaluation(capsys, drinks, "--retrieval-only")["documents"] == 3
    assert (kept / "made-by.txt").read_text() != "older code"


def test_sentences_that_another_way_of_splitting_left_whole_are_not_embedded_again(
    drinks: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation(capsys, drinks, "--retrieval-only")
    embedded: list[str] = []

    def embed(self: object, texts: list[str]) -> object:
        embedded.extend(texts)
        return embed_passages(self, texts)

    embed_passages = OnnxEmbedder.embed_passages
    monkeypatch.setattr(OnnxEmbedder, "embed_passages", embed)
    assert evaluation(capsys, drinks, "--retrieval-only", "--set", "passage_tokens=100")["documents"] == 3
    assert embedded == []


def test_the_run_and_the_judgements_give_other_programs_the_same_figures(
    drinks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import ir_measures

    value = evaluation(
        capsys, drinks, "--retrieval-only", "--run", "out.run", "--qrels", "out.qrels", "--measures", "ndcg@2"
    )
    names = {"nDCG@10": "nDCG@10", "nDCG@2": "nDCG@2", "RR": "RR", "AP": "AP", "R@5": "Recall@5", "P@1": "P@1"}
    theirs = ir_measures.calc_aggregate(
        [ir_measures.parse_measure(name) for name in names],
        list(ir_measures.read_trec_qrels("out.qrels")),
        list(ir_measures.read_trec_run("out.run")),
    )
    assert {names[str(name)]: found for name, found in theirs.items()} == pytest.approx(
        {name: figures(value)[name] for name in names.values()}, abs=1e-9
    )


def test_answers_are_measured_and_questions_without_judgement_should_be_refused(
    drinks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (drinks / "queries.jsonl").open("a") as file:
        file.write('{"_id": "q4", "text": "Who won the chess tournament of 1972?"}\n')
    value = evaluation(capsys, drinks)
    verdicts = {one["id"]: one["verdict"] for one in value["outcomes"]}
    assert set(verdicts) == {"q1", "q2", "q3", "q4"}
    assert verdicts["q4"] in ("rightly refused", "wrongly answered")
    assert {"right", "rightly refused", "AUROC"} <= set(figures(value))
    assert value["settings"]["passage_tokens"] > 0 and value["settings"]["threshold"] >= 0


def test_one_half_of_the_search_can_be_measured_alone(drinks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = evaluation(capsys, drinks, "--retrieval-only", "--only", "lexical", "--limit", "1")
    assert value["settings"]["lexical_weight"] == 1.0
    assert [one["id"] for one in value["outcomes"]] == ["q1"]


def test_settings_are_varied_and_compared(drinks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        typed(
            drinks,
            "--retrieval-only",
            "--vary",
            "passage_tokens=64,128",
            "--vary",
            "lexical_weight=0.4",
            "--json",
            "grid.json",
        )
        == 0
    )
    out = capsys.readouterr().out
    assert "A  passage_tokens=64 lexical_weight=0.4" in out
    assert "No winner: nDCG@10 is the same on each of the 3 questions." in out
    assert max(map(len, out.splitlines())) <= 100
    assert len(list(Path("index/kept").iterdir())) == 2
    assert dispatch("qa", "", COMMANDS, ["compare", "grid.json", "--json", "-"]) == 0
    assert len(json.loads(capsys.readouterr().out)["comparisons"]) == 1


def test_guards_decide_the_exit_status(drinks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        typed(drinks, "--retrieval-only", "--fail-under", "RR=0.9", "--fail-under", "nDCG@7=0.5", "--json", "old.json")
        == 0
    )
    assert (
        typed(drinks, "--retrieval-only", "--fail-under", "P@5=0.9", "--baseline", "old.json", "--junit", "j.xml") == 1
    )
    err = capsys.readouterr().err
    assert "FAILED  P@5 >= 0.9: P@5 is 0.2667 (" in err
    assert "passed  no loss of nDCG@10: " in err
    assert 'failures="1"' in Path("j.xml").read_text()


def test_a_wrong_command_line_ends_with_2(drinks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        typed(drinks, "--vary", "depth=10,20", "--run", "out.run")
    assert ended.value.code == 2
    assert "--vary measures several" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "error: nowhere: there is no such folder or file\n"),
        (["drinks", "--set", "depht=3"], "error: no setting is called 'depht'; did you mean depth?\n"),
        (["drinks", "--limit", "0"], "error: --limit: 0 questions measure nothing; give 1 or more\n"),
        (["drinks", "--baseline", "none.json"], "error: none.json: can't be read (No such file or directory)\n"),
        (["drinks", "--index", "none"], "error: no index in none; "),
    ],
)
def test_a_mistake_is_answered_with_one_line(
    drinks: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert typed(*words) == 1
    caught = capsys.readouterr()
    assert caught.err.startswith(message) and caught.err.count("\n") == 1
    assert caught.out == ""


def test_judged_questions_are_measured_over_the_index_that_is_there(
    shipped_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "mine.jsonl"
    questions.write_text(
        '{"question": "How wide is the DMZ?", "document": "dmz-zone.md", "quote": "about 4 kilometres wide"}\n'
        '{"question": "How wide is the DMZ?", "document": "dmz-zone.md", "quote": "about 40 kilometres wide"}\n'
        "{broken\n"
        '{"question": "Who won the chess tournament of 1972?", "document": null, "quote": null}\n'
    )
    assert typed(questions, "--index", shipped_index, "--json", tmp_path / "a.json", "--worst", 0) == 0
    caught = capsys.readouterr()
    assert f"left out: {questions}:3: not JSON" in caught.err
    assert (
        f"left out: {questions}:2: 'dmz-zone.md' doesn't say 'about 40 kilometres wide'; the nearest there is: "
        in caught.err
    )
    assert caught.out.startswith("mine: 2 questions (1 unanswerable) about 7 documents, ")
    assert "; 2 judgements left out" in caught.out.splitlines()[0]
    assert max(map(len, caught.out.splitlines())) <= 100
    value = json.loads((tmp_path / "a.json").read_text())
    assert figures(value)["quotation Success@10"] == 1.0


def test_judged_questions_outlive_another_way_of_splitting(
    shipped_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("question,document,quote\nHow wide is the DMZ?,dmz-zone.md,about 4 kilometres wide\n")
    value = evaluation(
        capsys, "mine.csv", "--index", shipped_index, "--retrieval-only", "--vary", "passage_tokens=64,220"
    )
    small, large = value["evaluations"]
    assert small["passages"] > large["passages"]
    assert small["index_sha256"] == large["index_sha256"]
    assert figures(small)["quotation Success@10"] == figures(large)["quotation Success@10"] == 1.0
