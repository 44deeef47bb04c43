"""The commands of the index room as a user sees them: what they print, and their exit statuses."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from word_embedder import WordEmbedder

import index.progress
from corpus.command import dispatch
from index import open_index
from index.__main__ import COMMANDS
from index.generations import writing
from index.progress import ProgressLine


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    embedder = WordEmbedder()
    for module in ("index.updating", "index.searching"):
        monkeypatch.setattr(f"{module}.load_embedder", lambda *names: embedder)
    return embedder


@pytest.fixture
def command(
    tmp_path: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command on an index of its own; its seconds are printed as 0.0."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, index: str = "built") -> Done:
        try:
            status = dispatch("index", "", COMMANDS, [*arguments, "--index", index])
        except SystemExit as exit:
            status = int(exit.code or 0)
        printed = capsys.readouterr()
        return Done(status, re.sub(r"\d+\.\d s", "0.0 s", printed.out), printed.err)

    return run


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write(tmp_path / "docs", {"cat.md": "The cat drinks milk.", "sub/dog.txt": "The dog has a bone."})


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def ids() -> list[str]:
    with open_index(Path("built")) as index:
        return [record.id for record in index.documents()]


def test_a_folder_is_brought_into_the_index(command: Command, docs: Path) -> None:
    assert command("sync", "docs") == Done(0, "built: 2 added; 2 new passages, 0.0 s\n", "")
    assert command("sync", "docs") == Done(0, "built: 2 unchanged; 0 new passages, 0.0 s\n", "")
    write(docs, {"cat.md": "The cat eats fish.", "bird.md": "A bird."})
    shutil.rmtree(docs / "sub")
    assert command("sync", "docs") == Done(0, "built: 1 added, 1 updated, 1 removed; 2 new passages, 0.0 s\n", "")
    assert ids() == ["bird.md", "cat.md"]


def test_files_that_cannot_be_read_are_said_with_the_reason_and_the_rest_is_indexed(
    command: Command, docs: Path
) -> None:
    write(docs, {"empty.md": "", "picture.png": b"\x89PNG\0\0", "binary.txt": bytes(range(256)) * 20, ".hidden": "x"})
    done = command("sync", "docs")
    assert (done.status, done.out) == (0, "built: 2 added, 3 skipped; 2 new passages, 0.0 s\n")
    lines = done.err.splitlines()
    assert [re.match(r"skipped docs/([\w.]+): \w+", line).group(1) for line in lines] == [  # type: ignore[union-attr]
        "binary.txt", "empty.md", "picture.png",
    ]  # fmt: skip


def test_a_file_in_another_encoding_is_read(command: Command, docs: Path) -> None:
    write(docs, {"latin.txt": "Die Katze hört Müllers Hund. Über die Straße läuft er öfter.".encode("latin-1")})
    assert command("sync", "docs").status == 0
    with open_index(Path("built")) as index:
        assert "hört" in index.document("latin.txt").text


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("nowhere", "nowhere does not exist; name the folder that holds your documents"),
        ("docs/cat.md", "docs/cat.md is a file; name the folder that holds your documents"),
        (
            "empty",
            "empty holds no document that can be read; put some there: .pdf, .docx, .md, .html, .txt, "
            "or another kind that is read (the index is as it was)",
        ),
    ],
)
def test_a_folder_without_documents_leaves_the_index_alone(
    command: Command, docs: Path, tmp_path: Path, folder: str, reason: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert command("sync", folder) == Done(1, "", f"error: {reason}\n")
    assert not (tmp_path / "built").exists()
    command("sync", "docs")
    assert command("sync", folder).status == 1
    assert ids() == ["cat.md", "sub/dog.txt"]


def test_a_folder_of_unreadable_files_leaves_the_index_alone(command: Command, docs: Path, tmp_path: Path) -> None:
    command("sync", "docs")
    write(tmp_path / "bad", {"a.md": "", "b.zip": b"PK"})
    done = command("sync", "bad")
    assert done.status == 1
    assert done.err.splitlines()[-1].startswith("error: bad holds no document that can be read;")
    assert ids() == ["cat.md", "sub/dog.txt"]


def test_documents_and_folders_are_added(command: Command, docs: Path) -> None:
    assert command("add", "docs/cat.md") == Done(0, "built: 1 added; 1 new passages, 0.0 s\n", "")
    assert command("add", "docs") == Done(0, "built: 1 added, 1 unchanged; 1 new passages, 0.0 s\n", "")
    assert ids() == ["cat.md", "sub/dog.txt"]


def test_the_same_file_is_known_by_whatever_path_it_is_named(
    command: Command, docs: Path
) -> None:
    command("add", "docs/cat.md", "docs/../docs/cat.md", str(docs / "cat.md"))
    assert ids() == ["cat.md"]
    command("add", "docs")
    command("add", "docs/sub/dog.txt")
    assert ids() == ["cat.md", "sub/dog.txt"]


def test_files_of_the_same_name_do_not_replace_one_another(command: Command, tmp_path: Path) -> None:
    for folder in ("a", "b", "x/b"):
        write(tmp_path / folder, {"readme.md": f"This is {folder}."})
    command("add", "a/readme.md")
    command("add", "b/readme.md")
    command("add", "x/b")
    assert ids() == ["b/readme.md", "readme.md", "x/b/readme.md"]
    write(tmp_path / "b", {"readme.md": "This is b now."})
    assert command("add", "b/readme.md").out.startswith("built: 1 updated, 2 unchanged;")
    with open_index(Path("built")) as index:
        texts = {record.id: index.document(record.id).text for record in index.documents()}
    assert texts == {
        "readme.md": "This is a.", "b/readme.md": "This is b now.", "x/b/readme.md": "This is x/b.",
    }  # fmt: skip


def test_files_of_the_same_name_added_at_once_do_not_replace_one_another(command: Command, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / folder, {"readme.md": f"This is {folder}."})
    assert command("add", "a/readme.md", "b/readme.md").out.startswith("built: 2 added;")
    assert ids() == ["b/readme.md", "readme.md"]


def test_what_cannot_be_added_is_said_and_the_rest_is_added(command: Command, docs: Path, tmp_path: Path) -> None:
    assert command("add", "gone.md") == Done(1, "", "error: gone.md: does not exist; check the path\n")
    assert not (tmp_path / "built").exists()
    done = command("add", "gone.md", "docs/cat.md", "lost.md")
    assert done == Done(
        1,
        "built: 1 added; 1 new passages, 0.0 s\n",
        "error: gone.md: does not exist; check the path; lost.md: does not exist; check the path\n",
    )
    (tmp_path / "empty").mkdir()
    assert command("add", "empty") == Done(1, "", "error: nothing was found to add in empty\n")


def test_documents_are_removed_by_their_ids(command: Command, docs: Path, embedder: WordEmbedder) -> None:
    write(docs, {"bird.md": "A bird."})
    command("sync", "docs")
    embedder.embedded.clear()
    assert command("remove", "cat.md", "bird.md") == Done(
        0, "built: 2 removed, 1 unchanged; 0 new passages, 0.0 s\n", ""
    )
    assert (ids(), embedder.embedded) == (["sub/dog.txt"], [])


def test_nothing_is_removed_where_one_of_the_ids_is_unknown(command: Command, docs: Path) -> None:
    command("sync", "docs")
    assert command("remove", "cat.md", "dog.txt") == Done(
        1, "", "error: no document 'dog.txt' in the index; did you mean 'sub/dog.txt'?\n"
    )
    assert command("remove", "zzz") == Done(
        1, "", "error: no document 'zzz' in the index; python -m index list shows those that are\n"
    )
    assert ids() == ["cat.md", "sub/dog.txt"]


def test_the_documents_are_listed(command: Command, docs: Path) -> None:
    write(docs, {"long name.md": "# A title\n\nThe bird."})
    command("sync", "docs")
    done = command("list")
    date = r"\d{4}-\d\d-\d\d"
    expected = [
        r"cat\.md +1 passages +20 characters  DATE  .+",
        r"long name\.md +1 passages +18 characters  DATE  A title",
        r"sub/dog\.txt +1 passages +19 characters  DATE  .+",
        r"3 documents, 3 passages, 3 sentences; generation 1 of DATET[\d:]+\+00:00, model words@1",
    ]
    assert (done.status, done.err) == (0, "")
    for line, pattern in zip(done.out.splitlines(), expected, strict=True):
        assert re.fullmatch(pattern.replace("DATE", date), line)


def test_the_documents_are_listed_as_json(command: Command, docs: Path) -> None:
    command("sync", "docs")
    done = command("list", "--json")
    listed = json.loads(done.out)
    assert (done.status, done.err, listed["generation"], listed["model"]) == (0, "", 1, "words@1")
    assert [(d["id"], d["source"], d["characters"], d["passages"]) for d in listed["documents"]] == [
        ("cat.md", "docs/cat.md", 20, 1),
        ("sub/dog.txt", "docs/sub/dog.txt", 19, 1),
    ]
    assert sorted(listed["documents"][0]) == ["added", "characters", "id", "passages", "sha256", "source", "title"]


@pytest.mark.parametrize("arguments", [["list"], ["check"], ["remove", "a.md"], ["rollback"]])
def test_without_an_index_there_is_one_line_on_how_to_make_one(command: Command, arguments: list[str]) -> None:
    assert command(*arguments) == Done(
        1, "", "error: no index in built; make one with: python -m index sync FOLDER_OF_DOCUMENTS --index built\n"
    )


def test_a_whole_index_passes_its_check(command: Command, docs: Path) -> None:
    command("sync", "docs")
    assert command("check") == Done(0, "built: whole; 2 documents, 2 passages, 2 sentences, generation 1\n", "")


def test_a_faulty_index_fails_its_check_with_a_line_for_each_fault(
    command: Command, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("sync", "docs")
    monkeypatch.setattr("index.check_command.check", lambda index: iter(["this is wrong", "that is wrong"]))
    assert command("check") == Done(
        1,
        "this is wrong\nthat is wrong\n",
        "error: built has faults (2); mend it with: python -m index check --repair --index built, "
        "or go back with: python -m index rollback --index built\n",
    )
    monkeypatch.setattr("index.check_command.check", lambda index: (f"fault {n}" for n in range(10**9)))
    assert len(command("check").out.splitlines()) == 50


def test_a_damaged_index_is_said_by_every_command(command: Command, docs: Path) -> None:
    command("sync", "docs")
    (Path("built") / "generations" / "000001" / "passages.faiss").write_bytes(b"")
    for arguments in (["list"], ["check"], ["remove", "cat.md"], ["add", "docs"]):
        done = command(*arguments)
        assert (done.status, done.out) == (1, "")
        said = "error: the index in built is damaged (000001/passages.faiss has 0 bytes instead of "
        assert done.err.startswith(said)
        assert done.err.count("\n") == 1
    assert command("sync", "docs").out == "built: 2 added; 2 new passages, 0.0 s\n"
    assert command("check").status == 0


def test_a_damaged_index_is_repaired(command: Command, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.repairing.load_embedder", lambda *names: WordEmbedder())
    command("sync", "docs")
    (Path("built") / "generations" / "000001" / "passages.faiss").write_bytes(b"")
    done = command("check", "--repair")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "000001/passages.faiss has 0 bytes instead of 178",
        "built: made anew, generation 2, of 2 documents",
        "built: whole; 2 documents, 2 passages, 2 sentences, generation 2",
    ]


def test_one_can_go_back(command: Command, docs: Path) -> None:
    command("sync", "docs")
    command("remove", "cat.md")
    assert command("rollback") == Done(0, "built: back at generation 1\n", "")
    assert command("rollback").err == "error: built has no generation before the current one to go back to\n"
    assert ids() == ["cat.md", "sub/dog.txt"]


def test_settings_stay_until_others_are_asked_for(command: Command, docs: Path) -> None:
    command("sync", "docs", "--passage-tokens", "40")
    command("sync", "docs")
    write(docs, {"bird.md": "A bird."})
    command("sync", "docs")
    with open_index(Path("built")) as index:
        assert index.manifest.settings.passage_tokens == 40
        assert index.manifest.generation == 2
    assert command("sync", "docs", "--passage-tokens", "50").out == "built: 3 unchanged; 3 new passages, 0.0 s\n"


@pytest.mark.parametrize("tokens", ["31", "0", "-5", "many", "3.5", ""])
def test_a_passage_of_too_few_tokens_is_a_wrong_command_line(command: Command, docs: Path, tokens: str) -> None:
    done = command("sync", "docs", f"--passage-tokens={tokens}")
    assert done.status == 2
    assert f"argument --passage-tokens: {tokens!r} is not a number of 32 or more" in done.err
    assert not Path("built").exists()


def test_a_passage_of_too_many_tokens_is_refused(command: Command, docs: Path) -> None:
    done = command("sync", "docs", "--passage-tokens", "300")
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "add --passage-tokens 254 or fewer" in done.err
    assert command("list").status == 1


@pytest.mark.parametrize("arguments", [[], ["sync"], ["add"], ["remove"], ["dance"], ["list", "--jsno"]])
def test_a_wrong_command_line_has_status_2(command: Command, arguments: list[str]) -> None:
    assert command(*arguments).status == 2


def test_an_index_that_another_process_writes_is_said(command: Command, docs: Path) -> None:
    with writing(Path("built")):
        done = command("sync", "docs")
    assert done.status == 1
    assert re.fullmatch(
        r"error: built is being written by process \d+ since \d\d:\d\d:\d\d; wait until it is done, or stop it\n",
        done.err,
    )


def test_a_file_in_the_place_of_the_index_is_said(command: Command, docs: Path) -> None:
    Path("built").write_text("mine")
    assert command("sync", "docs") == Done(
        1, "",
        "error: built can't be written to (it is a file, not a folder); the index is as it was: "
        "make room there or allow it, or name another folder with --index\n",
    )  # fmt: skip
    assert Path("built").read_text() == "mine"


def test_what_was_embedded_before_a_stop_is_kept_and_said(
    command: Command, docs: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.cache._BATCH", 1)
    whole = embedder.embed_passages

    def stopped(texts: list[str]) -> object:
        if embedder.embedded:
            raise KeyboardInterrupt
        return whole(texts)

    monkeypatch.setattr(embedder, "embed_passages", stopped)
    assert command("sync", "docs") == Done(130, "", "stopped; what was finished is kept\n")
    assert command("list").status == 1
    monkeypatch.setattr(embedder, "embed_passages", whole)
    assert command("sync", "docs").status == 0
    assert len(embedder.embedded) == 2


class Clock:
    """Says what it is told to, from 100 on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(index.progress.time, "monotonic", lambda: self.now)


def test_what_is_slow_tells_how_it_goes_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock(monkeypatch)
    with ProgressLine(lambda: 30) as progress:
        for clock.now in (101.0, 101.9, 105.0, 106.0, 110.0):
            progress("texts", 200, None)
            progress("documents", 10, None)
    assert capsys.readouterr().err.splitlines() == [
        "10 of 30 documents, 200 texts embedded, 40 a second, 10 s left",
        "10 of 30 documents, 200 texts embedded, 20 a second, 20 s left",
    ]


def test_how_it_goes_on_is_rewritten_on_a_terminal_and_taken_away_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with ProgressLine() as progress:
        for clock.now in (101.0, 102.0, 102.1, 102.5):
            progress("documents", 7, None)
    assert capsys.readouterr().err == "\r\x1b[K7 documents\r\x1b[K7 documents\r\x1b[K"


def test_the_time_left_is_said_in_minutes_where_it_is_long() -> None:
    progress = ProgressLine(lambda: 2000)
    progress("documents", 1000, None)
    assert progress.line(125.0) == "1,000 of 2,000 documents, 2 min 05 s left"
