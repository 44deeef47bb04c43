"""An answer as the chat page shows it: quotations with markers, what they rest on, or a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus import Passage
from qa import Answer, Citation
from ui.markup import escape_markdown, source_link

__all__ = ["render_reply"]

NEAREST = 3
GLIMPSE = 220


def render_reply(answer: Answer) -> str:
    """The answer as HTML for a message of the chat, on one line, for Markdown leaves lines alone."""
    parts = [_searched_for(answer)]
    if answer.answered:
        quoted = "".join(_quotations(answer.citations))
        parts += [f"<blockquote>{quoted}</blockquote>", _sources(answer.citations), _foot(answer)]
    else:
        parts += [_refusal(answer), _nearest(answer)]
    return f'<div class="reply">{"".join(parts)}</div>'


def _searched_for(answer: Answer) -> str:
    if answer.searched_for.split() == answer.question.split():
        return ""
    return f'<p class="searched">Searched for: <em>{escape_markdown(answer.searched_for)}</em></p>'


@dataclass
class _Run:
    """A paragraph or an item of a list: what is quoted from one section without a break."""

    section: tuple[object, ...]
    listed: bool
    html: str


def _quotations(citations: Sequence[Citation]) -> Iterator[str]:
    """Sentences of one section run together; list items stay a list."""
    for (_, listed), runs in groupby(_runs(citations), key=lambda run: (run.section, run.listed)):
        if listed:
            yield "<ul>" + "".join(f"<li>{run.html}</li>" for run in runs) + "</ul>"
        else:
            yield "".join(f"<p>{run.html}</p>" for run in runs)


def _runs(citations: Sequence[Citation]) -> list[_Run]:
    runs: list[_Run] = []
    for citation in citations:
        section = _section(citation)
        for between, listed, text in _pieces(citation):
            goes_on = runs and (runs[-1].section, runs[-1].listed) == (section, listed)
            if not goes_on or _breaks(between) or (listed and not between):
                runs.append(_Run(section, listed, escape_markdown(text)))
            else:
                runs[-1].html += " " + escape_markdown(text)
        runs[-1].html += f"&nbsp;{_marker(citation)}"
    return runs


def _breaks(between: str) -> bool:
    """Whether another block begins after it: a blank line stands there, or a bullet or number."""
    return bool(between.strip()) or between.count("\n") > 1


def _pieces(citation: Citation) -> Iterator[tuple[str, bool, str]]:
    """The quote by sentences: what stands between it and the one before, whether in a list, its text."""
    end = citation.start
    for sentence in citation.passage.sentences:
        left, right = max(sentence.start, citation.start), min(sentence.end, citation.end)
        if left < right:
            yield (
                citation.passage.slice(end, left),
                sentence.kind in ("item", "row"),
                citation.passage.slice(left, right),
            )
            end = right
    if end == citation.start:
        yield "", False, citation.quote


def _sources(citations: Sequence[Citation]) -> str:
    """One line for each section that is cited, with all the markers that lead there."""
    places: dict[tuple[object, ...], list[Citation]] = {}
    for citation in citations:
        places.setdefault(_section(citation), []).append(citation)
    lines = (
        f'<li><span class="numbers">{" ".join(map(_marker, cited))}</span> '
        f"{_path(cited[0].passage)} {_where(cited)}</li>"
        for cited in places.values()
    )
    name = "Source" if len(places) == 1 else "Sources"
    return f'<div class="sources"><p class="label">{name}</p><ul>{"".join(lines)}</ul></div>'


def _path(passage: Passage) -> str:
    """Title and headings, from the outermost to the passage's own."""
    title, *headings = _titles(passage)
    steps = "".join(f' <span class="step">›</span> {escape_markdown(heading)}' for heading in headings)
    return f'<span class="title">{escape_markdown(title)}</span>{steps}'


def _where(cited: Sequence[Citation]) -> str:
    """The document, and where in it these citations of one page stand."""
    places = dict.fromkeys(citation.place for citation in cited if citation.place)
    return _place(cited[0].passage.document_id, cited[0].page, "; ".join(places))


def _place(document: str, page: int | None, place: str = "") -> str:
    parts = (escape_markdown(document), f"page {page}" if page else "", escape_markdown(place))
    return f'<span class="place">{", ".join(filter(None, parts))}</span>'


def _foot(answer: Answer) -> str:
    """What the calibrated probability promises, in words that need no statistics; and the copying."""
    share = round(answer.confidence * 100)
    level = 3 if share >= 85 else 2 if share >= 60 else 1
    words = ("Take with care", "Probably right", "Very likely right")[level - 1]
    odds = "nearly all" if share >= 99 else f"about {share} in 100"
    return (
        f'<div class="foot level{level}"><span class="meter"><i></i><i></i><i></i></span>'
        f"<span>{words}: of answers like this one, {odds} are right</span>"
        '<button type="button" class="copy">Copy</button></div>'
    )


def _refusal(answer: Answer) -> str:
    return f'<p class="refusal">{escape_markdown(answer.text)}</p>'


def _nearest(answer: Answer) -> str:
    passages = [hit.passage for hit in answer.hits[:NEAREST]]
    if not passages:
        return ""
    lines = (
        f'<li><a class="cite near" href="{_link(one, one.start, one.end)}">{_path(one)}</a> '
        f"{_place(one.document_id, one.page)}"
        f'<span class="glimpse">{escape_markdown(_glimpse(one.text))}</span></li>'
        for one in passages
    )
    label = "Nearest passages, which don\N{RIGHT SINGLE QUOTATION MARK}t answer it"
    return f'<div class="sources nearest"><p class="label">{label}</p><ul>{"".join(lines)}</ul></div>'


def _glimpse(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= GLIMPSE else text[:GLIMPSE].rsplit(" ", 1)[0] + " …"


def _marker(citation: Citation) -> str:
    where = escape_markdown(" › ".join(_titles(citation.passage)))
    link = _link(citation.passage, citation.start, citation.end)
    return f'<a class="cite" href="{link}" title="{where}">&#91;{citation.number}&#93;</a>'


def _link(passage: Passage, start: int, end: int) -> str:
    return escape_markdown(source_link(passage.document_id, start, end))


def _titles(passage: Passage) -> Iterable[str]:
    return dict.fromkeys((passage.title, *passage.headings))


def _section(citation: Citation) -> tuple[object, ...]:
    return citation.passage.document_id, citation.passage.headings, citation.page
