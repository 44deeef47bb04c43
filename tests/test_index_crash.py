"""Killed at any instant, an indexing process leaves a whole index and loses nothing that was finished."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from word_embedder import WordEmbedder, document

from index import open_index, update_index
from index.checking import check

ROOT = Path(__file__).resolve().parents[1]
KILLS = 20

# Makes generation after generation, each with documents that all name it, until it is killed.
WRITER = """
import sys
from pathlib import Path
sys.path[:0] = ["tests"]
from index import update_index
from word_embedder import WordEmbedder, document
number = int(sys.argv[2])
print("ready", flush=True)
while True:
    documents = [document(f"{place}.md", f"cat {number} of {place}") for place in range(number % 7 + 1)]
    update_index(Path(sys.argv[1]), documents, embedder=WordEmbedder(), only=True)
    print(number, flush=True)
    number += 1
"""


def write_until_killed(folder: Path, number: int, share: float) -> int:
    """The last number that was said to be published before the writer was killed.

    That is after the first one, and `share` of the time that it took.
    """
    command = [sys.executable, "-c", WRITER, str(folder), str(number)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        started = time.perf_counter()
        assert writer.stdout.readline() == f"{number}\n"
        time.sleep(share * (time.perf_counter() - started))
        writer.kill()
        lines = writer.stdout.read().splitlines()
    return int(lines[-1]) if lines else number


def test_after_each_kill_the_index_is_whole_and_what_was_published_is_there(tmp_path: Path) -> None:
    folder, chance, published = tmp_path / "index", random.Random(7), 0
    update_index(folder, [document("0.md", "cat 0 of 0")], embedder=WordEmbedder(), only=True)
    for _ in range(KILLS):
        said = write_until_killed(folder, published + 1, chance.uniform(0, 2))
        with open_index(folder, embedder=WordEmbedder()) as index:
            assert list(check(index)) == []
            texts = [index.document(record.id).text for record in index.documents()]
            published = int(texts[0].split()[1])
            assert texts == [f"cat {published} of {place}" for place in range(published % 7 + 1)]
            assert sorted(hit.passage.text for hit in index.search("cat", 10)) == texts
        assert said <= published <= said + 1
    assert published >= KILLS
    embedder = WordEmbedder()
    documents = [document(f"{place}.md", f"cat {published} of {place}") for place in range(published % 7 + 1)]
    assert update_index(folder, documents, embedder=embedder, only=True).unchanged == [d.id for d in documents]
    assert len(list((folder / "generations").glob("0*"))) <= 3


STOPPED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = ["tests"]
import index.cache
from index import update_index
from word_embedder import WordEmbedder, document

class Killed(WordEmbedder):
    def embed_passages(self, texts):
        if len(self.embedded) == 6:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_passages(texts)

index.cache._BATCH = 1
update_index(Path(sys.argv[1]), [document(f"{n}.md", f"cat {n}") for n in range(10)], embedder=Killed())
"""


def test_what_was_embedded_before_a_kill_is_not_embedded_again(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    done = subprocess.run([sys.executable, "-c", STOPPED, str(folder)], cwd=ROOT)
    assert done.returncode == -9
    embedder = WordEmbedder()
    update_index(folder, [document(f"{n}.md", f"cat {n}") for n in range(10)], embedder=embedder)
    assert sorted(embedder.embedded) == ["cat 6", "cat 7", "cat 8", "cat 9"]
    with open_index(folder, embedder=embedder) as index:
        assert list(check(index)) == []
        assert len(index.documents()) == 10
