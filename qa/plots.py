"""Plots as SVG to stand within a page (this file alone imports matplotlib).

They take the page's colours: every colour is a CSS variable, the background is transparent and
the text is text, so that they are readable in light, in dark and on paper, and can be searched.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from io import StringIO
from threading import Lock
from typing import Any

from qa.answer_measures import Bin, RiskPoint

__all__ = ["Line", "draw_differences", "draw_lines", "draw_promise", "draw_reliability", "draw_risk_coverage"]

# Drawn with a colour of its own each, which then becomes the variable of that name.
_VARIABLES = {
    "ink": "#010101",
    "soft": "#020202",
    "line": "#030303",
    "good": "#040404",
    "bad": "#050505",
    "series-1": "#060606",
    "series-2": "#070707",
    "series-3": "#080808",
    "series-4": "#090909",
}
_SERIES = ("series-1", "series-2", "series-3", "series-4")
_STYLES, _MARKERS = ("-", "--", "-.", ":"), ("o", "s", "^", "D")
_WIDTH, _HEIGHT = 340 / 72, 270 / 72
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "the same picture twice",
    "font.size": 11,
    "axes.edgecolor": _VARIABLES["soft"],
    "axes.labelcolor": _VARIABLES["ink"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": _VARIABLES["line"],
    "legend.frameon": False,
    "lines.linewidth": 2,
    "text.parse_math": False,
    "text.color": _VARIABLES["ink"],
    "xtick.color": _VARIABLES["soft"],
    "xtick.labelsize": 10,
    "ytick.color": _VARIABLES["soft"],
    "ytick.labelsize": 10,
}
# matplotlib's settings are the whole process's.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Line:
    """A named line through points; `bars` are (x, y, low, high) where an interval is known."""

    name: str
    points: Sequence[tuple[float, float]]
    bars: Sequence[tuple[float, float, float, float]] = ()


def draw_risk_coverage(curves: Sequence[tuple[str, Sequence[RiskPoint], float | None]], alternative: str) -> str:
    """SVG of the share wrong over the share answered, for each (name, curve, threshold).

    A ring marks the threshold, where the curve ends: what lies beyond was refused.
    """
    with _figure() as figure:
        axes = _axes(figure, "questions answered", "answers that are wrong")
        _as_shares(axes.xaxis, axes.yaxis)
        axes.set_xlim(0, 1)
        top = max((point.risk for _, curve, _ in curves for point in curve), default=0.0)
        axes.set_ylim(0, max(0.1, top * 1.25))
        for place, (name, curve, threshold) in enumerate(curves):
            colour = _colour(place)
            xs, ys = [point.coverage for point in curve], [point.risk for point in curve]
            axes.plot(xs, ys, color=colour, linestyle=_STYLES[place % 4], label=_readable(name), drawstyle="steps-post")
            if curve and threshold is not None:
                ring = {"fillstyle": "none", "markersize": 10, "markeredgewidth": 2, "clip_on": False}
                axes.plot(xs[-1], ys[-1], "o", color=colour, **ring)
            if curve and threshold is not None and len(curves) == 1:
                axes.axvline(xs[-1], color=_VARIABLES["soft"], linewidth=1, linestyle=":")
                side, shift = ("right", -5) if xs[-1] > 0.5 else ("left", 5)
                top = axes.get_ylim()[1]
                _note(axes, f"threshold {threshold:g}", (xs[-1], top), (shift, -3), ha=side, va="top")
        _legend(axes, len(curves))
        return _svg(figure, alternative)


def draw_promise(
    points: Sequence[tuple[float, float, float]], promise: float, at: tuple[float, float], alternative: str
) -> str:
    """SVG of (share answered, share wrong, what that may be): a line and a dashed one, and the promise above.

    A ring at the point `at`, of the first two, marks the threshold.
    """
    with _figure() as figure:
        axes = _axes(figure, "questions answered", "answers that are wrong")
        _as_shares(axes.xaxis, axes.yaxis)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(2.5 * promise, 1.15 * max(risk for _, risk, _ in points)))
        xs, risks, bounds = zip(*points, strict=True)
        axes.plot(xs, risks, color=_colour(0), drawstyle="steps-post")
        axes.plot(xs, bounds, color=_colour(0), linestyle="--", linewidth=1, drawstyle="steps-post")
        axes.axhline(promise, color=_VARIABLES["bad"], linewidth=1)
        style = {"ha": "right", "va": "bottom", "color": _VARIABLES["bad"]}
        _note(axes, f"promised: {100 * promise:.3g} %", (1, promise), (-2, 3), **style)
        axes.axvline(at[0], color=_VARIABLES["soft"], linewidth=1, linestyle=":")
        axes.plot(*at, "o", color=_colour(0), fillstyle="none", markersize=10, markeredgewidth=2, clip_on=False)
        return _svg(figure, alternative)


def draw_reliability(bins: Sequence[Bin], intervals: Sequence[tuple[float, float]], alternative: str) -> str:
    """SVG of the share right over the confidence, and below it how many answers each bin has.

    `intervals` are the 95 % intervals of the bins' shares.
    """
    with _figure() as figure:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        _plain(upper, "", "answers that are right")
        _plain(lower, "confidence", "answers")
        upper.plot([0, 1], [0, 1], color=_VARIABLES["soft"], linewidth=1, linestyle="--")
        _note(upper, "as promised", (0.2, 0.2), (4, -4), va="top", color=_VARIABLES["soft"])
        for one, (low, high) in zip(bins, intervals, strict=True):
            upper.plot([one.confidence] * 2, [low, high], color=_colour(0), linewidth=1.5)
            _note(lower, str(one.answers), ((one.low + one.high) / 2, one.answers), (0, 1), ha="center", va="bottom")
        upper.plot([one.confidence for one in bins], [one.right for one in bins], "o", color=_colour(0), markersize=7)
        lower.bar([(one.low + one.high) / 2 for one in bins], [one.answers for one in bins], 0.09, color=_colour(0))
        lower.set_ylim(0, 1.45 * max((one.answers for one in bins), default=1))
        lower.grid(False)
        lower.set_yticks([])
        upper.set_ylim(-0.02, 1.04)
        lower.set_xlim(0, 1)
        _as_shares(upper.yaxis, lower.xaxis)
        return _svg(figure, alternative)


def draw_lines(lines: Sequence[Line], across: str, up: str, alternative: str) -> str:
    """SVG of lines of shares, 0 to 1, over a rank from 1 on, which is drawn on a logarithmic scale."""
    with _figure() as figure:
        axes = _axes(figure, across, up)
        axes.set_xscale("log")
        axes.set_xticks([1, 2, 5, 10, 20, 50, 100], ["1", "2", "5", "10", "20", "50", "100"])
        axes.minorticks_off()
        axes.set_ylim(0, 1.04)
        _as_shares(axes.yaxis)
        for place, line in enumerate(lines):
            colour = _colour(place)
            axes.plot(
                *zip(*line.points, strict=True), color=colour, linestyle=_STYLES[place % 4], label=_readable(line.name)
            )
            for x, y, low, high in line.bars:
                axes.plot([x, x], [low, high], color=colour, linewidth=1.5)
                axes.plot(x, y, _MARKERS[place % 4], color=colour, markersize=6)
        _legend(axes, len(lines), "lower right")
        return _svg(figure, alternative)


def draw_differences(differences: Sequence[float], up: str, alternative: str) -> str:
    """SVG of the questions' differences, largest first: wins above the line, losses below it."""
    ordered = sorted(differences, reverse=True)
    with _figure() as figure:
        axes = _axes(figure, "questions, from the largest win to the largest loss", up)
        ends = [place for place, value in enumerate(ordered) if place in (0, len(ordered) - 1) or value != 0]
        for name, wanted in (("good", 1), ("bad", -1)):
            own = [place for place in ends if ordered[place] * wanted > 0]
            heights = [ordered[place] for place in own]
            axes.fill_between(*_steps(own, heights), color=_VARIABLES[name], linewidth=0)
        axes.axhline(0, color=_VARIABLES["soft"], linewidth=1)
        axes.set_xlim(0, max(1, len(ordered)))
        most = max((abs(value) for value in ordered), default=0) or 1
        axes.set_ylim(-1.1 * most, 1.1 * most)
        axes.set_xticks([0, len(ordered)], ["0", str(len(ordered))])
        return _svg(figure, alternative)


