"""Numbers with their units, and dates, as a sentence gives them; and whether two of them can both be right."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

__all__ = ["Quantity", "agree", "quantities"]

# What a number of each unit is in the first of its kind. Months and years are not exact: see _ROUGH.
_UNITS: dict[str, dict[str, float]] = {
    "length": {
        r"m|met(?:re|er)s?": 1, r"km|kilomet(?:re|er)s?": 1000, r"cm|centimet(?:re|er)s?": 0.01,
        r"mm|millimet(?:re|er)s?": 0.001, r"miles?|mi": 1609.344, r"feet|foot|ft": 0.3048,
        r"inch(?:es)?": 0.0254, r"yards?": 0.9144, r"nautical miles?": 1852,
    },
    "area": {
        r"(?:km|kilomet(?:re|er)s?)(?:²|2)|square (?:km|kilomet(?:re|er)s?)": 1e6, r"square miles?": 2589988.110336,
        r"hectares?|ha": 1e4, r"acres?": 4046.8564224, r"m²|square met(?:re|er)s?": 1,
        r"square (?:feet|foot)": 0.09290304,
    },
    "mass": {
        r"kg|kilo(?:gram)?s?": 1, r"g|grams?": 0.001, r"mg|milligrams?": 1e-6, r"tonnes?": 1000,
        r"pounds?|lbs?": 0.45359237, r"ounces?|oz": 0.028349523125,
    },
    "volume": {r"l|lit(?:re|er)s?": 1, r"ml|millilit(?:re|er)s?": 0.001},
    "duration": {
        r"seconds?|secs?": 1, r"minutes?|mins?": 60, r"hours?|hrs?": 3600, r"days?": 86400, r"weeks?": 604800,
        r"months?": 2629746, r"years?": 31556952, r"decades?": 315569520, r"centur(?:y|ies)": 3155695200,
    },
    "working days": {r"(?:working|business) days?": 1},
    "age": {r"years? old|years? of age": 1},
    "speed": {r"km/h|kph|kilomet(?:re|er)s? (?:per|an) hour": 1, r"mph|miles? (?:per|an) hour": 1.609344},
    "percentage points": {r"percentage points?": 1},
    "percent": {r"%|per ?cent": 1},
    "dollars": {r"(?:us )?dollars?|usd": 1},
    "euros": {r"euros?|eur": 1},
    "degrees": {r"°c|degrees celsius": 1},
}  # fmt: skip
_SIGNS = {"$": "dollars", "€": "euros", "£": "pounds sterling", "¥": "yen", "₩": "won"}
_WORDS = {
    name: value
    for value, name in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split(), 1
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
_TIMES = {"hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12}
_MONTHS = {name: place for place, name in enumerate(calendar.month_name) if name}

_ABOUT = (
    r"about|around|approximately|approx\.?|roughly|some|nearly|almost|circa|ca\.?|close to|an estimated|estimated|~"
)
_ABOVE = r"more than|over|at least|above|exceeding|upwards of|a minimum of|no less than|no fewer than|after|since|from"
_BELOW = (
    r"up to|at most|less than|fewer than|under|below|within|no more than|a maximum of|no later than|before|until|till"
    r"|by"
)
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?: (?:hundred|thousand|million|billion|trillion|dozen))?|"
    + "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")(?:-(?:" + "|".join(_WORDS) + "))?"
    + "(?: (?:hundred|thousand|million|billion|trillion|dozen))?"
)  # fmt: skip
_ALL_UNITS = "|".join(
    sorted((unit for units in _UNITS.values() for unit in units), key=lambda unit: (-unit.count(" "), -len(unit)))
)
_QUANTITY = re.compile(
    rf"(?<![\w.,:/-])(?:(?P<above>{_ABOVE}) |(?P<below>{_BELOW}) )?(?:(?P<about>{_ABOUT}) ?)?(?P<between>between )?"
    rf"(?P<sign>[$€£¥₩])?(?P<first>{_NUMBER})(?:(?(between) and |(?: to |–|-))(?P<second>{_NUMBER}))?"
    rf"(?:[ -]?(?P<unit>{_ALL_UNITS}))?(?!\w|[.,:/]\d|-[a-z]| ?[ap]\.?m\b)",
    re.IGNORECASE,
)
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"(?<![\w-])(?:(?P<above>after|since|from) |(?P<below>before|until|till|by) )?(?:in |on )?"
    rf"(?:(?P<about>{_ABOUT}) )?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH}),? (?P<year>[12]\d{{3}})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year2>[12]\d{{3}})"
    rf"|(?P<month3>{_MONTH}),? (?P<year3>[12]\d{{3}})"
    rf"|(?P<decade>[12]\d{{2}}0)s|(?P<year4>(?:1[0-9]|20)\d\d))(?!\w|[.,/-]\d| (?:{_ALL_UNITS})\b)",
)
# Before a number that counts nothing: it is a name.
_NAMED = re.compile(
    r"\b(?:chapter|section|article|figure|table|page|step|phase|type|level|grade|group|stage|class|model|version|number"
    r"|no\.|nr\.|§|part|annex|appendix|rule|resolution|route|highway|room|line|question|item|category|tier|size) $",
    re.IGNORECASE,
)
# Before a year that stands alone: what makes it one, and no number of something.
_IN_A_YEAR = re.compile(
    r"(?:\b(?:in|since|of|by|from|until|till|during|year|before|after|and|to|circa|about)|[(,–-]) ?$", re.IGNORECASE
)
# How far apart the same thing may come out: said to be about so much; converted, with rounding.
_NEAR, _ROUGH, _FEW_ROUGH, _FEW = 0.10, 0.035, 0.1, 10
# From here on, noughts at the end of a number may be due to rounding.
_ROUND = 100


@dataclass(frozen=True, slots=True)
class Quantity:
    """What stands at text[start:end]: from `low` to `high`, in the unit of its `kind`, or in days of a calendar.

    `kind` is "length", "percent", "euros" ..., "date", or "count" where no unit is given. `bound` is 1
    where it is said to be more than that, -1 where less, else 0. `step` is how finely it is given,
    `unit` the unit as it is written, and `said` the number as it is.
    """

    kind: str
    low: float
    high: float
    start: int
    end: int
    bound: int = 0
    about: bool = False
    step: float = 0.0
    unit: str = ""
    said: float = 0.0


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities and dates of a sentence, in order; ordinals, versions and parts of words are none."""
    dates = list(_dates(text))
    taken = [(one.start, one.end) for one in dates]
    numbers = (one for match in _QUANTITY.finditer(text) if (one := _quantity(match)))
    free = [
        one
        for one in numbers
        if not any(one.start < end and start < one.end for start, end in taken)
        and not (one.kind == "count" and _NAMED.search(text[: one.start]))
    ]
    return tuple(sorted([*dates, *free], key=lambda one: one.start))


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether both can be right about the same thing; they are of the same kind.

    Rounding and conversion are allowed for; "more than 3" and 5 agree, and so do 1953 and 27 July 1953.
    """
    if one.bound == other.bound:
        return _ranges_meet(one, other)
    low, high = sorted((one, other), key=lambda each: -each.bound)
    return low.low - _slack(low, other) <= high.high + _slack(high, other)


def _ranges_meet(one: Quantity, other: Quantity) -> bool:
    slack = max(_slack(one, other), _slack(other, one))
    return one.low - slack <= other.high and other.low - slack <= one.high


def _slack(one: Quantity, other: Quantity) -> float:
    if one.kind == "date":
        return 365.0 * 5 * one.about
    slack = one.step / 2
    if one.about:
        slack = max(slack, _NEAR * max(abs(one.high), abs(other.high)))
    if one.unit != other.unit:
        rough = _FEW_ROUGH if min(one.said, other.said) < _FEW else _ROUGH
        slack = max(slack, rough * max(abs(one.high), abs(other.high)))
    return slack


def _quantity(match: re.Match[str]) -> Quantity | None:
    first, unit = match["first"], " ".join((match["unit"] or "").lower().split())
    low, step = _value(first)
    high, second_step = _value(match["second"]) if match["second"] else (low, step)
    kind, times = _kind(unit, match["sign"] or "")
    if high < low or (kind == "count" and first.lower() == "one"):
        return None
    start = match.start("sign") if match["sign"] else match.start("first")
    bound = 1 if match["above"] else -1 if match["below"] else 0
    return Quantity(
        kind, low * times, high * times, start, match.end(), bound, bool(match["about"]),
        max(step, second_step) * times, _singular(unit), high,
    )  # fmt: skip


def _kind(unit: str, sign: str) -> tuple[str, float]:
    if sign:
        return _SIGNS[sign], 1.0
    for kind, units in _UNITS.items():
        for pattern, times in units.items():
            if unit and re.fullmatch(pattern, unit):
                return kind, times
    return "count", 1.0


def _value(said: str) -> tuple[float, float]:
    """The number, and how finely it is given."""
    number, _, times = said.lower().partition(" ")
    scale = _TIMES.get(times, 1.0)
    if not number[0].isdigit():
        return sum(_WORDS[part] for part in number.split("-")) * scale, 0.0
    digits = number.replace(",", "")
    if "." in digits:
        return float(digits) * scale, scale * 10.0 ** -len(digits.partition(".")[2])
    value = float(digits) * scale
    if value < _ROUND:
        return value, 0.0
    noughts = min(len(digits) - len(digits.rstrip("0")), 1 if value < 10 * _ROUND else 9)
    return value, scale * 10.0**noughts if noughts or scale > 1 else 0.0


def _dates(text: str) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        groups = match.groupdict()
        span = _span(groups)
        starts = [match.start(name) for name in _PARTS if groups[name]]
        if span is None or (groups["year4"] and not _IN_A_YEAR.search(text[: match.start("year4")])):
            continue
        bound = 1 if groups["above"] else -1 if groups["below"] else 0
        yield Quantity("date", *span, min(starts), match.end(), bound, bool(groups["about"]))


_PARTS = ("day", "month", "year", "day2", "month2", "year2", "month3", "year3", "decade", "year4")


def _span(groups: dict[str, str | None]) -> tuple[float, float] | None:
    """The first and the last day of what is named; None where there is no such day."""
    year = int(groups["year"] or groups["year2"] or groups["year3"] or groups["year4"] or groups["decade"] or 0)
    name = groups["month"] or groups["month2"] or groups["month3"]
    day = groups["day"] or groups["day2"]
    try:
        if groups["decade"]:
            return date(year, 1, 1).toordinal(), date(year + 9, 12, 31).toordinal()
        if not name:
            return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        month = _MONTHS[name]
        last = calendar.monthrange(year, month)[1]
        return date(year, month, int(day or 1)).toordinal(), date(year, month, int(day or last)).toordinal()
    except ValueError:
        return None


def _singular(unit: str) -> str:
    return {"feet": "foot", "centuries": "century"}.get(unit, unit.removesuffix("s") if len(unit) > 3 else unit)
