"""`python -m bench.relay`: what stands on loopback in this network namespace, reached over sockets from outside it.

A socket belongs to the namespace that it was made in, so whoever starts this listens, and hands it
the listening sockets; it ends when its standard input does. Linux only.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import sys

__all__ = ["main"]

_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41


class _End(asyncio.Protocol):
    """One end of a connection, which hands everything to the other."""

    def __init__(self) -> None:
        self.other: asyncio.Transport | None = None
        self.transport: asyncio.Transport | None = None
        self._waiting: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other:
            self.other.write(data)
        else:
            self._waiting.append(data)

    def connection_lost(self, _: Exception | None) -> None:
        if self.other:
            self.other.close()

    def join(self, other: asyncio.Transport) -> None:
        self.other = other
        other.writelines(self._waiting)
        self._waiting.clear()
        if self.transport and self.transport.is_closing():
            other.close()


class _Outer(_End):
    """The end outside; nobody there inside means that it is hung up."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._joining = asyncio.ensure_future(self._join())

    async def _join(self) -> None:
        assert self.transport
        try:
            loop = asyncio.get_running_loop()
            inner, end = await loop.create_connection(_End, "127.0.0.1", self._port)
        except OSError:
            self.transport.close()
            return
        end.join(self.transport)
        self.join(inner)


def main(pairs: list[str]) -> None:
    """Relay each `FD:PORT`: from the listening socket of that number to that port inside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh22x", b"lo", _UP_AND_RUNNING))
    asyncio.run(_relay([tuple(map(int, pair.split(":"))) for pair in pairs]))


async def _relay(pairs: list[tuple[int, ...]]) -> None:
    loop = asyncio.get_running_loop()
    for number, port in pairs:
        await loop.create_server(lambda port=port: _Outer(port), sock=socket.socket(fileno=number))
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    main(sys.argv[1:])
