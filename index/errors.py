"""What can go wrong with an index, said so that the user can act on it."""

from __future__ import annotations

from pathlib import Path

from corpus import QuidError
from index.settings import DEFAULT_FOLDER

__all__ = [
    "IndexBusy",
    "IndexDamaged",
    "IndexMismatch",
    "IndexMissing",
    "IndexUnwritable",
    "ModelUnavailable",
    "NothingToIndex",
    "UnknownDocument",
]


class IndexMissing(QuidError):
    """There is no index in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"no index in {folder}; make one with: {_command('sync FOLDER_OF_DOCUMENTS', folder)}")
        self.folder = folder


class IndexDamaged(QuidError):
    """The index in `folder` is not what its manifest says."""

    def __init__(self, folder: Path, what: str) -> None:
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

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"{folder} is being written by {holder}; wait until it is done, or stop it")
        self.folder = folder
        self.holder = holder


class IndexUnwritable(QuidError):
    """The index can't be written to: a full disk, missing rights. It is as it was."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder} can't be written to ({reason}); the index is as it was: "
            "make room there or allow it, or name another folder with --index"
        )
        self.folder = folder
        self.reason = reason


class ModelUnavailable(QuidError):
    """The embedding model can't be loaded, or isn't the one it should be."""


class NothingToIndex(QuidError):
    """No document could be read of all that was named; the index is as it was."""


class UnknownDocument(QuidError):
    """No document of that id is in the index."""

    def __init__(self, document_id: str, nearest: str | None = None) -> None:
        hint = f"did you mean {nearest!r}?" if nearest else "python -m index list shows those that are"
        super().__init__(f"no document {document_id!r} in the index; {hint}")
        self.document_id = document_id


def _command(command: str, folder: Path) -> str:
    return f"python -m index {command}" + (f" --index {folder}" if folder != DEFAULT_FOLDER else "")
