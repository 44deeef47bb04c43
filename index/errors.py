"""What can go wrong with an index, said so that the user can act on it."""

from __future__ import annotations

from pathlib import Path

from corpus import QuidError

__all__ = ["IndexBusy", "IndexDamaged", "IndexMismatch", "IndexMissing", "ModelUnavailable", "UnknownDocument"]


class IndexMissing(QuidError):
    """There is no index in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"no index in {folder}; make one with: python -m index --index {folder} sync FOLDER_OF_DOCUMENTS"
        )
        self.folder = folder


class IndexDamaged(QuidError):
    """The index in `folder` is not what its manifest says."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"the index in {folder} is damaged ({what}); remove that folder and index the documents again, "
            "or go back with: python -m index rollback"
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


class ModelUnavailable(QuidError):
    """The embedding model can't be loaded, or isn't the one it should be."""


class UnknownDocument(QuidError):
    """No document of that id is in the index."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"no document {document_id!r} in the index; python -m index list shows those that are")
        self.document_id = document_id
