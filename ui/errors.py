"""The one form of an error: `{"error": "what was wrong, and what was expected"}`; below /v1, OpenAI's."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from corpus.errors import QuidError
from index.errors import EngineUnavailable
from qa import BadQuestion
from ui.markup import escape, fill
from ui.texts import text

__all__ = ["Busy", "Failure", "Json", "TooSlow", "add_error_handlers", "error_response", "explain", "path_of"]

LOG = logging.getLogger("ui")

NOT_JSON = "the body is not JSON; expected an object with a question"
FAULT = "the question could not be worked on, through no fault of yours; the server's log says more"
AWAY = "the search engine can't be reached at the moment; try again in a few seconds"
OPENAI = "/v1/"
# What a page says in words of its own goes by this.
ENGINE = "engine"


class Busy(QuidError):
    """Too many questions wait already; `seconds` is when another try may do."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many questions are waiting; please come back in {seconds} s")
        self.seconds = seconds


class TooSlow(QuidError):
    """A question took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the question took longer than the {seconds:g} s that it may; try again later")


class Json(Response):
    """JSON that can always be written: what UTF-8 can't carry is escaped."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        try:
            return json.dumps(content, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(content).encode("ascii")


@dataclass(frozen=True, slots=True)
class Failure:
    """How an error is told: HTTP's status, one line, headers, and a word for programs where they may care."""

    status: int
    error: str
    headers: Mapping[str, str] = field(default_factory=dict)
    cause: str = ""


def explain(error: Exception) -> Failure:
    """What somebody who asked is told; what is ours is logged and never shown."""
    if isinstance(error, BadQuestion):
        return Failure(422, f"question: {error}")
    if isinstance(error, Busy):
        return Failure(503, str(error), {"Retry-After": str(error.seconds)})
    if isinstance(error, TooSlow):
        return Failure(503, str(error), {"Retry-After": "5"})
    if isinstance(error, EngineUnavailable):
        LOG.error("%s", error)
        return Failure(503, AWAY, {"Retry-After": "5"}, ENGINE)
    if isinstance(error, QuidError):
        LOG.error("%s", error)
        return Failure(503, FAULT)
    LOG.error("a question could not be answered", exc_info=error)
    return Failure(500, FAULT)


def error_response(
    status: int, error: str, headers: Mapping[str, str] | None = None, path: str = "", cause: str = ""
) -> Json:
    """The response that says `error`, and `cause` where there is one, in the form that clients of `path` know."""
    said = {"error": error, "cause": cause} if cause else {"error": error}
    body = _openai_error(status, error) if path.startswith(OPENAI) else said
    # Clients of OpenAI's expect 400 for whatever is wrong with a request.
    status = 400 if path.startswith(OPENAI) and status == 422 else status
    return Json(body, status_code=status, headers=dict(headers or {}))


def path_of(scope: Scope) -> str:
    """The path below the prefix that a proxy in front may have added."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")) or "/"


def add_error_handlers(app: FastAPI) -> None:
    """Give every error of `app` the one form; what is ours is logged and never shown."""

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        said = NOT_JSON if error.status_code == 400 else str(error.detail)
        if "text/html" in request.headers.get("accept", ""):
            return _error_page(request, error.status_code, said)
        return error_response(error.status_code, said, error.headers, path_of(request.scope))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return error_response(*_invalid(error), path=path_of(request.scope))

    @app.exception_handler(QuidError)
    def unanswered(request: Request, error: QuidError) -> Response:
        failure = explain(error)
        if failure.cause == ENGINE and "text/html" in request.headers.get("accept", ""):
            return _error_page(request, failure.status, text("asking.engine"), failure.headers)
        return error_response(failure.status, failure.error, failure.headers, path_of(request.scope), failure.cause)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        return error_response(500, FAULT, path=path_of(request.scope))


def _error_page(request: Request, status: int, error: str, headers: Mapping[str, str] | None = None) -> Response:
    """For a person who followed a link, rather than a program."""
    home = request.scope.get("root_path", "") + "/"
    return HTMLResponse(fill("error.html", error=escape(error), home=escape(home)), status, headers=dict(headers or {}))


def _invalid(error: RequestValidationError) -> tuple[int, str]:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return 400, NOT_JSON
    where = ".".join(str(part) for part in first["loc"][1:])
    message = str(first["msg"]).removeprefix("Value error, ")
    return 422, f"{where}: {message}" if where else f"the body: {message}"


_OPENAI_KINDS = {
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("permission_error", None),
    404: ("invalid_request_error", "not_found"),
    413: ("invalid_request_error", "request_too_large"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


def _openai_error(status: int, error: str) -> dict[str, Any]:
    kind, code = _OPENAI_KINDS.get(status, ("invalid_request_error" if status < 500 else "server_error", None))
    return {"error": {"message": error, "type": kind, "param": None, "code": code}}
