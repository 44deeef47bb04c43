"""`python -m corpus.fuzz FOLDER`: reads damaged copies of a folder's files, and tells what can't stand it.

A reader has to give a document whose blocks are in order and in the text, or one line that says
why not. Everything else is a finding: an exception, a crash, a file that takes too long.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.command import run_guarded, say
from corpus.document import Document
from corpus.errors import ReaderFailed, UnreadableDocument
from corpus.reading import READERS, Reader

__all__ = ["Finding", "check_document", "fuzz", "mutated"]

_LARGEST = 2_000_000
_SLOWEST = 5
_SLOW = 20.0
_MOST_MEMBERS = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A mutation that a reader could not stand: of which file, with which seed, and what happened."""

    source: str
    seed: str
    what: str


def fuzz(files: dict[str, bytes], mutations: int, seed: int) -> Iterator[tuple[str, float, Finding | None]]:
    """Read each file as it is and then that many damaged ones, in turn: (outcome, seconds, finding).

    The outcome is "document" or "unreadable", or "failed" for a finding.
    """
    names = sorted(files)
    for number in range(-len(names), mutations):
        name = names[number % len(names)]
        key = f"{seed}:{number}"
        data = files[name] if number < 0 else mutated(files[name], random.Random(key))
        started = time.perf_counter()
        outcome, what = _tried(READERS[Path(name).suffix.lower()], data, name)
        seconds = time.perf_counter() - started
        if not what and seconds > _SLOW:
            outcome, what = "failed", f"took {seconds:.0f} s for {len(data):,} bytes"
        yield outcome, seconds, Finding(name, key, what) if what else None


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A damaged copy: cut off, bits turned over, pieces repeated, moved or zeroed; a zip archive's within its parts."""
    if data.startswith(b"PK") and rng.random() < 0.7:
        return _mutated_archive(data, rng)
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        rng.choice(_WAYS)(damaged, rng)
    return bytes(damaged)


def check_document(document: Document) -> str:
    """What is wrong with a document's blocks; empty where they are in order and in its text."""
    end = 0
    for block in document.blocks:
        if not end <= block.start < block.end <= len(document.text):
            return f"its block [{block.start}, {block.end}) overlaps another, is empty or beyond the text"
        piece = document.text[block.start : block.end]
        if piece != piece.strip() and block.kind != "code":
            return f"its block [{block.start}, {block.end}) begins or ends with white space"
        if (block.kind == "heading") != (1 <= block.level <= 6) and block.kind != "item":
            return f"its {block.kind} at {block.start} has level {block.level}"
        if block.page is not None and block.page < 1:
            return f"its block at {block.start} is on page {block.page}"
        end = block.end
    if not document.title.strip() or "\n" in document.title:
        return f"its title is {document.title!r}"
    return ""


def _tried(reader: Reader, data: bytes, name: str) -> tuple[str, str]:
    try:
        wrong = check_document(reader(data, name, name))
        return ("failed", wrong) if wrong else ("document", "")
    except ReaderFailed as error:
        return "failed", error.reason
    except UnreadableDocument as error:
        return ("failed", f"its reason is not one line: {error.reason!r}") if "\n" in str(error) else ("unreadable", "")
    except (KeyboardInterrupt, SystemExit):
        raise
    # What libraries written in Rust raise is no Exception.
    except BaseException as error:
        return "failed", " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _span(data: bytearray, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + int(2 ** rng.uniform(0, 12)))


def _truncate(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 4, 32)) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _splice(data: bytearray, rng: random.Random) -> None:
    start, end = _span(data, rng)
    place, _ = _span(data, rng)
    data[place:place] = data[start:end]


def _remove(data: bytearray, rng: random.Random) -> None:
    start, end = _span(data, rng)
    del data[start:end]


def _repeat(data: bytearray, rng: random.Random) -> None:
    start, end = _span(data, rng)
    data[start:end] = data[start:end] * rng.choice((2, 8, 64))


def _zero(data: bytearray, rng: random.Random) -> None:
    start, end = _span(data, rng)
    data[start:end] = rng.choice((b"\0", b"\xff", b" ", b"<", b"9")) * (end - start)


def _number(data: bytearray, rng: random.Random) -> None:
    """A number, as lengths and counts are, becomes another one."""
    places = [place for place in range(0, len(data), max(1, len(data) // 4000)) if chr(data[place]).isdigit()]
    if places:
        place = rng.choice(places)
        data[place : place + 1] = rng.choice((b"-1", b"0", b"99999999999", b"1e9", b"", b"65536"))


_WAYS = (_truncate, _flip, _splice, _remove, _repeat, _zero, _number)


def _mutated_archive(data: bytes, rng: random.Random) -> bytes:
    """The archive with one or more of its parts damaged, left out or empty, and right again outside of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()[:_MOST_MEMBERS]]
    except (zipfile.BadZipFile, OSError, ValueError):
        return data
    chosen = {rng.randrange(len(parts)) for _ in range(rng.choice((1, 1, 3)))} if parts else set()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, content) in enumerate(parts):
            if place in chosen:
                if rng.random() < 0.1:
                    continue
                damaged = bytearray(content)
                rng.choice(_WAYS)(damaged, rng)
                content = bytes(damaged)
            archive.writestr(name, content)
    return buffer.getvalue()


def _run(arguments: argparse.Namespace) -> int:
    files = _files(arguments.folder)
    outcomes: Counter[tuple[str, str]] = Counter()
    times: list[tuple[float, str]] = []
    found = 0
    names = sorted(files)
    for number, (outcome, seconds, finding) in enumerate(fuzz(files, arguments.mutations, arguments.seed)):
        name = names[(number - len(names)) % len(names)]
        outcomes[Path(name).suffix.lower() or "none", outcome] += 1
        times = sorted([*times, (seconds, name)], reverse=True)[:_SLOWEST]
        if finding:
            found += 1
            say(f"found {finding.source} {finding.seed}: {finding.what}")
            if arguments.keep:
                _keep(arguments.keep, files[name], finding)
    for (suffix, outcome), count in sorted(outcomes.items()):
        print(f"{suffix:10} {outcome:10} {count:6}")
    for seconds, name in times:
        print(f"slowest: {seconds:6.1f} s  {name}")
    print(f"{found} found")
    return 1 if found else 0


def _files(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise UnreadableDocument(str(folder), "is no folder; name one that holds a file or more of each format")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix.lower() in READERS]
    files = {str(path): path.read_bytes() for path in paths if path.stat().st_size <= _LARGEST}
    if not files:
        raise UnreadableDocument(str(folder), f"holds no file to read of at most {_LARGEST // 1_000_000} MB")
    return files


def _keep(folder: Path, data: bytes, finding: Finding) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = int(finding.seed.rpartition(":")[2])
    damaged = data if number < 0 else mutated(data, random.Random(finding.seed))
    (folder / f"{finding.seed.replace(':', '-')}-{Path(finding.source).name}").write_bytes(damaged)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpus.fuzz", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder with a file or more of each format")
    parser.add_argument("--mutations", metavar="N", type=int, default=2000, help="damaged files (default: %(default)s)")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="the same seed damages alike (default: 1)")
    parser.add_argument("--keep", metavar="FOLDER", type=Path, help="where to write the files that were found out")
    return parser


if __name__ == "__main__":
    sys.exit(run_guarded(_run, _parser().parse_args()))
