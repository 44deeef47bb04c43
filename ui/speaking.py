"""Each request is answered in a language: the one that the owner set, or the one that the reader's browser likes."""

from __future__ import annotations

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.errors import path_of
from ui.look import AUTO
from ui.texts import languages, spoken, understood

__all__ = ["Speaking"]


class Speaking:
    """Middleware within which texts are in the language of the request; `language` is one, or "auto"."""

    def __init__(self, app: ASGIApp, language: str) -> None:
        self._app, self._language = app, language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        with spoken(understood(self._wanted(scope))):
            await self._app(scope, receive, send)

    def _wanted(self, scope: Scope) -> str:
        """What a site's tag says of its widget, what the owner set, or what the browser likes."""
        asked = QueryParams(scope["query_string"]).get("lang", "") if path_of(scope) == "/embed" else ""
        if asked in languages():
            return asked
        return Headers(scope=scope).get("accept-language", "") if self._language == AUTO else self._language
