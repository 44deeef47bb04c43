"""An evaluation, or a comparison of several, as one HTML file that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa.comparing import Comparison, compare, decisive_measure, format_p, same_questions, verdict_in_words
from qa.evaluation import Evaluation
from qa.report_parts import configuration, figure_tables, number, page, section, table, text
from qa.report_plots import comparison_plots, evaluation_plots
from qa.report_questions import Pair, compared_questions, evaluated_questions

__all__ = ["comparison_html", "report_html"]

_VERDICTS = {
    "right": "answered, with a right citation",
    "rightly refused": "refused, and the documents do not say",
    "wrongly refused": "refused, though the documents say",
    "wrong": "answered, without a right citation",
    "wrongly answered": "answered, though the documents do not say",
}


def report_html(evaluation: Evaluation) -> str:
    """A self-contained page: figures, plots, every question, and what it was made with."""
    problems = "".join(f"<li>{text(one)}</li>" for one in (*evaluation.notes, *evaluation.left_out))
    measure = _own_measure(evaluation)
    parts = [
        _header(evaluation.label, _headline(evaluation)),
        _verdicts(evaluation),
        section("Figures", f'<div class="groups">{figure_tables(evaluation)}</div>', _SURE),
        section("Plots", _plots(evaluation_plots(evaluation))),
        section("Left out, and notes", f"<ul>{problems}</ul>" if problems else ""),
        section(
            "Questions",
            evaluated_questions(evaluation, measure),
            "Worst first. Open one to see what was expected beside what came.",
        ),
        section("Measured how", configuration(evaluation)),
    ]
    return page(f"{evaluation.label}: evaluation", "\n".join(parts))


def comparison_html(evaluations: Sequence[Evaluation], measure: str | None = None) -> str:
    """A self-contained page that compares evaluations of the same questions, decided by `measure`.

    Labels must differ. NotComparable where they share no question, or not the measure.
    """
    shared, warning = same_questions(evaluations)
    measure = measure or decisive_measure(evaluations)
    comparisons = compare(shared, measure)
    first, second = _of_interest(shared, comparisons)
    chosen = next(one for one in comparisons if {one.first, one.second} == {first.label, second.label})
    pairs: list[Pair] = _paired(first, second, measure)
    labels = (first.label, second.label)
    verdict = f'<p class="verdict-line">{text(verdict_in_words(comparisons))}</p>'
    caution = f'<p class="caution">{text(warning)}</p>' if warning else ""
    each = "".join(f"<details><summary>{text(one.label)}</summary>{configuration(one)}</details>" for one in shared)
    parts = [
        _header(" against ".join(one.label for one in shared[:3]), f"{chosen.n:,} questions, decided by {measure}"),
        section("Verdict", verdict + caution + _grid(shared, measure) + _pairs(comparisons)),
        section("Plots", _plots(comparison_plots(shared, [chosen], [pair[2] for pair in pairs]))),
        section(
            "Every measure",
            _measures(first, second),
            f"A is {labels[0]}, B is {labels[1]}. Each p for itself: to look at, not to decide by.",
        ),
        section(
            "Questions",
            compared_questions(pairs, labels, measure),
            f"A is {labels[0]}, B is {labels[1]}. The worst losses of B come first.",
        ),
        section("Measured how", each),
    ]
    return page(f"{first.label} against {second.label}: comparison", "\n".join(parts))


_SURE = "Each with its 95 % confidence interval over n questions."


def _own_measure(evaluation: Evaluation) -> str | None:
    names = ("quotation nDCG@10", "nDCG@10")
    return next((name for name in names if evaluation.figure(name)), None)


def _header(title: str, line: str) -> str:
    return f"<header><p>Quid pro Quote</p><h1>{text(title)}</h1><p>{text(line)}</p></header>"


def _headline(evaluation: Evaluation) -> str:
    outcomes = evaluation.outcomes
    unanswerable = sum(not one.answerable for one in outcomes)
    counts = f"{len(outcomes):,} questions" + (f", {unanswerable:,} of them unanswerable" if unanswerable else "")
    date = f" · {evaluation.date[:10]}" if evaluation.date else ""
    return f"{counts} · {evaluation.documents:,} documents in {evaluation.passages:,} passages{date}"


def _verdicts(evaluation: Evaluation) -> str:
    """What became of the questions, as one bar with its legend."""
    counts = Counter(one.verdict for one in evaluation.outcomes if one.verdict)
    total = sum(counts.values())
    if not total:
        return ""
    present = [name for name in _VERDICTS if counts[name]]
    bar = "".join(f'<i class="{_slug(name)}" style="flex-grow:{counts[name]}"></i>' for name in present)
    legend = "".join(
        f'<li><i class="{_slug(name)}"></i><b>{counts[name] / total:.0%}</b> {name} '
        f"<small>{counts[name]:,} {_VERDICTS[name]}</small></li>"
        for name in present
    )
    return section(
        "What became of the questions",
        f'<div class="bar" aria-hidden="true">{bar}</div><ul class="legend">{legend}</ul>',
    )


def _plots(figures: str) -> str:
    return f'<div class="plots">{figures}</div>' if figures else ""


def _of_interest(shared: Sequence[Evaluation], comparisons: Sequence[Comparison]) -> tuple[Evaluation, Evaluation]:
    """Of two, both; of more, the first beside the one with the highest mean (or the next highest)."""
    means = {one.first: one.first_mean for one in comparisons} | {one.second: one.second_mean for one in comparisons}
    return shared[0], max(shared[1:], key=lambda one: means[one.label])


def _paired(first: Evaluation, second: Evaluation, measure: str) -> list[Pair]:
    """The outcomes of the questions that have the measure in both, and the second's value less the first's."""
    before = {(one.id, one.question, one.earlier): one for one in first.outcomes if measure in one.measures}
    return [
        (old, one, one.measures[measure] - old.measures[measure])
        for one in second.outcomes
        if measure in one.measures and (old := before.get((one.id, one.question, one.earlier)))
    ]


def _grid(shared: Sequence[Evaluation], measure: str) -> str:
    usual = ("Recall@10", "RR", "right", "correct", "ECE")
    names = [name for name in usual if name != measure and any(one.figure(name) for one in shared)]
    rows = []
    for one in shared:
        main = one.figure(measure)
        ends = f"{number(main.low)} to {number(main.high)}" if main else "–"
        others = (one.figure(name) for name in names)
        rows.append(
            (text(one.label), f"<b>{number(main and main.value)}</b>", ends, *(number(o and o.value) for o in others))
        )
    return table(("", text(measure), "95 % interval", *map(text, names)), rows)


def _pairs(comparisons: Sequence[Comparison]) -> str:
    corrected = "p (Holm)" if len(comparisons) > 1 else "p"
    head = ("", "difference", "95 % interval", corrected, "wins", "ties", "losses", "detectable")
    return table(head, [(f"{text(one.second)} − {text(one.first)}", *_pair_cells(one)) for one in comparisons])


def _pair_cells(one: Comparison) -> tuple[str, ...]:
    ends = f"{one.low:+.3f} to {one.high:+.3f}"
    counts = (str(one.wins), str(one.ties), str(one.losses))
    return (
        f"<b>{one.difference:+.3f}</b>",
        ends,
        text(format_p(one.p_adjusted)),
        *counts,
        number(one.detectable or None),
    )


def _measures(first: Evaluation, second: Evaluation) -> str:
    names = dict.fromkeys(name for one in first.outcomes for name in one.measures)
    theirs = {name for one in second.outcomes for name in one.measures}
    rows = []
    for name in names:
        if name in theirs:
            one = compare([first, second], name)[0]
            ends = f"{one.low:+.3f} to {one.high:+.3f}"
            means = (number(one.first_mean), number(one.second_mean), f"{one.difference:+.3f}")
            rows.append((text(name), *means, ends, text(format_p(one.p)), str(one.n)))
    return table(("", "A", "B", "B − A", "95 % interval", "p alone", "n"), rows)


def _slug(verdict: str) -> str:
    return verdict.replace(" ", "-")
