"""The report: what it says, that it says it in plots too, and that nothing in it can act."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from corpus.command import dispatch
from qa.__main__ import COMMANDS
from qa.answer_measures import Bin, RiskPoint
from qa.evaluation import Evaluation, Excerpt, Expected, Outcome, compute_figures, write_json
from qa.judged import Problem
from qa.plots import Line, draw_differences, draw_lines, draw_reliability, draw_risk_coverage
from qa.report import comparison_html, report_html
from qa.report_plots import recall_by_rank

HOSTILE = "</script></style><script>window.owned=1</script><img src=x onerror='window.owned=2'>\"'&amp;\ud800\x00"


class Elements(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data


def outcome(number: int, verdict: str, confidence: float, rank: int | None, words: str = "") -> Outcome:
    answerable = verdict in ("right", "wrong", "wrongly refused")
    given = "refused" not in verdict
    start = 10 * number
    found = Excerpt("tea.md", start, start + 60, f"Passage {number}. {words}", 0.9)
    return Outcome(
        f"q{number}",
        f"Question {number}? {words}",
        answerable,
        {"quotation nDCG@10": 1.0 if rank == 1 else 0.0, verdict: 1.0} if answerable else {verdict: 1.0},
        (Expected("tea.md", 1, f"Quotation {number}. {words}", "", ((start + 5, start + 9),), rank, rank),)
        if answerable
        else (),
        (found,),
        verdict,
        confidence,
        (replace(found, text=f"Cited {number}. {words}"),) if given else (),
        12.4,
        (f"Before {number}? {words}",),
        f"Searched {number}? {words}",
        "plain",
    )


def evaluated(outcomes: Sequence[Outcome], label: str = "tea") -> Evaluation:
    return Evaluation(
        label, "tea", "judged", tuple(outcomes), compute_figures(outcomes), documents=3, passages=14,
        index="index/built",
        index_sha256="ab12" * 16, settings={"threshold": 0.5, "lexical_weight": 0.4}, versions={"numpy": "2.4.6"},
        date="2026-01-02T03:04:05Z", seconds=7.2,
    )  # fmt: skip


FOUR = (
    outcome(1, "right", 0.9, 1),
    outcome(2, "wrong", 0.8, 3),
    outcome(3, "wrongly refused", 0.3, None),
    outcome(4, "rightly refused", 0.1, None),
)


def test_every_figure_stands_there_with_its_interval_and_number_of_questions() -> None:
    said = Elements(report_html(evaluated(FOUR))).said
    for figure in evaluated(FOUR).figures:
        if figure.value == figure.value:
            assert f"{figure.low:.3f} to {figure.high:.3f}{figure.n}" in said
    assert "4 questions, 1 of them unanswerable · 3 documents in 14 passages · 2026-01-02" in said


def test_what_it_was_measured_with_stands_there() -> None:
    said = Elements(report_html(evaluated(FOUR))).said
    for words in (
        "ab12" * 16,
        "threshold0.5",
        "lexical weight0.4",
        "numpy2.4.6",
        "2026-01-02T03:04:05Z",
        "index/built",
    ):
        assert words in said


def test_questions_come_worst_first_and_open_to_what_was_expected_beside_what_came() -> None:
    page = report_html(evaluated(FOUR))
    rows = page.split("<tr data-kind=")[1:]
    asked = [one for row in rows for one in re.findall(r"<summary[^>]*>(Question .)", row)]
    assert asked == ["Question 2", "Question 3", "Question 1", "Question 4"]
    wrong = Elements(rows[0]).said
    for words in (
        "Before 2?",
        "Searched 2?",
        "Quotation 2.",
        "tea.md: found at 3; its passage at 3",
        "Cited 2.",
        "Passage 2.",
    ):
        assert words in wrong
    assert "confidence 0.80" in wrong and "0.900 tea.md:20–80" in wrong
    assert "its passage not found" in rows[1] and "Refused: nothing was quoted." in rows[1]
    assert "No answer: the documents do not say." in rows[3]


def test_a_passage_is_marked_as_expected_only_where_it_holds_the_quotation() -> None:
    elsewhere = replace(
        FOUR[1], found=(Excerpt("tea.md", 0, 24, "Too short"), Excerpt("tea.md", 20, 80, "Long enough"))
    )
    marked = re.findall(r'<li class="wanted">.*?<p dir="auto">(.*?)</p>', report_html(evaluated([elsewhere])))
    assert marked == ["Long enough"]


def test_nothing_that_a_question_or_document_says_becomes_part_of_the_page() -> None:
    harmless = evaluated([outcome(n, "wrong", 0.7, 1, "x") for n in (1, 2)])
    hostile = replace(
        evaluated([replace(outcome(n, "wrong", 0.7, 1, HOSTILE), id=HOSTILE, kind=HOSTILE) for n in (1, 2)], HOSTILE),
        settings={HOSTILE: HOSTILE}, left_out=(Problem(HOSTILE, HOSTILE),), notes=(HOSTILE,),
    )  # fmt: skip
    page = Elements(report_html(hostile))
    tags = [tag for tag, _ in page.tags]
    assert (tags.count("script"), tags.count("style"), tags.count("img")) == (1, 1, 0)
    assert {name for _, attributes in page.tags for name in attributes if name.startswith("on")} == set()
    assert "window.owned=1</script>" in page.said
    assert set(tags) - {"ul"} == {tag for tag, _ in Elements(report_html(harmless)).tags} - {"ul"}
    both = comparison_html([hostile, replace(hostile, label=HOSTILE + "2")], "quotation nDCG@10")
    assert [tag for tag, _ in Elements(both).tags].count("script") == 1
    assert "$x$ 日本" in comparison_html([replace(evaluated(FOUR), label=label) for label in ("$x$ 日本", "_b")])


def test_a_page_asks_nobody_for_anything() -> None:
    pages = (report_html(evaluated(FOUR)), comparison_html([evaluated(FOUR, "old"), evaluated(FOUR, "new")]))
    for page in pages:
        assert "http:" not in page and "https:" not in page and "@import" not in page
        loading = [
            a for tag, a in Elements(page).tags for name in ("src", "href") if not (a.get(name) or "#").startswith("#")
        ]
        assert loading == []
        assert "default-src 'none'" in page and "script-src 'sha256-" in page


def test_every_plot_has_a_title_axes_and_a_text_for_who_cannot_see_it() -> None:
    page = report_html(evaluated(FOUR))
    titles = ("Recall by k", "Risk and coverage", "Reliability of the confidence")
    assert re.findall(r'<figure class="plot"><h3>(.*?)</h3>', page) == list(titles)
    for axis in (
        "k, the places looked at",
        "questions answered",
        "answers that are wrong",
        "confidence",
        "threshold 0.5",
    ):
        assert re.search(rf"<text[^>]*>{axis}</text>", page), axis
    labels = re.findall(r'<svg viewBox="[^"]*" role="img" aria-label="([^"]*)"', page)
    assert labels[1] == (
        "How often answers are wrong if only the surest are given; at the threshold of 0.5, 50% of the questions are "
        "answered and 50% of those answers are wrong. A higher threshold moves to the left."
    )
    assert "0.85" not in labels[2] and "0.80 sure, 0% right (1); 0.90 sure, 100% right (1)" in labels[2]


def test_where_only_search_was_measured_there_is_only_its_plot() -> None:
    searched = [replace(one, verdict=None, confidence=None, cited=()) for one in FOUR[:3]]
    page = report_html(evaluated(searched))
    assert re.findall(r'<figure class="plot"><h3>(.*?)</h3>', page) == ["Recall by k"]
    assert "What became of the questions" not in page and "verdict</th>" not in page


def test_nothing_measured_is_still_a_page() -> None:
    assert "0 questions" in Elements(report_html(Evaluation("empty", "empty", "judged", ()))).said


def test_recall_by_rank_counts_what_stands_at_k_or_before() -> None:
    ranks: dict[str, list[int | None]] = {"q1": [1, 4], "q2": [None], "q3": [2], "q4": []}
    points = recall_by_rank(FOUR, lambda one: ranks[one.id])
    assert [points[k - 1] for k in (1, 2, 4, 100)] == [(1, 0.5 / 3), (2, 1.5 / 3), (4, 2 / 3), (100, 2 / 3)]


def test_plots_take_the_colours_of_the_page_and_are_the_same_twice() -> None:
    def drawn() -> list[str]:
        return [
            draw_risk_coverage([("", [RiskPoint(0.9, 0.5, 0.0), RiskPoint(0.6, 0.8, 0.2)], 0.5)], "risk"),
            draw_reliability([Bin(0.8, 0.9, 4, 0.85, 0.75)], [(0.3, 0.95)], "bins"),
            draw_lines(
                [Line("a", [(1, 0.2), (100, 0.9)], [(1, 0.2, 0.1, 0.3)]), Line("b", [(1, 0.1), (100, 1)])],
                "k",
                "y",
                "lines",
            ),
            draw_differences([0.5, 0, -0.2], "y", "wins"),
        ]

    plots = drawn()
    assert plots == drawn()
    for svg in plots:
        assert svg.startswith("<svg viewBox=") and "var(--" in svg
        colours = set(re.findall(r"#[0-9a-f]{6}\b", svg))
        assert colours <= {"#000000", "#ffffff"}, colours
    ids = [one for svg in plots for one in set(re.findall(r' id="([^"]*)"', svg))]
    assert len(ids) == len(set(ids))


def test_a_comparison_names_the_winner_only_if_there_is_one() -> None:
    old = evaluated([outcome(n, "wrong", 0.7, 2) for n in range(20)], "old")
    new = evaluated([outcome(n, "right", 0.7, 1) for n in range(20)], "new")
    won, same = comparison_html([old, new]), comparison_html([old, replace(old, label="again")])
    assert "Winner: new, 1.000 quotation nDCG@10 ahead of old on 20 questions (p&lt;0.001)." in won
    assert "No winner: quotation nDCG@10 is the same on each of the 20 questions." in same
    assert "new against old, question by question: 20 wins, 0 ties, 0 losses; on average +1.000." in won
    assert '<td data-v="1.000000"' not in won and 'data-v="1.000000">+1.000</td>' in won
    assert won.count('<tr data-kind="win">') == 20 and same.count('<tr data-kind="tie">') == 20


def test_three_thousand_questions_stay_under_ten_megabytes() -> None:
    words = "Some words that stand here. " * 15
    many = [outcome(n, "wrong", 0.7, 1, words) for n in range(3000)]
    five = [replace(one, found=one.found * 5, cited=one.cited * 2) for one in many]
    evaluation = replace(evaluated(FOUR), outcomes=tuple(five))
    assert len(report_html(evaluation).encode()) < 10_000_000


def test_the_commands_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        write_json(evaluated(FOUR, name).to_json(), f"{name}.json")
    assert dispatch("qa", "", COMMANDS, ["compare", "a.json", "b.json", "--report", "out/ab.html"]) == 0
    assert "<title>a against b: comparison</title>" in Path("out/ab.html").read_text()
    assert "No winner" in capsys.readouterr().out


def test_only_one_file_knows_the_library_that_draws() -> None:
    knowing = [
        path.name
        for path in sorted((ROOT / "qa").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(
            name.startswith("matplotlib") for name in (getattr(node, "module", "") or "", *(a.name for a in node.names))
        )
    ]
    assert set(knowing) == {"plots.py"}


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_it_sorts_filters_opens_and_stays_within_the_screen(
    browser: Any, tmp_path: Path, width: int
) -> None:
    hostile = outcome(5, "wrongly answered", 0.6, None, HOSTILE.replace("\ud800", ""))
    file = tmp_path / "report.html"
    file.write_text(report_html(evaluated([*FOUR, hostile])), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    faults: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    shown = page.locator("table.questions tbody tr:visible")
    assert page.locator("output").inner_text() == "5 of 5 questions"
    if width == 1280:
        page.get_by_role("button", name="confidence").click()
        order = shown.evaluate_all("rows => rows.map(row => row.dataset.kind)")
        assert order == ["rightly refused", "wrongly refused", "wrongly answered", "wrong", "right"]
        page.get_by_role("button", name="confidence").click()
        assert shown.first.get_attribute("data-kind") == "right"
    page.get_by_role("button", name="wrong 1").click()
    assert page.locator("output").inner_text() == "1 of 5 questions"
    shown.first.locator("summary").click()
    assert page.get_by_text("Quotation 2.").is_visible()
    page.get_by_role("button", name="wrong 1").click()
    page.get_by_label("Find").fill("searched 3?")
    page.locator("output", has_text="1 of 5 questions").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.owned") is None
    assert (faults, requests) == ([], [file.as_uri()])
    page.close()
