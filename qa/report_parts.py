"""What every report is made of: escaped text, numbers, tables of figures, the page around them."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from qa.evaluation import Evaluation, Figure
from qa.scoring import ANSWER_MEASURES, meaning_of

__all__ = [
    "configuration",
    "cut",
    "figure_tables",
    "number",
    "page",
    "plot_figure",
    "policy",
    "section",
    "table",
    "text",
]

_STATIC = Path(__file__).parent / "static"


def text(value: object) -> str:
    """`value` as HTML that says it and does nothing else, also within an attribute."""
    readable = str(value).encode("utf-8", "replace").decode("utf-8")
    return escape("".join(character for character in readable if character >= " " or character in "\t\n"))


def cut(value: str, limit: int) -> str:
    """The text on one line of at most `limit` characters."""
    line = " ".join(value.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def number(value: float | None, digits: int = 3) -> str:
    """The number; a dash where there is none."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table; cells are HTML, `kind` its class. All columns but the first are of numbers unless it is "words"."""
    titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    top = f"<thead><tr>{titles}</tr></thead>" if head else ""
    return f'<div class="scroll"><table class="{kind}">{top}<tbody>{body}</tbody></table></div>'


def section(title: str, body: str, lead: str = "", id: str = "") -> str:
    """A part of the page under its heading; `title` and `lead` are text, `body` is HTML."""
    said = f'<p class="lead">{text(lead)}</p>' if lead else ""
    return f"<section{f' id={id}' if id else ''}><h2>{text(title)}</h2>{said}{body}</section>" if body else ""


def plot_figure(title: str, svg: str, says: str) -> str:
    """A plot under its title, with what it shows in words below."""
    return f'<figure class="plot"><h3>{text(title)}</h3>{svg}<figcaption>{text(says)}</figcaption></figure>'


def figure_tables(evaluation: Evaluation) -> str:
    """Every figure with its interval and number of questions: answers, quotations, documents."""
    figures = evaluation.figures
    groups = {
        "Answers": sorted(
            (one for one in figures if one.name in ANSWER_MEASURES), key=lambda one: ANSWER_MEASURES.index(one.name)
        ),
        "Quotations found": [one for one in figures if one.name.startswith("quotation ")],
        "Documents found": [
            one for one in figures if one.name not in ANSWER_MEASURES and not one.name.startswith("quotation ")
        ],
    }
    head = ("", "value", "0 to 1", "95 % interval", "n")
    return "".join(
        f"<div><h3>{title}</h3>{table(head, map(_figure_row, own), 'figures')}</div>"
        for title, own in groups.items()
        if own
    )


def configuration(evaluation: Evaluation) -> str:
    """Everything that the figures depend on, so that they can be had again."""
    settings = _mapping(evaluation.settings)
    versions = _mapping(evaluation.versions)
    size = f"{evaluation.documents:,} documents, {evaluation.passages:,} passages"
    about = {
        "data set": f"{evaluation.dataset} ({evaluation.dataset_kind})",
        "documents": size,
        "hash of the documents": evaluation.index_sha256 or "–",
        "index": evaluation.index or "–",
        "date": evaluation.date or "–",
        "took": f"{evaluation.seconds:,.0f} s",
    }
    parts = (("Measured", _mapping(about)), ("Settings", settings), ("Versions", versions))
    return (
        '<div class="about">'
        + "".join(f"<div><h3>{title}</h3>{body}</div>" for title, body in parts if body)
        + "</div>"
    )


def page(title: str, body: str) -> str:
    """One self-contained page: style and script within it, and no right to load anything."""
    style = (_STATIC / "report.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        f"<script>{_script()}</script>\n</body>\n</html>\n"
    )


def policy() -> str:
    """The Content-Security-Policy of the page: its own style and script, and nothing from elsewhere."""
    digest = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    allowed = f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _script() -> str:
    return (_STATIC / "report.js").read_text(encoding="utf-8")


def _figure_row(figure: Figure) -> tuple[str, ...]:
    name = figure.name.removeprefix("quotation ")
    meaning = meaning_of(name)
    label = f"{text(name)}<small>{text(meaning)}</small>" if meaning else text(name)
    ends = "–" if math.isnan(figure.low) else f"{number(figure.low)} to {number(figure.high)}"
    return label, f"<b>{number(figure.value)}</b>", _interval_bar(figure), ends, f"{figure.n:,}"


def _interval_bar(figure: Figure) -> str:
    """The interval on a scale from 0 to 1, for the eye; the numbers beside it say the same."""
    if math.isnan(figure.low) or math.isnan(figure.value):
        return ""
    low, width, at = (f"{100 * value:.1f}%" for value in (figure.low, figure.high - figure.low, figure.value))
    drawn = f'<i style="left:{low};width:{width}"></i><b style="left:{at}"></b>'
    return f'<span class="scale" aria-hidden="true">{drawn}</span>'


def _mapping(values: Mapping[str, Any]) -> str:
    rows = "".join(f"<dt>{text(name.replace('_', ' '))}</dt><dd>{text(value)}</dd>" for name, value in values.items())
    return f"<dl>{rows}</dl>" if rows else ""
