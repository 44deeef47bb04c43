"""What a browser loads besides the pages: styles in the owner's colours, scripts, the logo."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from ui.look import Look
from ui.settings import STATIC
from ui.texts import with_texts

__all__ = ["add_files"]

# The accent and its deeper shade, as ui/static/widget.js has them.
WIDGET = ("#17605a", "#17423f")


def add_files(app: FastAPI, look: Look) -> None:
    """`/ui/...`, `/widget.js` and `/favicon.ico`."""
    styles = (STATIC / "tokens.css").read_text("utf-8") + (look.palette.css() if look.palette else "")
    script = (STATIC / "widget.js").read_text("utf-8")
    for usual, chosen in zip(WIDGET, look.palette.button() if look.palette else (), strict=False):
        script = script.replace(usual, chosen)

    @app.get("/ui/tokens.css", include_in_schema=False)
    def tokens() -> Response:
        return Response(styles, media_type="text/css")

    @app.get("/ui/icon.svg", include_in_schema=False)
    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        if look.logo:
            return Response(look.logo.data, media_type=look.logo.kind)
        return FileResponse(STATIC / "icon.svg")

    @app.get("/widget.js", include_in_schema=False)
    def widget() -> Response:
        headers = {"Vary": "Accept-Language"}
        return Response(with_texts(script.encode()), media_type="text/javascript", headers=headers)

    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
