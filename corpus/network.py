"""Connections that cannot lead into the local network. One of two files that know httpcore.

A name is looked up once; every address of the answer is checked, and the connection goes to a
checked address itself, so no second look-up can give another one. TLS still checks the name.
"""

from __future__ import annotations

import ipaddress
import math
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from corpus.errors import QuidError

__all__ = ["Deadline", "GuardedBackend", "PrivateAddress", "Resolve", "is_local_link", "is_public", "resolve"]

Resolve = Callable[[str, int], list[str]]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL = ipaddress.IPv6Network("2000::/3")
# Within what is otherwise public: protocol assignments, tunnels to IPv4 addresses (6to4, Teredo),
# documentation, and the address under which a cloud tells its machines their secrets.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)


class PrivateAddress(QuidError):
    """A host has an address that is not on the public internet."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} has the address {address}, which is not on the public internet")
        self.host, self.address = host, address


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the system's order; OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; one that wraps another is what that is."""
    try:
        ip = _unwrapped(address)
    except ValueError:
        return False
    if ip.is_multicast or any(ip in network for network in _NOT_PUBLIC if network.version == ip.version):
        return False
    return ip.is_global and (ip.version == 4 or ip in _GLOBAL)


def is_local_link(address: str) -> bool:
    """Whether an IP address is link-local or multicast: nobody's documents, but a cloud's secrets."""
    try:
        ip = _unwrapped(address)
    except ValueError:
        return True
    return ip.is_link_local or ip.is_multicast or str(ip) == "168.63.129.16"


def _unwrapped(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


class Deadline:
    """The moment by which everything must be done; a page that comes a byte at a time is no way around."""

    def __init__(self) -> None:
        self._end = math.inf

    def begin(self, seconds: float) -> None:
        """So many seconds from now."""
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """The seconds that one step may take; httpcore.ReadTimeout where there is no time left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for a page is over")
        return min(left, math.inf if timeout is None else timeout)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to public addresses only; with `allow_private`, to all but link-local ones.

    `resolve` and `sockets` are there for tests, which stand in for the network.
    """

    def __init__(
        self,
        allow_private: bool,
        deadline: Deadline,
        resolve: Resolve = resolve,
        sockets: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._allow_private, self._deadline = allow_private, deadline
        self._resolve, self._sockets = resolve, sockets or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses; PrivateAddress where any of them is not allowed."""
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("its host is not known; check the address and the network") from error
        for address in addresses:
            if is_local_link(address) or not (self._allow_private or is_public(address)):
                raise PrivateAddress(host, address)
        failure: Exception = httpcore.ConnectError("its host has no address")
        for address in addresses:
            try:
                left = self._deadline.left(timeout)
                stream = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never: no page is there."""
        raise httpcore.ConnectError("a socket of this machine holds no page")


class _TimedStream(httpcore.NetworkStream):
    """A connection of which every step ends with the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
