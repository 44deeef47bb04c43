"""Gradio's own scripts and styles: which of them the page will need, told to the browser from the first moment on.

By itself it finds them in four waves, each known only when the one before has come and run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ui.files import sent

__all__ = ["Framework"]

_KINDS = {".js": "text/javascript", ".css": "text/css"}
# Each name has a hash of what is in the file: what was fetched once is never asked for again.
_FOREVER = "public, max-age=31536000, immutable"
_ENTRY = re.compile(r'src="\./assets/(index-[\w-]+\.js)"')
_NAMES = re.compile(r"m\.f\|\|\(m\.f=\[([^\]]*)\]")
_IMPORT = re.compile(r"import\(`\./([\w.-]+)`\)[^`]{0,60}?__vite__mapDeps\(\[([\d,]*)\]\)")
_COMPONENT = re.compile(r"[{,](\w+):\{(?=\w+:\(\)=>\w+\(\(\)=>import\()")


class Framework:
    """The files that Gradio's page is made of, in `assets`; where they aren't as expected, none is announced."""

    def __init__(self, assets: Path) -> None:
        self._files = {path.name: path for path in assets.glob("*.*") if path.suffix in _KINDS}

    def head(self, page: str, components: Iterable[str]) -> str:
        """HTML by which the browser fetches at once what `page`, with those components, will need."""
        return "".join(_announced(name) for name in self.needed(page, components))

    def needed(self, page: str, components: Iterable[str]) -> list[str]:
        """The names of those files, but for those that the page itself names."""
        entry, wanted = _ENTRY.search(page), set(components)
        found = dict.fromkeys(_imports(self._script(entry[1])) if entry else ())
        for name in list(found):
            script = self._script(name)
            found |= dict.fromkeys(_imports(script, beginning="Blocks-"))
            for part in _parts(script, wanted):
                found |= dict.fromkeys(_imports(script, part))
        return [name for name in found if name in self._files and name not in page]

    def serve(self, app: FastAPI) -> None:
        """Add `GET /assets/...`: each file packed once, and kept by the browser for good."""

        content = cache(lambda name: self._files[name].read_bytes())

        @app.get("/assets/{name}", include_in_schema=False)
        async def asset(request: Request, name: str) -> Response:
            if name not in self._files:
                raise HTTPException(404, "there is no such file")
            return sent(request, content(name), _KINDS[self._files[name].suffix], {"Cache-Control": _FOREVER})

    def _script(self, name: str) -> str:
        return self._files[name].read_text("utf-8") if name in self._files and name.endswith(".js") else ""


def _imports(script: str, part: range | None = None, beginning: str = "") -> Iterator[str]:
    """What the script imports later, in that part of it, of the names that begin so, and what each of these needs."""
    part = part or range(len(script))
    listed = _NAMES.search(script)
    names = [name.strip("\"'`").removeprefix("./") for name in listed[1].split(",")] if listed else []
    for one in _IMPORT.finditer(script, part.start, part.stop):
        if one[1].startswith(beginning):
            yield from (names[int(at)] for at in one[2].split(",") if at and int(at) < len(names))


def _parts(script: str, components: set[str]) -> Iterator[range]:
    """Where the entry of each component stands, in the script that has the table of all."""
    places = [*_COMPONENT.finditer(script)]
    ends = [*(place.start() for place in places), len(script)][1:]
    for place, end in zip(places, ends, strict=True):
        if place[1] in components:
            yield range(place.start(), end)


def _announced(name: str) -> str:
    if name.endswith(".js"):
        return f'<link rel="modulepreload" href="assets/{name}">\n'
    return f'<link rel="preload" as="style" href="assets/{name}" crossorigin>\n'
