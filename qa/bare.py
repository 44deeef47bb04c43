"""Documents without titles and headings: to see what these are worth to the search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from corpus import Document
from index import DEFAULT_FOLDER, IndexSettings, Place, open_index, update_index
from index.command_line import ProgressLine
from qa.datasets import Dataset
from qa.kept import KEPT, kept_index

__all__ = ["bare", "bare_index"]


def bare(document: Document) -> Document:
    """The document without its title, and with blanks where headings stood: all else is where it was."""
    text = document.text
    for block in document.blocks:
        if block.kind == "heading":
            start = text.rfind("\n", 0, block.start) + 1
            text = text[:start] + " " * (block.end - start) + text[block.end :]
    return replace(document, title="", text=text, blocks=tuple(one for one in document.blocks if one.kind != "heading"))


def bare_index(dataset: Dataset, folder: Place | None, settings: IndexSettings, kept: Path = KEPT) -> Path:
    """The folder of an index of the same documents, bare; made now if it isn't there or is out of date."""
    with closing(ProgressLine()) as line:
        if folder is None and dataset.documents:
            read, name = dataset.documents, f"{dataset.name}-bare"
            return kept_index(name, dataset.corpus_files, lambda: map(bare, read()), settings, line)
        with open_index(folder or DEFAULT_FOLDER) as index:
            place = kept / f"{index.folder.resolve().name}-bare"
            stripped: Iterator[Document] = (bare(index.document(record.id)) for record in index.documents())
            update_index(place, stripped, settings=index.manifest.settings, progress=line, only=True)
            return place
