"""Several processes serve one index: nobody notices that it is replaced, or that they are stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from corpus import Document, plain_document
from index import update_index

ROOT = Path(__file__).resolve().parents[1]
# The command without the chat page, which takes seconds to load.
WORKER = """
import functools, sys, ui.server, ui.serving
ui.serving.create_app = functools.partial(ui.server.create_app, page=False)
from ui.__main__ import main
sys.argv = ["ui", *sys.argv[1:]]
sys.exit(main())
"""
HOURS = ("seven", "eight", "nine", "ten")


def opening(hour: str) -> list[Document]:
    """The one document that changes, and one that stays."""
    return [
        plain_document("office.txt", "Office", "office.txt", f"The lighthouse office opens at {hour} in the morning."),
        plain_document("boat.txt", "Boat", "boat.txt", "The yellow boat sails to the island on Sundays."),
    ]


@contextmanager
def workers(index: Path, count: int) -> Iterator[list[tuple[subprocess.Popen[str], str]]]:
    """So many servers of one index, and their addresses."""
    command = [sys.executable, "-c", WORKER, "--index", str(index), "--port", "0", "--no-feedback"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, cwd=ROOT, **streams) for _ in range(count)]
    try:
        yield [(process, process.stdout.readline().removeprefix("Open ").strip()) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


class Asker(threading.Thread):
    """Asks until nobody is there; keeps the hours that it was told, and what went wrong."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.told, self.faults = address, [], []

    def run(self) -> None:
        while not self.faults:
            try:
                self._ask()
            except httpx.ConnectError:
                return
            except httpx.HTTPError as error:
                # Let in by the system, and never by the server: it was gone before it read a byte.
                if not isinstance(error, httpx.ReadError | httpx.RemoteProtocolError) or "peer closed" in str(error):
                    self.faults.append(repr(error))
                return

    def _ask(self) -> None:
        response = httpx.post(f"{self.address}/api/ask", json={"question": "When does the lighthouse office open?"})
        if response.status_code != 200 or not response.json()["answered"]:
            self.faults.append(response.text)
            return
        self.told.append(response.json()["citations"][0]["quote"].split()[5])


def test_the_index_is_replaced_and_the_servers_are_stopped_while_people_ask(tmp_path: Path) -> None:
    index = tmp_path / "index"
    update_index(index, opening(HOURS[0]))
    with workers(index, 2) as servers:
        askers = [Asker(address) for _, address in servers for _ in range(2)]
        for asker in askers:
            asker.start()
        for hour in HOURS:
            update_index(index, opening(hour))
            until = time.monotonic() + 30
            while time.monotonic() < until and not all(asker.told[-1:] == [hour] for asker in askers):
                time.sleep(0.05)
        for process, _ in servers:
            process.send_signal(signal.SIGTERM)
        ends = [process.wait(30) for process, _ in servers]
        for asker in askers:
            asker.join(30)
        said = [process.stderr.read().splitlines()[4:] for process, _ in servers]
    assert [asker.faults for asker in askers] == [[]] * 4
    # Each was told every hour, one after the other, and none again after the next.
    assert [tuple(dict.fromkeys(asker.told)) for asker in askers] == [HOURS] * 4
    assert [sorted(asker.told, key=HOURS.index) == asker.told for asker in askers] == [True] * 4
    assert ends == [-signal.SIGTERM] * 2
    assert said == [[], []]
