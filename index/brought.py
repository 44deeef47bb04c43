"""What people brought into an index by hand, in the chat page, and which stays when a folder is synced.

    FOLDER/brought/files/      files as they were brought; file a/b.md is the document brought/a/b.md
    FOLDER/brought/pages/      pages of the web as they were read, a file for each document
    FOLDER/brought/arriving/   what is on its way, or on its way out; empty where nothing is going on
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from corpus import Document, Original, Skipped, UnreadableDocument, find, find_in_folder
from corpus.wire import decode_document, encode_document
from index.locking import writable

__all__ = ["Brought", "safe_name"]

PREFIX = "brought/"
_DEEPEST, _LONGEST = 8, 120
_UNWANTED = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')


class Brought:
    """The files and pages that were brought into the index in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._home = folder / "brought"
        self._files, self._pages = self._home / "files", self._home / "pages"
        self._arriving = self._home / "arriving"

    def find(self) -> Iterator[Document | Original | Skipped]:
        """Everything that was brought: pages as documents, files still to be read."""
        if self._files.is_dir():
            for found in find_in_folder(self._files):
                yield found if isinstance(found, Skipped) else replace(found, id=PREFIX + found.id)
        for path in sorted(self._pages.glob("*.json")):
            try:
                yield decode_document(path.read_bytes())
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                yield Skipped(str(path), f"is no page as it was brought; bring it again ({error})")

    def folders(self) -> list[Path]:
        """Where the files lie, for who counts them; none where nothing was brought."""
        return [place for place in (self._files, self._pages) if place.is_dir()]

    def place_of(self, id: str) -> Path | None:
        """Where a document lies that was brought; None for any other."""
        if id.startswith(PREFIX):
            parts = id.removeprefix(PREFIX).split("/")
            if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
                return None
            path = self._files.joinpath(*parts)
        else:
            path = self._page(id)
        return path if path.is_file() and not path.is_symlink() else None

    def size(self) -> int:
        """Bytes of all that was brought, and of what is on its way."""
        return sum(
            path.lstat().st_size for path in self._home.rglob("*") if path.is_file() and not path.is_symlink()
        )

    def arriving(self, suffix: str = "") -> Path:
        """Where the next file may be written until it is read; not there yet."""
        with writable(self._folder):
            self._arriving.mkdir(parents=True, exist_ok=True)
        return self._arriving / (secrets.token_hex(8) + suffix)

    def forget_arriving(self) -> None:
        """Remove what a server that was stopped left on its way."""
        shutil.rmtree(self._arriving, ignore_errors=True)

    def read(self, arrived: Path, name: str) -> Document:
        """The document in a file that has arrived, as it will be when it is kept; UnreadableDocument."""
        target = self._files / name
        if target.is_dir() or any(parent.is_file() for parent in target.parents if self._home in parent.parents):
            raise UnreadableDocument(name, "is a file where a folder of that name was brought, or the other way round")
        try:
            return replace(find(arrived, PREFIX + name), source=str(target)).read()
        except UnreadableDocument as error:
            raise UnreadableDocument(name, error.reason) from None

    @contextmanager
    def kept(self, documents: Iterable[tuple[Document, Path | None]]) -> Iterator[None]:
        """Keep documents, each with the file that it was read from, or None for a page.

        Where what is done inside fails, all is as it was before.
        """
        done: list[tuple[Path, Path | None]] = []
        try:
            with writable(self._folder):
                for document, arrived in documents:
                    target = self._target(document, arrived)
                    done.append((target, self._aside(target)))
                    os.replace(arrived or self._written(document), target)
            yield
        except BaseException:
            for target, aside in reversed(done):
                target.unlink(missing_ok=True)
                if aside:
                    os.replace(aside, target)
            raise
        for _, aside in done:
            if aside:
                aside.unlink(missing_ok=True)

    @contextmanager
    def without(self, ids: Iterable[str]) -> Iterator[None]:
        """Take away what was brought of these documents; where what is done inside fails, it is put back."""
        moved: list[tuple[Path, Path]] = []
        try:
            with writable(self._folder):
                for place in filter(None, map(self.place_of, ids)):
                    if aside := self._aside(place):
                        moved.append((place, aside))
            yield
        except BaseException:
            for place, aside in moved:
                os.replace(aside, place)
            raise
        for place, aside in moved:
            aside.unlink(missing_ok=True)
            self._tidy(place.parent)

    def _page(self, id: str) -> Path:
        return self._pages / (hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".json")

    def _target(self, document: Document, arrived: Path | None) -> Path:
        target = self._files / document.id.removeprefix(PREFIX) if arrived else self._page(document.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _written(self, document: Document) -> Path:
        path = self.arriving()
        path.write_bytes(encode_document(document))
        return path

    def _aside(self, place: Path) -> Path | None:
        """Where a file lies now that lay there; None where there was none."""
        if not place.exists():
            return None
        aside = self.arriving()
        os.replace(place, aside)
        return aside

    def _tidy(self, folder: Path) -> None:
        """Remove folders that have become empty."""
        while folder != self._home and self._home in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def safe_name(name: str) -> str:
    """A file's name, with the folders that it was brought with, fit to be a file anywhere; "" where nothing is left.

    No part is hidden, leads upwards or holds what a system would not take; the last folders stay.
    """
    parts = [_part(part) for part in re.split(r"[/\\]+", unicodedata.normalize("NFC", name))]
    return "/".join([part for part in parts if part][-_DEEPEST:])


def _part(part: str) -> str:
    clean = " ".join(_UNWANTED.sub("_", part).split()).strip(" .")
    stem, dot, suffix = clean.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = clean, ""
    stem = stem.encode()[: _LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"{stem}.{suffix}" if suffix and stem else stem
