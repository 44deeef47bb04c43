"""`python -m bench`: trials and measurements, on documents that are made up."""

from __future__ import annotations

import sys

from corpus.command import dispatch

COMMANDS = {
    "speed": ("bench.speed", "how fast all is, against what somebody would write in twenty lines"),
    "peers": ("bench.peers", "indexing, asking, starting and finding beside other libraries with the same model"),
    "collection": ("bench.collection", "a test collection measured, beside how one would in twenty lines"),
    "load": ("bench.load", "many people who ask at once, and tens of thousands of questions: speed, faults, memory"),
    "milvus": ("bench.milvus", "an index on a real Milvus server beside one in a folder: made, kept, asked"),
    "cluster": ("bench.cluster", "kill a node of a real Milvus cluster while people ask a server over it"),
    "growth": ("bench.growth", "what an index costs as it grows: made, changed, found, asked"),
    "workers": ("bench.workers", "embedding on Ray's nodes, one of which is killed on the way"),
    "crashes": ("bench.crashes", "kill commands of the index at random instants and fill its disk, while readers ask"),
}

if __name__ == "__main__":
    sys.exit(dispatch("bench", "Try what the index bears, and measure how fast all is.", COMMANDS))
