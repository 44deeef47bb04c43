"""The one form of an error: `{"error": "what was wrong, and what was expected"}`."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from corpus.errors import QuidError
from qa import BadQuestion
from ui.markup import escape, fill

__all__ = ["Json", "add_error_handlers", "error_response"]

LOG = logging.getLogger("ui")

NOT_JSON = "the body is not JSON; expected an object with a question"
FAULT = "the question could not be worked on, through no fault of yours; the server's log says more"


class Json(Response):
    """JSON that can always be written: what UTF-8 can't carry is escaped."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        try:
            return json.dumps(content, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(content).encode("ascii")


def error_response(status: int, error: str, headers: Mapping[str, str] | None = None) -> Json:
    """The response that says `error` and nothing else."""
    return Json({"error": error}, status_code=status, headers=dict(headers or {}))


def add_error_handlers(app: FastAPI) -> None:
    """Give every error of `app` the one form; what is ours is logged and never shown."""

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        said = NOT_JSON if error.status_code == 400 else str(error.detail)
        if "text/html" in request.headers.get("accept", ""):
            return _error_page(request, error.status_code, said)
        return error_response(error.status_code, said, error.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> Response:
        return _invalid(error)

    @app.exception_handler(BadQuestion)
    def unasked(_: Request, error: BadQuestion) -> Response:
        return error_response(422, f"question: {error}")

    @app.exception_handler(QuidError)
    def unavailable(_: Request, error: QuidError) -> Response:
        LOG.error("%s", error)
        return error_response(503, FAULT)

    @app.exception_handler(Exception)
    def broken(_: Request, error: Exception) -> Response:
        return error_response(500, FAULT)


def _error_page(request: Request, status: int, error: str) -> Response:
    """For a person who followed a link, rather than a program."""
    home = request.scope.get("root_path", "") + "/"
    return HTMLResponse(fill("error.html", error=escape(error), home=escape(home)), status)


def _invalid(error: RequestValidationError) -> Response:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return error_response(400, NOT_JSON)
    where = ".".join(str(part) for part in first["loc"][1:])
    message = str(first["msg"]).removeprefix("Value error, ")
    return error_response(422, f"{where}: {message}" if where else f"the body: {message}")
