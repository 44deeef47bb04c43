"""A real Milvus server for the tests, where one can run: Linux on x86-64, root, Milvus from PyPI."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.milvus_server import MilvusServer, NoMilvus
from bench.namespace import NoNamespace

__all__ = ["emptied", "running"]


@contextmanager
def running(folder: Path) -> Iterator[MilvusServer]:
    """A server with its data in `folder`; where there can be none the test is skipped (and in CI fails)."""
    server = MilvusServer(folder)
    try:
        server.start()
    except (NoMilvus, NoNamespace) as reason:
        pytest.skip(str(reason))
    try:
        yield server
    finally:
        server.stop()


def emptied(server: MilvusServer) -> MilvusServer:
    """The server without the collections that other tests left there."""
    from pymilvus import MilvusClient

    client = MilvusClient(f"http://{server.address}", timeout=10)
    for name in client.list_collections():
        for alias in client.list_aliases(name)["aliases"]:
            client.drop_alias(alias)
        client.drop_collection(name)
    client.close()
    return server
