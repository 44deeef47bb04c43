"""A small index with everything that is hard in it, and a folder served as any static host serves one."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from small_answerer import HOSTILE, made

from index import update_index

BRIDGE = made(
    "bridge.md",
    "The old bridge",
    ("heading", 1, "The old bridge"),
    ("paragraph", 0, "The old bridge is 312 metres long. It was built in 1931 by Anna Keller."),
    ("heading", 2, "What may cross it?"),
    ("paragraph", 0, "These may cross the bridge:"),
    ("item", 1, "bicycles and carts"),
    ("item", 1, "sheep, in spring"),
    ("heading", 2, "Flowers 🌷🌷 on the bank"),
    ("paragraph", 0, "Tulips 🌷 grow along the northern bank. The gardener waters them every morning."),
)
WEB = made(
    "https://shop.test/refunds",
    "Refunds",
    ("heading", 1, "Refunds"),
    ("paragraph", 0, "A refund reaches your bank account within 14 days of the day on which your parcel came back."),
)
DOCUMENTS = (BRIDGE, HOSTILE, WEB)


def small_index(folder: Path) -> Path:
    """An index of them, made with the real model."""
    update_index(folder, list(DOCUMENTS))
    return folder


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *values: object) -> None:
        """Nothing."""


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The address of the folder, served as it lies there."""
    handler = functools.partial(_Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
