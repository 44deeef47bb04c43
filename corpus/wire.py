"""What passes between a program and the process that reads for it: framed bytes, and documents as JSON.

No pickle: whoever takes over the reading process by a crafted file must not run code outside it.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any, BinaryIO

from corpus.document import Block, Document

__all__ = ["decode_document", "decode_json", "encode_document", "encode_json", "receive", "send"]

_PREFIX = 8


def send(pipe: BinaryIO, message: bytes) -> None:
    """Write one message."""
    pipe.write(len(message).to_bytes(_PREFIX, "big"))
    pipe.write(message)
    pipe.flush()


def receive(pipe: BinaryIO, longest: int) -> bytes:
    """Read one message; EOFError where the other side is gone, ValueError for one that is too long."""
    length = int.from_bytes(_exactly(pipe, _PREFIX), "big")
    if length > longest:
        raise ValueError(f"a message of {length} bytes; at most {longest} are taken")
    return _exactly(pipe, length)


def encode_json(value: Any) -> bytes:
    """A value as JSON; strings keep every code point, lone surrogates too."""
    # Escaped, two lone surrogates side by side would come back as one character.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode_json(data: bytes) -> Any:
    """What `encode_json` was given."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def encode_document(document: Document) -> bytes:
    """A document as JSON: `decode_document` gives an equal one."""
    fields = {field.name: getattr(document, field.name) for field in dataclasses.fields(document)}
    fields["blocks"] = [[getattr(block, name) for name in Block.__slots__] for block in document.blocks]
    return encode_json(fields)


def decode_document(data: bytes) -> Document:
    """The document in JSON; TypeError or ValueError where it is none."""
    fields = decode_json(data)
    blocks = tuple(Block(*block) for block in fields.pop("blocks"))
    return Document(blocks=blocks, **{name: _frozen(value) for name, value in fields.items()})


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _exactly(pipe: BinaryIO, length: int) -> bytes:
    parts = []
    while length:
        part = pipe.read(min(length, 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
