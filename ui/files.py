"""What a browser loads besides the pages: styles in the owner's colours, scripts, the logo; small, and never stale."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import lru_cache

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ui.bundle import bundle, slim
from ui.colours import Palette, parse
from ui.look import Look
from ui.settings import STATIC
from ui.widget import widget_script

__all__ = ["WIDGET_STYLES", "add_files", "sent"]

# What the widget's page looks like, as one style sheet.
WIDGET_STYLES = ("tokens.css", "source.css", "reply.css", "embed.css", "feedback.css")
# And what it runs.
WIDGET_SCRIPTS = ("texts.js", "embed.js")
# The same of the chat page, to which come the parts that are switched on, each a style sheet and a script.
PAGE_STYLES = ("tokens.css", "source.css", "reply.css", "chat.css", "drawer.css")
PAGE_SCRIPTS = ("texts.js", "chat.js")


def add_files(app: FastAPI, look: Look, feedback: bool = False, views: bool = False, bring: bool = False) -> None:
    """`/ui/...`, `/widget.js` and `/favicon.ico`.

    With `feedback`, the answers of chat page and widget have thumbs; the page has tabs with `views`,
    and what documents are brought with, with `bring`.
    """
    files = {path.name: slim(path) for path in sorted(STATIC.iterdir()) if path.suffix != ".html"}
    files["widget-page.js"] = bundle(STATIC, *WIDGET_SCRIPTS, *["feedback.js"] * feedback)
    usual = files["tokens.css"]
    files["tokens.css"] += look.palette.css().encode() if look.palette else b""
    parts = ["feedback"] * feedback + ["tabs"] * views + ["bring"] * bring
    files["page.css"] = b"".join(files[name] for name in (*PAGE_STYLES, *(f"{part}.css" for part in parts)))
    files["page.js"] = bundle(STATIC, *PAGE_SCRIPTS, *(f"{part}.js" for part in parts))
    script = widget_script(look)

    @app.get("/ui/icon.svg", include_in_schema=False)
    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        if look.logo:
            return Response(look.logo.data, media_type=look.logo.kind)
        return FileResponse(STATIC / "icon.svg")

    @app.get("/ui/widget.css", include_in_schema=False)
    def styles(request: Request, accent: str = "") -> Response:
        colour = parse(accent)
        tokens = usual + Palette.of(colour).css().encode() if colour else files["tokens.css"]
        return sent(request, b"".join([tokens, *(files[name] for name in WIDGET_STYLES[1:])]), "text/css")

    @app.get("/ui/{name}", include_in_schema=False)
    def file(request: Request, name: str) -> Response:
        if name not in files:
            raise HTTPException(404, "there is no such file")
        return sent(request, files[name], mimetypes.guess_type(name)[0] or "application/octet-stream")

    @app.get("/widget.js", include_in_schema=False)
    def widget(request: Request) -> Response:
        # Any page may read it, as a check of its integrity needs; nothing in it is secret.
        return sent(request, script, "text/javascript", {"Access-Control-Allow-Origin": "*"})


def sent(request: Request, content: bytes, kind: str, headers: dict[str, str] | None = None) -> Response:
    """The response with `content`: compressed where that is taken, and nothing where the browser has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    # Kept, and asked for each time: after an update no page runs with a script of the version before.
    headers = {"Cache-Control": "no-cache", "ETag": tag, "Vary": "Accept-Encoding", **(headers or {})}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content, media_type=kind, headers=headers)
    return Response(_packed(content), media_type=kind, headers={**headers, "Content-Encoding": "gzip"})


@lru_cache(maxsize=128)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
