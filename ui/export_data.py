"""The data of a static pack: what the engine in the browser loads, as files by name."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.tokens import model_folder
from index import Embedder, Index
from index.exported import TOKENIZER, OnnxEmbedder
from index.settings import DEFAULT_MODEL
from qa import AnswerSettings
from qa.background import Background
from qa.calibration import with_threshold
from ui.export_rules import pack_rules
from ui.export_texts import Library, pack_texts, pack_words
from ui.export_tokens import NotPackable, Vocabulary, read_vocabulary
from ui.export_vectors import WIDTH, distilled, stored_vectors

__all__ = ["FORMAT", "Data", "make_data", "read_index_vocabulary"]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Data:
    """The files of a pack's data by their names, and what the manifest says of them."""

    files: dict[str, bytes]
    manifest: dict[str, Any]


def make_data(index: Index, library: Library, model: bool) -> Data:
    """All that is needed to answer from the index, with the transformer or without; NotPackable says why not."""
    vocabulary = read_index_vocabulary(index)
    vectors = stored_vectors(index, library, 0 if model else WIDTH)
    words, postings = pack_words(index, library)
    files = {
        "documents.json": _json(pack_texts(library)),
        "rules.json": _json(pack_rules()),
        "words.json": _json(words),
        "postings.bin": postings,
        "vocabulary.txt": "\n".join(vocabulary.pieces).encode(),
        "vectors.bin": vectors.packed(),
    }
    texts = [f"{passage.context}\n{passage.text}" if passage.context else passage.text for passage in library.passages]
    if model:
        from ui.export_model import pack_model

        more, about = pack_model(index.embedder, texts)
    else:
        rows, pieces = distilled(texts, index.embedder, vocabulary, vectors.axes)
        more, about = {"pieces.bin": pieces}, {"pieces": {"rows": rows, "width": len(vectors.axes)}}
    files |= more
    return Data(files, _manifest(index, library, files, vocabulary, len(vectors.axes), model) | about)


def read_index_vocabulary(index: Index) -> Vocabulary:
    """The vocabulary of the index's model; NotPackable where a browser isn't taught it."""
    embedder: Embedder = index.embedder
    if isinstance(embedder, OnnxEmbedder):
        return read_vocabulary(embedder.folder / TOKENIZER)
    model = index.manifest.settings.model.partition("@")[0]
    place = model_folder() if model == DEFAULT_MODEL else Path(model)
    if not (place / TOKENIZER).is_file():
        raise NotPackable(f"the index's model {model} has no {TOKENIZER} to read its vocabulary from")
    return read_vocabulary(place / TOKENIZER)


def _manifest(
    index: Index, library: Library, files: dict[str, bytes], vocabulary: Vocabulary, width: int, model: bool
) -> dict[str, Any]:
    answering, confidence = with_threshold(AnswerSettings(), index), pack_rules()["confidence"]
    return {
        "format": FORMAT,
        "kind": "model" if model else "static",
        "made_with": index.manifest.model,
        "documents": len(library.documents),
        "passages": len(library.passages),
        "sentences": len(library.sentence_numbers),
        "width": width,
        "window": index.embedder.window,
        "tokenizer": vocabulary.settings,
        "settings": asdict(index.settings) | _own(answering) | {"threshold": answering.refuses_below},
        # Weighed anew on 1,500 questions for what a pack without the model sees, it fitted other questions worse.
        "confidence": {"bias": confidence["BIAS"], "weights": confidence["WEIGHTS"]},
        "background": Background(index)(),
        "files": {name: _about(data) for name, data in files.items()},
    }


def _own(answering: AnswerSettings) -> dict[str, Any]:
    return {name: getattr(answering, name) for name in ("passages", "reranked", "looked_at", "sentences")}


def _about(data: bytes) -> dict[str, Any]:
    return {
        "bytes": len(data),
        "gzip": len(gzip.compress(data, 6)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
