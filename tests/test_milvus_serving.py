"""Two servers over one index on a real Milvus server: page, widget and API, while that goes away and comes back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from milvus_server import emptied
from running import ROOT, Product

from bench.milvus_server import MilvusServer
from corpus import plain_document
from index import update_index
from index.place import index_place

pytest.importorskip("pymilvus")

QUESTION = "How long does a refund take to reach the bank?"
SAID = "A refund reaches your bank within 14 days."
REFUNDS = plain_document("refunds.txt", "Refunds", "refunds.txt", f"{SAID} Cards from abroad take up to 21 days.")
PARCELS = plain_document("parcels.txt", "Parcels", "parcels.txt", "Parcels to Austria travel for 3 days by lorry.")


@pytest.fixture(scope="module")
def address(milvus_server: MilvusServer) -> str:
    """Where an index of two little documents is."""
    text = f"milvus://{emptied(milvus_server).address}/shop"
    update_index(index_place(text), [REFUNDS, PARCELS])  # type: ignore[arg-type]
    return text


@pytest.fixture(scope="module")
def products(address: str) -> Iterator[list[Product]]:
    """Two servers of that index, each a process of its own."""
    both = [Product(address, "--no-feedback"), Product(address, "--no-feedback")]  # type: ignore[arg-type]
    for one in both:
        one.start()
    yield both
    for one in both:
        one.stop()


def asked(product: Product, question: str = QUESTION) -> httpx.Response:
    return httpx.post(f"{product.address}/api/ask", json={"question": question}, timeout=60)


def quotes(answer: httpx.Response) -> list[str]:
    return [one["quote"] for one in answer.json()["citations"]] if answer.status_code == 200 else []


def wait_for(work: Callable[[], Any], expected: Any) -> None:
    until = time.monotonic() + 90
    while (found := work()) != expected:
        assert time.monotonic() < until, found
        time.sleep(0.2)


def test_both_servers_answer_and_so_do_their_pages(products: list[Product]) -> None:
    for product in products:
        assert SAID in quotes(asked(product))[0]
        assert "2 documents" in httpx.get(f"{product.address}/", headers={"Accept-Language": "en"}).text
        assert httpx.get(f"{product.address}/embed").status_code == 200
        health = httpx.get(f"{product.address}/api/health").json()
        assert health == {"status": "ok", "documents": 2}
        assert httpx.get(f"{product.address}/documents/health").json()["faults"] == []
        page = httpx.get(f"{product.address}/doc/refunds.txt?s=0&e={len(SAID)}")
        assert f">{SAID}</mark>" in page.text


def test_what_one_writes_the_others_answer_from_and_what_is_removed_nobody_finds(
    products: list[Product], address: str
) -> None:
    gift = plain_document("gift.txt", "Gifts", "gift.txt", "Every gift voucher expires after 17 months.")
    update_index(index_place(address), [gift])  # type: ignore[arg-type]
    question = "When does a gift voucher expire?"
    for product in products:
        wait_for(lambda product=product: quotes(asked(product, question)), [gift.text])
    update_index(index_place(address), [], remove=["gift.txt"])  # type: ignore[arg-type]
    for product in products:
        answer = asked(product, question).json()
        assert "gift.txt" not in {one["document"] for one in [*answer["citations"], *answer["hits"]]}


def test_both_say_that_the_engine_is_away_and_go_on_by_themselves_when_it_is_back(
    products: list[Product], milvus_server: MilvusServer
) -> None:
    milvus_server.stop()
    for product in products:
        wait_for(lambda product=product: asked(product).status_code, 503)
        away = asked(product)
        assert away.headers["Retry-After"] == "5"
        assert away.json()["cause"] == "engine"
        wait_for(
            lambda product=product: httpx.get(f"{product.address}/api/health").json()["status"], "engine unavailable"
        )
        assert httpx.get(f"{product.address}/api/ready").status_code == 503
    milvus_server.start()
    for product in products:
        wait_for(lambda product=product: asked(product).status_code, 200)
        assert SAID in quotes(asked(product))[0]
        wait_for(lambda product=product: httpx.get(f"{product.address}/api/ready").status_code, 200)


def test_a_server_that_is_started_first_waits_for_the_engine(
    address: str, milvus_server: MilvusServer, tmp_path: Path
) -> None:
    milvus_server.stop()
    said = tmp_path / "said"
    with said.open("w") as out:
        command = [sys.executable, "-m", "ui", "--port", "0", "--no-feedback", "--index", address]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=out, text=True)
    try:
        wait_for(lambda: "Trying again for 60 s ..." in said.read_text(), True)
        milvus_server.start()
        assert process.stdout
        assert process.stdout.readline().startswith("Open http://127.0.0.1:")
    finally:
        process.terminate()
        process.communicate(timeout=60)
    lines = said.read_text().splitlines()
    assert lines[0] == f"opening the index in {address} ..."
    assert lines[1].startswith(f"the engine at {milvus_server.address} can't be reached: ")
    assert "Traceback" not in said.read_text()
