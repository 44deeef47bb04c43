"""The pages of a static pack: the widget with its page, a page for a document, and one that shows how it goes."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from index import Index
from ui.api import QUESTION_LIMIT
from ui.bundle import bundle, slim
from ui.files import WIDGET_STYLES
from ui.look import AUTO, Look
from ui.markup import escape, fill
from ui.settings import STATIC
from ui.suggestions import render_welcome, suggest_questions
from ui.texts import ENGLISH, Texts, current_texts, languages, read_texts, spoken, text, with_texts
from ui.widget import widget_script

__all__ = ["make_index_page", "make_pages"]

_SUGGESTED, _LISTED = 4, 24
# The folder's own pages hold themselves to this, whatever the host says.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'"
)
_PAGE_STYLES = ("tokens.css", "source.css", "pack.css")
_CHARSET = '<meta charset="utf-8">\n'
_MEASURES = {
    "nDCG@10": "found", "quotation nDCG@10": "passage", "right": "right", "rightly refused": "refused",
    "correct": "correct",
}  # fmt: skip


def make_pages(index: Index, look: Look) -> dict[str, bytes]:
    """All pages, scripts and styles by their paths, but for the page at the root."""
    with tempfile.TemporaryDirectory(prefix="scripts-") as place:
        scripts = Path(place)
        for path in STATIC.glob("*.js"):
            shutil.copy(path, scripts)
        # All else is the server's own: only where answers come from is another place.
        shutil.move(scripts / "pack-asking.js", scripts / "asking.js")
        pages = {
            "widget.js": _widget(look),
            "ui/widget-page.js": bundle(scripts, "texts.js", "embed.js"),
            "ui/source-page.js": bundle(scripts, "texts.js", "pack-document.js"),
        }
    pages |= {f"ui/{name}": slim(STATIC / name) for name in ("theme.js", "pack-index.js")}
    pages["ui/widget.css"] = _styles(look, (*(one for one in WIDGET_STYLES if one != "feedback.css"), "pack.css"))
    pages["ui/pack-page.css"] = _styles(look, _PAGE_STYLES)
    pages[_icon(look)[0]] = look.logo.data if look.logo else (STATIC / "icon.svg").read_bytes()
    for language in languages():
        with spoken(language):
            pages[f"embed-{language}.html"] = _embed(index, look)
            pages[f"source-{language}.html"] = _checked(
                fill("pack-source.html", title=escape(look.title), texts=current_texts().script("pack")), look
            )
    return pages


def _widget(look: Look) -> bytes:
    """The widget's script: it asks for the page in the reader's language, and blames no server where it is kept out."""
    script = widget_script(look).decode()
    for language in languages():
        texts = read_texts(language)
        script = _exchanged(script, _in_script(texts("widget.shut_out")), _in_script(texts("pack.shut_out")))
    script = _exchanged(script, "--allow-site ${location.origin}", "${base.origin}")
    script = _exchanged(script, 'new URL("embed", base)', 'new URL(`embed-${spoken ?? "en"}.html`, base)')
    # A host may not say that it is UTF-8, and the page that it stands in may be something else.
    return re.sub(r"[^\x00-\x7f]", lambda one: f"\\u{ord(one[0]):04x}", script).encode("ascii")


def _in_script(words: str) -> str:
    """The words as they stand in a script."""
    return json.dumps(words, ensure_ascii=False)


def _exchanged(script: str, old: str, new: str) -> str:
    if script.count(old) != 1:
        raise ValueError(f"expected {old!r} once in the widget's script, found it {script.count(old)} times")
    return script.replace(old, new)


def _styles(look: Look, names: Sequence[str]) -> bytes:
    palette = look.palette.css().encode() if look.palette else b""
    first, *rest = (slim(STATIC / name) for name in names)
    return b"".join([first, palette, *rest])


def _embed(index: Index, look: Look) -> bytes:
    page = fill(
        "embed.html",
        title=escape(look.title),
        welcome=render_welcome(look, suggest_questions(index, _SUGGESTED)),
        limit=str(QUESTION_LIMIT),
        texts=current_texts().script("pack"),
    )
    return _checked(with_texts(page.encode()).decode(), look)


def _icon(look: Look) -> tuple[str, str]:
    """The path of the picture in the browser's tab, whose ending tells a host its kind; and the kind."""
    kind = look.logo.kind if look.logo else "image/svg+xml"
    return f"ui/icon.{kind.partition('/')[2].removesuffix('+xml')}", kind


