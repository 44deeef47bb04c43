"""A network namespace for servers that listen on every interface: in there is none but loopback (Linux, root)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus import QuidError

__all__ = ["Namespace", "NoNamespace"]

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 30


class NoNamespace(QuidError):
    """This machine, or this user, can't have one."""


class Namespace:
    """Processes in here are reached from outside over `ports` only: {theirs: the one on 127.0.0.1 outside}.

    0 outside means any that is free. Whatever runs in here is killed when the thread that started it ends.
    """

    def __init__(self, ports: Mapping[int, int]) -> None:
        _check()
        listening = {inside: socket.create_server(("127.0.0.1", outside)) for inside, outside in ports.items()}
        self.ports = {inside: one.getsockname()[1] for inside, one in listening.items()}
        pairs = [f"{one.fileno()}:{inside}" for inside, one in listening.items()]
        self._relay = subprocess.Popen(
            ["unshare", "--net", "--", sys.executable, "-m", "bench.relay", *pairs], cwd=ROOT,
            pass_fds=[one.fileno() for one in listening.values()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        for one in listening.values():
            one.close()
        assert self._relay.stdout
        if self._relay.stdout.readline() != b"ready\n":
            self.close()
            raise NoNamespace("no network namespace could be made; expected root's rights, with CAP_SYS_ADMIN")

    def start(
        self, command: Sequence[str | Path], folder: Path, log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """A process in here, whose number is the command's own; what it says goes to the end of `log`."""
        enter = ["nsenter", f"--net=/proc/{self._relay.pid}/ns/net", "setpriv", "--pdeathsig", "KILL", "--"]
        with log.open("ab") as out:
            return subprocess.Popen(
                [*enter, *map(str, command)], cwd=folder, env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip

    def close(self) -> None:
        """Nothing inside can be reached from outside any more."""
        self._relay.kill()
        self._relay.communicate(timeout=_PATIENCE)


def _check() -> None:
    if sys.platform != "linux":
        raise NoNamespace(f"network namespaces are Linux's; this is {sys.platform}")
    if os.geteuid():
        raise NoNamespace("making a network namespace takes root's rights")
    missing = [name for name in ("unshare", "nsenter", "setpriv") if not shutil.which(name)]
    if missing:
        raise NoNamespace(f"{', '.join(missing)} not found; on Debian and Ubuntu they are in util-linux")
