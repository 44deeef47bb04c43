"""A small answerer over three little documents, so that pages can be tested without a model.

It walks no search: a question is answered by the sentences that share its longest words. One of
the documents is hostile: whatever it says must be shown, and nothing of it may happen.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Block, Document, Passage, Sentence
from index import Hit, UnknownDocument
from qa import Answer, Citation
from qa.answering import Heard

HOSTILE_TEXTS = (
    "The hostile sentence says <script>window.owned = 1</script> and goes on.",
    'The second hostile sentence has <img src=x onerror="window.owned = 2"> inside it.',
    "A third one offers [a link](javascript:window.owned=3) and ![an image](https://evil.test/x.png).",
    "The fourth uses ${window.owned = 4} and {{window.owned = 5}} and `code` and $$x^2$$ and \\u0041.",
    "- *not* a _list_ <!-- nor a comment --> & no &lt;entity&gt; www.evil.test </mark></p><h1>x</h1>",
)


def made(id: str, title: str, *parts: tuple[str, int, str]) -> Document:
    """A document of (kind, level, text) parts, one to a line; an item has its bullet before it."""
    text, blocks = "", []
    for kind, level, words in parts:
        text += "\n" if text else ""
        text += "- " if kind == "item" else ""
        blocks.append(Block(kind, len(text), len(text) + len(words), level))  # type: ignore[arg-type]
        text += words
    return Document(id, title, f"documents/{id}", text, tuple(blocks))


REFUNDS = made(
    "shop/refunds.md",
    "Refund policy",
    ("heading", 1, "Refund policy"),
    ("paragraph", 0, "This page says how money comes back to you."),
    ("heading", 2, "How long does a refund take?"),
    ("paragraph", 0, "A refund reaches your bank within 14 days. Cards from abroad take up to 21 days."),
    ("heading", 2, "What can be returned?"),
    ("item", 1, "Unopened boxes can be returned within 30 days."),
    ("item", 1, "Opened boxes can be returned within 10 days."),
    ("item", 2, "Perishable goods can't be returned."),
    ("code", 0, "refund --order 17\nrefund --all"),
    ("row", 0, "Country | Days"),
    ("row", 0, "France | 14"),
)
DELIVERY = made(
    "delivery.md",
    "Delivery",
    ("heading", 1, "Delivery"),
    ("paragraph", 0, "Parcels to Austria travel for 3 days. Parcels to islands travel for 9 days."),
    ("heading", 2, "Where is my parcel?"),
    ("paragraph", 0, "The tracking number is in the message that we sent you when the parcel left."),
)
HOSTILE = made(
    "evil/<b>&\"'?#%.md",
    "<script>window.owned = 6</script>",
    ("heading", 1, "A heading with <img src=x onerror=window.owned=7> in it?"),
    *(("paragraph", 0, text) for text in HOSTILE_TEXTS),
)
DOCUMENTS = (REFUNDS, DELIVERY, HOSTILE)


@dataclass(frozen=True)
class Record:
    """What a list of documents shows of one."""

    id: str
    title: str
    source: str
    sha256: str
    characters: int
    passages: int
    added: str = "2026-05-04T12:00:00+00:00"


def passages(document: Document) -> list[Passage]:
    """A passage for each section, with a sentence for each block (two for a paragraph of two)."""
    found = []
    for section in document.sections:
        if not section.blocks:
            continue
        sentences = tuple(
            Sentence(block.start + match.start(), block.start + match.end(), block.kind)
            for block in section.blocks
            for match in re.finditer(r"\S.*?(?:\.(?= [A-Z])|$)", document.text[block.start : block.end], re.S)
        )
        found.append(
            Passage(
                document.id, document.title, document.source, section.headings, None,
                document.text[section.start : section.end], section.start, section.end,
                sentences, document.sha256,
            )
        )  # fmt: skip
    return found


class SmallIndex:
    """What the pages need of an index: the documents."""

    def __init__(self, documents: Sequence[Document] = DOCUMENTS) -> None:
        self._documents = {document.id: document for document in documents}

    def documents(self) -> list[Record]:
        """A record for each document."""
        return [
            Record(one.id, one.title, one.source, one.sha256, len(one.text), len(passages(one)))
            for one in self._documents.values()
        ]

    def document(self, id: str) -> Document:
        """The document; UnknownDocument where there is none."""
        if id not in self._documents:
            raise UnknownDocument(id)
        return self._documents[id]


class SmallAnswerer:
    """Answers with up to `most` sentences that share two words with the question; keeps what was asked."""

    def __init__(self, documents: Sequence[Document] = DOCUMENTS, most: int = 5) -> None:
        self.searcher = SmallIndex(documents)
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.most = most
        self.delay = 0.0
        self._passages = [passage for document in documents for passage in passages(document)]

    def search(self, question: str, k: int = 10, earlier: Sequence[str] = ()) -> tuple[str, list[Hit]]:
        """What `ask` would find."""
        answer = self.ask(question, earlier)
        return answer.searched_for, list(answer.hits[:k])

    def ask(self, question: str, earlier: Sequence[str] = (), heard: Heard | None = None) -> Answer:
        """The answer; a question that begins with "And" is asked together with the one before it."""
        self.asked.append((question, tuple(earlier)))
        time.sleep(self.delay)
        alone = f"{earlier[-1]} {question}" if earlier and question.startswith("And") else question
        words = {word for word in re.findall(r"\w{4,}", alone.lower())}
        scored = [
            (len(words & set(re.findall(r"\w{4,}", self._said(passage, sentence).lower()))), passage, sentence)
            for passage in self._passages
            for sentence in passage.sentences
        ]
        best = sorted((entry for entry in scored if entry[0]), key=lambda entry: -entry[0])
        chosen = [entry for entry in best if entry[0] >= 2 and entry[0] == best[0][0]][: self.most]
        cited = tuple(
            Citation(number, passage, sentence.start, sentence.end)
            for number, (_, passage, sentence) in enumerate(chosen, 1)
        )
        hits = tuple(Hit(passage, 0.5) for passage in dict.fromkeys(passage for _, passage, _ in best))
        if heard:
            heard("understand", alone)
            heard("search", list(hits))
        text = " ".join(f"{citation.quote} [{citation.number}]" for citation in cited)
        return Answer(
            question, alone, cited, 0.93 if cited else 0.04, hits,
            text or "The documents don't say anything about that.", {"total": 1.0},
        )  # fmt: skip

    def _said(self, passage: Passage, sentence: Sentence) -> str:
        return passage.slice(sentence.start, sentence.end)