def _checked(page: str, look: Look) -> bytes:
    """The page with the policy that it holds itself to, and the owner's picture."""
    path, kind = _icon(look)
    page = page.replace('href="ui/icon.svg" type="image/svg+xml"', f'href="{path}" type="{kind}"')
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    return page.replace(_CHARSET, _CHARSET + policy, 1).encode()


def make_index_page(index: Index, look: Look, manifest: Mapping[str, Any]) -> bytes:
    """The page at the root: what can be asked about, how well it is answered, and how to have it elsewhere."""
    language = ENGLISH if look.language == AUTO else look.language
    with spoken(language):
        texts = current_texts()
        files = manifest["files"].values()
        page = fill(
            "pack-index.html",
            title=escape(look.title),
            serve="python3 -m http.server",
            tag=escape('<script src="widget.js" defer></script>'),
            documents=_documents(index, texts),
            measured=_measured(manifest.get("measured"), texts),
            weight=escape(text("pack.weight", size=_size(files, "bytes", texts), packed=_size(files, "gzip", texts))),
        )
    return _checked(page, look)


def _size(files: Sequence[Mapping[str, int]], name: str, texts: Texts) -> str:
    """In megabytes, with one digit behind the point."""
    tenths = max(round(sum(one[name] for one in files) / 1e5), 1)
    point = "." if texts.language in ("en", "ko") else ","
    return f"{tenths // 10}{point}{tenths % 10} MB"


def _documents(index: Index, texts: Texts) -> str:
    records = index.documents()
    lines = [
        f'<li><a href="source-{texts.language}.html?{escape(urlencode({"d": one.id}, errors="replace"))}">'
        f"{escape(one.title or one.id)}</a></li>"
        for one in records[:_LISTED]
    ]
    left = len(records) - _LISTED
    return "\n".join([*lines, f"<li>{escape(texts('pack.more', count=left))}</li>"] if left > 0 else lines)


def _measured(measured: Mapping[str, Any] | None, texts: Texts) -> str:
    if not measured:
        return f'<p class="small">{escape(texts("pack.unmeasured"))}</p>'
    rows = "\n".join(_row(one, texts) for one in measured["figures"])
    heads = "".join(
        f'<th scope="col">{escape(texts(f"pack.column_{name}"))}</th>'
        for name in ("measure", "server", "pack", "difference")
    )
    line = escape(texts("pack.measured_line", count=measured["questions"]))
    return (
        f"<section>\n<h2>{escape(texts('pack.measured'))}</h2>\n<p>{line}</p>\n"
        f'<table class="figures"><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>\n</section>'
    )


def _row(one: Mapping[str, Any], texts: Texts) -> str:
    measure = str(one["measure"])
    name = f"{escape(texts('pack.' + _MEASURES[measure]))}<span>{escape(measure)}, n {one['n']}</span>"
    cells = [name, *(_value(*one[side]) for side in ("server", "pack"))]
    sure = texts("pack.sure" if one["p"] < 0.05 else "pack.unsure")
    cells.append(f"{_number(one['difference'], '+')}<span>{escape(sure)}</span>")
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _value(value: float, low: float, high: float) -> str:
    return f"{_number(value)}<span>({_number(low)}–{_number(high)})</span>"


def _number(value: float, sign: str = "") -> str:
    return re.sub("^-", "−", f"{value:{sign}.3f}")
