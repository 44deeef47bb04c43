"""Ray's nodes on this machine, listening on loopback only, in a process of their own; `kill` ends one as a crash would.

`python -m bench.ray_nodes NODES` is that process: it says where it listens, and does as it is told on standard input.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["RayNodes", "ray_nodes"]

_ROOT = Path(__file__).resolve().parents[1]
# Ray's own name for it: on these systems it uses loopback.
_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
# A node that was killed is found to be gone after about 3 seconds, not 15; one that is only slow has as long as ever.
_SOON = {"RAY_health_check_period_ms": "500", "RAY_health_check_initial_delay_ms": "500"}
_MEMORY = 150 * 1024 * 1024
_PATIENCE = 60.0


class RayNodes:
    """So many nodes of a processor each, and one more, the head, which does no work; at `address`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address = self._told()

    def kill(self) -> None:
        """End one of the nodes at once, with all that it is doing."""
        assert self._process.stdin
        self._process.stdin.write("kill\n")
        self._process.stdin.flush()
        self._told()

    def _told(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError("Ray's nodes could not be started; try: python -m bench.ray_nodes 2")
        return line


@contextmanager
def ray_nodes(count: int) -> Iterator[RayNodes]:
    """So many nodes, as long as this lasts."""
    # A short name: there are sockets in it, whose paths may not be long.
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.ray_nodes", str(count)], cwd=_ROOT, text=True,
        env={**os.environ, **_LOOPBACK, **_SOON, "RAY_TMPDIR": folder}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield RayNodes(process)
    finally:
        try:
            process.communicate("", timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _serve(count: int) -> None:
    from ray.cluster_utils import Cluster

    logging.disable()
    # Ray says much on standard output.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    options = {"node_ip_address": "127.0.0.1", "object_store_memory": _MEMORY}
    port = _free_port()
    head = {"num_cpus": 0, "include_dashboard": False, "ray_client_server_port": port}
    cluster = Cluster(initialize_head=True, head_node_args=options | head)
    nodes = [cluster.add_node(num_cpus=1, wait=False, **options) for _ in range(count)]
    try:
        cluster.wait_for_nodes()
        print(f"ray://127.0.0.1:{port}", file=out, flush=True)
        for _ in sys.stdin:
            cluster.remove_node(nodes.pop(), allow_graceful=False)
            print("killed", file=out, flush=True)
    finally:
        cluster.shutdown()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
