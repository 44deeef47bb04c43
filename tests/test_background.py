"""What an answer has to rise above: how near the documents come to what they aren't about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus import plain_document
from index import Hit, open_index, update_index
from index.everyday import EVERYDAY, FILE_NAME, level_of
from qa.background import Background
from qa.confidence import Signals, confidence_of
from qa.current import CurrentAnswerer


def hit(*cosines: float, similarity: float = 0.0) -> Hit:
    return Hit(passage=None, score=1.0, similarity=similarity, sentences=cosines)  # type: ignore[arg-type]


class Told:
    """A searcher that answers the everyday questions in turn from a list, and counts them."""

    def __init__(self, folder: Path, *answers: Sequence[Hit], passages: int = 100, model: str = "fake") -> None:
        self.folder, self.answers, self.asked = folder, answers, 0
        self.manifest = SimpleNamespace(passages=passages, model=model)

    def search(self, question: str, k: int = 10, before: str = "") -> Sequence[Hit]:
        assert question in EVERYDAY
        self.asked += 1
        return self.answers[(self.asked - 1) % len(self.answers)]


def level(told: Any) -> float:
    return Background(told)()


def test_the_level_is_the_median_of_the_nearest_sentences(tmp_path: Path) -> None:
    told = Told(tmp_path, [hit(0.1, 0.2), hit(0.15)], [hit(0.3)], [hit(0.9), hit(0.1)], [hit(0.25)])
    assert len(EVERYDAY) % 4 == 0
    assert level_of(told) == pytest.approx(0.275)  # type: ignore[arg-type]


def test_a_passage_without_sentences_counts_as_a_whole_and_no_passage_not_at_all(tmp_path: Path) -> None:
    assert level_of(Told(tmp_path, [hit(similarity=0.4)], [])) == 0.4  # type: ignore[arg-type]
    assert level_of(Told(tmp_path, [])) == 0.0  # type: ignore[arg-type]


def test_it_is_found_once_and_kept_beside_the_index(tmp_path: Path) -> None:
    first = Told(tmp_path, [hit(0.3)])
    background = Background(first)  # type: ignore[arg-type]
    assert (background(), background(), first.asked) == (0.3, 0.3, len(EVERYDAY))
    again = Told(tmp_path, [hit(0.7)])
    assert (level(again), again.asked) == (0.3, 0)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("other", [{"passages": 126}, {"passages": 79}, {"model": "another"}])
def test_it_is_found_anew_for_a_quarter_more_passages_and_for_another_model(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    level(Told(tmp_path, [hit(0.3)]))
    assert level(Told(tmp_path, [hit(0.7)], passages=101)) == 0.3
    assert level(Told(tmp_path, [hit(0.7)], **other)) == 0.7
    assert json.loads((tmp_path / FILE_NAME).read_text())["level"] == 0.7


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"format": 1, "model": "fake", "passages": "x", "level": 1}'])
def test_a_file_that_is_damaged_is_made_anew(tmp_path: Path, damage: str) -> None:
    (tmp_path / FILE_NAME).write_text(damage)
    assert level(Told(tmp_path, [hit(0.7)])) == 0.7


def test_where_nothing_can_be_kept_it_is_found_all_the_same(tmp_path: Path) -> None:
    assert level(Told(tmp_path / "missing", [hit(0.7)])) == 0.7


def test_the_same_signals_are_less_sure_where_the_documents_come_near_to_anything() -> None:
    signals = dict(least=0.5, cosine=0.5, missing=0, held=0, gap=0, uncounted=0, heading=0, words=0.5, unmet=0.3)
    assert confidence_of(Signals(**signals, background=0.1)) > 0.6
    assert confidence_of(Signals(**signals, background=0.45)) < 0.25


def test_documents_about_one_thing_are_farther_from_everyday_talk_than_a_household_book(tmp_path: Path) -> None:
    one = "Granite cools slowly below the surface. Its crystals of feldspar and quartz are coarse."
    home = "Descale a kettle with vinegar. The bus to the airport costs four euros. Boil potatoes for long.\n\n"
    home += "A cracked screen is mended in the shop. Water your tomatoes. The cinema opens at noon, also on Sunday."
    levels = []
    for name, text in (("stone", one), ("home", home)):
        update_index(tmp_path / name, [plain_document(name, name.title(), f"{name}.txt", text)])
        with open_index(tmp_path / name) as index:
            levels.append(Background(index)())
    assert levels[0] < 0.1 < levels[1]


def test_a_large_index_knows_its_level_as_soon_as_it_is_made_and_a_change_asks_nothing_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.everyday._FOUND_AT_ONCE", 2)
    documents = [plain_document(name, name, f"{name}.txt", f"All about the {name}.") for name in ("cat", "dog")]
    update_index(tmp_path, documents[:1])
    assert not (tmp_path / FILE_NAME).exists()
    update_index(tmp_path, documents)
    with open_index(tmp_path) as index:
        assert json.loads((tmp_path / FILE_NAME).read_text())["level"] == round(level_of(index), 4)
    (tmp_path / FILE_NAME).write_text((tmp_path / FILE_NAME).read_text().replace('"level": ', '"level": 7'))
    update_index(tmp_path, [plain_document("dog", "dog", "dog.txt", "Nothing about the dog.")])
    assert '"level": 7' in (tmp_path / FILE_NAME).read_text()


def test_an_answerer_that_was_made_ready_has_its_first_question_wait_for_nothing(tmp_path: Path) -> None:
    update_index(tmp_path, [plain_document("cat", "cat", "cat.txt", "All about the cat.")])
    with open_index(tmp_path) as index:
        level = round(level_of(index), 4)
    answerer = CurrentAnswerer(tmp_path)
    answerer.make_ready()
    answerer.close()
    assert json.loads((tmp_path / FILE_NAME).read_text())["level"] == level
