"""A calibration as one HTML file that needs nothing else: the promise, the curve, the questions."""

from __future__ import annotations

from qa.calibration import Calibration
from qa.calibration_words import asked_in_words, caution, percent, promise_in_words, spread
from qa.report_parts import number, page, plot_figure, section, table, text

__all__ = ["calibration_html"]


def calibration_html(calibration: Calibration, index: str) -> str:
    """A self-contained page about the calibration of the index in that folder."""
    title = f"At most {percent(calibration.promise)} of the answers wrong"
    size = f"{calibration.documents:,} documents in {calibration.passages:,} passages"
    grounds = "".join(f"<p>{text(said)}</p>" for said in (asked_in_words(calibration), caution(calibration)) if said)
    parts = [
        f"<header><p>Quid pro Quote</p><h1>{text(title)}</h1>"
        f"<p>{text(f'{index} · {size} · {calibration.date[:10]}')}</p></header>",
        section("Promise", f'<p class="verdict-line">{text(promise_in_words(calibration))}</p>'),
        section("Risk and coverage", f'<div class="plots">{_plot(calibration)}</div>'),
        section("Thresholds", _points(calibration), "What would come of answering from each of these confidences on."),
        section("Grounds", grounds),
        section("Measured how", _settings(calibration)),
    ]
    return page(f"{index}: calibration", "\n".join(parts))


def _plot(calibration: Calibration) -> str:
    from qa.plots import draw_promise

    total = sum(calibration.asked.values())
    points = [(one.answers / total, one.wrong / one.answers, one.bound) for one in calibration.curve]
    chosen = calibration.chosen
    at = (chosen.answers / total, chosen.wrong / chosen.answers)
    says = (
        f"How often answers are wrong if only the surest are given. The threshold of {calibration.threshold:.3f} "
        f"answers {at[0]:.0%} of the questions, and {at[1]:.1%} of these answers are wrong; the dashed line is how "
        f"many it may be, {calibration.sure:.0%} surely, and stays under the promise of {percent(calibration.promise)}."
    )
    return plot_figure("What each threshold costs", draw_promise(points, calibration.promise, at, says), says)


def _points(calibration: Calibration) -> str:
    total = sum(calibration.asked.values())
    rows = []
    for one in spread(calibration.curve, calibration.chosen):
        said = number(one.confidence)
        shares = (f"{one.answers / total:.0%}", f"{one.wrong / one.answers:.1%}", f"{one.bound:.1%}")
        first = f"<b>{said}</b> the threshold" if one == calibration.chosen else said
        rows.append((first, str(one.answers), *shares))
    return table(("from confidence", "answers", "of the questions", "wrong", "surely at most"), rows)


def _settings(calibration: Calibration) -> str:
    about = {"model": calibration.model, "confidence found by": calibration.version, **calibration.settings}
    rows = "".join(f"<dt>{text(name.replace('_', ' '))}</dt><dd>{text(value)}</dd>" for name, value in about.items())
    return f'<div class="about"><div><dl>{rows}</dl></div></div>'
