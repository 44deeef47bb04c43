"""What was brought into an index by hand: where it is kept, and that syncing a folder leaves it there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from word_embedder import WordEmbedder, document

from corpus import Document, Skipped, UnreadableDocument
from corpus.command import dispatch
from index import IndexUnwritable, open_index, update_index
from index.__main__ import COMMANDS
from index.brought import Brought, safe_name

Command = Callable[..., int]
PAGE = document("example.org/fish", "The fish swims in water.", "Fish", "https://example.org/fish")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command on the index `built`, with a folder `docs` of one document beside it."""
    monkeypatch.chdir(tmp_path)
    embedder = WordEmbedder()
    for module in ("index.updating", "index.searching"):
        monkeypatch.setattr(f"{module}.load_embedder", lambda *names: embedder)
    Path("docs").mkdir()
    Path("docs/cat.md").write_text("The cat drinks milk.")

    def run(*words: str) -> int:
        return dispatch("index", "", COMMANDS, [*words, "--index", "built"])

    assert run("sync", "docs") == 0
    return run


def bring(name: str, text: str) -> Document:
    """Bring a file into the index `built`."""
    brought = Brought(Path("built"))
    arrived = brought.arriving(Path(name).suffix)
    arrived.write_text(text)
    found = brought.read(arrived, name)
    with brought.kept([(found, arrived)]):
        update_index(Path("built"), [found])
    return found


def bring_page() -> None:
    with Brought(Path("built")).kept([(PAGE, None)]):
        update_index(Path("built"), [PAGE])


def ids() -> list[str]:
    with open_index(Path("built")) as index:
        return [record.id for record in index.documents()]


def files() -> list[str]:
    home = Path("built/brought")
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


def test_what_was_brought_stays_when_a_folder_is_synced_and_is_not_read_again(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    bring("pets/dog.md", "The dog has a bone.")
    bring_page()
    capsys.readouterr()
    assert command("sync", "docs") == 0
    assert capsys.readouterr().out.startswith("built: 3 unchanged; 0 new passages")
    assert ids() == ["brought/pets/dog.md", "cat.md", "example.org/fish"]


def test_an_index_that_is_made_anew_of_its_folder_has_what_was_brought_too(command: Command) -> None:
    bring("dog.md", "The dog has a bone.")
    bring_page()
    shutil.rmtree("built/generations")
    Path("built/CURRENT").unlink()
    assert command("sync", "docs") == 0
    with open_index(Path("built")) as index:
        assert index.document("example.org/fish") == PAGE
        assert index.document("brought/dog.md").text == "The dog has a bone."
        assert index.document("brought/dog.md").source == "built/brought/files/dog.md"


def test_removing_it_by_command_removes_it_for_good(command: Command) -> None:
    bring("pets/dog.md", "The dog has a bone.")
    bring_page()
    assert command("remove", "brought/pets/dog.md", "example.org/fish") == 0
    assert files() == []
    assert not Path("built/brought/files/pets").exists()
    assert command("sync", "docs") == 0
    assert ids() == ["cat.md"]


def test_a_file_of_the_same_name_takes_the_place_of_the_one_before(command: Command) -> None:
    bring("dog.md", "The dog has a bone.")
    bring("dog.md", "The dog has two bones.")
    assert files() == ["files/dog.md"]
    with open_index(Path("built")) as index:
        assert index.document("brought/dog.md").text == "The dog has two bones."


def test_what_the_index_could_not_take_is_as_it_was(command: Command) -> None:
    bring("dog.md", "The dog has a bone.")
    brought = Brought(Path("built"))
    for name in ("dog.md", "bird.md"):
        arrived = brought.arriving(".md")
        arrived.write_text("A bird eats seed.")
        found = brought.read(arrived, name)
        with pytest.raises(RuntimeError), brought.kept([(found, arrived)]):
            raise RuntimeError
    assert files() == ["files/dog.md"]
    assert Path("built/brought/files/dog.md").read_text() == "The dog has a bone."
    with pytest.raises(RuntimeError), brought.without(["brought/dog.md"]):
        assert files() != ["files/dog.md"]
        raise RuntimeError
    assert files() == ["files/dog.md"]


def test_a_file_that_cannot_be_read_is_named_as_it_was_brought(command: Command) -> None:
    brought = Brought(Path("built"))
    arrived = brought.arriving(".pdf")
    arrived.write_bytes(b"no PDF at all")
    with pytest.raises(UnreadableDocument, match=r"^broken\.pdf: "):
        brought.read(arrived, "broken.pdf")


def test_a_file_can_not_stand_where_a_folder_stands(command: Command) -> None:
    bring("pets/dog.md", "The dog has a bone.")
    brought = Brought(Path("built"))
    for name in ("pets", "pets/dog.md/more.md"):
        arrived = brought.arriving()
        arrived.write_text("Text.")
        with pytest.raises(UnreadableDocument, match="a file where a folder"):
            brought.read(arrived, name)


def test_a_damaged_page_is_skipped_with_a_word_on_what_to_do(command: Command) -> None:
    bring_page()
    page = next(Path("built/brought/pages").iterdir())
    page.write_text("{}")
    skipped = list(Brought(Path("built")).find())
    assert [(type(one), one.source) for one in skipped] == [(Skipped, str(page))]
    assert "bring it again" in skipped[0].reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "id", ["brought/../../docs/cat.md", "brought/", "brought//etc/passwd", "cat.md", "brought/a\\b"]
)
def test_nothing_else_is_taken_for_brought(command: Command, id: str) -> None:
    bring("dog.md", "The dog has a bone.")
    assert Brought(Path("built")).place_of(id) is None


def test_what_lies_behind_a_link_is_not_removed(command: Command) -> None:
    bring("dog.md", "The dog has a bone.")
    Path("built/brought/files/link.md").symlink_to(Path("docs/cat.md").resolve())
    assert Brought(Path("built")).place_of("brought/link.md") is None


def test_a_disk_that_takes_nothing_is_said_in_one_line(command: Command) -> None:
    Path("built/brought").write_text("a file where the folder should be")
    with pytest.raises(IndexUnwritable, match="built can't be written to"):
        Brought(Path("built")).arriving()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("My  notes (final).md", "My notes (final).md"),
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Users\\me\\a.txt", "C_/Users/me/a.txt"),
        (".hidden/.env", "hidden/env"),
        ("a/./b//c.md", "a/b/c.md"),
        ("x\x00y\n\u202etxt.exe", "x_y__txt.exe"),
        ('a<b>:"|?*.md', "a_b______.md"),
        ("...", ""),
        ("/", ""),
        ("Übersicht.md", "Übersicht.md"),
        ("U\u0308bersicht.md", "Übersicht.md"),
        ("a/b/c/d/e/f/g/h/i/j.md", "c/d/e/f/g/h/i/j.md"),
        ("ä" * 300 + ".pdf", "ä" * 60 + ".pdf"),
        (".md", "md"),
    ],
)
def test_a_name_is_made_fit_to_be_a_file(name: str, safe: str) -> None:
    assert safe_name(name) == safe
