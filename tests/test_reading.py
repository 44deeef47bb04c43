"""A file is read, or one line says why not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from corpus import Document, QuidError, Skipped, UnreadableDocument, read, read_folder, split
from corpus.reading import READERS


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read(path)
    assert str(caught.value) == f"{caught.value.source}: {caught.value.reason}"
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        ("a.md", "# T\n\n- x", ["heading", "item"]),
        ("a.MARKDOWN", "# T\n\n- x", ["heading", "item"]),
        ("a.txt", "# T\n\n- x", ["paragraph", "item"]),
        ("a.text", "<p>x", ["paragraph"]),
        ("README", "T\n\nText here.", ["heading", "paragraph"]),
        ("a.html", "<h1>T</h1><li>x", ["heading", "paragraph"]),
        ("a.htm", "<p>x", ["paragraph"]),
        ("a.xhtml", '<?xml version="1.0"?><html><body><p>x</p></body></html>', ["paragraph"]),
    ],
)
def test_the_suffix_chooses_the_reader(tmp_path: Path, name: str, text: str, kinds: list[str]) -> None:
    assert [block.kind for block in read(write(tmp_path, name, text)).blocks] == kinds


def test_a_document_knows_where_it_comes_from(tmp_path: Path) -> None:
    path = write(tmp_path, "my_notes.txt", "It is so.")
    document = read(path)
    assert (document.id, document.title, document.source) == ("my_notes.txt", "My notes", str(path))
    assert read(path, id="notes/1").id == "notes/1"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Grüße – “now”.".encode(), "Grüße – “now”."),
        (b"\xef\xbb\xbfHi.", "Hi."),
        ("Grüße.".encode("utf-16"), "Grüße."),
        ("Grüße.".encode("utf-32"), "Grüße."),
        ("Long enough, Grüße.".encode("utf-16-le"), "Long enough, Grüße."),
        ("The café is “open” – naïve?".encode("cp1252"), "The café is “open” – naïve?"),
        ("Зона была создана после войны. Она узкая.".encode("cp1251"), "Зона была создана после войны. Она узкая."),
        ("日本語のテキストです。これは長い。".encode("shift_jis"), "日本語のテキストです。これは長い。"),
        ("é".encode() * 20 + b" \xff.", "é" * 20 + " \ufffd."),
        (b"One.\r\nTwo.\rThree.", "One.\nTwo.\nThree."),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, data: bytes, text: str) -> None:
    assert read(write(tmp_path, "a.txt", data)).text == text


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty; there is nothing to read"),
        (b" \n\t \r\n", "is empty; there is nothing to read"),
        (b"\xef\xbb\xbf\n", "holds no text to quote, beside headings and page furniture at most"),
        (bytes(range(256)) * 8, "holds binary data, not text in an encoding that is known here"),
        (b"text\x00with a zero", "holds binary data, not text in an encoding that is known here"),
        (b"%PDF-1.7\nobj", "holds a PDF, not text"),
        (b"PK\x03\x04rest", "holds a zip archive or an office document, not text"),
        (b"\x89PNG\r\n\x1a\n", "holds a picture, not text"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(tmp_path: Path, suffix: str, data: bytes, reason: str) -> None:
    assert refusal(write(tmp_path, f"a{suffix}", data)) == reason


def test_headings_alone_are_nothing_to_quote(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "a.md", "# Only a heading")).startswith("holds no text to quote")


def test_paths_that_are_no_document(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.txt") == "does not exist; check the path"
    assert refusal(tmp_path) == "is a folder; name a file, or read it as a folder"
    assert refusal(Path("/dev/null")) == "is not a regular file, but a device, pipe or socket"
    assert refusal(Path("a\0b.txt")) == "could not be read: embedded null byte"
    assert refusal(write(tmp_path, "a.xyz", "x")) == "no reader for .xyz; docs/formats.md says what can be read"
    assert refusal(write(tmp_path, "old.doc", "x")) == "is of a format that Office has given up; save it as .docx"
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    assert refusal(tmp_path / "loop.txt") == "could not be read: too many levels of symbolic links"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", "x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path) == "may not be read by this user; change its permissions"


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    assert refusal(path) == "is 60 MB; files of at most 50 MB are read, so split it"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_a_megabyte_without_a_space_is_read_and_split(tmp_path: Path, suffix: str) -> None:
    began = time.perf_counter()
    document = read(write(tmp_path, f"a{suffix}", b"x" * 1_000_000))
    passages = split(document, lambda text: len(text.split()), 220)
    assert "".join(passage.text for passage in passages) == "x" * 1_000_000
    assert time.perf_counter() - began < 10


def test_a_folder_is_read_in_order_with_what_is_skipped(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", "a/b.html", ".hidden.txt", ".git/x.txt", "c.bin"):
        write(tmp_path, name, "<p>It is so.")
    write(tmp_path, "d.txt", "")
    found = list(read_folder(tmp_path))
    assert [item.id if isinstance(item, Document) else item for item in found] == [
        "a/b.html",
        "a/z.txt",
        "b.md",
        Skipped(str(tmp_path / "c.bin"), "no reader for .bin; docs/formats.md says what can be read", "c.bin"),
        Skipped(str(tmp_path / "d.txt"), "is empty; there is nothing to read", "d.txt"),
    ]


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path, "sub/a.txt", "It is so.")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.txt").symlink_to("nowhere")
    assert [item.id if isinstance(item, Document) else item.reason for item in read_folder(tmp_path)] == [
        "does not exist; check the path",
        "sub/a.txt",
        "is a link to a folder; add the folder itself",
    ]


def test_a_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/a.txt", "It is so.")
    (tmp_path / "link").symlink_to("real")
    assert [item.id for item in read_folder(tmp_path / "link") if isinstance(item, Document)] == ["a.txt"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", "x")
    with pytest.raises(QuidError, match=r"does not exist; name a folder of documents$"):
        list(read_folder(tmp_path / "none"))
    with pytest.raises(QuidError, match=r"is a file; name a folder of documents$"):
        list(read_folder(file))


def test_names_of_any_kind_fit_on_a_line(tmp_path: Path) -> None:
    write(tmp_path, "two\nlines.txt", "It is so.")
    write(tmp_path, "名前.txt", "It is so.")
    bad = os.fsencode(tmp_path) + b"/bad\xff.txt"
    with open(bad, "wb") as file:
        file.write(b"It is so.")
    assert [item.id for item in read_folder(tmp_path) if isinstance(item, Document)] == [
        "bad\ufffd.txt",
        "two\ufffdlines.txt",
        "名前.txt",
    ]


def test_every_reader_gives_the_id_and_source_that_it_was_given() -> None:
    for suffix in (".txt", ".md", ".html", ".csv", ".tsv", ".py"):
        document = READERS[suffix](b"<p>It is so.</p>", "the-id", "https://x.org/a")
        assert (document.id, document.source) == ("the-id", "https://x.org/a")
