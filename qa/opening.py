"""A configuration made ready to be measured: its index, its search, its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from index import (
    DEFAULT_FOLDER,
    Hit,
    Index,
    IndexSettings,
    OpenIndex,
    Place,
    Searcher,
    SearchSettings,
    open_index,
)
from index.command_line import ProgressLine
from qa.answering import Answerer, answerer_over
from qa.asked import KeptQuestions
from qa.configuring import Configuration, apply_settings
from qa.datasets import Dataset
from qa.evaluating import places_for
from qa.kept import kept_index, resplit_index
from qa.reading import Choice
from qa.settings import AnswerSettings
from qa.twins import keep_sayings

__all__ = ["Engine", "Unread", "opened"]

# Each question's first hundreds of passages are looked through for twins, and many are found for others too.
_SAYINGS = 50_000


@dataclass(frozen=True, slots=True)
class Engine:
    """What is measured, and the settings that it has."""

    folder: Place
    index: OpenIndex
    asker: Answerer
    indexing: IndexSettings
    search: SearchSettings
    answering: AnswerSettings


class Unread:
    """A reader that chooses nothing."""

    def read(self, question: str, hits: Sequence[Hit], searcher: Searcher) -> Choice:
        """A refusal."""
        return Choice((), 0.0)


@contextmanager
def opened(
    configuration: Configuration, dataset: Dataset, folder: Place | None, retrieval_only: bool = False
) -> Iterator[Engine]:
    """The engine for that configuration, closed afterwards; it reads nothing where only search is measured.

    The index is that in `folder`, or that of the data set's own documents; it is made anew beside
    it where the configuration asks for other settings than it was made with.
    """
    place = _index_folder(configuration, dataset, folder)
    search = apply_settings(SearchSettings(), configuration.values)
    answering = apply_settings(AnswerSettings(), configuration.values)
    index = open_index(place, search)
    kept = None
    try:
        kept = _keep(index, is_read=answering.closer_look and answering.reranked > 1)
        answerer = _searching(index, answering) if retrieval_only else answerer_over(index, answering)
        yield Engine(place, index, answerer, index.manifest.settings, search, answerer.settings)
    finally:
        if kept:
            kept.close()
        index.close()


def _keep(index: OpenIndex, is_read: bool) -> KeptQuestions | None:
    """Whatever comes again from question to question; their vectors, unless the model reads each of them anyway."""
    keep_sayings(_SAYINGS)
    if not isinstance(index, Index):
        return None
    index.keep_passages()
    if is_read:
        return None
    index.embedder = kept = KeptQuestions(index.embedder, index.folder)
    return kept


def _searching(index: OpenIndex, settings: AnswerSettings) -> Answerer:
    """Understands and searches as ever, as deep as is measured, and reads nothing."""
    places = places_for(index.manifest.documents, index.manifest.passages)
    ranking = answerer_over(index, settings).reranker
    return Answerer(index, Unread(), replace(settings, passages=places), ranking)


def _index_folder(configuration: Configuration, dataset: Dataset, folder: Place | None) -> Place:
    line = ProgressLine()
    try:
        if folder is None and dataset.documents:
            settings = apply_settings(IndexSettings(), configuration.values)
            return kept_index(dataset.name, dataset.corpus_files, dataset.documents, settings, line)
        folder = folder or DEFAULT_FOLDER
        index = open_index(folder)
        try:
            settings = apply_settings(index.manifest.settings, configuration.values)
            return folder if settings == index.manifest.settings else resplit_index(index, settings, line)
        finally:
            index.close()
    finally:
        line.close()
