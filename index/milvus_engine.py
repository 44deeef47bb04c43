"""Calls of a Milvus server or of a milvus-lite file: the one place that knows its client."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from typing import Any

from index.errors import EngineFault, EngineMissing, EngineUnavailable
from index.place import MilvusAddress

__all__ = ["Engine", "Row", "Vanished", "connect"]

Row = dict[str, Any]

# Writers load and build, which takes minutes. A question's calls are tried three times.
_PATIENT, _CONNECTING = 600.0, 10.0
# The proxy waits for a query node that has died for most of the time that a call has, and asks another one then.
_SECONDS = (1.5, 1.5, 3.0)
# Calls that change nothing, and take milliseconds.
_LOOKS = {"describe_collection", "get_server_version", "has_collection", "list_collections", "list_partitions"}
# As many rows as any version gives at once.
_AT_ONCE = 16_000
# Of the client's error codes: not reached, not loaded (yet), no such collection or alias.
_AWAY, _LOADING, _GONE = {2}, {101, 102, 103, 104, 106, 503}, {4, 100, 1600}
# The client tells none of these from the others.
_NOBODY = "no connection, for nobody listens there, or user, password or certificate are not what it expects"
_STARTING = ("not loaded", "nodes not enough", "no available")


class Vanished(EngineFault):
    """A collection or alias isn't there any more: the index was made anew, or removed."""


class Engine:
    """A connection, which comes back by itself when the server does; safe from many threads.

    Each call raises EngineUnavailable where the server can't be reached or isn't ready, Vanished for
    what isn't there, EngineFault for whatever else it refuses.
    """

    def __init__(self, address: MilvusAddress, client: Any, errors: tuple[type[BaseException], ...]) -> None:
        self.address = address
        self._client, self._errors = client, errors
        self._seconds = _SECONDS
        self.is_lite = "://" not in address.uri
        self.knows_words = _knows_sparse(str(self._call("get_server_version")), address)

    def patient(self) -> Engine:
        """The same, for who writes: a server that is busy building may take minutes for an answer."""
        one = copy(self)
        one._seconds = (_PATIENT,)
        return one

    def query(
        self, collection: str, fields: Sequence[str], where: str = "", ids: Sequence[Any] = (), strong: bool = False
    ) -> list[Row]:
        """Rows by their keys, in no order, or the first 16,000 that a filter fits.

        `strong` sees all that was written until now, and takes 0.2 s or more.
        """
        level = {"consistency_level": "Strong"} if strong else {}
        if not where:
            if not ids:
                return []
            # The client would put quotes around texts, and leave those within them as they are.
            where = f"key in {json.dumps(list(ids), ensure_ascii=False)}"
        return self._call("query", collection, filter=where, limit=_AT_ONCE, output_fields=list(fields), **level)

    def all_of(self, collection: str, fields: Sequence[str], where: str) -> Iterator[Row]:
        """All rows that a filter fits, however many, as of now."""
        iterator = self._call(
            "query_iterator", collection, batch_size=1_000, filter=where, output_fields=list(fields),
            consistency_level="Strong", patient=True,
        )  # fmt: skip
        try:
            while rows := self._guarded(iterator.next):
                yield from rows
        finally:
            iterator.close()

    def search(
        self, collection: str, field: str, vector: Any, limit: int, parameters: Row, where: str = ""
    ) -> list[tuple[int, float]]:
        """(key, inner product) of the nearest, best first."""
        found = self._call(
            "search", collection, data=[vector], anns_field=field, limit=limit, filter=where, output_fields=["key"],
            search_params={"metric_type": "IP", "params": parameters},
        )[0]  # fmt: skip
        return list(zip(found.ids, found.distances, strict=True))

    def write(self, collection: str, rows: Sequence[Row], fresh: bool = False) -> None:
        """Insert rows or replace those of the same keys; `fresh` where it is known that there are none."""
        if rows:
            self._call("insert" if fresh else "upsert", collection, list(rows), patient=True)

    def delete(self, collection: str, where: str) -> None:
        """Take away all rows that a filter fits; they may be found for some seconds more."""
        self._call("delete", collection, filter=where, patient=True)

    def count(self, collection: str, where: str = "") -> int:
        """How many rows there are now."""
        found = self._call("query", collection, filter=where, output_fields=["count(*)"], consistency_level="Strong")
        return int(found[0]["count(*)"])

    def ask(self, call: str, *arguments: Any, **named: Any) -> Any:
        """Any other call of the client, by its name."""
        return self._call(call, *arguments, patient=call not in _LOOKS, **named)

    @property
    def kinds(self) -> Any:
        """The kinds of fields."""
        from pymilvus import DataType

        return DataType

    def schema(self) -> Any:
        """An empty schema of a collection."""
        return self._client.create_schema(auto_id=False, enable_dynamic_field=False)

    def indexes(self) -> Any:
        """No index yet, of a collection."""
        return self._client.prepare_index_params()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _call(self, call: str, *arguments: Any, patient: bool = False, **named: Any) -> Any:
        def work(seconds: float) -> Any:
            return self._guarded(lambda: getattr(self._client, call)(*arguments, timeout=seconds, **named))

        if patient:
            return work(_PATIENT)
        for seconds in self._seconds[:-1]:
            with suppress(EngineUnavailable):
                return work(seconds)
        return work(self._seconds[-1])

    def _guarded(self, work: Any) -> Any:
        try:
            return work()
        except self._errors as error:
            raise _told(self.address, error) from error


