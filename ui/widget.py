"""The widget's script, the same for everybody, and the tag that brings it to a site."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape

from ui.bundle import slim
from ui.look import AUTO, Look
from ui.settings import STATIC
from ui.texts import languages, read_texts

__all__ = ["frame_tag", "integrity", "script_tag", "widget_script"]

WORDS = ("title", "close", "shut_out")
# As ui/static/widget.js has it.
ACCENT = "#17605a"


def widget_script(look: Look) -> bytes:
    """`/widget.js`: with the words of all languages, so that one hash fits it whoever is sent it."""
    words = {one: {name: read_texts(one)(f"widget.{name}") for name in WORDS} for one in languages()}
    script = slim(STATIC / "widget.js").decode()
    script = script.replace('"[[words]]"', json.dumps(words, ensure_ascii=False, separators=(",", ":")))
    script = script.replace("[[language]]", "" if look.language == AUTO else look.language)
    if look.palette:
        script = script.replace(ACCENT, look.palette.button())
    return script.encode()


def integrity(script: bytes) -> str:
    """The hash that a page may ask the browser to check, see https://www.w3.org/TR/SRI/."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode()


def script_tag(address: str, script: bytes, title: str = "") -> str:
    """The one line for a site's pages; `address` is the chat's, without a slash at its end."""
    named = f' data-title="{escape(title)}"' if title else ""
    checked = f'integrity="{integrity(script)}" crossorigin="anonymous"'
    return f'<script src="{escape(address)}/widget.js" {checked}{named} defer></script>'


def frame_tag(address: str, title: str) -> str:
    """For sites that allow no scripts: the chat as a frame."""
    return f'<iframe src="{escape(address)}/embed" title="{escape(title)}" width="100%" height="640"></iframe>'
