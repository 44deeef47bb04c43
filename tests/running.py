"""The product as people start it, in a process of its own, over the documents that ship and a hostile one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from small_answerer import HOSTILE_TEXTS

from corpus import read_folder
from index import update_index

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120


class Product:
    """A server on a port of its own, which can be stopped and started again; `index` is the folder of its index."""

    def __init__(self, index: Path, *arguments: str) -> None:
        self.index, self._arguments = index, arguments
        self.address, self._port = "", "0"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns as soon as it can be asked."""
        command = [sys.executable, "-m", "ui", "--index", str(self.index), "--port", self._port, *self._arguments]
        quiet = {**os.environ, "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout
        self.address = self._process.stdout.readline().strip().removeprefix("Open ")
        assert self.address.startswith("http://"), "the server did not start"
        self._port = self.address.rpartition(":")[2]

    def stop(self) -> None:
        """As by Ctrl-C."""
        if self._process:
            self._process.terminate()
            self._process.communicate(timeout=PATIENCE)
            self._process = None


def hostile_index(shipped: Path, folder: Path) -> Path:
    """A copy of the index of the documents that ship, with a hostile one, and one that can't be read."""
    shutil.copytree(shipped, folder)
    documents = folder.parent / "documents"
    documents.mkdir()
    (documents / "hostile.txt").write_text("\n\n".join(HOSTILE_TEXTS), encoding="utf-8")
    (documents / "scan.pdf").write_bytes(b"no PDF at all")
    update_index(folder, read_folder(documents))
    return folder
