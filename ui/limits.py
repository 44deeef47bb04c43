"""How many requests may come: buckets that fill again as time goes by."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from ui.settings import Limits

__all__ = ["Buckets", "Rates", "client_of"]

# Whoever has an IPv6 connection has as many addresses as they like, in one network of this length.
NETWORK = 64
REMEMBERED = 20_000


class Buckets:
    """A bucket for each of the last `most` keys; it holds half a minute's worth of `rate`, at least one.

    `rate` is tokens a minute; 0 gives whatever is asked for.
    """

    def __init__(
        self, rate: float, clock: Callable[[], float] = time.monotonic, most: int = REMEMBERED
    ) -> None:
        self._rate, self._clock, self._most = rate / 60, clock, most
        self._size = max(1.0, rate / 2)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str = "") -> float:
        """Take a token; 0 where there was one, else the seconds until there is."""
        if not self._rate:
            return 0.0
        with self._lock:
            now = self._clock()
            held, since = self._buckets.pop(key, (self._size, now))
            held = min(self._size, held + (now - since) * self._rate)
            is_there = held >= 1
            self._buckets[key] = (held - is_there, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return 0.0 if is_there else (1 - held) / self._rate

    def wait(self, key: str = "") -> float:
        """The seconds until there is a token, which is not taken; 0 where there is one."""
        if not self._rate:
            return 0.0
        with self._lock:
            now = self._clock()
            held, since = self._buckets.get(key, (self._size, now))
        held = min(self._size, held + (now - since) * self._rate)
        return 0.0 if held >= 1 else (1 - held) / self._rate


class Rates:
    """The limits of one address and of all together; safe from many threads."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._one, self._all = Buckets(limits.rate, clock), Buckets(limits.rate_all, clock)

    def wait(self, client: str) -> int:
        """0 where the request may go on, else the seconds after which another may."""
        return math.ceil(self._one.take(client) or self._all.take())


def client_of(scope: Scope, headers: Headers, behind_proxy: bool) -> str:
    """The address that a request is counted under; an IPv6 address stands for its network.

    Behind a proxy it is the last that `X-Forwarded-For` names: that one the proxy saw itself, and
    those before it anybody may have written.
    """
    seen = (scope.get("client") or ("", 0))[0]
    if behind_proxy:
        seen = ", ".join(headers.getlist("x-forwarded-for")).rpartition(",")[2].strip() or seen
    try:
        address = ip_address(seen.partition("%")[0])
    except ValueError:
        return "unknown" if behind_proxy else seen
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, NETWORK), strict=False))
    return str(address)
