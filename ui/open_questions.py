"""The questions that the documents leave open, as a page shows them."""

from __future__ import annotations

from collections.abc import Iterator

from index import Hit
from qa.gaps import Asked, Gap, Gaps
from ui.markup import escape, source_link
from ui.texts import text

__all__ = ["render_gaps"]

OTHERS, GLIMPSE = 8, 220


def render_gaps(gaps: Gaps, home: str) -> str:
    """The gaps as HTML, biggest first; `home` is the path of the chat, "/" at the end."""
    times = sum(gap.times for gap in gaps.gaps)
    lead = text("gaps.lead", gaps=text("gaps.gaps", count=len(gaps.gaps)), times=text("gaps.times", count=times))
    more = " " + text("gaps.left_out", count=gaps.left_out) if gaps.left_out else ""
    items = "".join(f'<li class="gap">{"".join(_parts(gap, home))}</li>' for gap in gaps.gaps)
    return f'<p class="lead">{lead}{more}</p>\n<ol class="gaps">{items}</ol>'


def _parts(gap: Gap, home: str) -> Iterator[str]:
    yield f"<h2>{escape(gap.question)}</h2>"
    yield f'<p class="counts"><b>{text("gaps.times", count=gap.times)}</b> {_counts(gap)} · {_days(gap)}</p>'
    others = gap.asked[1:]
    if others:
        left = len(others) - OTHERS
        more = f"<li>{text('gaps.more_like', count=left)}</li>" if left > 0 else ""
        yield f'<p class="label">{text("gaps.also_asked")}</p><ul>{"".join(map(_other, others[:OTHERS]))}{more}</ul>'
    if gap.words:
        said = "".join(f"<li>{escape(word)}</li>" for word in gap.words)
        yield f'<p class="label">{text("gaps.said")}</p><ul>{said}</ul>'
    if gap.nearest:
        near = "".join(_near(hit, home) for hit in gap.nearest)
        yield f'<p class="label">{text("gaps.nearest")}</p><ul class="nearest">{near}</ul>'


def _counts(gap: Gap) -> str:
    return ", ".join(
        text(name, count=count)
        for count, name in ((gap.refused, "gaps.refused"), (gap.wrong, "gaps.wrong"))
        if count
    )


def _days(gap: Gap) -> str:
    first, last = (f'<time datetime="{escape(day)}">{escape(day)}</time>' for day in (gap.dates[0], gap.dates[-1]))
    return first if first == last else text("gaps.from_to", first=first, last=last)


def _other(one: Asked) -> str:
    again = f" <small>{text('gaps.times', count=one.times)}</small>" if one.times > 1 else ""
    return f"<li>{escape(one.question)}{again}</li>"


def _near(hit: Hit, home: str) -> str:
    passage = hit.passage
    link = home + source_link(passage.document_id, passage.start, passage.end)
    path = " › ".join(dict.fromkeys((passage.title, *passage.headings)))
    return (
        f'<li><a href="{escape(link)}" target="_blank" rel="noopener">{escape(path)}</a>'
        f"<span>{escape(_glimpse(passage.text))}</span></li>"
    )


def _glimpse(passage: str) -> str:
    words = " ".join(passage.split())
    return words if len(words) <= GLIMPSE else words[:GLIMPSE].rsplit(" ", 1)[0] + " …"
