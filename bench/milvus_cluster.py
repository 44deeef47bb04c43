"""A Milvus cluster on this machine, for trials: its coordinators, a proxy, and one node or more of each kind.

What nodes share is played here: etcd from Debian, the log by a broker that forgets what is older than
some megabytes (so thousands of passages, not more), the object store by a folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from bench.milvus_server import CALLED, NoMilvus, end, is_healthy, prepare, program, wait_until
from bench.namespace import ROOT, Namespace

__all__ = ["MilvusCluster"]

_COORDINATORS = ["mixture", "-rootcoord=true", "-datacoord=true", "-querycoord=true", "-indexcoord=true"]
_FIRST_HEALTH, _FIRST_QUERY_NODE = 9101, 21201
_LOOPBACK = ("ROOTCOORD", "DATACOORD", "QUERYCOORD", "INDEXCOORD", "DATANODE", "INDEXNODE", "QUERYNODE", "PROXY")


class MilvusCluster:
    """Six processes of one program, or more; `folder` is emptied first.

    `lease` are the seconds after which the others take a node that says nothing for dead: 30 is Milvus' own.
    """

    def __init__(self, folder: Path, query_nodes: int = 2, lease: int = 30) -> None:
        self.folder, self.lease = folder, lease
        self._roles = [_COORDINATORS, ["datanode"], ["indexnode"], *[["querynode"]] * query_nodes, ["proxy"]]
        self._running: list[subprocess.Popen[bytes]] = []
        self._namespace: Namespace | None = None
        self.port = 0

    @property
    def address(self) -> str:
        """host:port of its proxy."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when every node is well; NoMilvus or NoNamespace where it can't run."""
        if not shutil.which("etcd"):
            raise NoMilvus("etcd not found; on Debian and Ubuntu: sudo apt install etcd-server")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        healths = [_FIRST_HEALTH + place for place in range(len(self._roles))]
        namespace = self._namespace = Namespace({CALLED: 0, **dict.fromkeys(healths, 0)})
        self.port = namespace.ports[CALLED]
        environment = self._environment(self._start_shared(namespace))
        for place, role in enumerate(self._roles):
            own = {"METRICS_PORT": str(healths[place]), "QUERYNODE_PORT": str(_FIRST_QUERY_NODE + place)}
            self._start([program(), "run", *role], f"{place}-{role[0]}", {**environment, **own})
            health = namespace.ports[healths[place]]
            self._wait(lambda health=health: is_healthy(health), f"Milvus' {role[0]}", f"{place}-{role[0]}")

    def kill_query_node(self, place: int) -> None:
        """As by a machine that falls over; `place` counts the query nodes from 0."""
        os.kill(self._query_nodes()[place].pid, signal.SIGKILL)
        self._query_nodes()[place].wait()

    def processes(self) -> list[int]:
        """The numbers of what runs: etcd, the broker, the coordinators, the nodes, the proxy."""
        return [process.pid for process in self._running if process.poll() is None]

    def stop(self) -> None:
        """Everything, at once: nothing is kept."""
        end(self._running, patience=0.5)
        self._running.clear()
        if self._namespace:
            self._namespace.close()
            self._namespace = None

    def _query_nodes(self) -> list[subprocess.Popen[bytes]]:
        milvus = self._running[-len(self._roles) :]
        return [process for process, role in zip(milvus, self._roles, strict=True) if role == ["querynode"]]

    def _start_shared(self, namespace: Namespace) -> str:
        """etcd and the broker; gives the broker's address."""
        at, peers = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
        etcd = ["etcd", "--data-dir", self.folder / "etcd", "--listen-client-urls", at, "--advertise-client-urls", at,
                "--listen-peer-urls", peers, "--log-level", "error", "--unsafe-no-fsync"]  # fmt: skip
        self._start(etcd, "etcd")
        broker = self.folder / "broker"
        self._start([sys.executable, "-m", "bench.kafka", broker], "kafka", {"PYTHONPATH": str(ROOT)})
        self._wait(broker.exists, "the broker", "kafka")
        return broker.read_text()

    def _environment(self, broker: str) -> dict[str, str]:
        told = {
            "ETCD_USE_EMBED": "false", "ETCD_ENDPOINTS": "127.0.0.1:2379", "COMMON_SESSION_TTL": str(self.lease),
            "MQ_TYPE": "kafka", "KAFKA_BROKERLIST": broker, "KAFKA_SECURITYPROTOCOL": "plaintext",
            **{f"{role}_IP": "127.0.0.1" for role in _LOOPBACK},
        }  # fmt: skip
        return prepare(self.folder, told)

    def _start(self, command: list[str | Path], name: str, environment: dict[str, str] | None = None) -> None:
        assert self._namespace
        log = self.folder / f"{name}.log"
        self._running.append(self._namespace.start(command, self.folder, log, environment))

    def _wait(self, ready: object, what: str, name: str) -> None:
        wait_until(ready, what, self.folder / f"{name}.log", self._running)  # type: ignore[arg-type]