def _steps(places: Sequence[int], heights: Sequence[float]) -> tuple[list[float], list[float]]:
    """The outline of bars that stand side by side, each one wide."""
    xs = [edge for place in places for edge in (place, place + 1)]
    return xs, [height for height in heights for _ in range(2)]


@contextmanager
def _figure() -> Iterator[Any]:
    import matplotlib
    from matplotlib.figure import Figure

    with _ONE_AT_A_TIME, matplotlib.rc_context(_SETTINGS):
        yield Figure((_WIDTH, _HEIGHT), dpi=72, layout="constrained")


def _axes(figure: Any, across: str, up: str) -> Any:
    return _plain(figure.add_subplot(), across, up)


def _plain(axes: Any, across: str, up: str) -> Any:
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(axis="y", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=3)
    return axes


def _as_shares(*axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    for one in axis:
        one.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        one.set_major_locator(MaxNLocator(5))


def _colour(place: int) -> str:
    return _VARIABLES[_SERIES[place % len(_SERIES)]]


def _note(axes: Any, text: str, at: tuple[float, float], shift: tuple[int, int], **style: Any) -> None:
    axes.annotate(text, at, shift, textcoords="offset points", fontsize=10, **style)


def _readable(name: str) -> str:
    """A name that fits a legend and has no characters that no font can show."""
    line = "".join(character if character.isprintable() else " " for character in name)
    # What begins with an underscore is left out of legends.
    return " " * line.startswith("_") + (line if len(line) <= 30 else line[:29] + "…")


def _legend(axes: Any, lines: int, place: str = "upper left") -> None:
    if lines > 1:
        axes.legend(loc=place, fontsize=10)


def _svg(figure: Any, alternative: str) -> str:
    """The figure to stand within HTML: no prologue, no ids that another plot has too."""
    written = StringIO()
    with warnings.catch_warnings():
        # Of characters that its fonts lack: the browser has others.
        warnings.simplefilter("ignore", UserWarning)
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    text = written.getvalue()
    text = text[text.index("<svg") :]
    # A style within an SVG would be the whole page's.
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = _own_ids(text, "p" + sha256(text.encode()).hexdigest()[:8])
    for name, colour in _VARIABLES.items():
        text = text.replace(colour, f"var(--{name})")
    text = re.sub(r"\s*\n\s*", "\n", text)
    box = re.search(r'viewBox="[^"]*"', text)
    opening = f'<svg {box[0] if box else ""} role="img" aria-label="{escape(alternative)}">'
    return opening + text[text.index(">") + 1 :]


def _own_ids(text: str, prefix: str) -> str:
    """Only the ids that are referred to, each made this plot's own."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))

    def renamed(match: re.Match[str]) -> str:
        return f' id="{prefix}-{match[1]}"' if match[1] in used else ""

    text = re.sub(r' id="([^"]*)"', renamed, text)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}-", text)
