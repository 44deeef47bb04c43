"""Evaluations and comparisons as a person reads them on a terminal, within 100 columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from qa.comparing import Comparison, format_p, losses, verdict_in_words
from qa.evaluation import Evaluation, Figure, Outcome
from qa.scoring import ANSWER_MEASURES, meaning_of

__all__ = [
    "format_comparison",
    "format_evaluation",
    "format_grid",
    "format_losses",
    "format_measures",
    "format_table",
    "format_worst",
    "wrap",
]

def format_evaluation(evaluation: Evaluation) -> str:
    """Every figure with its interval and number of questions, grouped by what was measured."""
    groups = {
        "Documents": [one for one in evaluation.figures if not _is_quotation(one) and one.name not in ANSWER_MEASURES],
        "Quotations": [one for one in evaluation.figures if _is_quotation(one)],
        "Answers": sorted(
            (one for one in evaluation.figures if _is_answer(evaluation, one)),
            key=lambda one: ANSWER_MEASURES.index(one.name),
        ),
    }
    lines = [_headline(evaluation), ""]
    for title, figures in groups.items():
        if figures:
            lines += [*format_table([(title, "", "95 % interval", "n", ""), *map(_figure_row, figures)], "<>>><"), ""]
    if not evaluation.figures:
        lines += ["Nothing to measure: no question is answerable, and answers were not asked for", ""]
    lines += [*_by_kind(evaluation.outcomes), _speed(evaluation)]
    return "\n".join(lines)


def format_grid(evaluations: Sequence[Evaluation], measure: str) -> str:
    """A lettered line for each configuration: the deciding measure with its interval, and others."""
    usual = [name for name in ("Recall@10", "RR", "right", "correct", "ECE") if name != measure]
    names = [name for name in usual if _says_something(evaluations[0], name)]
    rows = [("", "", measure, "95 % interval", *names, "ms")]
    for letter, one in zip(letters(evaluations), evaluations, strict=True):
        main = one.figure(measure)
        others = [one.figure(name) for name in names]
        rows.append(
            (
                letter,
                _cut(one.label, 40),
                *((f"{main.value:.3f}", _ends(main)) if main else ("-", "")),
                *(f"{other.value:.3f}" if other else "-" for other in others),
                f"{_quantile([outcome.milliseconds for outcome in one.outcomes], 0.5):.0f}",
            )
        )
    return "\n".join(format_table(rows, "<<>>" + ">" * (len(names) + 1)))


def format_comparison(comparisons: Sequence[Comparison], evaluations: Sequence[Evaluation]) -> str:
    """The pairs' differences with interval, p, and wins; then the verdict in words.

    Of many pairs only those with the best configuration are shown; all count for Holm's correction.
    """
    named = dict(zip((one.label for one in evaluations), letters(evaluations), strict=True))
    corrected = "p (Holm)" if len(comparisons) > 1 else "p"
    rows = [("", "difference", "95 % interval", corrected, "wins", "ties", "losses", "detectable")]
    rows += [_pair_row(f"{named[one.second]} - {named[one.first]}", one) for one in _shown(comparisons)]
    return "\n".join([*format_table(rows, "<>>>>>>>"), "", *wrap(verdict_in_words(comparisons))])


def format_measures(comparisons: Sequence[Comparison]) -> str:
    """Two configurations by every measure, each p for itself: to look at, not to decide by."""
    rows = [("Every measure", "A", "B", "B - A", "95 % interval", "p alone", "n")]
    for one in comparisons:
        means = (f"{one.first_mean:.3f}", f"{one.second_mean:.3f}", f"{one.difference:+.3f}")
        rows.append((f"  {one.measure}", *means, _signed_ends(one), format_p(one.p), str(one.n)))
    return "\n".join(format_table(rows, "<>>>>>>"))


def letters(evaluations: Sequence[object]) -> list[str]:
    """A, B, C ... for the configurations, in order; numbers where there are too many."""
    count = len(evaluations)
    return [chr(ord("A") + place) if count <= 26 else str(place + 1) for place in range(count)]


def format_losses(first: Evaluation, second: Evaluation, measure: str, most: int) -> str:
    """The questions on which the second lost most: what was expected, and what each found."""
    found = losses(first, second, measure)
    if not found or not most:
        return ""
    lines = [f"Where {second.label} is worse than {first.label}: {len(found)} questions, worst first"]
    for before, after, difference in found[:most]:
        lines += ["", *_asked(f"{difference:+.3f}", before)]
        lines += [_line(label, _came(one)) for label, one in ((first.label, before), (second.label, after))]
    return "\n".join(lines)


def format_worst(evaluation: Evaluation, most: int) -> str:
    """The questions that went wrong, surest mistakes first; without answers, those found last."""
    answered = any(one.verdict for one in evaluation.outcomes)
    rest = [one for one in evaluation.outcomes if one.measures]
    if answered:
        found = sorted(
            (one for one in rest if one.measures["correct"] == 0),
            key=lambda one: (not one.cited, -(one.confidence or 0)),
        )
    else:
        found = sorted((one for one in rest if one.measures["RR"] < 1), key=lambda one: one.measures["RR"])
    if not found or not most:
        return ""
    what = "not answered right, surest mistakes first" if answered else "not found at rank 1, lowest ranks first"
    lines = [f"{len(found)} of {len(rest)} questions were {what}"]
    for one in found[:most]:
        value = f"{one.confidence:.2f}" if answered else f"{one.measures['RR']:.3f}"
        lines += ["", *_asked(value, one), _line("found", _came(one))]
    return "\n".join(lines)


def format_table(rows: Sequence[Sequence[str]], alignment: str) -> Iterator[str]:
    """The rows as lines with aligned columns, two spaces between; `alignment` has < or > for each."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(alignment))]
    for row in rows:
        cells = (f"{cell:{side}{width}}" for cell, side, width in zip(row, alignment, widths, strict=True))
        yield "  ".join(cells).rstrip()


