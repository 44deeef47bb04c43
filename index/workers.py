"""Documents read, split and embedded by Ray's workers, on as many machines as it has. The only file that knows Ray."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus import Document, Original, Skipped
from index.embedding import Embedder
from index.errors import ModelUnavailable, WorkersUnavailable
from index.kept_work import KeptWork
from index.preparing import Prepared, Shelf, Shelved
from index.settings import IndexSettings
from index.workers_task import errand_of, model_of, size_of, work

__all__ = ["RayWorkers", "open_workers"]

# Sent together: some ten seconds' work of one processor, which is what a machine that dies loses.
_CHARACTERS, _DOCUMENTS = 60_000, 200
# In flight at most, so that memory doesn't fill however long the way: beside this, two batches a processor.
_BYTES = 500_000_000
# How often Ray begins a batch again whose machine or process died, before its documents are tried one by one.
_RETRIES = 5
_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 10.0


@contextmanager
def open_workers(
    address: str,
    embedder: Embedder,
    settings: IndexSettings,
    notice: Callable[[str], None] = lambda line: None,
    kept: KeptWork | None = None,
    shelf_for: Callable[[int], Shelf] | None = None,
) -> Iterator[RayWorkers]:
    """The workers of the Ray at that address, as long as this lasts; what they make is `kept` until it is published.

    `shelf_for` gives where they write so many documents themselves; without it, whoever asked for them does.

    "ray://HOST:PORT" is Ray's client server, "HOST:PORT" or "auto" a Ray that this machine is part of, and
    "local" one that is started here. WorkersUnavailable where there is none or it takes no work.
    """
    ray = _ray(address)
    _connect(ray, address)
    try:
        yield RayWorkers(ray, address, embedder, settings, notice, kept, shelf_for)
    except ConnectionError as error:
        raise WorkersUnavailable(f"Ray at {address} has gone ({_first_line(error)}); do it again later") from error
    finally:
        ray.shutdown()


class RayWorkers:
    """Takes documents and gives what has to be written of them, in the same order, a batch at a time."""

    def __init__(
        self,
        ray: Any,
        address: str,
        embedder: Embedder,
        settings: IndexSettings,
        notice: Callable[[str], None],
        kept: KeptWork | None,
        shelf_for: Callable[[int], Shelf] | None,
    ) -> None:
        self._ray, self._notice, self._kept = ray, notice, kept
        self._shelf_for, self._has_told = shelf_for, False
        self._task = ray.remote(num_cpus=1, max_retries=_RETRIES)(work)
        self._model = ray.put(model_of(embedder, settings))
        self._settings = settings
        self._batch: list[Document | Original] = []
        self._sent: deque[tuple[Any, list[Document | Original]]] = deque()
        self._gathered = self._flying = 0
        self._machines, self._processors = self._count()
        self._looked = time.monotonic()
        waiting = "" if self._processors else "; waiting for some to join"
        notice(f"Ray at {address}: {self._counted()} for this{waiting}")

    def give(self, item: Document | Original) -> Iterator[list[Prepared | Skipped]]:
        """Take one more; gives batches that are done where too many are on the way."""
        if self._kept and (known := self._kept.recall(item)):
            yield from self.finish()
            yield [known]
            return
        self._batch.append(item)
        self._gathered += size_of(item)
        if self._gathered >= _CHARACTERS or len(self._batch) >= _DOCUMENTS:
            self._send()
        while self._is_full():
            yield self._oldest()

    def finish(self) -> Iterator[list[Prepared | Skipped]]:
        """Gives all that are still on the way."""
        self._send()
        while self._sent:
            yield self._oldest()

    def _send(self) -> None:
        if self._batch:
            self._sent.append((self._start(self._batch), self._batch))
            self._flying += self._gathered
            self._batch, self._gathered = [], 0

    def _start(self, items: list[Document | Original]) -> Any:
        errands = self._ray.put([errand_of(item) for item in items])
        shelf = self._shelf_for(len(items)) if self._shelf_for else None
        return self._task.remote(errands, self._model, self._settings, shelf=shelf)

    def _is_full(self) -> bool:
        if len(self._sent) < 2:
            return False
        self._look()
        return len(self._sent) > 2 * self._processors + 2 or self._flying > _BYTES

    def _oldest(self) -> list[Prepared | Skipped]:
        task, items = self._sent.popleft()
        self._flying -= sum(map(size_of, items))
        try:
            made = self._result(task)
        except self._deaths():
            made = [self._alone(item) for item in items]
        self._tell_unwritten(made)
        return self._kept.remember(items, made) if self._kept else made

    def _tell_unwritten(self, made: Sequence[Prepared | Skipped]) -> None:
        """Say once why workers don't write what they make."""
        why_not = next((one.why_not for one in made if isinstance(one, Shelved) and one.why_not), "")
        if why_not and not self._has_told:
            self._has_told = True
            self._notice(f"note: a worker can't write what it made, so that this machine does: {why_not}")

    def _alone(self, item: Document | Original) -> Prepared | Skipped:
        """What becomes of one of those whose workers died every time; of the one that they died of, that."""
        try:
            return self._result(self._start([item]))[0]
        except self._deaths():
            times = f"{_RETRIES + 1} time{'s' * (_RETRIES > 0)}"
            return Skipped(item.source, f"its worker died of it, {times}; add it without workers", item.id)

    def _result(self, task: Any) -> list[Prepared | Skipped]:
        while not self._ray.wait([task], timeout=_PATIENCE)[0]:
            self._look()
        try:
            return self._ray.get(task)
        except self._ray.exceptions.RayTaskError as error:
            raise _said(error) from error
        except self._ray.exceptions.RuntimeEnvSetupError as error:
            raise WorkersUnavailable(f"the workers can't be given this program ({_first_line(error)})") from error

    def _deaths(self) -> tuple[type[Exception], ...]:
        kinds = self._ray.exceptions
        return kinds.WorkerCrashedError, kinds.NodeDiedError, kinds.OutOfMemoryError, kinds.ObjectLostError

    def _look(self) -> None:
        """See from time to time how many machines there are, and say when they change."""
        if time.monotonic() - self._looked < _PATIENCE / 2:
            return
        self._looked = time.monotonic()
        before, (self._machines, self._processors) = self._counted(), self._count()
        if self._counted() != before:
            self._notice(f"Ray has {self._counted()} now, before {before}; no document is lost")

    def _count(self) -> tuple[int, int]:
        """How many machines have processors for tasks, and how many processors."""
        found = [int(node["Resources"].get("CPU", 0)) for node in self._ray.nodes() if node["Alive"]]
        return sum(count > 0 for count in found), sum(found)

    def _counted(self) -> str:
        machines, processors = self._machines, self._processors
        return f"{machines} machine{'s' * (machines != 1)} with {processors} processor{'s' * (processors != 1)}"


