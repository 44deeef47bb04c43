"""The curves of an index that grows, as SVG that is readable in light and in dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from bench.grown import Growth

__all__ = ["draw_growth"]

# Drawn with a colour of its own each, which is another one where a reader's page is dark.
_COLOURS = {
    "ink": ("#010101", "#1d2426", "#e7e6e1"),
    "soft": ("#020202", "#566063", "#a6aeaf"),
    "line": ("#030303", "#e2dfd7", "#33393c"),
    "first": ("#040404", "#17605a", "#7fcfc2"),
    "second": ("#050505", "#b3561a", "#f0a35e"),
    "third": ("#060606", "#5a4fa3", "#b1a7f0"),
}
_INK, _SOFT, _LINE, *_SERIES = (drawn for drawn, _, _ in _COLOURS.values())
_STYLES, _MARKERS = ("-", "--", "-."), ("o", "s", "^")
_SETTINGS = {
    "svg.fonttype": "none", "svg.hashsalt": "the same picture twice", "font.size": 11, "font.family": "sans-serif",
    "axes.edgecolor": _SOFT, "axes.labelcolor": _INK, "axes.titlecolor": _INK, "axes.titlesize": 12,
    "axes.titlelocation": "left", "axes.spines.right": False, "axes.spines.top": False, "grid.color": _LINE,
    "legend.frameon": False, "lines.linewidth": 2, "text.color": _INK, "xtick.color": _SOFT, "ytick.color": _SOFT,
    "xtick.labelcolor": _INK, "ytick.labelcolor": _INK,
}  # fmt: skip

_Curve = tuple[str, Callable[[Growth], float]]
_QUESTION: tuple[_Curve, ...] = (
    ("95 in 100", lambda one: one.slow), ("half", lambda one: one.median), ("search alone", lambda one: one.search),
)  # fmt: skip
_WAITING: tuple[_Curve, ...] = (
    ("one document changed", lambda one: one.changed), ("all files copied", lambda one: one.copied),
    ("index opened", lambda one: one.opened),
)  # fmt: skip
_DISK: tuple[_Curve, ...] = (
    ("tokens", lambda one: one.tokens / 1e9), ("vectors", lambda one: one.vectors / 1e9),
    ("texts and words", lambda one: one.texts / 1e9),
)  # fmt: skip
_MEMORY: tuple[_Curve, ...] = (
    ("files, shared", lambda one: one.mapped / 1e6), ("its own", lambda one: one.memory / 1e6),
)  # fmt: skip
_PANELS = (
    ("growth-question.svg", "A question is answered within (ms)", _QUESTION),
    ("growth-waiting.svg", "Seconds until …", _WAITING),
    ("growth-disk.svg", "On disk (GB)", _DISK),
    ("growth-memory.svg", "In memory of one process (MB)", _MEMORY),
)


def draw_growth(measured: Sequence[Growth], folder: Path) -> None:
    """Write a file for each of what is asked of time, waiting, disk and memory."""
    import matplotlib
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(_SETTINGS):
        for name, title, curves in _PANELS:
            figure = Figure((420 / 72, 270 / 72), dpi=72, layout="constrained")
            _draw(figure.add_subplot(), title, curves, measured)
            (folder / name).write_text(_svg(figure, title), encoding="utf-8")


def _draw(axes: Any, title: str, curves: Sequence[_Curve], measured: Sequence[Growth]) -> None:
    from matplotlib.ticker import LogLocator

    sizes = [one.passages for one in measured]
    for place, (name, value) in enumerate(curves):
        style = {"color": _SERIES[place], "linestyle": _STYLES[place], "marker": _MARKERS[place]}
        axes.plot(sizes, [value(one) for one in measured], label=name, **style)
    axes.set_title(title)
    axes.set_xlabel("passages")
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.minorticks_off()
    axes.grid(axis="y", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.figure.legend(loc="outside lower center", ncols=len(curves), fontsize=10)


def _svg(figure: Any, title: str) -> str:
    """The figure with its colours as variables, and its text as text."""
    written = StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", written.getvalue(), flags=re.DOTALL)
    light, dark = (
        " ".join(f"--{name}: {colours[place]};" for name, colours in _COLOURS.items()) for place in (1, 2)
    )
    for name, (drawn, _, _) in _COLOURS.items():
        text = text.replace(drawn, f"var(--{name})")
    style = f"<style>svg {{ {light} }} @media (prefers-color-scheme: dark) {{ svg {{ {dark} }} }}</style>"
    opened = text.index(">", text.index("<svg")) + 1
    text = f"{text[:opened]}<title>{title}</title>{style}{text[opened:]}"
    return re.sub(r"[ \t]*\n\s*", "\n", text)
