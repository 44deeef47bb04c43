"""Questions to start with, taken from the documents themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Protocol
from urllib.parse import quote

from corpus import Document
from ui.look import Look
from ui.markup import escape_markdown, fill
from ui.texts import text

__all__ = ["Shelf", "render_welcome", "suggest_questions"]

LOOKED_AT = 30
LONGEST = 90


class Named(Protocol):
    """What a list of documents says of each."""

    id: str
    title: str


class Shelf(Protocol):
    """Where documents can be listed and opened: what the pages need of an index."""

    def documents(self) -> list[Named]:
        """A record for each document."""
        ...

    def document(self, id: str) -> Document:
        """The document; a QuidError where there is none."""
        ...


def suggest_questions(shelf: Shelf, count: int) -> list[str]:
    """Up to `count` headings that are questions, from as many documents as can be, else titles."""
    records = shelf.documents()[:LOOKED_AT]
    asked = (list(_question_headings(shelf.document(record.id))) for record in records)
    turns = chain.from_iterable(zip_longest(*asked))
    questions = dict.fromkeys(question for question in turns if question)
    titles = (record.title for record in records)
    fitting = (text for text in (questions or titles) if 8 <= len(text) <= LONGEST)
    return list(islice(fitting, count))


def render_welcome(look: Look, found: Sequence[str]) -> str:
    """The start of a conversation as HTML: what to expect, and links that ask the owner's questions, or those found."""
    questions = look.questions or found
    links = "".join(
        f'<li><a class="suggestion" href="?q={quote(asked, errors="replace")}">{escape_markdown(asked)}</a></li>'
        for asked in questions
    )
    welcome = escape_markdown(look.welcome) if look.welcome else text("page.welcome")
    line = escape_markdown(look.welcome_line) if look.welcome_line else text("page.welcome_line")
    return fill("welcome.html", welcome=welcome, line=line, suggestions=links)


def _question_headings(document: Document) -> Iterator[str]:
    for block in document.blocks:
        heading = " ".join(document.text[block.start : block.end].split())
        if block.kind == "heading" and heading.endswith("?"):
            yield heading