def _ray(address: str) -> Any:
    # Read when Ray is imported: it tells nobody how it is used, and one that is started here listens on loopback only.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if address == "local":
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        import ray
    except ImportError as error:
        raise WorkersUnavailable(
            "--workers needs Ray, which isn't installed; type: .venv/bin/pip install -r requirements-ray.txt"
        ) from error
    return ray


def _connect(ray: Any, address: str) -> None:
    _knock(address)
    options: dict[str, Any] = {"include_dashboard": False} if address == "local" else {}
    with tempfile.TemporaryDirectory(prefix="workers-") as folder, warnings.catch_warnings():
        for room in ("corpus", "index"):
            _copy_code(_ROOT / room, Path(folder) / room)
        environment = {"working_dir": folder, "env_vars": {"TOKENIZERS_PARALLELISM": "false"}}
        warnings.simplefilter("ignore")
        options |= {"logging_level": "ERROR", "log_to_driver": False, "runtime_env": environment}
        try:
            _init(ray, address, options)
        except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
            raise WorkersUnavailable(
                f"Ray at {address} can't be used ({_first_line(error)}); is it running, in the same versions of Ray "
                "and Python and with the same token? docs/cluster.md says how it is started"
            ) from error


def _init(ray: Any, address: str, options: dict[str, Any]) -> None:
    try:
        ray.init(address, **options)
    except ConnectionError:  # a machine that is busy doesn't always make it in the half minute that Ray waits
        ray.shutdown()
        ray.init(address, **options)


def _knock(address: str) -> None:
    """Ray itself waits long for one that isn't there."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon:
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        raise WorkersUnavailable(
            f"Ray at {address} can't be reached ({_first_line(error)}); is it running? "
            "docs/cluster.md says how it is started"
        ) from error


def _copy_code(room: Path, target: Path) -> None:
    for path in room.rglob("*.py"):
        place = target / path.relative_to(room)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def _said(error: Any) -> Exception:
    """What went wrong in a worker, as it would have been raised here."""
    cause = error.cause
    if isinstance(cause, ModuleNotFoundError):
        return WorkersUnavailable(
            f"a worker has no {cause.name}; install this program's requirements.txt on every machine of Ray's"
        )
    return cause if isinstance(cause, Exception) else ModelUnavailable(_first_line(error))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
