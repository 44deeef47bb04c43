"""The trials of crashes find what they are there to find; a few of them are run."""

from __future__ import annotations

import json
import random
from pathlib import Path

from bench.crashes import fill, kill
from bench.full_disk import NoDisk
from bench.growth import grown
from bench.library import EDITION, Library, faults_of
from bench.load import Load, measure
from bench.synthetic import SyntheticEmbedder, make_document, make_question
from bench.timing import percentile, table
from corpus import read_folder
from index import open_index, update_index

KILLS = 4


def test_killed_commands_leave_a_whole_index_and_readers_see_no_error() -> None:
    tally = kill(KILLS, readers=1, documents=6, seed=5)
    assert tally.faults == []
    assert sum(times for (_, how), times in tally.ended.items() if how.startswith("killed")) == KILLS
    assert len(tally.told) == 1
    assert tally.stored > 20


def test_a_full_disk_is_said_in_one_line_and_leaves_the_index_as_it_was() -> None:
    try:
        tally = fill(2, readers=1, documents=6, seed=5)
    except NoDisk as reason:
        assert str(reason)  # only an administrator can mount one
    else:
        assert tally.faults == []
        assert sum(times for (_, how), times in tally.ended.items() if how == "refused, as it was") == 2


def test_an_index_that_is_not_of_one_edition_is_noticed(tmp_path: Path) -> None:
    library = Library(tmp_path / "library", tmp_path / "records", 3, random.Random(1))
    update_index(tmp_path / "index", read_folder(library.folder), embedder=SyntheticEmbedder(8))
    with open_index(tmp_path / "index", embedder=SyntheticEmbedder(8)) as index:
        assert faults_of(index, tmp_path / "records", "what is the") == []
        recorded = json.loads((tmp_path / "records" / "0.json").read_text())
        (tmp_path / "records" / "0.json").write_text(json.dumps({**recorded, "0001.txt": "", "0009.txt": ""}))
        faults = faults_of(index, tmp_path / "records", "what is the")
    assert "edition 0: 0001.txt is another" in faults
    assert "edition 0: 0009.txt is another" in faults
    assert "edition 0: 0001.txt is found, and is none of its documents" in faults
    assert not any("0000.txt" in fault for fault in faults)


def test_each_edition_of_the_library_is_another(tmp_path: Path) -> None:
    library = Library(tmp_path / "library", tmp_path / "records", 5, random.Random(1))
    before = library.contents()
    library.change()
    after = library.contents()
    assert before.keys() - after.keys()
    assert after.keys() - before.keys() == {"0005.txt"}
    assert before[EDITION] != after[EDITION]
    assert (library.folder / EDITION).read_text() == "This is edition 1 of the library.\n"


def test_documents_are_the_same_each_time_and_their_versions_are_not() -> None:
    assert make_document(7, 3) == make_document(7, 3)
    changed, first = make_document(7, 3, version=1), make_document(7, 3)
    assert changed.text.split("\n\n")[1:] == first.text.split("\n\n")[1:]
    assert changed.text.split("\n\n")[0] != first.text.split("\n\n")[0]
    assert make_question(random.Random(3)) == make_question(random.Random(3))


def test_what_a_growing_index_costs_is_measured() -> None:
    found = grown(20, questions=3)
    assert found.documents == 2
    assert 10 <= found.passages <= 30
    assert found.sentences > found.passages
    assert min(found.made, found.changed, found.copied, found.found, found.median, found.disk) > 0


def test_a_table_stands_under_its_heads() -> None:
    rows = [["what", "here", "which"], ["a question", "3 ms", ""]]
    assert table(rows).splitlines() == ["what        here  which", "-----------------------", "a question  3 ms"]
    assert [percentile([3, 1, 2], share) for share in (0, 0.5, 1)] == [1, 2, 3]


def test_people_who_ask_at_once_are_answered_as_each_alone_would_be(shipped_index: Path) -> None:
    figures = measure(shipped_index, Load(judged=20, askers=5, seconds=1, questions=20, step=10))
    assert (figures.faults, figures.differing) == ([], 0)
    assert len(figures.asked["one person"]) == 40
    assert len(figures.asked["5 people"]) >= 5
    assert len(figures.memory) == 3
