"""Our styles and scripts in the page as it is served, and nobody else's name in its description.

Gradio adds a page's own head by script, late: until then the page would stand there unstyled.
"""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.texts import current_texts, with_texts

__all__ = ["EarlyHead"]

_LANGUAGE = re.compile(rb'(<html[^>]*? lang=)"en"')
_FOREIGN = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>')


class EarlyHead:
    """Middleware that ends the head of the page at the root with `head`, which is HTML."""

    def __init__(self, app: ASGIApp, head: str) -> None:
        self._app = app
        self._head = head.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].removeprefix(scope.get("root_path", "")) not in ("", "/"):
            return await self._app(scope, receive, send)
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                for whole in self._rewritten(held):
                    await send(whole)

        await self._app(scope, receive, hold)

    def _rewritten(self, held: list[Message]) -> list[Message]:
        start, *pieces = held
        page = b"".join(piece.get("body", b"") for piece in pieces)
        page = _FOREIGN.sub(b"", page).replace(b"</head>", self._head + b"</head>", 1)
        page = with_texts(_LANGUAGE.sub(b'\\1"%s"' % current_texts().language.encode(), page, count=1))
        MutableHeaders(scope=start)["Content-Length"] = str(len(page))
        return [start, {"type": "http.response.body", "body": page}]
