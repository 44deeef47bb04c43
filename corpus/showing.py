"""How `python -m corpus` shows documents, on a terminal and as JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corpus.command import say
from corpus.document import Document, Passage, Section
from corpus.errors import UnreadableDocument
from corpus.folders import Skipped, read_folder
from corpus.naming import printable
from corpus.splitting import split
from corpus.tokens import token_counter

__all__ = ["show_document", "show_folder"]

_WIDEST = 100
_NUMBER = 6


def show_document(document: Document, tokens: int, as_json: bool) -> None:
    """Print a document's outline and passages."""
    passages = split(document, token_counter(), tokens)
    _say_notes(document)
    if as_json:
        _print_json(_as_json(document, passages))
        return
    for line in (*_summary(document, passages, tokens), *_outline(document), *_passages(passages)):
        print(line)


def show_folder(folder: Path, tokens: int, as_json: bool) -> None:
    """Print a line for each document of a folder; what is skipped goes to standard error."""
    found, skipped = [], []
    characters = count = 0
    for document in read_folder(folder):
        if isinstance(document, Skipped):
            skipped.append({"source": document.source, "reason": document.reason})
            say(f"skipped {document.source}: {document.reason}")
            continue
        _say_notes(document)
        passages = split(document, token_counter(), tokens)
        characters, count = characters + len(document.text), count + len(passages)
        found.append(_as_json(document, passages) if as_json else None)
        if not as_json:
            print(f"{_bold(document.id)}  {printable(document.title)}")
            print(_dim(f"  {_measures(document, passages)}"))
    if not found:
        raise UnreadableDocument(printable(str(folder)), "holds no document that can be read")
    if as_json:
        _print_json({"documents": found, "skipped": skipped})
    else:
        print(f"\n{_plural(len(found), 'document')}, {characters:,} characters, {_plural(count, 'passage')} "
              f"of at most {tokens} tokens")  # fmt: skip


def _say_notes(document: Document) -> None:
    for note in document.notes:
        say(f"note {document.source}: {note}")


def _summary(document: Document, passages: list[Passage], tokens: int) -> Iterator[str]:
    yield _bold(printable(document.title))
    yield f"{document.source}"
    yield _dim(f"{_measures(document, passages)} of at most {tokens} tokens, sha256 {document.sha256[:12]}")


def _measures(document: Document, passages: list[Passage]) -> str:
    sections = sum(bool(section.blocks) for section in document.sections)
    return f"{len(document.text):,} characters, {_plural(sections, 'section')}, {_plural(len(passages), 'passage')}"


def _outline(document: Document) -> Iterator[str]:
    yield ""
    yield _bold("Sections")
    for section in document.sections:
        if not section.headings and not section.blocks:
            continue
        name = section.headings[-1] if section.headings else "(before the first heading)"
        indent = "  " * max(1, len(section.headings))
        yield _between(f"{indent}{printable(name)}", _place(section))


def _passages(passages: list[Passage]) -> Iterator[str]:
    count = token_counter()
    for number, passage in enumerate(passages, start=1):
        yield ""
        label = " > ".join(passage.headings) or "(before the first heading)"
        tokens = count(passage.context) + count(passage.text)
        page = f"page {passage.page}, " if passage.page else ""
        yield _between(_bold(f"[{number}] {printable(label)}"), f"{page}{_place(passage)}, {tokens} tokens")
        for place, sentence in enumerate(passage.sentences, start=1):
            where = f"{sentence.kind} {sentence.place}".rstrip()
            yield from _numbered(place, passage.slice(sentence.start, sentence.end), where)


def _numbered(place: int, text: str, where: str) -> Iterator[str]:
    """A sentence behind its number; one that is no prose says what it is, and where."""
    label = "" if where == "paragraph" else f"{where}: "
    kind = where.split()[0]
    lines = text.split("\n") if kind == "code" else [" ".join(text.split())]
    margin = " " * _NUMBER
    for line in lines:
        wrapped = textwrap.wrap(printable(label + line), _width() - _NUMBER, break_on_hyphens=False) or [""]
        for part in [printable(label + line)] if kind == "code" else wrapped:
            yield f"{_dim(f'{place:>{_NUMBER - 2}}') + '  ' if place else margin}{part}"
            place, label = 0, ""


def _place(part: Section | Passage) -> str:
    return f"{part.start}-{part.end}"


def _as_json(document: Document, passages: list[Passage]) -> dict[str, Any]:
    return {
        "document": document.id,
        "title": document.title,
        "source": document.source,
        "sha256": document.sha256,
        "characters": len(document.text),
        "sections": [
            {"headings": section.headings, "start": section.start, "end": section.end} for section in document.sections
        ],
        "passages": [_passage_as_json(passage) for passage in passages],
    }


def _passage_as_json(passage: Passage) -> dict[str, Any]:
    count: Callable[[str], int] = token_counter()
    return {
        "headings": passage.headings,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "tokens": count(passage.context) + count(passage.text),
        "text": passage.text,
        "sentences": [
            {
                "start": sentence.start,
                "end": sentence.end,
                "kind": sentence.kind,
                "page": sentence.page,
                "place": sentence.place,
            }
            for sentence in passage.sentences
        ],
    }


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _between(left: str, right: str) -> str:
    """Two texts at both margins of the terminal, at least two spaces apart."""
    shown = len(re.sub(r"\x1b\[\d*m", "", left)) + len(right)
    return f"{left}{' ' * max(2, _width() - shown)}{_dim(right)}"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _width() -> int:
    return min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)


def _bold(text: str) -> str:
    return _styled("1", text)


def _dim(text: str) -> str:
    return _styled("2", text)


def _styled(code: str, text: str) -> str:
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[{code}m{text}\x1b[0m"
