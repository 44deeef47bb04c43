"""Text to HTML: whatever a document or a person wrote is shown, and never does anything."""

from __future__ import annotations

import html
import re
from functools import cache
from string import Template
from urllib.parse import quote

from ui.settings import STATIC
from ui.texts import current_texts, read_texts

__all__ = ["escape", "escape_markdown", "fill", "source_link"]

_MARKDOWN = re.compile(r"[&<>\"'`*_{}\[\]()#!|~$\\@:^=]")
_AUTOLINK = re.compile(r"\bwww\.", re.IGNORECASE)
_TEXT = re.compile(r"\{\{([\w.]+)\}\}")
_BULLET = re.compile(r"^(?:[-+]|\d+[.)](?=\s|$))")


def escape(text: str) -> str:
    """`text` for HTML, between tags or in a quoted attribute; a lone surrogate becomes "?"."""
    clean = text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    return html.escape(clean)


def escape_markdown(text: str) -> str:
    """`text` on one line, for HTML that is read as Markdown first: no character keeps a meaning."""
    text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    text = _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", text)
    text = _AUTOLINK.sub(lambda match: f"{match[0][:-1]}&#46;", text)
    return _BULLET.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", text)


def source_link(document: str, start: int, end: int) -> str:
    """Where the document stands with [start, end) marked, relative to the root of our pages."""
    name = quote(document, safe="", errors="replace")
    return f"doc/{name}?s={start}&e={end}#hl"


def fill(template: str, **values: str) -> str:
    """The file `template` of ui/static with its `$names` replaced by `values`, which are HTML.

    Its {{names}} are replaced by the texts of those names, in the language that is spoken.
    """
    return _template(template, current_texts().language).substitute(values)


@cache
def _template(name: str, language: str) -> Template:
    texts = read_texts(language)
    template = (STATIC / name).read_text("utf-8").replace("{{language}}", language)
    return Template(_TEXT.sub(lambda match: texts(match[1]).replace("$", "$$"), template))
