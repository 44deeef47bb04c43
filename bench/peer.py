"""One library, doing its part of `python -m bench peers`: run by an interpreter that has it, and with nothing of ours.

    peer.py NAME index FOLDER MODEL DOCUMENTS    documents are JSON lines: id, text
    peer.py NAME ask FOLDER MODEL QUESTIONS      questions are JSON lines: id, text

Each is used as its documentation shows for a hybrid of words and vectors. Figures go to standard
output, as JSON; "ready" is the clock when the first question was answered.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

__all__ = ["DEPTH", "Peer"]

DEPTH = 10
Rows = list[dict[str, str]]


class Peer(Protocol):
    """A library that was told of some documents."""

    def index(self, rows: Rows, folder: Path) -> None:
        """Index the documents and write all that a new process needs."""
        ...

    def load(self, folder: Path) -> None:
        """Be ready for questions."""
        ...

    def search(self, question: str) -> list[str]:
        """The ids of the best documents."""
        ...


class Txtai:
    """Its hybrid of BM25 and FAISS."""

    def __init__(self, model: str) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings(path=model, hybrid=True, content=False)

    def index(self, rows: Rows, folder: Path) -> None:
        self._embeddings.index((row["id"], row["text"], None) for row in rows)
        self._embeddings.save(str(folder / "txtai"))

    def load(self, folder: Path) -> None:
        self._embeddings.load(str(folder / "txtai"))

    def search(self, question: str) -> list[str]:
        return [str(id) for id, _ in self._embeddings.search(question, DEPTH)]


class LlamaIndex:
    """A vector index in FAISS and BM25, fused by reciprocal rank."""

    def __init__(self, model: str) -> None:
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.embed_model = HuggingFaceEmbedding(model_name=model)
        Settings.llm = None
        self._retriever: Any = None

    def index(self, rows: Rows, folder: Path) -> None:
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.retrievers.bm25 import BM25Retriever
        from llama_index.vector_stores.faiss import FaissVectorStore

        nodes = [TextNode(id_=row["id"], text=row["text"]) for row in rows]
        storage = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss.IndexFlatIP(384)))
        VectorStoreIndex(nodes, storage_context=storage).storage_context.persist(str(folder / "vectors"))
        BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEPTH).persist(str(folder / "words"))

    def load(self, folder: Path) -> None:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.retrievers.bm25 import BM25Retriever
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore.from_persist_dir(str(folder / "vectors"))
        storage = StorageContext.from_defaults(vector_store=store, persist_dir=str(folder / "vectors"))
        vectors = load_index_from_storage(storage).as_retriever(similarity_top_k=DEPTH)
        words = BM25Retriever.from_persist_dir(str(folder / "words"))
        self._retriever = QueryFusionRetriever(
            [vectors, words], similarity_top_k=DEPTH, num_queries=1, mode="reciprocal_rerank", use_async=False
        )

    def search(self, question: str) -> list[str]:
        return [found.node.node_id for found in self._retriever.retrieve(question)]


class Haystack:
    """Its store in memory, asked by BM25 and by vectors, joined by reciprocal rank."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._store: Any = None
        self._parts: tuple[Any, ...] = ()

    def index(self, rows: Rows, folder: Path) -> None:
        from haystack import Document
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(model=self._model, progress_bar=False)
        embedder.warm_up()
        documents = embedder.run(documents=[Document(id=row["id"], content=row["text"]) for row in rows])["documents"]
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(documents)
        store.save_to_disk(str(folder / "store.json"))

    def load(self, folder: Path) -> None:
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        embedder = SentenceTransformersTextEmbedder(model=self._model, progress_bar=False)
        embedder.warm_up()
        self._parts = (
            embedder,
            InMemoryEmbeddingRetriever(store, top_k=DEPTH),
            InMemoryBM25Retriever(store, top_k=DEPTH),
            DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH),
        )

    def search(self, question: str) -> list[str]:
        embedder, vectors, words, joiner = self._parts
        near = vectors.run(query_embedding=embedder.run(text=question)["embedding"])["documents"]
        said = words.run(query=question)["documents"]
        return [found.id for found in joiner.run(documents=[near, said])["documents"]]


class Plain:
    """What somebody would write in twenty lines: sentence-transformers as it comes, and FAISS, flat."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(model, device="cpu")
        self._index: Any = None
        self._ids: list[str] = []

    def index(self, rows: Rows, folder: Path) -> None:
        import faiss

        vectors = self._model.encode([row["text"] for row in rows], normalize_embeddings=True, show_progress_bar=False)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        faiss.write_index(index, str(folder / "plain.faiss"))
        (folder / "ids.pickle").write_bytes(pickle.dumps([row["id"] for row in rows]))

    def load(self, folder: Path) -> None:
        import faiss

        self._index = faiss.read_index(str(folder / "plain.faiss"))
        self._ids = pickle.loads((folder / "ids.pickle").read_bytes())

    def search(self, question: str) -> list[str]:
        vector = self._model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        return [self._ids[row] for row in self._index.search(vector, DEPTH)[1][0]]


PEERS: dict[str, Callable[[str], Peer]] = {
    "plain": Plain, "txtai": Txtai, "llama-index": LlamaIndex, "haystack": Haystack,
}  # fmt: skip


def serve(peer: Peer, job: str, folder: Path, rows: Rows) -> dict[str, Any]:
    """Do the job, and tell what it took: seconds, and the most memory in bytes."""
    if job == "index":
        started = time.perf_counter()
        peer.index(rows, folder)
        return {"seconds": time.perf_counter() - started, "memory": _memory()}
    peer.load(folder)
    found, seconds = {rows[0]["id"]: peer.search(rows[0]["text"])}, []
    ready = time.time()
    for row in rows[1:]:
        started = time.perf_counter()
        found[row["id"]] = peer.search(row["text"])
        seconds.append(time.perf_counter() - started)
    return {"ready": ready, "seconds": seconds, "found": found, "memory": _memory()}


def _memory() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    name, job, place, model, rows = sys.argv[1:]
    lines = Path(rows).read_text(encoding="utf-8").splitlines()
    figures = serve(PEERS[name](model), job, Path(place), [json.loads(line) for line in lines])
    print(json.dumps(figures))
