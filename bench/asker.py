"""`python -m bench.asker`: people who ask all the while, in a process of their own, without a library that costs more
than what is asked.

On standard input a line of JSON: address, path, seconds or count, askers, and the bodies to send in turn.
On standard output one: how long each request took, and what went wrong. With `keep`, what was answered, body by body.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

__all__ = ["Asked", "answered"]


@dataclass(slots=True)
class Asked:
    """What came of it: seconds of each request, faults by how often, and answers by the place of their question."""

    seconds: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    answers: dict[int, Any] = field(default_factory=dict)
    differing: int = 0
    took: float = 0.0


def answered(body: bytes) -> Any:
    """What must be the same whenever it is asked: the answer without its times."""
    said = json.loads(body)
    if isinstance(said, dict):
        said.pop("milliseconds", None)
    return said


async def _ask(address: str, path: str, bodies: list[Any], turns: Iterator[int], until: float, asked: Asked) -> None:
    """One person, with one connection, question after question."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
    try:
        for turn in turns:
            if time.perf_counter() >= until:
                break
            at = turn % len(bodies)
            body = json.dumps(bodies[at]).encode()
            started = time.perf_counter()
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, said = await _response(reader)
            asked.seconds.append(time.perf_counter() - started)
            _look(asked, at, status, said)
    except (OSError, asyncio.IncompleteReadError) as error:
        asked.faults[type(error).__name__] += 1
    finally:
        writer.close()


def _look(asked: Asked, at: int, status: int, said: bytes) -> None:
    if status != 200:
        asked.faults[f"{status} {said[:100].decode(errors='replace')}"] += 1
        return
    # Each question's first answer stands for it; comparing all of them would cost more than asking.
    if at not in asked.answers:
        asked.answers[at] = answered(said)
    elif len(asked.seconds) % 10 == 0 and answered(said) != asked.answers[at]:
        asked.differing += 1


async def _response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:"))
    return int(head.split(" ", 2)[1]), await reader.readexactly(length)


async def _run(said: dict[str, Any]) -> Asked:
    asked, started = Asked(), time.perf_counter()
    count = said.get("count")
    turns = iter(range(count)) if count else itertools.count()
    until = started + said.get("seconds", 3600)
    people = [_ask(said["address"], said["path"], said["bodies"], turns, until, asked) for _ in range(said["askers"])]
    await asyncio.gather(*people)
    asked.took = time.perf_counter() - started
    return asked


def main() -> None:
    """Ask as the first line says, then as the next, until there is none."""
    for line in sys.stdin:
        said = json.loads(line)
        asked = asyncio.run(_run(said))
        told = {
            "seconds": asked.seconds, "faults": asked.faults, "differing": asked.differing, "took": asked.took,
            "answers": [asked.answers.get(at) for at in range(len(said["bodies"]))] if said.get("keep") else [],
        }  # fmt: skip
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
