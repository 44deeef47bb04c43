"""A cluster of Milvus with two query nodes answers on when one of them is killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.milvus_cluster import MilvusCluster
from bench.milvus_server import NoMilvus
from bench.namespace import NoNamespace


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[MilvusCluster]:
    cluster = MilvusCluster(tmp_path / "cluster", lease=5)
    try:
        cluster.start()
    except (NoMilvus, NoNamespace) as reason:
        pytest.skip(str(reason))
    try:
        yield cluster
    finally:
        cluster.stop()


def test_what_two_nodes_hold_is_found_when_one_of_them_is_killed(cluster: MilvusCluster) -> None:
    from pymilvus import MilvusClient, MilvusException

    client = MilvusClient(f"http://{cluster.address}")
    client.create_collection("both", dimension=2, metric_type="IP")
    client.insert("both", [{"id": 1, "vector": [1.0, 0.0]}, {"id": 2, "vector": [0.0, 1.0]}])
    client.flush("both")
    client.release_collection("both")
    client.load_collection("both", replica_number=2)

    def ask() -> list[int]:
        return [one["id"] for one in client.search("both", [[0.6, 0.8]], limit=2, timeout=30)[0]]

    def ask_until_answered(seconds: float) -> list[int]:
        """For a while after a node went, the proxy still sends it questions, and says so."""
        end = time.monotonic() + seconds
        while True:
            try:
                return ask()
            except MilvusException:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    assert [ask() for _ in range(4)] == [[2, 1]] * 4
    before = len(cluster.processes())
    cluster.kill_query_node(0)
    assert len(cluster.processes()) == before - 1
    assert [ask_until_answered(30) for _ in range(4)] == [[2, 1]] * 4
