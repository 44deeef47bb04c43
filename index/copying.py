"""An index in a folder brought to Milvus as it is: nothing is read, split or embedded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from corpus import Document, Skipped
from index.changing import Progress, Summary
from index.milvus_updating import update_milvus
from index.packed_tokens import PackedTokens, pack
from index.place import MilvusAddress
from index.preparing import Prepared, passage_texts
from index.searching import Index
from index.store import select_ids_as_added, select_passage_numbers, select_passages, select_sentences
from index.token_store import TOKENS, TokenReader

__all__ = ["copy_index"]


def copy_index(
    index: Index,
    target: MilvusAddress,
    progress: Progress = lambda stage, done, total: None,
    notice: Callable[[str], None] = lambda line: None,
) -> Summary:
    """Make the index at `target` equal to an open one in a folder: its documents, passages, vectors and tokens.

    What is there already stays as it is; raises what `update_index` raises.
    """
    copying = _Copying(index)
    try:
        return update_milvus(
            target, copying.found(), settings=index.manifest.settings, progress=progress, embedder=index.embedder,
            only=True, notice=notice, prepare_here=copying.prepare,
        )  # fmt: skip
    finally:
        copying.close()


class _Copying:
    """Documents of an index, with all that was made of them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._database, self._passages, self._sentences = index.parts()
        self._tokens = TokenReader(index.folder / TOKENS, index.embedder.name, index.embedder.dimension)

    def found(self) -> Iterator[Document | Skipped]:
        """The documents as they were added, and what was skipped."""
        for source, reason in self._index.skipped().items():
            yield Skipped(source, reason)
        for id in select_ids_as_added(self._database):
            yield self._index.document(id)

    def prepare(self, documents: list[Document], tell: Callable[[int, int], None]) -> list[Prepared]:
        """What the index holds of them."""
        prepared = [self._prepared(document) for document in documents]
        count = sum(len(one.vectors) + len(one.sentence_vectors) for one in prepared)
        tell(count, count)
        return prepared

    def close(self) -> None:
        self._tokens.close()

    def _prepared(self, document: Document) -> Prepared:
        numbers = select_passage_numbers(self._database, document.id)
        found = select_passages(self._database, numbers)
        passages = tuple(found[number] for number in numbers)
        owned: dict[int, list[int]] = {number: [] for number in numbers}
        for passage, sentence in select_sentences(self._database, numbers, by="passage"):
            owned[passage].append(sentence)
        sentences = [sentence for number in numbers for sentence in owned[number]]
        return Prepared(
            document, passages, np.asarray(self._passages.vectors(numbers)),
            np.asarray(self._sentences.vectors(sentences)), tuple(self._tokens_of(passage_texts(passages))),
        )  # fmt: skip

    def _tokens_of(self, texts: Sequence[str]) -> list[PackedTokens]:
        """Those that were kept, and for the others new ones."""
        known = self._tokens.recall(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            made = self._index.embedder.embed_tokens(missing)
            known |= {text: pack(tokens) for text, tokens in zip(missing, made, strict=True)}
        return [known[text] for text in texts]
