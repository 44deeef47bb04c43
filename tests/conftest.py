"""What tests of several rooms share; and two rules for all: no test leaves this machine, none is skipped in CI."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shipped_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over the documents that ship, made with the real model. Not to be changed."""
    from corpus import Skipped, read_folder
    from index import update_index

    documents = list(read_folder(ROOT / "corpus" / "documents"))
    assert [document for document in documents if isinstance(document, Skipped)] == []
    folder = tmp_path_factory.mktemp("shipped") / "index"
    update_index(folder, documents)
    return folder


@pytest.fixture(scope="session")
def article() -> Path:
    """An article on the DMZ as plain text; it lies beside the project, and isn't part of it."""
    path = ROOT.parent / "shared" / "corpus" / "dmz-article.txt"
    if not path.exists():
        pytest.skip(f"there is no {path.name} in ../shared/corpus")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A browser, shared by all tests that look at pages."""
    from browsing import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser: object, address: str) -> Iterator[object]:
    """A page of the server at the test file's own `address`, in a browser of its own."""
    from browsing import Visit

    visit = Visit(browser, address)
    yield visit
    visit.close()


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A real Milvus server that many tests share, each with collections of its own; it may be stopped and started."""
    from milvus_server import running

    with running(tmp_path_factory.mktemp("milvus")) as server:
        yield server


def pytest_configure() -> None:
    """What is made at random has no fifth of a second to be dealt with: other tests want the processor meanwhile."""
    from hypothesis import settings

    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


# Files that take a quarter of a minute or more, the longest first: begun last, one of them would keep a core waiting.
LONG = (
    "test_accessibility", "test_milvus_cluster", "test_ray_workers", "test_ablating", "test_bench", "test_ui_page",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a Milvus server comes first, the other long files next."""
    slow = {item.path.stem for item in items if "milvus_server" in getattr(item, "fixturenames", ())}
    order = {name: place for place, name in enumerate((*sorted(slow), *LONG))}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing is skipped: a missing browser or model is a failure there."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Everything works offline: whoever asks for another machine gets an error."""

    def refuse(host: object) -> None:
        if host not in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost", b"127.0.0.1"):
            raise AssertionError(f"a test asked for another machine: {host!r}")

    def getaddrinfo(host: object, *rest: object, **named: object) -> object:
        refuse(host)
        return real_getaddrinfo(host, *rest, **named)  # type: ignore[arg-type]

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple):
            refuse(address[0])
        real_connect(self, address)  # type: ignore[arg-type]

    real_getaddrinfo, real_connect = socket.getaddrinfo, socket.socket.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        patch.setattr(socket.socket, "connect", connect)
        yield
