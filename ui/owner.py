"""What is for the owner of the documents: the latest evaluation, and the questions left open."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from corpus import QuidError
from qa.feedback import FILE_NAME, FeedbackStore
from qa.gaps import Gaps, find_gaps
from ui.markup import escape, fill
from ui.open_questions import render_gaps
from ui.texts import text

__all__ = ["Lending", "Owner", "bring_head", "owner_routes", "owner_tabs"]

MEASURE = "python -m qa evaluate QUESTIONS"


class Lending(Protocol):
    """Whoever lends an answerer with its open index, as it is now."""

    def lent(self) -> AbstractContextManager[Any]: ...


class Owner:
    """What the owner of the index in `folder` is shown; safe from many threads."""

    def __init__(self, folder: Path, answerer: Lending) -> None:
        self._folder, self._answerer = folder, answerer
        self._lock = threading.Lock()
        self._made = lru_cache(maxsize=1)(self._make)

    def report(self) -> str | None:
        """The report of the latest evaluation, a page; None without one, BadDataset where it is damaged."""
        from qa import latest

        try:
            state = (self._folder / latest.FILE_NAME).stat()
        except OSError:
            return None
        with self._lock:
            return self._made(state.st_ino, state.st_mtime_ns)

    def gaps(self) -> Gaps:
        """The questions left open, in groups."""
        said, _ = FeedbackStore(self._folder / FILE_NAME).read()
        with self._answerer.lent() as one:
            return find_gaps(said, one.searcher)

    def _make(self, *_: int) -> str | None:
        from qa.latest import read_latest
        from qa.report import report_html

        evaluation = read_latest(self._folder)
        return report_html(evaluation) if evaluation else None


def owner_routes(owner: Owner) -> APIRouter:
    """`GET /evaluation` and `GET /gaps`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/evaluation")
    def evaluation(request: Request) -> Response:
        from qa.report_parts import policy

        try:
            report = owner.report()
        except QuidError:
            return _page(request, text("tabs.evaluation"), _friendly(text("owner.damaged"), MEASURE))
        if report is None:
            return _page(request, text("tabs.evaluation"), _friendly(text("owner.no_evaluation"), MEASURE))
        return HTMLResponse(report, headers={"Content-Security-Policy": policy()})

    @router.get("/gaps")
    def gaps(request: Request) -> Response:
        found = owner.gaps()
        nothing = _friendly(text("owner.no_gaps"), "python -m qa gaps")
        body = render_gaps(found, _home(request)) if found.gaps else nothing
        return _page(request, text("tabs.gaps"), body)

    return router


def owner_tabs(is_on: bool, bring: bool = False) -> str:
    """The tabs of the masthead, and the button that opens what documents are brought with."""
    views = ("documents",) * (is_on or bring) + ("evaluation", "gaps") * is_on
    tabs = fill("tabs.html", views="".join(map(_tab, views))) if views else ""
    return tabs + (fill("bring.html") if bring else "")


def bring_head() -> str:
    """What the head of a page needs to bring documents, besides the texts."""
    return '<link rel="stylesheet" href="ui/bring.css">\n<script src="ui/bring.js" defer></script>\n'


def _tab(view: str) -> str:
    return f'<a href="{view}" data-view="{view}">{escape(text(f"tabs.{view}"))}</a>'


def _page(request: Request, title: str, body: str) -> Response:
    return HTMLResponse(fill("owner.html", title=escape(title), body=body, home=escape(_home(request))))


def _home(request: Request) -> str:
    return str(request.scope.get("root_path", "")) + "/"


def _friendly(said: str, command: str) -> str:
    return f'<div class="friendly"><p>{escape(said)}</p><pre>{escape(command)}</pre></div>'
