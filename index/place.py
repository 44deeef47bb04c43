"""Where an index is: in a folder, or on a Milvus server."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from corpus import QuidError
from index.settings import DEFAULT_FOLDER

__all__ = ["BadAddress", "MilvusAddress", "Place", "beside", "index_place"]

_SCHEME = re.compile(r"milvus(\+tls)?:", re.IGNORECASE)
_SERVER = re.compile(r"//(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?/(?P<name>[^/]*)/?")
_NAME = re.compile(r"[A-Za-z]\w{0,63}", re.ASCII)
_PORT = 19530


class BadAddress(QuidError):
    """An address that names no index."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} names no index; expected milvus://HOST:PORT/NAME (or milvus+tls://, or milvus:FILE.db/NAME), "
            "the name of letters, digits and _; user and password come from QUID_MILVUS_USER and QUID_MILVUS_PASSWORD"
        )


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """An index of that `name` at `uri`: http:// or https:// of a server, or the file of a milvus-lite.

    `text` is what was typed. It holds no credentials: these come from the environment.
    """

    uri: str
    name: str
    text: str

    @property
    def server(self) -> str:
        """host:port, or the file."""
        return self.uri.partition("://")[2] or self.uri

    @property
    def folder(self) -> Path:
        """The folder on this machine for what is kept beside the index: calibration, feedback, brought files."""
        server = self.server if "://" in self.uri else str(Path(self.uri).resolve())
        return DEFAULT_FOLDER / "milvus" / re.sub(r"[^\w.]+", "-", f"{server}-{self.name}").strip("-.")

    def __str__(self) -> str:
        return self.text


Place = Path | MilvusAddress


def index_place(text: str) -> Place:
    """The folder or the address that `--index` names; argparse tells what is wrong with it."""
    scheme = _SCHEME.match(text)
    if not scheme:
        return Path(text)
    try:
        return _address(text, text[scheme.end() :], tls=bool(scheme[1]))
    except BadAddress as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def beside(place: Place) -> Path:
    """The folder for what is kept beside an index: its own, or one on this machine."""
    return place.folder if isinstance(place, MilvusAddress) else place


def _address(text: str, rest: str, tls: bool) -> MilvusAddress:
    if not rest.startswith("//"):
        file, _, name = rest.rpartition("/")
        if tls or not file.endswith(".db") or not _NAME.fullmatch(name):
            raise BadAddress(text)
        return MilvusAddress(file, name, text)
    found = _SERVER.fullmatch(rest)
    if not found or not _NAME.fullmatch(found["name"]) or int(found["port"] or _PORT) > 65535:
        raise BadAddress(re.sub(r"//[^/]*@", "//...@", text))
    scheme = "https" if tls else "http"
    return MilvusAddress(f"{scheme}://{found['host']}:{found['port'] or _PORT}", found["name"], text)
