"""Undo a compression, up to a bound: a few bytes can stand for gigabytes."""

from __future__ import annotations

import zlib

__all__ = ["DamagedCompression", "TooLarge", "inflated"]

_GZIP_OR_ZLIB, _BARE = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS


class TooLarge(Exception):
    """More bytes than were asked for."""


class DamagedCompression(Exception):
    """The bytes are no whole gzip or deflate stream."""


def inflated(data: bytes, limit: int) -> bytes:
    """What gzip, zlib or deflate data stands for; TooLarge where that is more than `limit` bytes."""
    try:
        return _inflated(data, limit, _GZIP_OR_ZLIB)
    except zlib.error:
        pass
    try:
        return _inflated(data, limit, _BARE)
    except zlib.error as error:
        raise DamagedCompression from error


def _inflated(data: bytes, limit: int, form: int) -> bytes:
    parts: list[bytes] = []
    room = limit
    while data.strip(b"\0"):
        stream = zlib.decompressobj(form)
        parts.append(stream.decompress(data, room + 1))
        room -= len(parts[-1])
        if room < 0:
            raise TooLarge
        if not stream.eof:
            raise DamagedCompression
        # Several gzip files in a row are one.
        data = stream.unused_data
    return b"".join(parts)
