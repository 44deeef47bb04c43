"""`python -m ui`: one clear line for what can't be done, the address when it is there, a quiet end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ui.serving import AddressTaken, listen

ROOT = Path(__file__).resolve().parents[1]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ui", *words]


def run(*words: str) -> tuple[int, str, str]:
    done = subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_help_is_there_in_less_than_half_a_second() -> None:
    def seconds() -> float:
        started = time.perf_counter()
        assert run("--help")[0] == 0
        return time.perf_counter() - started

    assert min(seconds() for _ in range(5)) < 0.5


def test_a_port_in_use_is_one_line_with_what_to_type_before_anything_is_loaded(taken: int) -> None:
    status, out, err = run("--port", str(taken))
    assert (status, out) == (1, "")
    assert re.fullmatch(
        rf"error: port {taken} is in use, by another chat perhaps; type: python -m ui --port \d+\n", err
    )


def test_the_port_that_is_offered_instead_is_free(taken: int) -> None:
    with pytest.raises(AddressTaken) as caught:
        listen("127.0.0.1", taken)
    offered = int(str(caught.value).split()[-1])
    assert offered > taken
    listen("127.0.0.1", offered).close()


def test_a_missing_index_is_one_line_that_says_how_to_make_one(tmp_path: Path) -> None:
    status, out, err = run("--port", "0", "--index", str(tmp_path / "none"))
    assert (status, out) == (1, "")
    first, second = err.splitlines()
    assert first == f"opening the index in {tmp_path / 'none'} ..."
    assert second.startswith(f"error: no index in {tmp_path / 'none'}; make one with: python -m index")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--host", "192.0.2.1"), "error: can't listen on 192.0.2.1:7860: Cannot assign requested address; "),
        (("--host", ".."), "error: '..' is not an address of this machine; "),
        (("--allow-site", "example.org"), "error: 'example.org' does not name a site; "),
        (("--api-key-file", "none"), "error: can't read none: No such file or directory; expected a key on each line"),
        (("--login-file", "ui"), "error: can't read ui: Is a directory; expected user:password on each line"),
        (("--port", "0", "--access-log", "none/log"), "error: can't write none/log: No such file or directory; "),
    ],
)
def test_a_setting_that_will_not_do_is_one_line(words: tuple[str, ...], error: str) -> None:
    status, out, err = run(*words)
    assert (status, out, len(err.splitlines())) == (1, "", 1)
    assert err.startswith(error)


@pytest.mark.parametrize("port", ["-1", "70000", "http"])
def test_a_port_is_a_number(port: str) -> None:
    status, _, err = run(f"--port={port}")
    assert status == 2
    assert err.splitlines()[-1].endswith(f"{port!r} is not a port; expected a number up to 65535")


def test_the_address_is_printed_when_it_can_be_opened_and_ctrl_c_ends_quietly(shipped_index: Path) -> None:
    words = command("--index", str(shipped_index), "--port", "0")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        words,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has Ctrl-C ignored, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as server:
        try:
            line = server.stdout.readline()
            address = line.removeprefix("Open ").strip()
            assert httpx.get(f"{address}/api/health").json() == {"status": "ok", "documents": 7}
            with httpx.stream("GET", f"{address}/gradio_api/heartbeat/abc", timeout=30) as page:
                assert page.status_code == 200
                server.send_signal(signal.SIGINT)
                out, err = server.communicate(timeout=30)
        finally:
            server.kill()
    assert (server.returncode, out) == (0, "")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    said = err.splitlines()
    assert said[:3] == [f"opening the index in {shipped_index} ...", "loading the model ...", "loading the page ..."]
    assert re.fullmatch(r"ready after \d+\.\d s; Ctrl-C stops it", said[3])
    assert said[4:] == ["stopped"]
