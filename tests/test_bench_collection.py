"""A test collection is measured turn by turn, and the ratio is of questions a second."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench import plain_evaluation
from bench.__main__ import COMMANDS
from bench.collection import add_arguments, run
from corpus.command import dispatch

DOCUMENTS = {"d1": "Green tea is brewed at 80 degrees.", "d2": "Coffee is roasted before it is ground."}
QUESTIONS = {"q1": "How is green tea brewed?", "q2": "What happens to coffee before it is ground?"}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "drinks"
    (folder / "qrels").mkdir(parents=True)
    texts = [{"_id": id, "title": "", "text": text} for id, text in DOCUMENTS.items()]
    asked = [{"_id": id, "text": text} for id, text in QUESTIONS.items()]
    (folder / "corpus.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in texts))
    (folder / "queries.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in asked))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n")
    return folder


def test_each_is_measured_at_its_fastest_and_beside_each_plain_way(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = iter([2.0, 1.0])

    def call(words: list[str]) -> float:
        if words[0] == "bench.plain_evaluation":
            return 8.0 if "--singly" in words else 4.0
        return next(slow) if words[-1] == "vectors" else 4.0

    monkeypatch.setattr("bench.collection._call", call)
    monkeypatch.setattr("sys.argv", ["bench", "collection", str(dataset), "--index", "kept"])
    assert dispatch("bench", "", {"collection": COMMANDS["collection"]}) == 0
    rows = {line.split("  ")[0]: line.split()[-8:] for line in capsys.readouterr().out.splitlines()}
    assert rows["here: vectors"] == ["1.0", "2.0", "4.0", "times", "8.0", "times", "4.0", "times"]
    assert rows["plain: kept vectors, one batch"] == ["4.0", "0.5", "1.0", "times", "2.0", "times", "1.0", "times"]
    assert callable(run) and callable(add_arguments)


def test_the_plain_way_finds_the_same_singly_in_a_batch_and_from_vectors_that_were_kept(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = dataset / "vectors.npy"
    said = []
    for more in ([], ["--singly"]):
        monkeypatch.setattr("sys.argv", ["plain", str(dataset), "--kept", str(kept), "--depth", "2", *more])
        plain_evaluation.main()
        said.append(capsys.readouterr().out)
    assert np.load(kept).shape == (2, 384)
    assert said[0] == said[1]
    assert "nDCG@10 1.0000" in said[0]
