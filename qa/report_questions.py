"""The questions of a report: a row for each, which opens to what was expected beside what came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qa.evaluation import Evaluation, Excerpt, Expected, Outcome
from qa.report_parts import cut, number, text

__all__ = ["Pair", "compared_questions", "evaluated_questions"]

# A report of thousands of questions must still open at once: they share this many characters.
_ROOM, _SHORTEST, _LONGEST = 3_600_000, 90, 400
_SHOWN, _WORST_FIRST = 5, ("wrongly answered", "wrong", "wrongly refused", "right", "rightly refused")
_WORDS, _WIDE = ("verdict", "result", "kind"), ' class="words"'
Pair = tuple[Outcome, Outcome, float]


def evaluated_questions(evaluation: Evaluation, measure: str | None) -> str:
    """HTML of the table of all questions, worst first; `measure` is the one that has a column."""
    outcomes = sorted(evaluation.outcomes, key=lambda one: _badness(one, measure))
    limit = _limit(len(outcomes))
    has_answers = any(one.verdict for one in outcomes)
    has_kinds = any(one.kind for one in outcomes)
    head = [
        "question",
        *(["verdict", "confidence"] if has_answers else []),
        *([measure] if measure else []),
        "first rank",
    ]
    head += [*(["kind"] if has_kinds else []), "ms"]
    rows = []
    for one in outcomes:
        cells = [_verdict_cell(one), _number_cell(one.confidence, 2)] if has_answers else []
        cells += [_number_cell(one.measures.get(measure))] if measure else []
        cells += [
            _rank_cell(one),
            *([f"<td>{text(one.kind)}</td>"] if has_kinds else []),
            _number_cell(one.milliseconds, 0),
        ]
        rows.append(_row(one, one.verdict or "", _named(head, cells), _opened(one, limit)))
    return _table(head, rows, Counter(one.verdict for one in outcomes if one.verdict))


def compared_questions(pairs: Sequence[Pair], labels: tuple[str, str], measure: str) -> str:
    """HTML of the table of all questions that two evaluations share, the worst losses first.

    A pair is the outcome of the first and of the second, and the second's value of `measure` less the first's.
    """
    limit = _limit(2 * len(pairs))
    ordered = sorted(pairs, key=lambda pair: pair[2])
    head = ["question", "result", *(f"{measure} of {label}" for label in "AB"), "B − A"]
    rows, results = [], []
    for first, second, difference in ordered:
        result = "win" if difference > 0 else "loss" if difference < 0 else "tie"
        results.append(result)
        cells = [f'<td><span class="verdict {result}">{result}</span></td>']
        cells += [_number_cell(one.measures.get(measure)) for one in (first, second)]
        cells.append(f'<td data-v="{difference:.6f}">{difference:+.3f}</td>')
        came = _came(first, limit, f"A: {labels[0]}", True) + _came(second, limit, f"B: {labels[1]}", True)
        rows.append(
            _row(
                second,
                result,
                _named(head, cells),
                f'{_asked(second, limit)}<div class="beside">{_expected(first, limit)}{came}</div>',
            )
        )
    return _table(head, rows, Counter(results))


def _limit(outcomes: int) -> int:
    """How many characters of each text are shown."""
    return max(_SHORTEST, min(_LONGEST, _ROOM // max(1, outcomes) // (2 * _SHOWN + 1)))


def _badness(outcome: Outcome, measure: str | None) -> tuple[int, float]:
    place = _WORST_FIRST.index(outcome.verdict) if outcome.verdict in _WORST_FIRST else 0
    return place, outcome.measures.get(measure or "", 0.0)


def _table(head: Sequence[str], rows: Sequence[str], kinds: Counter[str]) -> str:
    columns = "".join(f'<th scope="col"{_WIDE if name in _WORDS else ""}>{text(name)}</th>' for name in head)
    order = {name: place for place, name in enumerate((*_WORST_FIRST, "loss", "tie", "win"))}
    buttons = "".join(
        f'<button type="button" data-kind="{text(name)}" aria-pressed="false">{text(name)} {kinds[name]:,}</button>'
        for name in sorted(kinds, key=lambda name: order.get(name, len(order)))
    )
    return (
        '<div class="filter" hidden>'
        '<label>Find <input type="search" placeholder="words, a document"></label>'
        f'<div class="kinds" role="group" aria-label="Show only">{buttons}</div><output></output></div>'
        f'<table class="questions"><thead><tr>{columns}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def _named(head: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    """The cells with their columns' names on them, for where a narrow screen has no columns."""
    for name, cell in zip(head[1:], cells, strict=True):
        yield cell.replace("<td", f'<td{_WIDE if name in _WORDS else ""} data-name="{text(name)}"', 1)


def _row(outcome: Outcome, kind: str, cells: Iterable[str], opened: str) -> str:
    return (
        f'<tr data-kind="{text(kind)}"><td><details><summary dir="auto">{text(cut(outcome.question, 300))}</summary>'
        f'<div class="opened">{opened}</div></details></td>{"".join(cells)}</tr>\n'
    )


