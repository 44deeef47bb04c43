"""A real Milvus server on this machine, for trials: version 2.3.5, the last that stands on PyPI.

It listens on every interface, so it runs in a network namespace. Linux on x86-64, root.
"""

from __future__ import annotations

import lzma
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from bench.namespace import Namespace
from corpus import QuidError

__all__ = ["CALLED", "HEALTH", "MilvusServer", "NoMilvus", "end", "is_healthy", "prepare", "program", "wait_until"]

CALLED, HEALTH = 19530, 9091
VERSION = "2.3.5"
_PATIENCE = 120.0
# Seconds after which a process that says nothing is taken for dead, and gives itself up; a restart takes as long.
_LEASE = 8


class NoMilvus(QuidError):
    """The server can't run here."""


class MilvusServer:
    """A standalone server whose data lie in `folder`; it keeps its port when it is stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._namespace: Namespace | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    @property
    def process(self) -> int:
        """The number of its process."""
        assert self._process
        return self._process.pid

    def start(self) -> None:
        """Returns as soon as it can be asked; NoMilvus or NoNamespace where it can't run."""
        told = {"DEPLOY_MODE": "STANDALONE", "METRICS_PORT": str(HEALTH), "COMMON_SESSION_TTL": str(_LEASE),
                "COMMON_GRACEFULSTOPTIMEOUT": "2"}
        environment = prepare(self.folder, told)
        self._namespace = Namespace({CALLED: self.port, HEALTH: 0})
        self.port = self._namespace.ports[CALLED]
        log = self.folder / "milvus.log"
        self._process = self._namespace.start([program(), "run", "standalone"], self.folder, log, environment)
        health = self._namespace.ports[HEALTH]
        wait_until(lambda: is_healthy(health), "the Milvus server", log, [self._process])
        # Its parts are well a moment before they know of each other.
        time.sleep(1)

    def stop(self) -> None:
        """As its operator would; where that takes longer than some seconds, by force. What was written stays."""
        if self._process and self._namespace:
            self.freeze(False)
            end([self._process])
            self._namespace.close()
            self._process = self._namespace = None

    def freeze(self, still: bool = True) -> None:
        """It takes connections and answers nothing, as on a machine that hangs; or goes on."""
        os.kill(self.process, signal.SIGSTOP if still else signal.SIGCONT)


def program() -> Path:
    """Milvus' program beside its libraries, unpacked once for each environment."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoMilvus(f"Milvus {VERSION} is for Linux on x86-64; this is {sys.platform} on {platform.machine()}")
    folder = Path(sys.prefix) / f"milvus-{VERSION}"
    if not folder.is_dir():
        making = Path(f"{folder}.{os.getpid()}")
        making.mkdir()
        for packed in (_data() / "bin").glob("*.lzma"):
            (making / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))
            (making / packed.stem).chmod(0o755)
        try:
            making.rename(folder)
        except OSError:  # another process was faster
            shutil.rmtree(making)
    return folder / "milvus"


def prepare(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Write the settings into `folder`, and give the environment in which the program reads them.

    What isn't a place is told it in the environment, which goes before the file.
    """
    settings, places = folder / "configs", folder / "data"
    settings.mkdir(parents=True, exist_ok=True)
    written = {
        "etcd_log_path": f"{folder}/etcd.log", "system_log_path": f"{folder}/logs", "etcd_data_dir": f"{places}/etcd",
        "local_storage_dir": f"{places}", "rocksmq_data_dir": f"{places}/rocksmq",
    }  # fmt: skip
    template = (_data() / "config.yaml.template").read_text(encoding="utf-8")
    filled = re.sub(
        r"\{\{ *(\w+)(?:\(\w+\))?(?:: *(.*?))? *\}\}", lambda found: written.get(found[1], found[2] or ""), template
    )
    (settings / "milvus.yaml").write_text(filled, encoding="utf-8")
    (settings / "glog.conf").write_text("--minloglevel=2\n--logtostderr=true\n", encoding="utf-8")
    return {
        "MILVUSCONF": str(settings), "MILVUS_RUN_DIR": f"{folder}/run", "LD_LIBRARY_PATH": str(program().parent),
        "LOG_LEVEL": "warn", **environment,
    }  # fmt: skip


def is_healthy(port: int) -> bool:
    """Whether all of what runs in a process of Milvus says that it is well, on that port of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return b"OK" in answer.read()
    except OSError:
        return False


def wait_until(ready: Callable[[], bool], what: str, log: Path, processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask `ready` until it is so; NoMilvus where a process ended, or it takes minutes."""
    until = time.monotonic() + _PATIENCE
    while not ready():
        if any(process.poll() is not None for process in processes) or time.monotonic() > until:
            end(processes)
            last = log.read_text(errors="replace").splitlines()[-1:] or ["nothing"]
            raise NoMilvus(f"{what} did not start; {log} ends with: {last[0]}")
        time.sleep(0.1)


def end(processes: list[subprocess.Popen[bytes]], patience: float = 5.0) -> None:
    """Ask them to end, and end those that don't."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + patience
    for process in processes:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _data() -> Path:
    found = find_spec("milvus")
    if found is None or not found.origin:
        raise NoMilvus(f"Milvus is not installed; install it with: pip install milvus=={VERSION}")
    return Path(found.origin).parent / "data"