def wrap(text: str, hanging: int = 0) -> list[str]:
    """The text in lines of at most 100 columns."""
    import textwrap

    return textwrap.wrap(text, 100, subsequent_indent=" " * hanging, break_long_words=False)


def _pair_row(name: str, one: Comparison) -> tuple[str, ...]:
    detectable = f"{one.detectable:.3f}" if one.detectable > 0 else "-"
    counts = (str(one.wins), str(one.ties), str(one.losses))
    return name, f"{one.difference:+.3f}", _signed_ends(one), format_p(one.p_adjusted), *counts, detectable


def _signed_ends(one: Comparison) -> str:
    return f"{one.low:+.3f} to {one.high:+.3f}"


def _shown(comparisons: Sequence[Comparison]) -> Sequence[Comparison]:
    if len(comparisons) <= 6:
        return comparisons
    means = {one.first: one.first_mean for one in comparisons} | {one.second: one.second_mean for one in comparisons}
    best = max(means, key=means.__getitem__)
    return [one for one in comparisons if best in (one.first, one.second)]


def _asked(value: str, outcome: Outcome) -> Iterator[str]:
    """The question after its value, and what was expected."""
    yield from wrap(f"{value:<6}  {' '.join((*outcome.earlier, outcome.question))}", hanging=8)
    if not outcome.answerable:
        yield _line("expected", "no answer: the documents do not say")
    for one in [one for one in outcome.expected if one.grade > 0][:2]:
        yield _line("expected", f"{one.document}: {one.quote or one.text}")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _headline(evaluation: Evaluation) -> str:
    outcomes = evaluation.outcomes
    unanswerable = sum(not one.answerable for one in outcomes)
    counts = f"{len(outcomes)} questions" + (f" ({unanswerable} unanswerable)" if unanswerable else "")
    size = f"{evaluation.documents} documents, {evaluation.passages} passages"
    left_out = f"; {len(evaluation.left_out)} judgements left out" if evaluation.left_out else ""
    return f"{evaluation.label}: {counts} about {size}{left_out}"


def _figure_row(figure: Figure) -> tuple[str, ...]:
    name = figure.name.removeprefix("quotation ")
    value = "-" if math.isnan(figure.value) else f"{figure.value:.3f}"
    return f"  {name}", value, _ends(figure), str(figure.n), meaning_of(name)


def _ends(figure: Figure) -> str:
    return "" if math.isnan(figure.low) else f"{figure.low:.3f} to {figure.high:.3f}"


def _says_something(evaluation: Evaluation, name: str) -> bool:
    """Whether it was measured; and "correct" says no more than "right" where all are answerable."""
    wanted = (name, "rightly refused") if name == "correct" else (name,)
    return all(evaluation.figure(one) is not None for one in wanted)


def _is_answer(evaluation: Evaluation, figure: Figure) -> bool:
    return figure.name in ANSWER_MEASURES and _says_something(evaluation, figure.name)


def _is_quotation(figure: Figure) -> bool:
    return figure.name.startswith("quotation ")


def _by_kind(outcomes: Sequence[Outcome]) -> Iterator[str]:
    kinds = list(dict.fromkeys(one.kind for one in outcomes))
    if len(kinds) < 2:
        return
    measured = {name for one in outcomes for name in one.measures}
    search = "quotation nDCG@10" if "quotation nDCG@10" in measured else "nDCG@10"
    names = [name for name in (search, "right", "wrong", "wrongly refused", "rightly refused") if name in measured]
    rows = [("By kind", "n", *names)]
    for kind in kinds:
        own = [one for one in outcomes if one.kind == kind]
        rows.append((f"  {kind or '-'}", str(len(own)), *(_mean(own, name) for name in names)))
    yield from format_table(rows, "<" + ">" * (len(names) + 1))
    yield ""


def _mean(outcomes: Iterable[Outcome], name: str) -> str:
    values = [one.measures[name] for one in outcomes if name in one.measures]
    return f"{sum(values) / len(values):.3f}" if values else "-"


def _speed(evaluation: Evaluation) -> str:
    times = [one.milliseconds for one in evaluation.outcomes]
    what = "answer" if any(one.verdict for one in evaluation.outcomes) else "search 100 documents deep"
    middle, most = _quantile(times, 0.5), _quantile(times, 0.95)
    return f"Milliseconds to {what}: {middle:.1f} (median), {most:.1f} (95 % are below)"


def _quantile(values: Sequence[float], share: float) -> float:
    import numpy as np

    return float(np.quantile(values, share))


def _came(outcome: Outcome) -> str:
    if outcome.verdict and not outcome.cited:
        return f"refused (confidence {outcome.confidence:.2f}); nearest: {_place(outcome)}"
    if outcome.cited:
        return f"{outcome.verdict}: {outcome.cited[0].document}: {outcome.cited[0].text}"
    return _place(outcome)


def _place(outcome: Outcome) -> str:
    return f"{outcome.found[0].document}: {outcome.found[0].text}" if outcome.found else "nothing"


def _line(label: str, text: str) -> str:
    return _cut(f"        {_cut(label, 30)}: {' '.join(text.split())}", 100)
