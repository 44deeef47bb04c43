"""`python -m bench.plain_evaluation DATASET`: a test collection as one would measure it in twenty lines.

Sentence-transformers as it comes, FAISS, flat, and ir-measures. With `--kept` the documents' vectors are kept in a file
and taken from there, and `--singly` one question is asked after another.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import faiss
import ir_measures
import numpy as np
from ir_measures import AP, RR, R, nDCG
from sentence_transformers import SentenceTransformer

from corpus.tokens import model_folder

__all__ = ["main"]

MEASURES = [nDCG @ 10, R @ 5, R @ 10, R @ 100, RR, AP]


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(prog="python -m bench.plain_evaluation")
    parser.add_argument("dataset", type=Path, help="a BEIR folder")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="of the documents' vectors")
    parser.add_argument("--singly", action="store_true", help="one question after another")
    parser.add_argument("--depth", type=int, default=100, metavar="N", help="documents found (default: %(default)s)")
    given = parser.parse_args()
    with (given.dataset / "qrels" / "test.tsv").open(encoding="utf-8") as lines:
        judged = [(one, other, int(grade)) for one, other, grade in list(csv.reader(lines, delimiter="\t"))[1:]]
    documents = _read(given.dataset / "corpus.jsonl")
    asked = {one for one, _, _ in judged}
    questions = [one for one in _read(given.dataset / "queries.jsonl") if one["_id"] in asked]
    model = SentenceTransformer(str(model_folder()), device="cpu")
    if given.kept and given.kept.exists():
        vectors = np.load(given.kept)
    else:
        texts = [f"{one['title']} {one['text']}" for one in documents]
        vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        if given.kept:
            np.save(given.kept, vectors)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    batches = [[one] for one in questions] if given.singly else [questions]
    run = {}
    for batch in batches:
        encoded = model.encode([one["text"] for one in batch], normalize_embeddings=True, show_progress_bar=False)
        for question, scores, rows in zip(batch, *index.search(encoded, given.depth), strict=True):
            ids = [documents[row]["_id"] for row in rows]
            run[question["_id"]] = dict(zip(ids, scores.tolist(), strict=True))
    qrels = [ir_measures.Qrel(*one) for one in judged]
    for measure, value in ir_measures.calc_aggregate(MEASURES, qrels, run).items():
        print(f"{measure} {value:.4f}")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
