"""The chat page. The only file that imports gradio, and only when the page is built."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from ui.api import Answering
from ui.early_head import EarlyHead
from ui.framework import Framework
from ui.gradio_loading import gradio_without_ballast
from ui.markup import escape, fill
from ui.owner import owner_tabs
from ui.settings import STATIC, Settings
from ui.suggestions import render_welcome, suggest_questions
from ui.texts import ANY, current_texts, spoken, text

if TYPE_CHECKING:
    from gradio import Blocks
    from gradio.themes import ThemeClass

__all__ = ["build_page", "mount_page"]

# What the page's own scripts do (ui/static/chat.js), as Gradio calls them.
MOUNTED = """() => {
  document.documentElement.dataset.mounted = "1";
  document.dispatchEvent(new Event("quid:mounted"));
}"""
TAKE = "(question) => [window.quid.take(question)]"
SHOW = "() => [window.quid.messages()]"
ANEW = "() => window.quid.anew()"


def mount_page(app: FastAPI, answerer: Answering, settings: Settings, owner: bool = False) -> None:
    """Put the chat page at the root of `app`; everything else has to be routed before.

    With `owner`, tabs beside the chat lead to the pages that are for the owner of the documents.
    """
    gradio = _gradio()
    frontend = Path(gradio.__file__).parent / "templates" / "frontend"
    framework = Framework(frontend / "assets")
    framework.serve(app)
    with spoken(ANY):
        demo = build_page(answerer, settings, owner)
        # Gradio puts whatever a page has into a column of its own.
        components = {"column", *(one["type"] for one in demo.get_config_file()["components"])}
        head = _head(settings, framework.head((frontend / "index.html").read_text("utf-8"), components))
    demo.queue(default_concurrency_limit=4, max_size=64, api_open=False)
    gradio.mount_gradio_app(
        app, demo, path="/", footer_links=[], run_history=False, enable_monitoring=False, show_error=False,
        max_file_size=1, theme=_theme(), favicon_path=str(STATIC / "icon.svg"),
    )  # fmt: skip
    app.add_middleware(EarlyHead, head=head)
    # What the page is made with is nobody's business.
    demo.config["version"] = ""
    # Only a launched app checks which files a client may name, and a mounted one never launches.
    demo.has_launched = True


def build_page(answerer: Answering, settings: Settings, owner: bool = False) -> Blocks:
    """The page's components, and what happens between them.

    The conversation is the browser's: it asks the API as any program does, keeps what was said, and
    gives the chatbot its messages. No event reaches the server, so nothing that a client sends as a
    conversation has to be believed, and a restart loses none.
    """
    gradio = _gradio()
    suggestions = suggest_questions(answerer.searcher, settings.suggestions)
    with gradio.Blocks(title=settings.look.title, fill_height=True, fill_width=True, analytics_enabled=False) as demo:
        with gradio.Row(elem_id="bar"):
            gradio.HTML(_masthead(answerer, settings, owner), elem_id="masthead", padding=False)
            anew = gradio.Button(text("page.new"), elem_id="new")
        bot = gradio.Chatbot(
            elem_id="chat", label=text("page.conversation"), show_label=False, container=False, layout="bubble",
            height=None, placeholder=render_welcome(settings.look, suggestions), latex_delimiters=[], allow_tags=False,
            buttons=[], feedback_options=None, group_consecutive_messages=False, autoscroll=False,
        )  # fmt: skip
        box = gradio.Textbox(
            elem_id="question", label=text("page.question"), show_label=False, container=False, lines=1, max_lines=6,
            placeholder=text("page.ask"), submit_btn=True, autofocus=True,
        )  # fmt: skip
        gradio.HTML('<p id="say" role="status"></p>', elem_id="notice")
        show = gradio.Button(elem_id="show", visible="hidden")
        box.submit(None, box, box, js=TAKE)
        show.click(None, None, bot, js=SHOW)
        anew.click(None, None, None, js=ANEW)
        demo.load(None, None, None, js=MOUNTED)
    return demo


def _masthead(answerer: Answering, settings: Settings, owner: bool) -> str:
    count = len(answerer.searcher.documents())
    return fill(
        "masthead.html",
        title=escape(settings.look.title),
        line=escape(settings.look.line) or text("page.line"),
        tabs=owner_tabs(owner, settings.bring),
        documents=text("documents.count", count=count),
    )


def _head(settings: Settings, framework: str) -> str:
    look = settings.look
    line = escape(look.line) or text("page.line")
    return current_texts().script() + fill("head.html", title=escape(look.title), line=line, framework=framework)


def _theme() -> ThemeClass:
    from gradio import themes

    return themes.Base(
        font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"),
        font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "monospace"),
    )


def _gradio() -> Any:
    """The package: quiet, and without what the page doesn't need."""
    _keep_gradio_quiet()
    with gradio_without_ballast():
        import gradio
    return gradio


def _keep_gradio_quiet() -> None:
    """Before its import: no calls home, and its temporary files in a folder of our own."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if "GRADIO_TEMP_DIR" not in os.environ:
        os.environ["GRADIO_TEMP_DIR"] = folder = tempfile.mkdtemp(prefix="quid-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
