"""What can go wrong with an index, said so that the user can act on it."""

from __future__ import annotations

from pathlib import Path

from corpus import QuidError
from index.place import Place
from index.settings import DEFAULT_FOLDER

__all__ = [
    "EngineFault",
    "EngineMissing",
    "EngineUnavailable",
    "FolderNeeded",
    "IndexBusy",
    "IndexDamaged",
    "IndexMismatch",
    "IndexMissing",
    "IndexUnwritable",
    "ModelUnavailable",
    "NothingToIndex",
    "UnknownDocument",
    "WorkersUnavailable",
    "in_folder",
]


class IndexMissing(QuidError):
    """There is no index in `folder`."""

    def __init__(self, folder: Place) -> None:
        super().__init__(f"no index in {folder}; make one with: {_command('sync FOLDER_OF_DOCUMENTS', folder)}")
        self.folder = folder


class IndexDamaged(QuidError):
    """The index in `folder` is not what its manifest says."""

    def __init__(self, folder: Place, what: str) -> None:
        super().__init__(
            f"the index in {folder} is damaged ({what}); make it anew with: "
            f"{_command('sync FOLDER_OF_DOCUMENTS', folder)}, or go back with: {_command('rollback', folder)}"
        )
        self.folder = folder
        self.what = what


class IndexMismatch(QuidError):
    """The index was made by another version of the program or for another model."""


class IndexBusy(QuidError):
    """Another process is writing to the index; `holder` says which."""

    def __init__(self, folder: Place, holder: str) -> None:
        super().__init__(f"{folder} is being written by {holder}; wait until it is done, or stop it")
        self.folder = folder
        self.holder = holder


class IndexUnwritable(QuidError):
    """The index can't be written to: a full disk, missing rights. It is as it was."""

    def __init__(self, folder: Place, reason: str) -> None:
        super().__init__(
            f"{folder} can't be written to ({reason}); the index is as it was: "
            "make room there or allow it, or name another folder with --index"
        )
        self.folder = folder
        self.reason = reason


class ModelUnavailable(QuidError):
    """The embedding model can't be loaded, or isn't the one it should be."""


class WorkersUnavailable(QuidError):
    """The workers that were to embed can't be reached or can't do it; the index is as it was."""


class EngineFault(QuidError):
    """A search engine refuses what it is asked; `server` says which."""

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(f"the engine at {server} refuses: {reason}; look into its log, or see docs/cluster.md")
        self.server, self.reason = server, reason


class EngineUnavailable(EngineFault):
    """A search engine can't be reached, or isn't ready; it may be again in a while."""

    def __init__(self, server: str, reason: str) -> None:
        QuidError.__init__(self, f"the engine at {server} can't be reached: {reason}; is it running?")
        self.server, self.reason = server, reason


class EngineMissing(QuidError):
    """The library that speaks to a search engine isn't installed."""

    def __init__(self, library: str) -> None:
        super().__init__(
            f"an index on Milvus needs {library}, which isn't installed; "
            "type: .venv/bin/pip install -r requirements-milvus.txt"
        )


class FolderNeeded(QuidError):
    """Asked of an index on an engine, what only one in a folder can do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is for an index in a folder, and this one is on Milvus; name a folder with --index")


class NothingToIndex(QuidError):
    """No document could be read of all that was named; the index is as it was."""


class UnknownDocument(QuidError):
    """No document of that id is in the index."""

    def __init__(self, document_id: str, nearest: str | None = None) -> None:
        hint = f"did you mean {nearest!r}?" if nearest else "python -m index list shows those that are"
        super().__init__(f"no document {document_id!r} in the index; {hint}")
        self.document_id = document_id


def in_folder(place: Place, what: str) -> Path:
    """The folder of an index; FolderNeeded where it is on an engine, which `what` can't be done with."""
    if isinstance(place, Path):
        return place
    raise FolderNeeded(what)


def _command(command: str, folder: Place) -> str:
    return f"python -m index {command}" + (f" --index {folder}" if folder != DEFAULT_FOLDER else "")