_HELD: dict[tuple[str, str, int], Engine] = {}
_LOCK = threading.Lock()


def connect(address: MilvusAddress) -> Engine:
    """The engine at that address, the same for a whole process. EngineUnavailable, EngineMissing."""
    with _LOCK:
        # The client itself shares its connection among those of the same address.
        key = address.uri, address.name, os.getpid()
        if key not in _HELD:
            _HELD[key] = _connect(address)
        return _HELD[key]


def _connect(address: MilvusAddress) -> Engine:
    try:
        import pymilvus
        from grpc import RpcError

        if "://" not in address.uri:
            import milvus_lite  # noqa: F401
    except ImportError as error:
        raise EngineMissing(error.name or "pymilvus") from None
    # It logs each error with a traceback before it raises it.
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    errors = (pymilvus.MilvusException, RpcError, ConnectionError)
    try:
        client = pymilvus.MilvusClient(address.uri, timeout=_CONNECTING, **_credentials())
    except errors as error:
        raise _told(address, error) from error
    return Engine(address, client, errors)


def _credentials() -> Row:
    named = {"user": "QUID_MILVUS_USER", "password": "QUID_MILVUS_PASSWORD", "token": "QUID_MILVUS_TOKEN"}
    return {name: os.environ[variable] for name, variable in named.items() if os.environ.get(variable)}


def _told(address: MilvusAddress, error: BaseException) -> EngineFault:
    code, reason = getattr(error, "code", None), _reason(error)
    if code in _AWAY:
        return EngineUnavailable(address.server, _NOBODY)
    if callable(code) or isinstance(error, ConnectionError):
        return EngineUnavailable(address.server, reason)
    if code in _LOADING or any(sign in reason for sign in _STARTING):
        return EngineUnavailable(address.server, f"it is starting: {reason}")
    if code in _GONE or "not found" in reason or "not exist" in reason:
        return Vanished(address.server, reason)
    return EngineFault(address.server, reason)


def _reason(error: BaseException) -> str:
    """What the client says, on one line, short, and without what was sent."""
    detail = getattr(error, "details", None)
    said = detail() if callable(detail) else getattr(error, "message", "") or str(error)
    return " ".join(str(said).split())[:200] or type(error).__name__


def _knows_sparse(version: str, address: MilvusAddress) -> bool:
    """Whether the engine searches sparse vectors: from 2.4 on, and milvus-lite."""
    if "://" not in address.uri:
        return True
    numbers = version.removeprefix("v").split(".")
    return numbers[0].isdecimal() and (int(numbers[0]), int(numbers[1] if numbers[1:] else 0)) >= (2, 4)
