"""The server that says where it is once it can be reached, and that answers what it was asked before it stops."""

from __future__ import annotations

import gc
import logging
import socket
import time

import uvicorn

from corpus.command import say
from ui.guard import Guard

__all__ = ["PATIENCE", "Server"]

# How long a question may keep a server from stopping where it may take any time.
PATIENCE = 60


class Server(uvicorn.Server):
    """Serves at `address`; `begun` is when the command was, by time.perf_counter().

    Who stops it stops it from listening. Requests that it has taken are answered first, but for pages that only
    stay connected; a second Ctrl-C ends these too.
    """

    def __init__(self, config: uvicorn.Config, guard: Guard, address: str, begun: float) -> None:
        super().__init__(config)
        self._guard, self._address, self._begun = guard, address, begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()
        gc.enable()
        if not self.started:
            return
        say(f"ready after {time.perf_counter() - self._begun:.1f} s; Ctrl-C stops it")
        print(f"Open {self._address}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # That an open page's connection is cut is no error worth a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._guard.hang_up()
        await super().shutdown(sockets)
