"""A reader sees one complete generation, the old or the new; what is damaged is refused in one line."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from word_embedder import BIRD, CAT, DOG, WordEmbedder, document

import index.generations
from index import (
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    Summary,
    open_index,
    update_index,
)
from index.checking import check
from index.generations import rollback

FILES = ["passages.sqlite", "passages.faiss", "sentences.faiss", "manifest.json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def update(folder: Path, *documents: object, **options: object) -> Summary:
    return update_index(folder, documents, embedder=WordEmbedder(), **options)  # type: ignore[arg-type]


def ids(folder: Path) -> list[str]:
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert list(check(index)) == []
        return [record.id for record in index.documents()]


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "generations").iterdir())


def test_an_open_generation_stays_while_others_are_published(folder: Path) -> None:
    update(folder, CAT)
    with open_index(folder, embedder=WordEmbedder()) as early:
        for name in ("dog", "fish", "bird"):
            update(folder, document(f"{name}.md", f"A {name}."))
        assert [hit.passage.document_id for hit in early.search("dog cat")] == ["cat.md"]
        assert generations(folder) == ["000001", "000003", "000004"]
    update(folder, DOG)
    assert generations(folder) == ["000004", "000005"]


def test_an_index_knows_when_another_generation_took_its_place(folder: Path) -> None:
    update(folder, CAT)
    with open_index(folder, embedder=WordEmbedder()) as index:
        assert index.is_current()
        update(folder, CAT)
        assert index.is_current()
        update(folder, DOG)
        assert not index.is_current()
        rollback(folder)
        assert index.is_current()
        (folder / "CURRENT").write_text("???")
        assert not index.is_current()
        shutil.rmtree(folder)
        assert not index.is_current()
        update(folder, CAT)
        assert not index.is_current()


def test_going_back_brings_the_generation_before(folder: Path) -> None:
    update(folder, CAT)
    update(folder, DOG)
    assert rollback(folder) == 1
    assert ids(folder) == ["cat.md"]
    with pytest.raises(IndexMismatch, match=f"^{folder} has no generation before the current one to go back to$"):
        rollback(folder)
    assert ids(folder) == ["cat.md"]


def test_after_going_back_the_next_generation_follows_that_one(folder: Path) -> None:
    update(folder, CAT)
    update(folder, DOG)
    rollback(folder)
    assert update(folder, BIRD).generation == 3
    assert ids(folder) == ["bird.md", "cat.md"]
    assert generations(folder) == ["000001", "000003"]
    assert rollback(folder) == 1
    assert ids(folder) == ["cat.md"]


def test_there_is_nothing_to_go_back_to_in_an_empty_folder(folder: Path) -> None:
    with pytest.raises(IndexMissing):
        rollback(folder)
    assert not folder.exists()


def test_going_back_passes_over_a_damaged_generation(folder: Path) -> None:
    with pytest.raises(IndexMissing):
        open_index(folder)
    update(folder, CAT)
    update(folder, DOG)
    (folder / "generations" / "000001" / "passages.faiss").unlink()
    with pytest.raises(IndexMismatch):
        rollback(folder)
    assert ids(folder) == ["cat.md", "dog.md"]


def test_no_index_is_said_with_what_to_type(folder: Path) -> None:
    with pytest.raises(IndexMissing) as refusal:
        open_index(folder)
    assert str(refusal.value) == (
        f"no index in {folder}; make one with: python -m index sync FOLDER_OF_DOCUMENTS --index {folder}"
    )
    assert str(IndexMissing(Path("index/built"))).endswith("make one with: python -m index sync FOLDER_OF_DOCUMENTS")


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(content[:-7])
    elif how == "longer":
        path.write_bytes(content + b"\0")
    else:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


@pytest.mark.parametrize("how", ["missing", "empty", "cut", "longer", "a bit flipped"])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_refused_in_one_line(folder: Path, name: str, how: str) -> None:
    update(folder, CAT)
    update(folder, DOG)
    place = folder / "generations" / "000002" / name
    damage(place, how)
    with pytest.raises((IndexDamaged, IndexMismatch)) as refusal:
        open_index(folder)
    message = str(refusal.value)
    assert message.startswith(f"the index in {folder} ")
    assert "\n" not in message
    assert name in message or how == "a bit flipped"
    if name != "manifest.json" and how != "missing":
        assert ("is not what was written" if how == "a bit flipped" else "bytes instead of") in message
    assert rollback(folder) == 1
    assert ids(folder) == ["cat.md"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}", "is damaged (its manifest.json can't be read)"),
        ("[]", "is damaged (its manifest.json can't be read)"),
        ("\x00", "is damaged (its manifest.json can't be read)"),
        ('{"format": 4}', "is damaged (its manifest.json can't be read)"),
        ('{"format": "x"}', "is damaged (its manifest.json can't be read)"),
        ('{"format": 99, "new": true}', "has format 99, this program reads 4; make it anew with: python -m index sync"),
        ('{"format": 1, "generation": 1}', "has format 1, this program reads 4; make it anew with"),
    ],
)
def test_a_manifest_of_another_kind_is_refused_in_one_line(folder: Path, content: str, message: str) -> None:
    update(folder, CAT)
    (folder / "generations" / "000001" / "manifest.json").write_text(content)
    with pytest.raises((IndexDamaged, IndexMismatch)) as refusal:
        open_index(folder)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_manifest_in_another_encoding_is_refused_in_one_line(folder: Path) -> None:
    update(folder, CAT)
    (folder / "generations" / "000001" / "manifest.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(IndexDamaged, match=r"its manifest\.json can't be read"):
        open_index(folder)


@pytest.mark.parametrize("content", [b"", b"../../etc", b"\xff", b"000009", b"0" * 5000])
def test_a_pointer_to_nowhere_is_refused_in_one_line(folder: Path, content: bytes) -> None:
    update(folder, CAT)
    (folder / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged) as refusal:
        open_index(folder)
    assert "\n" not in str(refusal.value)
    assert rollback(folder) == 1
    assert ids(folder) == ["cat.md"]


def test_files_that_agree_with_their_manifest_and_are_no_index_are_refused(folder: Path) -> None:
    update(folder, CAT)
    place = folder / "generations" / "000001"
    manifest = json.loads((place / "manifest.json").read_text())
    (place / "passages.faiss").write_bytes(b"garbage")
    manifest["files"]["passages.faiss"] = index.generations.measure(place / "passages.faiss")
    (place / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexDamaged) as refusal:
        open_index(folder)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", [*FILES, "CURRENT"])
def test_making_the_index_equal_to_a_folder_heals_a_damaged_one(folder: Path, name: str) -> None:
    update(folder, CAT, DOG)
    damage(folder / "CURRENT" if name == "CURRENT" else folder / "generations" / "000001" / name, "empty")
    with pytest.raises(IndexDamaged):
        update(folder, CAT)
    embedder = WordEmbedder()
    assert update_index(folder, [CAT, DOG], embedder=embedder, only=True).added == ["cat.md", "dog.md"]
    assert embedder.embedded == []
    assert ids(folder) == ["cat.md", "dog.md"]


STEPS = [
    "shutil.copyfile",
    "index.vectors.FaissStore.save",
    "index.generations.measure",
    "index.generations.write_manifest",
    "index.generations._sync",
    "pathlib.Path.rename",
    "index.generations._point_to",
    "os.replace",
]


@contextmanager
def failing(step: str, error: BaseException) -> Iterator[None]:
    """One step of publishing fails."""

    def stop(*_: object, **__: object) -> None:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, stop)
        yield


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_at_any_step_leaves_the_index_as_it_was(folder: Path, step: str) -> None:
    update(folder, CAT)
    with failing(step, OSError(errno.ENOSPC, "No space left on device")), pytest.raises(IndexUnwritable) as refusal:
        update(folder, DOG)
    assert str(refusal.value) == (
        f"{folder} can't be written to (no space left on device); the index is as it was: "
        "make room there or allow it, or name another folder with --index"
    )
    assert ids(folder) == ["cat.md"]
    assert generations(folder) == ["000001"]
    assert update(folder, DOG).generation == 2
    assert ids(folder) == ["cat.md", "dog.md"]


@pytest.mark.parametrize("step", STEPS)
def test_a_stop_at_any_step_leaves_the_index_as_it_was(folder: Path, step: str) -> None:
    update(folder, CAT)
    with failing(step, KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        update(folder, DOG)
    assert ids(folder) == ["cat.md"]
    update(folder, DOG)
    assert ids(folder) == ["cat.md", "dog.md"]


def test_a_stop_while_cleaning_up_leaves_the_new_generation(folder: Path) -> None:
    update(folder, CAT)
    with failing("index.generations._clean", KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        update(folder, DOG)
    assert ids(folder) == ["cat.md", "dog.md"]


def test_what_a_killed_writer_left_is_cleared_away(folder: Path) -> None:
    update(folder, CAT)
    draft = folder / "generations" / "draft"
    draft.mkdir()
    (draft / "passages.sqlite").write_bytes(b"half")
    shutil.copytree(folder / "generations" / "000001", folder / "generations" / "000002")
    assert ids(folder) == ["cat.md"]
    update(folder, DOG)
    assert generations(folder) == ["000001", "000003"]
    assert ids(folder) == ["cat.md", "dog.md"]


def test_a_generation_that_was_half_removed_is_none_to_go_back_to(folder: Path) -> None:
    update(folder, CAT)
    update(folder, DOG)
    (folder / "generations" / "000001" / "manifest.json").unlink()
    with pytest.raises(IndexMismatch, match="has no generation before the current one to compare with"):
        index.generations.earlier_number(folder)
    with pytest.raises(IndexMismatch, match="has no generation before the current one to go back to"):
        rollback(folder)


HOLD = """
import sys
from pathlib import Path
from index.generations import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is writing to the index."""
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_one_process_writes_and_the_others_are_told_which(folder: Path, holder: subprocess.Popen[str]) -> None:
    for attempt in (lambda: update(folder, CAT), lambda: update(folder, DOG, only=True)):
        with pytest.raises(IndexBusy) as refusal:
            attempt()
        assert str(refusal.value).startswith(f"{folder} is being written by process {holder.pid} since ")
        assert str(refusal.value).endswith("; wait until it is done, or stop it")
    holder.kill()
    holder.wait()
    update(folder, CAT)
    assert ids(folder) == ["cat.md"]


def test_an_index_that_is_written_to_can_be_read_and_not_rolled_back(
    folder: Path, request: pytest.FixtureRequest
) -> None:
    update(folder, CAT)
    update(folder, DOG)
    request.getfixturevalue("holder")
    assert ids(folder) == ["cat.md", "dog.md"]
    with pytest.raises(IndexBusy):
        rollback(folder)


def test_a_file_in_the_place_of_the_index_is_said(folder: Path) -> None:
    folder.write_text("mine")
    with pytest.raises(IndexMissing):
        open_index(folder)
    with pytest.raises(IndexUnwritable, match=r"can't be written to \(it is a file, not a folder\)"):
        update(folder, CAT)
    assert folder.read_text() == "mine"


def test_a_folder_that_may_not_be_written_to_is_said_and_can_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    update(folder, CAT)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.mkdir", refuse)
        assert ids(folder) == ["cat.md"]
        with pytest.raises(IndexUnwritable, match=r"can't be written to \(permission denied\)"):
            update(folder, DOG)
    assert ids(folder) == ["cat.md"]


def test_readers_see_the_old_or_the_new_while_it_is_published(folder: Path) -> None:
    """Each generation n holds n documents that all say n: a mixture of two would show."""

    def generation(number: int) -> list[object]:
        return [document(f"{place}.md", f"cat {number} of {place}") for place in range(number % 5 + 1)]

    def read() -> None:
        try:
            while not done.is_set():
                with open_index(folder, embedder=WordEmbedder()) as found:
                    texts = [found.document(record.id).text for record in found.documents()]
                    number = int(texts[0].split()[1])
                    assert texts == [f"cat {number} of {place}" for place in range(number % 5 + 1)]
                    assert sorted(hit.passage.text for hit in found.search("cat", 10)) == texts
                    seen.append(number)
        except BaseException as error:
            failures.append(error)

    done, seen, failures = threading.Event(), [], []
    update(folder, *generation(0))
    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 25):
        update(folder, *generation(number), only=True)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(set(seen)) > 3
    assert len(generations(folder)) <= 2 + len(readers)
