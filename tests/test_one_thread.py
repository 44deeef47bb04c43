from __future__ import annotations

import os
import subprocess
import sys

import pytest

from corpus.one_thread import VARIABLE

SEEN = (
    "import builtins, os, sys; real = builtins.__import__; seen = []\n"
    "def look(name, *rest, **more):\n"
    "    if name == 'numpy' and not seen: seen.append(os.environ.get({variable!r}))\n"
    "    return real(name, *rest, **more)\n"
    "builtins.__import__ = look\n"
    "import {room}\n"
    "print(seen[0])"
)


@pytest.mark.parametrize("room", ["index", "qa", "bench.grown"])
@pytest.mark.parametrize(("given", "found"), [(None, "1"), ("3", "3")])
def test_products_are_told_to_take_one_thread_before_numpy_is_there(room: str, given: str | None, found: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    if given:
        environment[VARIABLE] = given
    code = SEEN.format(variable=VARIABLE, room=room)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [found]
