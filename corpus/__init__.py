"""Documents to passages: read a file, find its sections and sentences, cut it where they end."""

from __future__ import annotations

from corpus.document import Block, Document, Passage, Section, Sentence
from corpus.errors import QuidError, UnreadableDocument
from corpus.plain_text import plain_document
from corpus.sentences import split_sentences
from corpus.splitting import split

__all__ = [
    "Block",
    "Document",
    "Passage",
    "QuidError",
    "Section",
    "Sentence",
    "UnreadableDocument",
    "plain_document",
    "split",
    "split_sentences",
]
