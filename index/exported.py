"""An embedding model that was exported to ONNX. The only file that knows ONNX Runtime at work.

Each text is run by itself, on as many threads as there are cores: nothing is padded, and a text's
vector doesn't depend on what else is embedded with it, which dynamic quantisation would make it do.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from corpus.tokens import load_tokenizer
from index.embedding import TokenVectors, encodable, own_tokens

__all__ = ["DESCRIPTION", "GRAPH", "TOKENIZER", "Exported", "OnnxEmbedder"]

GRAPH, TOKENIZER, DESCRIPTION = "model.onnx", "tokenizer.json", "exported.json"
# ONNX Runtime would tell its makers how it is used, and give each machine a number: read when it is first imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# A question is embedded for the search, and read again word by word.
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Exported:
    """What an exported model says of itself.

    `name` is the embedder's, `window` its tokens without the special ones. `pooling` makes one
    vector of the tokens'; the prompts are put before a text. `agreement` is the lowest cosine of
    its vectors to the original's that was found when it was exported. `checksum` is the SHA-256 of
    the graph, in hexadecimal.
    """

    name: str
    dimension: int
    window: int
    pooling: Literal["mean", "cls"]
    question_prompt: str
    passage_prompt: str
    agreement: float = 0.0
    checksum: str = ""


class OnnxEmbedder:
    """The model in `folder`, loaded when it is first needed; safe from many threads.

    It computes on so many `threads`, by default one for each core.
    """

    def __init__(self, exported: Exported, folder: Path, threads: int | None = None) -> None:
        self.name, self.dimension, self.window = exported.name, exported.dimension, exported.window
        self.checksum = exported.checksum
        self.exported, self.folder = exported, folder
        self._count = threads or os.cpu_count() or 1
        self._loading = threading.Lock()
        self._loaded: Any = None
        self._kept: OrderedDict[str, tuple[Any, np.ndarray]] = OrderedDict()

    @classmethod
    def open(cls, folder: Path, threads: int | None = None) -> OnnxEmbedder:
        """The model that was exported to that folder."""
        return cls(Exported(**json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))), folder, threads)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, (_, read) in self._read_all(texts):
            vectors[row] = self._pool(read)
        return vectors

    def embed_with_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[TokenVectors]]:
        if self.exported.passage_prompt:  # tokens are read without it
            return self.embed_passages(texts), self.embed_tokens(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        of_tokens: dict[int, TokenVectors] = {}
        for row, (tokens, read) in self._read_all(texts):
            vectors[row], of_tokens[row] = self._pool(read), own_tokens(tokens, read)
        return vectors, [of_tokens[row] for row in range(len(texts))]

    def embed_question(self, question: str) -> np.ndarray:
        text = self.exported.question_prompt + question
        read = self._kept[text] = self._kept.get(text) or self._read(text)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._pool(read[1])

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        read = self._threads.map(lambda text: self._kept.get(text) or self._read(text), texts)
        return [own_tokens(*tokens) for tokens in read]

    def count_tokens(self, text: str) -> int:
        return len(self._counter.encode(encodable(text), add_special_tokens=False).ids)

    def _read_all(self, texts: Sequence[str]) -> Iterator[tuple[int, tuple[Any, np.ndarray]]]:
        """(row, what `_read` gives) for each text of a document, the longest first: no thread is left with one."""
        rows = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        prompt = self.exported.passage_prompt
        yield from zip(rows, self._writers.map(lambda row: self._read(prompt + texts[row]), rows), strict=True)

    def _pool(self, vectors: np.ndarray) -> np.ndarray:
        pooled = vectors[0] if self.exported.pooling == "cls" else vectors.mean(axis=0)
        return np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-12), np.float32)

    def _read(self, text: str) -> tuple[Any, np.ndarray]:
        """The text's tokens, and a vector for each, float32 of shape (tokens, dimension)."""
        tokens = self._tokenizer.encode(encodable(text))
        ids = np.array([tokens.ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        session = self._session
        names = [one.name for one in session.get_inputs()]
        return tokens, session.run(None, {name: given[name] for name in names})[0][0]

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizer = load_tokenizer(self.folder / TOKENIZER)
        tokenizer.enable_truncation(self.window + tokenizer.num_special_tokens_to_add(False))
        return tokenizer

    @cached_property
    def _counter(self) -> Any:
        return load_tokenizer(self.folder / TOKENIZER)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._count, "embedding")

    @cached_property
    def _writers(self) -> ThreadPoolExecutor:
        # Of their own: a question that is asked meanwhile doesn't wait behind thousands of passages.
        return ThreadPoolExecutor(self._count, "embedding passages")

    @property
    def _session(self) -> Any:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self.folder / GRAPH)
            return self._loaded


def _load(graph: Path) -> Any:
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
