"""One application for page, widget and API, and the guard in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, HTMLResponse, Response

from corpus import Document
from index import UnknownDocument
from qa.feedback import FeedbackStore
from qa.recording import RecordingAnswerer
from ui.agents import AgentApp
from ui.api import QUESTION_LIMIT, Answering, api_routes
from ui.bring_routes import bring_routes
from ui.bringing import Bringer
from ui.colours import parse, shown
from ui.completions import completion_routes
from ui.desk import Desk
from ui.documents import Catalogue, documents_routes
from ui.errors import add_error_handlers
from ui.feedback import feedback_routes
from ui.files import add_files, sent
from ui.guard import Guard, Passed, Seen
from ui.library import library_routes
from ui.markup import escape, fill
from ui.metrics import CONTENT_TYPE_LATEST, Meter
from ui.owner import Owner, owner_routes
from ui.settings import STATIC, Settings
from ui.source import read_ranges, render_page, render_source
from ui.speaking import Speaking
from ui.suggestions import render_welcome, suggest_questions
from ui.texts import ANY, current_texts, spoken, with_texts

__all__ = ["build_app", "create_app"]

HEADERS = ("Authorization", "Content-Type", "Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version", "Mcp-Session-Id")


def create_app(
    answerer: Answering,
    settings: Settings | None = None,
    page: bool = True,
    store: FeedbackStore | None = None,
    owner: Owner | None = None,
    seen: Seen | None = None,
    bringer: Bringer | None = None,
) -> Guard:
    """The application to serve; `page=False` leaves the chat page out, and the time it takes to load.

    Refusals and what people say of answers go to `store`; without one, neither is kept. The
    evaluation and the gaps that `owner` knows are shown to whoever can reach the server. `seen` is
    told of each request when it is done. Where the settings allow it, `bringer` takes documents in.
    """
    settings, meter = settings or Settings(), Meter()
    recorder = RecordingAnswerer(answerer, store) if store is not None else None
    desk = Desk(recorder or answerer, settings.limits, meter)
    app = build_app(answerer, settings, owner, desk, recorder, bringer)
    if page:
        from ui.page import mount_page

        mount_page(app, desk, settings, owner is not None)

    app.add_middleware(Speaking, language=settings.look.language)

    def counted(passed: Passed) -> None:
        meter.requested(passed.route, passed.status)
        if seen:
            seen(passed)

    return Guard(app, settings, owner is not None, counted)


def build_app(
    answerer: Answering,
    settings: Settings,
    owner: Owner | None = None,
    desk: Desk | None = None,
    recorder: RecordingAnswerer | None = None,
    bringer: Bringer | None = None,
) -> FastAPI:
    """The routes that need no page framework. Serve it behind a Guard only."""
    desk = desk or Desk(answerer, settings.limits)
    app = FastAPI(
        title=settings.look.title, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        lifespan=_closing(desk),
    )
    add_error_handlers(app)
    # Always there: where the page's framework finds none, it answers every origin.
    app.add_middleware(
        CORSMiddleware, allow_origins=settings.sites, allow_methods=["GET", "POST"], allow_headers=HEADERS,
        expose_headers=["Retry-After"],
    )  # fmt: skip
    app.include_router(api_routes(desk, answerer))
    app.include_router(library_routes(desk))
    app.include_router(completion_routes(desk))
    app.include_router(feedback_routes(desk, recorder))
    app.add_route("/mcp", AgentApp(desk), methods=["POST"], include_in_schema=False)
    if owner is not None:
        app.include_router(owner_routes(owner))
    if owner is not None or settings.bring:
        app.include_router(documents_routes(Catalogue(answerer), settings.bring))
    if bringer is not None and settings.bring:
        app.include_router(bring_routes(bringer, answerer, settings.bringing))
    _add_source_route(app, answerer)
    _add_widget(app, answerer, settings)
    add_files(app, settings.look, recorder is not None, owner is not None or settings.bring, settings.bring)
    _add_docs(app)
    _add_metrics(app, desk)
    return app


def _closing(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """When the server stops, what waits at the desk is not begun any more."""

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    return living


def _add_source_route(app: FastAPI, answerer: Answering) -> None:
    @app.get("/doc/{id:path}", include_in_schema=False)
    def source(
        request: Request,
        id: str,
        s: int = Query(0, ge=0),
        e: int = Query(0, ge=0),
        also: str = "",
        fragment: bool = False,
    ) -> Response:
        document = _document(answerer, id)
        try:
            if fragment:
                return HTMLResponse(render_source(document, s, e, read_ranges(also)))
            home = request.scope.get("root_path", "") + "/"
            return HTMLResponse(render_page(document, s, e, home))
        except ValueError as error:
            raise HTTPException(422, str(error)) from None


def _document(answerer: Answering, id: str) -> Document:
    try:
        return answerer.searcher.document(id)
    except UnknownDocument:
        raise HTTPException(404, "That document is not in the index (any more).") from None


def _add_widget(app: FastAPI, answerer: Answering, settings: Settings) -> None:
    with spoken(ANY):
        page = fill(
            "embed.html",
            title=escape(settings.look.title),
            welcome=render_welcome(settings.look, suggest_questions(answerer.searcher, settings.suggestions)),
            limit=str(QUESTION_LIMIT),
            texts=current_texts().script("widget"),
        )

    @app.get("/embed", include_in_schema=False)
    def embed(request: Request, accent: str = "") -> Response:
        # Set on a site's tag, as the language is; see `Speaking`.
        colour = parse(accent)
        styled = page.replace("ui/widget.css", f"ui/widget.css?accent={quote(shown(colour))}") if colour else page
        said = with_texts(styled.encode())
        return sent(request, said, "text/html; charset=utf-8", {"Vary": "Accept-Language, Accept-Encoding"})


def _add_docs(app: FastAPI) -> None:
    @app.get("/api/docs", include_in_schema=False)
    def docs() -> Response:
        return FileResponse(STATIC / "docs.html")


def _add_metrics(app: FastAPI, desk: Desk) -> None:
    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(desk.meter.text(), media_type=CONTENT_TYPE_LATEST)
