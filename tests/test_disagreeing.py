"""Quantities and dates are read as they are meant, and documents are said to disagree only where they do."""

from __future__ import annotations

from datetime import date

import pytest

from corpus import Passage
from qa.disagreeing import Said, conflict
from qa.quantities import agree, quantities


def said(text: str, title: str = "", *headings: str, document: str = "a.md") -> Said:
    return Said(Passage(document, title, document, headings, None, text, 0, len(text), (), "ab12"), 0, len(text))


def differ(one: Said, other: Said) -> tuple[str, str] | None:
    """The two quantities as they are written, whichever sentence comes first."""
    found, back = conflict(one, other), conflict(other, one)
    assert (found is None) == (back is None)
    if found is None:
        return None
    return one.text[found[0].start : found[0].end], other.text[found[1].start : found[1].end]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is about 250 kilometres long, or 160 miles.", [("length", 250_000), ("length", 257_495.04)]),
        ("It costs $3.5 million.", [("dollars", 3_500_000)]),
        ("Between 2 and 4 km of it remain.", [("length", 4000)]),
        ("Refunds take 12-14 days.", [("duration", 14 * 86400)]),
        ("Twenty-five people and 1,500 cows came.", [("count", 25), ("count", 1500)]),
        ("It fell by 12 % and then by 3 percentage points.", [("percent", 12), ("percentage points", 3)]),
        ("Wait 5 working days.", [("working days", 5)]),
        ("The 38th parallel, version 2.3.1, COVID-19, the six-party talks, chapter 3, at 10 a.m. or 9:30, 24/7.", []),
    ],
)
def test_quantities_are_read_with_their_units(text: str, found: list[tuple[str, float]]) -> None:
    assert [(one.kind, pytest.approx(one.high)) for one in quantities(text)] == found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("It was signed on 27 July 1953.", date(1953, 7, 27), date(1953, 7, 27)),
        ("It was signed on July 27, 1953.", date(1953, 7, 27), date(1953, 7, 27)),
        ("In July 1953 it was signed.", date(1953, 7, 1), date(1953, 7, 31)),
        ("It was signed in 1953.", date(1953, 1, 1), date(1953, 12, 31)),
        ("It was signed in the 1950s.", date(1950, 1, 1), date(1959, 12, 31)),
    ],
)
def test_dates_reach_from_their_first_day_to_their_last(text: str, first: date, last: date) -> None:
    (one,) = quantities(text)
    assert (one.kind, one.low, one.high) == ("date", first.toordinal(), last.toordinal())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("250 kilometres", "155 miles"),
        ("about 250 km", "240 km"),
        ("6 feet", "2 metres"),
        ("90 minutes", "1.5 hours"),
        ("3,000 people", "2,956 people"),
        ("more than 10 days", "14 days"),
        ("up to 21 days", "14 days"),
        ("2 to 4 km", "3 km"),
        ("4.2 km", "4.2 km"),
        ("in 1953", "on 27 July 1953"),
        ("in the 1950s", "in 1953"),
        ("before 1960", "in 1953"),
    ],
)
def test_what_can_both_be_right_agrees(one: str, other: str) -> None:
    (first,), (second,) = quantities(f"It is {one} there."), quantities(f"It is {other} there.")
    assert agree(first, second) and agree(second, first)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 days", "10 days"),
        ("250 kilometres", "250 miles"),
        ("up to 21 days", "30 days"),
        ("within 14 days", "within 30 days"),
        ("more than 10 days", "7 days"),
        ("in 1953", "in 1954"),
        ("on 27 July 1953", "in August 1953"),
        ("2 to 4 km", "5 km"),
    ],
)
def test_what_can_not_both_be_right_does_not(one: str, other: str) -> None:
    (first,), (second,) = quantities(f"It is {one} there."), quantities(f"It is {other} there.")
    assert not agree(first, second) and not agree(second, first)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("A refund takes 14 days.", "A refund takes 30 days.", ("14 days", "30 days")),
        ("Refunds for tunnels are paid within 14 days.", "Refunds for tunnels are made within 30 days.",
         ("14 days", "30 days")),
        ("The DMZ is about 250 km long.", "The DMZ is 200 kilometres long.", ("250 km", "200 kilometres")),
        ("The DMZ is 4 kilometres wide.", "The DMZ is 4 miles wide.", ("4 kilometres", "4 miles")),
        ("The armistice was signed on 27 July 1953.", "The armistice was signed in 1952.", ("27 July 1953", "1952")),
        ("The bridge was opened in 1998.", "In 1999, the bridge was opened.", ("1998", "1999")),
        ("Employees have 25 days of leave.", "Employees get 28 days of leave.", ("25 days", "28 days")),
        ("The tunnel cost $3 million.", "The tunnel cost $5.5 million.", ("$3 million", "$5.5 million")),
        ("The treaty has 12 articles.", "The treaty has 14 articles.", ("12", "14")),
    ],
)  # fmt: skip
def test_documents_disagree(one: str, other: str, found: tuple[str, str]) -> None:
    title = "The refund, the DMZ, the armistice, the bridge, employees, the tunnel and the treaty"
    assert differ(said(one, title), said(other, title, document="b.md")) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The same in another unit, rounded, or as a bound.
        ("The DMZ is about 250 kilometres long.", "The DMZ is 155 miles long."),
        ("The DMZ is about 250 kilometres long, which is about 160 miles.", "The DMZ is 248 km long."),
        ("A refund takes up to 21 days.", "A refund takes 14 days."),
        ("The armistice was signed on 27 July 1953.", "The armistice was signed in 1953."),
        # Another dimension or unit.
        ("The DMZ is 250 kilometres long.", "The DMZ is 4 kilometres wide."),
        ("The DMZ is 250 kilometres long.", "The DMZ is 70 years old."),
        ("Wait 5 days for the test.", "Wait 7 working days for the test."),
        ("The tax is 5 percent.", "The tax rose 2 percentage points."),
        ("The tunnel cost $3 million.", "The tunnel cost €5 million."),
        # Another year, or another time.
        ("In 2019, the shop sold 4,000 bikes.", "In 2020, the shop sold 9,000 bikes."),
        ("The shop sold 4,000 bikes.", "In 2020, the shop sold 9,000 bikes."),
        ("The museum now has 12 rooms.", "The museum originally had 8 rooms."),
        ("The fee was previously 3 euros.", "The fee will be 5 euros."),
        # Another thing, person or place.
        ("Seoul has 9 million inhabitants.", "Busan has 3 million inhabitants."),
        ("A parcel to Austria takes 3 days.", "A parcel to Iceland takes 9 days."),
        ("The museum in Graz has 12 rooms.", "The museum has 8 rooms."),
        ("Green tea is steeped for 2 minutes.", "Black tea is steeped for 4 minutes."),
        ("Opened boxes can be returned within 10 days.", "Unopened boxes can be returned within 30 days."),
        ("The treaty has 12 articles.", "The treaty has 14 signatories."),
        ("Adults take 2 tablets a day.", "Children take 1.5 tablets a day."),
        # A part of it, an average, a most.
        ("The wall is 120 kilometres long.", "The northern wall is 40 kilometres long."),
        ("Each team has 11 players.", "A team has 23 players."),
        ("The average wait is 4 weeks.", "The maximum wait is 12 weeks."),
        ("The first stage takes 3 hours.", "The second stage takes 5 hours."),
        ("Half of the 30 guests came.", "The 60 guests came."),
        # A condition, a plan, a denial.
        ("A refund takes 14 days.", "A refund takes 30 days for cards from abroad."),
        ("A refund takes 14 days.", "A refund abroad takes 30 days."),
        ("A parcel takes 4 days.", "An express parcel takes 2 days."),
        ("Trained nurses have 25 days of leave.", "Nurses have 28 days of leave."),
        ("Nurses working nights have 30 days of leave.", "Nurses have 28 days of leave."),
        ("The bridge was opened in 1998.", "The bridge was to be opened in 1996, as planned."),
        ("The rule does not hold for 10 days.", "The rule does hold for 14 days."),
        # Events of the same thing.
        ("The company was founded in 1905.", "The company was sold in 1967."),
        ("The war began in 1950.", "The war ended in 1953."),
        ("The talks were held on 3 May 1999.", "The talks were broken off in 2001."),
        # Several at once, leaning on what stood before, or too little to tell.
        ("The zone is 250 km long and 4 km wide.", "The zone is 200 km long and 5 km wide."),
        ("It is 250 kilometres long.", "It is 200 kilometres long."),
        ("This takes 14 days for refunds.", "This takes 30 days for refunds."),
        ("14 days.", "30 days."),
        ("(ABSTRACT TRUNCATED AT 250 WORDS)", "(ABSTRACT TRUNCATED AT 400 WORDS)"),
        ("Call 112 for help.", "Call 911 for help."),
    ],
)
def test_documents_that_speak_of_different_things_do_not_disagree(one: str, other: str) -> None:
    title = "Refunds, the DMZ, bridges, shops, museums, nurses, tea, boxes, walls, wars, teams, stages, talks"
    assert differ(said(one, title), said(other, title, document="b.md")) is None


@pytest.mark.parametrize(
    ("above", "above_other", "disagree"),
    [
        (("Refund policy",), ("Refund policy",), True),
        (("Refund policy",), ("How refunds work",), True),
        (("Refunds in France",), ("Refunds in Japan",), False),
        (("Handbook on refunds 2019",), ("Handbook on refunds 2023",), False),
        (("Refunds", "Standard"), ("Refunds", "Express"), False),
        (("Acme Corporation",), ("Globex Limited",), False),
        ((), (), False),
    ],
)
def test_titles_and_headings_leave_no_doubt_about_what_is_meant(
    above: tuple[str, ...], above_other: tuple[str, ...], disagree: bool
) -> None:
    title, title_other = ((each or ("",))[0] for each in (above, above_other))
    one = said("A refund takes 14 days.", title, *above[1:])
    other = said("A refund takes 30 days.", title_other, *above_other[1:], document="b.md")
    assert (differ(one, other) is not None) is disagree
