"""Every address that may be called: what isn't listed here can't be reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ui.access import Kind

__all__ = ["BRINGING", "DOCUMENTS", "METRICS", "OWNERS", "ROUTES", "Route"]


@dataclass(frozen=True, slots=True)
class Route:
    """Addresses that may be called, how, by whom, whether it costs much, and whether the page's framework answers.

    `name` is what they are counted under. What changes the documents is for our `own` pages alone, and
    a body that is `streamed` is limited by who takes it. An `endless` answer lasts as long as a page is open.
    """

    path: re.Pattern[str]
    method: str
    kind: Kind = "page"
    costs: bool = False
    framework: bool = False
    name: str = "page"
    own: bool = False
    streamed: bool = False
    endless: bool = False


def _route(pattern: str, method: str, kind: Kind = "page", **more: Any) -> Route:
    return Route(re.compile(pattern, re.DOTALL), method, kind, **more)


ROUTES = (
    _route(r"/api/ask", "POST", "shared", costs=True, name="ask"),
    _route(r"/api/feedback", "POST", "shared", costs=True, name="feedback"),
    _route(r"/api/search", "POST", "program", costs=True, name="search"),
    _route(r"/api/documents(/.+)?", "GET", "program", costs=True, name="documents"),
    _route(r"/api/(health|ready)", "GET", "open", name="health"),
    _route(r"/api/(docs|openapi\.json)", "GET", "open", name="docs"),
    _route(r"/v1/chat/completions", "POST", "program", costs=True, name="completions"),
    _route(r"/v1/models(/.+)?", "GET", "program", name="models"),
    _route(r"/mcp", "POST", "program", costs=True, name="mcp"),
    _route(r"/doc/.+", "GET", costs=True, name="source"),
    _route(r"/embed", "GET", name="widget"),
    _route(r"/(widget\.js|ui/[\w.-]+|favicon\.ico)", "GET", "open", name="files"),
    _route(r"/(config|theme\.css|(static|assets)/(?!.*\.\.)[\w./-]+)?", "GET", framework=True),
    _route(r"/gradio_api/(queue/data|heartbeat/\w+)", "GET", framework=True, name="chat", endless=True),
    _route(r"/gradio_api/startup-events", "GET", framework=True, name="chat"),
    _route(r"/gradio_api/queue/join/?", "POST", framework=True, costs=True, name="chat"),
    _route(r"/gradio_api/(reset|cancel)/?", "POST", framework=True, name="chat"),
)
OWNERS = _route(r"/(evaluation|gaps)", "GET", name="owner")
DOCUMENTS = (_route(r"/documents(/(list|skipped|health))?", "GET", name="owner"),)
BRINGING = (
    _route(r"/bring", "GET", name="bring"),
    _route(r"/bring/file", "POST", own=True, streamed=True, costs=True, name="bring"),
    _route(r"/bring/(address|remove)", "POST", own=True, costs=True, name="bring"),
)
METRICS = _route(r"/metrics", "GET", "program", name="metrics")
