"""Numbers and dates of a spreadsheet's cells as a person reads them: '12.5%', '$1,234.50', '2024-03-05'.

Formats as ECMA-376 part 1, 18.8.31 describes them, without colours, conditions and alignment. Days
are written as ISO 8601 does, since how a cell shows them depends on whose machine it is.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

__all__ = ["shown_date", "shown_number"]

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<core>[0#?.,])|(?P<power>[eE][+-]0+)|(?P<other>.)",
    re.DOTALL,
)
_NOT_IN_DATES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_MOST_DECIMALS = 15


class _Format(NamedTuple):
    before: str
    core: str
    after: str
    power: bool


def shown_number(value: int | float, number_format: str) -> str:
    """A number as its cell shows it; a minus sign stands before negative ones whatever the format."""
    section = number_format.split(";")[0]
    form = _parsed(section)
    if not form.core or "general" in section.lower() or "/" in section or section == "@":
        return _general(value)
    whole, _, decimals = form.core.partition(".")
    scale = len(whole) - len(whole.rstrip(",")) if "." not in form.core else 0
    number = abs(value) * (100 if "%" in form.before + form.after else 1) / 1000**scale
    places = min(_MOST_DECIMALS, len(decimals.rstrip(",")))
    if form.power:
        return f"{'-' if value < 0 else ''}{form.before}{number:.{places}E}{form.after}".strip()
    text = f"{_rounded(number, places):{',' if ',' in whole.rstrip(',') else ''}f}"
    text = _without_optional_zeros(text, decimals).zfill(whole.count("0"))
    sign = "-" if value < 0 and re.search("[1-9]", text) else ""
    return f"{sign}{form.before}{text}{form.after}".strip()


def shown_date(value: dt.datetime | dt.date | dt.time | dt.timedelta, number_format: str) -> str:
    """A day as '2024-03-05', with its time if the cell shows one; a month or a year where the cell shows no day."""
    shown = _NOT_IN_DATES.sub("", number_format).lower()
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    if isinstance(value, dt.datetime):
        value = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
        if "d" not in shown and "y" not in shown and ("h" in shown or "s" in shown):
            return shown_date(value.time(), number_format)
    if "y" in shown and "d" not in shown and "h" not in shown:
        if "m" not in shown:
            return f"{value.year}"
        return value.strftime("%B %Y" if "mmmm" in shown else "%b %Y" if "mmm" in shown else "%Y-%m")
    if isinstance(value, dt.datetime) and (value.time() != dt.time() or "h" in shown):
        return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")
    return value.strftime("%Y-%m-%d")


@lru_cache(maxsize=1000)
def _parsed(section: str) -> _Format:
    before, core, after, power = "", "", "", False
    for token in _TOKEN.finditer(section):
        kind, text = token.lastgroup, token.group(token.lastgroup) if token.lastgroup else ""
        if kind == "core" and not after:
            core += text
        elif kind == "power":
            power = True
        elif core:
            after += text
        elif kind != "core":
            before += text
    return _Format(before, core, after, power)


def _general(value: int | float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.15g}"


def _rounded(number: float, places: int) -> Decimal:
    """Half goes up, as in spreadsheets; what binary fractions add behind the fifteenth digit is dropped first."""
    exact = Decimal(f"{number:.15g}")
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=400))


def _without_optional_zeros(text: str, decimals: str) -> str:
    """The digits without the zeros at the end that a format such as '0.##' leaves out."""
    if not decimals or "." not in text:
        return text
    least = len(decimals.rstrip("#?,"))
    whole, _, fraction = text.partition(".")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
