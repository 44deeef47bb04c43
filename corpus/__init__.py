"""Documents to passages: read a file, find its sections and sentences, cut it where they end."""

from __future__ import annotations

from corpus.document import Block, BlockKind, Document, Passage, Section, Sentence
from corpus.errors import OutOfReach, QuidError, UnreadableDocument
from corpus.folders import Skipped, find_in_folder, read_folder
from corpus.html import read_html
from corpus.markdown import read_markdown
from corpus.plain_text import plain_document, read_text
from corpus.reading import Original, find, read
from corpus.sentences import split_sentences
from corpus.splitting import split

__all__ = [
    "Block",
    "BlockKind",
    "Document",
    "Original",
    "OutOfReach",
    "Passage",
    "QuidError",
    "Section",
    "Sentence",
    "Skipped",
    "UnreadableDocument",
    "find",
    "find_in_folder",
    "plain_document",
    "read",
    "read_folder",
    "read_html",
    "read_markdown",
    "read_text",
    "split",
    "split_sentences",
]
