"""The documents of a folder, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document
from corpus.errors import OutOfReach, UnreadableDocument
from corpus.naming import id_from_path, printable
from corpus.reading import Original, because, find

__all__ = ["Skipped", "find_in_folder", "read_folder"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was found and not read, and why; `id` is the one that its document would have.

    `out_of_reach` says that it may well be there, as it was: a file or a folder, whose id stands for
    all below it, that the system doesn't let be read.
    """

    source: str
    reason: str
    id: str = ""
    out_of_reach: bool = False

    @classmethod
    def because_of(cls, error: UnreadableDocument, id: str) -> Skipped:
        """What raised that error."""
        return cls(error.source, error.reason, id, isinstance(error, OutOfReach))


def find_in_folder(folder: Path) -> Iterator[Original | Skipped]:
    """The documents of a folder and of those in it, sorted by path, each as it is reached, still to be read.

    Ids are paths relative to the folder, with slashes. What can't be got at comes as Skipped; hidden
    files and folders, whose names begin with a dot, are passed over in silence.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise UnreadableDocument(printable(str(folder)), f"{what}; name a folder of documents")
    pending = [folder]
    while pending:
        path = pending.pop()
        id = id_from_path(path.relative_to(folder))
        try:
            if not path.is_dir():
                yield find(path, id)
            elif path.is_symlink() and path != folder:
                yield Skipped(printable(str(path)), "is a link to a folder; add the folder itself", id)
            else:
                pending += sorted((p for p in path.iterdir() if not p.name.startswith(".")), reverse=True)
        except UnreadableDocument as error:
            yield Skipped.because_of(error, id)
        except OSError as error:
            yield Skipped(printable(str(path)), because(error), "" if path == folder else id, out_of_reach=True)


def read_folder(folder: Path) -> Iterator[Document | Skipped]:
    """The same, read; what can't be read comes as Skipped too."""
    for found in find_in_folder(folder):
        try:
            yield found if isinstance(found, Skipped) else found.read()
        except UnreadableDocument as error:
            yield Skipped.because_of(error, found.id)
