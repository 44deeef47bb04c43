"""What every request passes first: known address, own name, own origin, small body, safe headers.

The page's framework brings routes for uploads and files along and answers any origin, so nothing
is reachable that isn't listed here.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors import error_response
from ui.settings import Settings

__all__ = ["BODY_LIMIT", "Guard"]

BODY_LIMIT = 256 * 1024
BODY_SECONDS = 20

Refusal = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Route:
    """Addresses that may be called, how, and whether the page's framework answers there."""

    path: re.Pattern[str]
    method: str
    framework: bool = False


_ROUTES = (
    _Route(re.compile(r"/api/(ask|feedback)"), "POST"),
    _Route(re.compile(r"/api/(health|docs|openapi\.json)"), "GET"),
    _Route(re.compile(r"/doc/.+", re.DOTALL), "GET"),
    _Route(re.compile(r"/(widget\.js|embed|ui/[\w.-]+|favicon\.ico)"), "GET"),
    _Route(re.compile(r"/(config|theme\.css|(static|assets)/(?!.*\.\.)[\w./-]+)?"), "GET", framework=True),
    _Route(re.compile(r"/gradio_api/(queue/data|heartbeat/\w+|startup-events)"), "GET", framework=True),
    _Route(re.compile(r"/gradio_api/(queue/join|reset|cancel)/?"), "POST", framework=True),
)
_OWNERS = _Route(re.compile(r"/(evaluation|gaps)"), "GET")

_STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
# Gradio compiles its components' templates in the browser and writes styles into elements.
_GRADIO = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'"
)


class Guard:
    """An ASGI application around another one, which only gets the requests that are in order.

    With `owner`, the pages that are for the owner of the documents can be reached too.
    """

    def __init__(self, app: ASGIApp, settings: Settings, owner: bool = False) -> None:
        self._app = app
        self._routes = (*_ROUTES, _OWNERS) if owner else _ROUTES
        self._sites = frozenset(settings.sites)
        self._hosts = settings.hosts | {"localhost"}
        self._ancestors = " ".join(("frame-ancestors 'self'", *settings.sites))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        route = next((route for route in self._routes if route.path.fullmatch(_path(scope))), None)
        send = self._with_headers(send, _GRADIO if route and route.framework else _STRICT)
        refusal = self._refusal(scope, route)
        if refusal is None and scope["method"] == "POST":
            try:
                receive = await _whole_body(receive, Headers(scope=scope))
            except _Refused as refused:
                refusal = refused.refusal
        if refusal is None:
            # The server drops the body of an answer to HEAD by itself.
            return await self._app({**scope, "method": scope["method"].replace("HEAD", "GET")}, receive, send)
        allow = {"Allow": route.method} if route and refusal[0] == 405 else None
        await error_response(*refusal, allow)(scope, receive, send)

    def _refusal(self, scope: Scope, route: _Route | None) -> Refusal | None:
        headers = Headers(scope=scope)
        if not self._own_name(headers.get("host", "")):
            return 403, (
                "the server doesn't go by the name that it was called by; start it with "
                "--allow-site and the address that people use"
            )
        if route is None:
            return 404, "there is nothing at this address; see /api/docs"
        preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        if not (scope["method"] == route.method or preflight or _is_head(scope, route)):
            return 405, f"expected {route.method} at this address"
        if (scope["method"] == "POST" or preflight) and not self._known_origin(headers, route.framework):
            return 403, "this site is not allowed to ask; start the server with --allow-site and its address"
        return None

    def _own_name(self, host: str) -> bool:
        """A name that a stranger's DNS points at this machine isn't one of ours; an address is."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return not host or name in self._hosts or _is_address(name)

    def _known_origin(self, headers: Headers, own_only: bool) -> bool:
        """Programs send no origin, our own pages ours; other sites may only ask through the API."""
        origin, host = headers.get("origin"), headers.get("host") or None
        if origin is None or origin.partition("://")[2] == host:
            return True
        return origin in self._sites and not own_only

    def _with_headers(self, send: Send, policy: str) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # A page with its own script inside it brings the policy that allows just that.
                said = headers.get("Content-Security-Policy", policy) if policy == _STRICT else policy
                headers["Content-Security-Policy"] = f"{said}; {self._ancestors}"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
            await send(message)

        return sending


class _Refused(Exception):
    """A body that isn't taken."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.refusal: Refusal = (status, error)


async def _whole_body(receive: Receive, headers: Headers) -> Receive:
    """The body, read up to the limit, as a `receive` that gives it in one piece."""
    too_large = _Refused(413, f"the body is too large; expected at most {BODY_LIMIT} bytes")
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 9 or int(announced) > BODY_LIMIT:
        raise too_large
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Refused(400, "the body broke off")
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > BODY_LIMIT:
                    raise too_large
    except TimeoutError:
        raise _Refused(408, f"the body took too long; expected it within {BODY_SECONDS} seconds") from None
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _path(scope: Scope) -> str:
    """The path below the prefix that a proxy in front may have added."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")) or "/"


def _is_head(scope: Scope, route: _Route) -> bool:
    """Whether only the headers are asked for; a stream of events has no end to wait for."""
    return scope["method"] == "HEAD" and route.method == "GET" and "/gradio_api/" not in route.path.pattern


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
