"""Questions of an evaluation are embedded once, and what is kept of them changes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from word_embedder import WordEmbedder

from qa.asked import FILE_NAME, KeptQuestions


class Counting(WordEmbedder):
    """Tells what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_question(self, question: str) -> np.ndarray:
        self.asked.append(question)
        return super().embed_question(question)


def test_a_question_is_embedded_once_for_this_run_and_the_next(tmp_path: Path) -> None:
    model = Counting()
    for _ in range(2):
        kept = KeptQuestions(model, tmp_path)
        for question in ("Where is the harbour?", "Who built the bridge?", "Where is the harbour?"):
            assert (kept.embed_question(question) == WordEmbedder().embed_question(question)).all()
        kept.close()
    assert model.asked == ["Where is the harbour?", "Who built the bridge?"]
    assert (tmp_path / FILE_NAME).exists()


def test_another_model_s_vectors_are_not_taken(tmp_path: Path) -> None:
    first, other = Counting(), Counting()
    other.name = "another"
    for model in (first, other):
        KeptQuestions(model, tmp_path).embed_question("Where is the harbour?")
    assert (first.asked, other.asked) == (["Where is the harbour?"], ["Where is the harbour?"])


def test_where_nothing_can_be_kept_questions_are_embedded_as_ever(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    model = Counting()
    kept = KeptQuestions(model, tmp_path)
    for _ in range(2):
        assert np.linalg.norm(kept.embed_question("Where is the harbour?")) == pytest.approx(1)
    assert model.asked == ["Where is the harbour?"] * 2
