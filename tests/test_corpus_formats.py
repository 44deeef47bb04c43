"""Every binary format is read in a process of its own, and the guide's example of a reader works as it stands."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from blocks_of import parts, zipped
from openpyxl import Workbook

from corpus import UnreadableDocument, read
from corpus.reading import READERS

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "formats.md"


def workbook() -> bytes:
    book = Workbook()
    for row in (["Name", "Born"], ["Ada", 1815]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_by_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "guards.XLSX").write_bytes(workbook())
    document = read(tmp_path / "guards.XLSX")
    assert (document.id, document.title) == ("guards.XLSX", "Guards")
    assert parts(document)[1:] == [("row", "Name: Ada | Born: 1815")]
    assert document.blocks[1].place == "Sheet!A2:B2"


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".epub"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04" + b"\x00" * 99, "is damaged: its list of contents can't be read; get a fresh copy"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "is in Office's old format of before 2007; open it and"),
        (b"%PDF-1.7", "file but a PDF; name it .pdf"),
        (b"Dear all,", "file: it does not begin as one does; get a fresh copy"),
        (zipped({"a.txt": "x"}), "is a zip archive, and no "),
        (zipped({"a.xml": bytes(11_000_000)}), "holds a part that grows more than 100-fold when unpacked"),
    ],
    ids=["cut", "old", "pdf", "text", "zip", "bomb"],
)
def test_what_is_mislabelled_or_made_to_harm_is_refused_in_one_line(
    tmp_path: Path, suffix: str, data: bytes, reason: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    with pytest.raises(UnreadableDocument) as caught:
        read(path)
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)


def test_the_guide_tells_of_every_suffix() -> None:
    guide = GUIDE.read_text()
    assert [suffix for suffix in READERS if suffix and f"`{suffix}`" not in guide] == []


def test_the_guides_example_of_a_reader_works_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example, text, shown = re.findall(r"```(?:python|text)\n(.*?)```", GUIDE.read_text(), re.DOTALL)[:3]
    names: dict[str, object] = {}
    exec(compile(example, "subtitles.py", "exec"), names)
    monkeypatch.setitem(READERS, ".srt", names["read_subtitles"])  # type: ignore[arg-type]
    (tmp_path / "the_zone.srt").write_text(text)
    document = read(tmp_path / "the_zone.srt")
    lines = [f"{b.place}: {document.text[b.start : b.end]}" for b in document.blocks]
    assert "\n".join([document.title, *lines]) == shown.strip()
