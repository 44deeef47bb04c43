"""What every request passes first: known address, own name, own origin, a key where one is needed,
not too many at once, a small body, safe headers.

The page's framework brings routes for uploads and files along and answers any origin, so nothing
is reachable that isn't listed here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access import Access
from ui.desk import hear_questions
from ui.errors import Failure, error_response, path_of
from ui.limits import Rates, client_of
from ui.routes import BRINGING, DOCUMENTS, METRICS, OWNERS, ROUTES, Route
from ui.settings import Limits, Settings, is_address

__all__ = ["BODY_LIMIT", "Guard", "Passed", "Seen"]

LOG = logging.getLogger("ui")

BODY_LIMIT = Limits().body
BODY_SECONDS = 20


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


# The page's framework believes whoever sends these about where it is, and puts it into the page.
_MISLEADING = frozenset({b"x-forwarded-host", b"x-gradio-server"})
# What a web server in front adds: who comes by one isn't at this machine.
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that is done; `path` has no query, and `status` is 0 where it was never answered.

    `asked` are the questions that it brought.
    """

    method: str
    path: str
    route: str
    client: str
    status: int
    seconds: float
    asked: tuple[str, ...] = ()


# Told of each request when it is done.
Seen = Callable[[Passed], None]


class Guard:
    """An ASGI application around another one, which only gets the requests that are in order.

    With `owner`, the pages that are for the owner of the documents can be reached too. `seen` is
    told of every request.
    """

    def __init__(self, app: ASGIApp, settings: Settings, owner: bool = False, seen: Seen | None = None) -> None:
        self._app, self._settings, self._seen = app, settings, seen
        self._routes = ROUTES + (OWNERS,) * owner + (METRICS,) * settings.metrics
        self._routes += DOCUMENTS * (owner or settings.bring) + BRINGING * settings.bring
        self._sites = frozenset(settings.sites)
        self._hosts = settings.hosts | {"localhost"}
        self._ancestors = " ".join(("frame-ancestors 'self'", *settings.sites))
        self._is_warned = False
        self._endless: set[asyncio.Task[None] | None] = set()
        self._access, self._rates = Access(settings.keys, settings.passwords), Rates(settings.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        started, path = time.perf_counter(), path_of(scope)
        route = next((route for route in self._routes if route.path.fullmatch(path)), None)
        client = self._client(scope)
        statuses: list[int] = []
        try:
            asked = hear_questions()
            send = self._with_headers(send, _GRADIO if route and route.framework else _STRICT, statuses)
            await self._pass(scope, receive, send, route, client)
        finally:
            if self._seen:
                name, took = route.name if route else "none", time.perf_counter() - started
                status = statuses[0] if statuses else 0
                self._seen(Passed(scope["method"], path, name, client, status, took, tuple(asked)))

    async def _pass(self, scope: Scope, receive: Receive, send: Send, route: Route | None, client: str) -> None:
        refusal = self._refusal(scope, route) or self._unadmitted(scope, route, client)
        if refusal is None and scope["method"] == "POST" and not (route and route.streamed):
            try:
                receive = await _whole_body(receive, Headers(scope=scope), self._settings.limits.body)
            except _Refused as refused:
                refusal = refused.refusal
        if refusal is None:
            # The server drops the body of an answer to HEAD by itself.
            headers = [one for one in scope["headers"] if one[0] not in _MISLEADING]
            scope = {**scope, "method": scope["method"].replace("HEAD", "GET"), "headers": headers}
            with self._open(route):
                return await self._app(scope, receive, send)
        await error_response(refusal.status, refusal.error, refusal.headers, path_of(scope))(scope, receive, send)

    @contextmanager
    def _open(self, route: Route | None) -> Iterator[None]:
        """Keep in mind what would never end by itself."""
        task = asyncio.current_task() if route and route.endless else None
        if task:
            self._endless.add(task)
        try:
            yield
        finally:
            self._endless.discard(task)

    def hang_up(self) -> None:
        """End the answers that last as long as a page is open: the server is about to stop."""
        for task in tuple(self._endless):
            if task:
                task.cancel()

    def _client(self, scope: Scope) -> str:
        """The address that a request is counted under."""
        headers = Headers(scope=scope)
        believed = self._settings.behind_proxy
        if self._settings.limits.rate and not believed and "x-forwarded-for" in headers and not self._is_warned:
            self._is_warned = True
            LOG.warning(
                "requests come through a web server, and all who use it share one limit; "
                "if it is yours, start with --behind-proxy"
            )
        return client_of(scope, headers, believed)

    def _refusal(self, scope: Scope, route: Route | None) -> Failure | None:
        headers = Headers(scope=scope)
        if not self._own_name(headers.get("host", "")):
            return Failure(
                403,
                "the server doesn't go by the name that it was called by; start it with "
                "--allow-site and the address that people use",
            )
        if route is None:
            return Failure(404, "there is nothing at this address; see /api/docs")
        preflight = _is_preflight(scope)
        if not (scope["method"] == route.method or preflight or _is_head(scope, route)):
            return Failure(405, f"expected {route.method} at this address", {"Allow": route.method})
        if route.own and (preflight or not self._is_own_page(headers)):
            return Failure(403, "only this server's own pages may do that; open the chat page itself")
        if (scope["method"] == "POST" or preflight) and not self._known_origin(headers, route.framework):
            return Failure(403, "this site is not allowed to ask; start the server with --allow-site and its address")
        return None

    def _unadmitted(self, scope: Scope, route: Route | None, client: str) -> Failure | None:
        """Why somebody may not call this route, or not now; a browser's question beforehand is free."""
        if route is None or _is_preflight(scope):
            return None
        headers = Headers(scope=scope)
        denial = self._access.denial(route.kind, headers.get("authorization", ""), "origin" in headers, client)
        if denial:
            return denial
        wait = self._rates.wait(client) if route.costs else 0
        if wait:
            return Failure(429, f"too many requests; please wait {wait} s", {"Retry-After": str(wait)})
        return None

    def _own_name(self, host: str) -> bool:
        """A name that a stranger's DNS points at this machine isn't one of ours; an address is."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return not host or name in self._hosts or is_address(name)

    def _known_origin(self, headers: Headers, own_only: bool) -> bool:
        """Programs send no origin, our own pages ours; other sites may only ask through the API."""
        origin, host = headers.get("origin"), headers.get("host") or None
        if origin is None or origin.partition("://")[2] == host:
            return True
        return origin in self._sites and not own_only

    def _is_own_page(self, headers: Headers) -> bool:
        """Whether a page of ours asks, in a browser that says so: neither a program nor another site's page."""
        origin, host = headers.get("origin", ""), headers.get("host")
        if not host or origin.partition("://")[2] != host:
            return False
        is_passed_on = any(name in headers for name in _PASSED_ON)
        return headers.get("sec-fetch-site", "same-origin") == "same-origin" and (
            not is_passed_on or self._settings.bring_from_afar
        )

    def _with_headers(self, send: Send, policy: str, statuses: list[int]) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
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
        self.refusal = Failure(status, error)


async def _whole_body(receive: Receive, headers: Headers, limit: int) -> Receive:
    """The body, read up to the limit, as a `receive` that gives it in one piece."""
    too_large = _Refused(413, f"the body is too large; expected at most {limit} bytes")
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 9 or int(announced) > limit:
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
                if len(body) > limit:
                    raise too_large
    except TimeoutError:
        raise _Refused(408, f"the body took too long; expected it within {BODY_SECONDS} seconds") from None
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _is_preflight(scope: Scope) -> bool:
    """Whether a browser asks beforehand if another site's page may ask."""
    return scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope)


def _is_head(scope: Scope, route: Route) -> bool:
    """Whether only the headers are asked for; a stream of events has no end to wait for."""
    return scope["method"] == "HEAD" and route.method == "GET" and "/gradio_api/" not in route.path.pattern
