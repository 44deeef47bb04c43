"""The trials of crashes find what they are there to find; a few of them are run."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path

from bench.crashes import fill, kill
from bench.full_disk import NoDisk
from bench.grown import make, measure
from bench.library import EDITION, Library, faults_of
from bench.load import Load
from bench.load import measure as measure_load
from bench.making import PARAGRAPHS, SETTINGS, make_index
from bench.synthetic import SyntheticEmbedder, make_document, make_documents, make_question
from bench.timing import percentile, table
from corpus import read_folder
from index import open_index, update_index
from index.late_interaction import searchable
from index.token_store import TOKENS, TokenReader

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


def test_what_a_growing_index_costs_is_measured(tmp_path: Path) -> None:
    made = make(tmp_path / "20", 20)
    found = measure(tmp_path / "20", questions=3)
    assert (found.documents, found.passages) == (2, 14)
    assert found.sentences > found.passages
    assert found.recall == 1.0
    assert min(asdict(found).values()) > 0
    assert make(tmp_path / "20", 20) == made
    with open_index(tmp_path / "20", embedder=SyntheticEmbedder()) as index:
        assert index.manifest.generation == 4


def test_an_index_made_by_several_processes_is_the_one_that_one_makes(tmp_path: Path) -> None:
    make_index(tmp_path / "several", 3)
    embedder = SyntheticEmbedder()
    update_index(tmp_path / "one", make_documents(3, PARAGRAPHS), settings=SETTINGS, embedder=embedder)
    assert facts(tmp_path / "several") == facts(tmp_path / "one")


def facts(folder: Path) -> object:
    """The texts, vectors and tokens in an index of made-up documents."""
    embedder = SyntheticEmbedder()
    with open_index(folder, embedder=embedder) as index:
        passages = [one for record in index.documents() for one in index.passages(record.id)]
        texts = [searchable(one.context, one.text) for one in passages]
        _, of_passages, of_sentences = index.parts()
        tokens = TokenReader(folder / TOKENS, embedder.name, embedder.dimension).recall(texts)
        vectors = [of_passages.vectors(of_passages.ids), of_sentences.vectors(of_sentences.ids)]
        return passages, [one.tolist() for one in vectors], [tokens[text].to_bytes() for text in texts]


def test_a_table_stands_under_its_heads() -> None:
    rows = [["what", "here", "which"], ["a question", "3 ms", ""]]
    assert table(rows).splitlines() == ["what        here  which", "-----------------------", "a question  3 ms"]
    assert [percentile([3, 1, 2], share) for share in (0, 0.5, 1)] == [1, 2, 3]


def test_people_who_ask_at_once_are_answered_as_each_alone_would_be(shipped_index: Path) -> None:
    figures = measure_load(shipped_index, Load(judged=20, askers=5, seconds=1, questions=20, step=10))
    assert (figures.faults, figures.differing) == ([], 0)
    assert len(figures.asked["one person"]) == 40
    assert len(figures.asked["5 people"]) >= 5
    assert len(figures.memory) == 3
