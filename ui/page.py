"""The chat page. The only file that imports gradio, and only when the page is built."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from fastapi import FastAPI

from ui.api import Answering
from ui.conversation import Conversation
from ui.early_head import EarlyHead
from ui.feedback import feedback_head
from ui.markup import escape, fill
from ui.owner import owner_head, owner_tabs
from ui.settings import STATIC, Settings
from ui.suggestions import render_welcome, suggest_questions

if TYPE_CHECKING:
    from gradio import Blocks
    from gradio.themes import ThemeClass

__all__ = ["build_page", "mount_page"]

READY = """() => {
  document.documentElement.dataset.ready = "1";
  return new URLSearchParams(location.search).get("q") ?? "";
}"""


def mount_page(
    app: FastAPI, answerer: Answering, settings: Settings, owner: bool = False, feedback: bool = False
) -> None:
    """Put the chat page at the root of `app`; everything else has to be routed before.

    With `owner`, tabs beside the chat lead to the pages that are for the owner of the documents;
    with `feedback`, answers have thumbs.
    """
    _keep_gradio_quiet()
    import gradio

    demo = build_page(answerer, settings, owner)
    demo.queue(default_concurrency_limit=4, max_size=64, api_open=False)
    gradio.mount_gradio_app(
        app, demo, path="/", footer_links=[], run_history=False, enable_monitoring=False, show_error=False,
        max_file_size=1, theme=_theme(), favicon_path=str(STATIC / "icon.svg"),
    )  # fmt: skip
    head = fill("head.html", title=escape(settings.title), line=escape(settings.line))
    app.add_middleware(EarlyHead, head=head + feedback_head(feedback) + owner_head(owner))
    # Only a launched app checks which files a client may name, and a mounted one never launches.
    demo.has_launched = True


def build_page(answerer: Answering, settings: Settings, owner: bool = False) -> Blocks:
    """The page's components, and what happens between them.

    The chatbot is only ever an output: what a client sends as the conversation so far is not
    believed, it is kept on this side.
    """
    import gradio

    talk = Conversation(answerer)
    suggestions = suggest_questions(answerer.searcher, settings.suggestions)
    with gradio.Blocks(title=settings.title, fill_height=True, fill_width=True, analytics_enabled=False) as demo:
        with gradio.Row(elem_id="bar"):
            gradio.HTML(_masthead(answerer, settings, owner), elem_id="masthead")
            anew = gradio.Button("New chat", elem_id="new")
        turns = gradio.State([])
        bot = gradio.Chatbot(
            elem_id="chat", label="Conversation", show_label=False, container=False, layout="bubble",
            height=None, placeholder=render_welcome(suggestions), latex_delimiters=[], allow_tags=False,
            buttons=[], feedback_options=None, group_consecutive_messages=False,
        )  # fmt: skip
        box = gradio.Textbox(
            elem_id="question", label="Your question", show_label=False, container=False, lines=1, max_lines=6,
            placeholder="Ask a question …", submit_btn=True, autofocus=True,
        )  # fmt: skip
        notice = gradio.HTML(elem_id="notice")
        linked = gradio.Textbox(visible="hidden")
        after = [bot, turns, box, notice]
        sent = box.submit(talk.ask, [box, turns], after, concurrency_id="ask", show_progress="hidden")
        again = bot.retry(talk.retry, [turns], after, concurrency_id="ask", show_progress="hidden")
        bot.undo(talk.undo, [turns], after, cancels=[sent, again], show_progress="hidden")
        anew.click(talk.clear, None, after, cancels=[sent, again], show_progress="hidden")
        # A link with ?q= asks at once: the hidden box changes, and only then the server is called.
        linked.change(talk.ask, [linked, turns], after, concurrency_id="ask", show_progress="hidden")
        demo.load(None, None, linked, js=READY)
    return demo


def _masthead(answerer: Answering, settings: Settings, owner: bool) -> str:
    count = len(answerer.searcher.documents())
    return fill(
        "masthead.html",
        title=escape(settings.title),
        line=escape(settings.line),
        tabs=owner_tabs(owner),
        documents=f"{count:,} document{'' if count == 1 else 's'}",
    )


def _theme() -> ThemeClass:
    from gradio import themes

    return themes.Base(
        font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"),
        font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "monospace"),
    )


def _keep_gradio_quiet() -> None:
    """Before its import: no calls home, and its temporary files in a folder of our own."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if "GRADIO_TEMP_DIR" not in os.environ:
        os.environ["GRADIO_TEMP_DIR"] = folder = tempfile.mkdtemp(prefix="quid-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
