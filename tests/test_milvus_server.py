"""The Milvus server that tests ask is a real one, is reached on loopback only, and can be away for a while."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.milvus_server import MilvusServer, NoMilvus, end, wait_until
from bench.namespace import Namespace, NoNamespace

pymilvus = pytest.importorskip("pymilvus")


def two_rows(client: object, name: str) -> None:
    client.create_collection(name, dimension=2, metric_type="IP")  # type: ignore[attr-defined]
    rows = [{"id": 1, "vector": [1.0, 0.0]}, {"id": 2, "vector": [0.0, 1.0]}]
    client.insert(name, rows)  # type: ignore[attr-defined]


def nearest(client: object, name: str) -> list[tuple[int, float]]:
    found = client.search(name, [[0.6, 0.8]], limit=2, consistency_level="Strong", timeout=5)  # type: ignore[attr-defined]
    return [(one["id"], round(one["distance"], 5)) for one in found[0]]


def test_what_was_written_is_found_again_after_the_server_was_away(milvus_server: MilvusServer) -> None:
    client = pymilvus.MilvusClient(f"http://{milvus_server.address}")
    two_rows(client, "test_away")
    assert nearest(client, "test_away") == [(2, 0.8), (1, 0.6)]
    milvus_server.stop()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", milvus_server.port)).close()
    milvus_server.start()
    until = time.monotonic() + 60
    while True:
        try:
            assert nearest(client, "test_away") == [(2, 0.8), (1, 0.6)]
            break
        except Exception as error:
            assert not isinstance(error, AssertionError)
            assert time.monotonic() < until, error
            time.sleep(0.1)
    client.drop_collection("test_away")


def test_no_port_of_the_server_is_open_beside_the_two_on_loopback(milvus_server: MilvusServer) -> None:
    """Lines of /proc/net/tcp with 0A as the state are what listens; the place is hexadecimal, least byte first."""
    for inside in (19530, 53100, 13333):
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", inside), timeout=1).close()
    lines = [line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()]
    listening = [place for _, place, _, state, *_ in lines[1:] if state == "0A"]
    assert [place for place in listening if place.endswith(f":{milvus_server.port:04X}")] == [
        f"0100007F:{milvus_server.port:04X}"
    ]


def test_a_program_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(["sh", "-c", "echo starting; echo no room left; exit 3"], stdout=out)
    process.wait()
    with pytest.raises(NoMilvus) as caught:
        wait_until(lambda: False, "the server", log, [process])
    assert str(caught.value) == f"the server did not start; {log} ends with: no room left"


def test_what_listens_in_a_namespace_is_reached_from_outside_over_the_named_port_only(tmp_path: Path) -> None:
    serve = "import socket; s = socket.create_server(('127.0.0.1', 81)); print('up', flush=True)\nwhile True:"
    serve += " c, _ = s.accept(); c.sendall(c.recv(9)[::-1]); c.close()"
    try:
        namespace = Namespace({81: 0, 82: 0})
    except NoNamespace as reason:
        pytest.skip(str(reason))
    process = namespace.start([sys.executable, "-c", serve], tmp_path, tmp_path / "log")
    wait_until(lambda: "up" in (tmp_path / "log").read_text(), "the server", tmp_path / "log", [process])
    answers = {}
    for inside, outside in namespace.ports.items():
        with socket.create_connection(("127.0.0.1", outside), timeout=10) as asking:
            asking.sendall(b"abc")
            answers[inside] = asking.recv(9)
    assert answers == {81: b"cba", 82: b""}
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", 81), timeout=1).close()
    end([process])
    namespace.close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", namespace.ports[81]), timeout=1).close()