def _opened(outcome: Outcome, limit: int) -> str:
    values = " · ".join(f"{text(name)} {value:.3g}" for name, value in outcome.measures.items())
    return (
        f'{_asked(outcome, limit)}<div class="beside">{_expected(outcome, limit)}{_came(outcome, limit)}'
        f"<div>{_nearest(outcome, limit)}</div></div>"
        f""
        f'<p class="values">{values}</p>'
    )


def _asked(outcome: Outcome, limit: int) -> str:
    said = [f"<dt>after</dt><dd>{text(cut(' / '.join(outcome.earlier), limit))}</dd>"] if outcome.earlier else []
    if outcome.searched_for and outcome.searched_for != outcome.question:
        said.append(f"<dt>searched for</dt><dd>{text(cut(outcome.searched_for, limit))}</dd>")
    said.append(f"<dt>id</dt><dd>{text(outcome.id)}</dd>")
    return f'<dl class="asked">{"".join(said)}</dl>'


def _expected(outcome: Outcome, limit: int) -> str:
    if not outcome.answerable:
        return "<div><h4>Expected</h4><p>No answer: the documents do not say.</p></div>"
    items = [_expectation(one, limit) for one in sorted(outcome.expected, key=lambda one: -one.grade)[:_SHOWN]]
    more = len(outcome.expected) - len(items)
    rest = f"<p>and {more} more</p>" if more else ""
    return f"<div><h4>Expected</h4>{''.join(items)}{rest}</div>"


def _expectation(one: Expected, limit: int) -> str:
    found = f"found at {one.rank}" if one.rank else "not among the first 100"
    if one.ranges:
        found += f"; its passage at {one.passage_rank}" if one.passage_rank else "; its passage not found"
    grade = f", grade {one.grade}" if one.grade != 1 else ""
    said = _quote(one.quote or one.text, limit)
    return f'{said}<p class="from">{text(one.document)}{grade}: {found}</p>'


def _came(outcome: Outcome, limit: int, title: str = "Came", with_nearest: bool = False) -> str:
    said = f"<h4>{text(title)}</h4>"
    if outcome.verdict:
        sure = f", confidence {number(outcome.confidence, 2)}" if outcome.confidence is not None else ""
        said += f'<p><span class="verdict {_slug(outcome.verdict)}">{text(outcome.verdict)}</span>{sure}</p>'
        said += "" if outcome.cited else "<p>Refused: nothing was quoted.</p>"
    elif not with_nearest:
        return ""
    said += "".join(f'{_quote(one.text, limit)}<p class="from">{_place(one)}</p>' for one in outcome.cited[:_SHOWN])
    return f"<div>{said}{_nearest(outcome, limit) if with_nearest else ''}</div>"


def _nearest(outcome: Outcome, limit: int) -> str:
    items = "".join(_hit(one, _is_wanted(one, outcome.expected), limit) for one in outcome.found[:_SHOWN])
    return f"<h4>Nearest passages</h4><ol>{items}</ol>" if items else "<p>Nothing was found.</p>"


def _is_wanted(one: Excerpt, expected: Sequence[Expected]) -> bool:
    """Whether the passage holds a judged quotation, or is of a relevant document where only those were judged."""
    own = [each for each in expected if each.grade > 0 and each.document == one.document]
    return any(
        not each.ranges or any(one.start <= start and end <= one.end for start, end in each.ranges) for each in own
    )


def _hit(one: Excerpt, is_wanted: bool, limit: int) -> str:
    mark = ' class="wanted"' if is_wanted else ""
    said = f'<p dir="auto">{text(cut(one.text, limit))}</p>'
    return f'<li{mark}><p class="from"><b>{one.score:.3f}</b> {_place(one)}</p>{said}</li>'


def _quote(said: str, limit: int) -> str:
    return f'<blockquote dir="auto">{text(cut(said, limit))}</blockquote>' if said else ""


def _place(one: Excerpt) -> str:
    return f"{text(one.document)}:{one.start}–{one.end}"


def _verdict_cell(outcome: Outcome) -> str:
    return f'<td><span class="verdict {_slug(outcome.verdict)}">{text(outcome.verdict or "–")}</span></td>'


def _number_cell(value: float | None, digits: int = 3) -> str:
    return f'<td data-v="{-1 if value is None else value:.6g}">{number(value, digits)}</td>'


def _rank_cell(outcome: Outcome) -> str:
    """Where the first of what was wanted came: the quotation's passage, or else the document."""
    own = [one for one in outcome.expected if one.grade > 0]
    ranks = [one.passage_rank if one.ranges else one.rank for one in own]
    found = [rank for rank in ranks if rank is not None]
    if not own:
        return '<td data-v="0">–</td>'
    return f'<td data-v="{min(found)}">{min(found)}</td>' if found else '<td data-v="1000">none</td>'


def _slug(verdict: str | None) -> str:
    return (verdict or "").replace(" ", "-") if verdict in _WORST_FIRST else ""
