"""An answer as the chat page shows it: quotations with markers, what they rest on, or a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


def _quotations(citations: Sequence[Citation]) -> Iterator[str]:
    """Sentences of one section run together; list items stay a list."""
    for (_, kind), group in groupby(citations, key=lambda one: (_section(one.passage), _kind(one))):
        quoted = [f"{escape_markdown(one.quote)}&nbsp;{_marker(one)}" for one in group]
        if kind in ("item", "row"):
            yield "<ul>" + "".join(f"<li>{one}</li>" for one in quoted) + "</ul>"
        else:
            yield f"<p>{' '.join(quoted)}</p>"


def _sources(citations: Sequence[Citation]) -> str:
    """One line for each section that is cited, with all the markers that lead there."""
    places: dict[tuple[object, ...], list[Citation]] = {}
    for citation in citations:
        places.setdefault(_section(citation.passage), []).append(citation)
    lines = (
        f'<li><span class="numbers">{" ".join(map(_marker, cited))}</span> '
        f"{_path(cited[0].passage)} {_place(cited[0].passage)}</li>"
        for cited in places.values()
    )
    name = "Source" if len(places) == 1 else "Sources"
    return f'<div class="sources"><p class="label">{name}</p><ul>{"".join(lines)}</ul></div>'


def _path(passage: Passage) -> str:
    """Title and headings, from the outermost to the passage's own."""
    title, *headings = _titles(passage)
    steps = "".join(f' <span class="step">›</span> {escape_markdown(heading)}' for heading in headings)
    return f'<span class="title">{escape_markdown(title)}</span>{steps}'


def _place(passage: Passage) -> str:
    page = f", page {passage.page}" if passage.page else ""
    return f'<span class="place">{escape_markdown(passage.document_id)}{page}</span>'


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
        f'<li><a class="cite near" href="{_link(one, one.start, one.end)}">{_path(one)}</a> {_place(one)}'
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


def _section(passage: Passage) -> tuple[object, ...]:
    return passage.document_id, passage.headings, passage.page


def _kind(citation: Citation) -> str:
    """The kind of block that the citation begins in."""
    kinds = (s.kind for s in citation.passage.sentences if s.start <= citation.start < s.end)
    return next(kinds, "paragraph")
