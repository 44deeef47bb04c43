"""Guards for a pipeline: limits that figures must keep, and an older evaluation not to fall behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from corpus import QuidError
from qa.comparing import Comparison, compare, decisive_measure, format_p, same_questions
from qa.evaluation import Evaluation
from qa.measures import parse_measure
from qa.scoring import ANSWER_MEASURES, SMALLER_IS_BETTER

__all__ = ["BadLimit", "Gate", "Limit", "check", "format_junit", "parse_limit"]


class BadLimit(QuidError):
    """A limit names no measure, or no number, or the wrong side."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure must reach (`least`) or must not exceed (not `least`)."""

    name: str
    value: float
    least: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that was guarded, whether it held, and a line that says how it stands."""

    name: str
    passed: bool
    message: str


def parse_limit(text: str, least: bool) -> Limit:
    """The limit in "nDCG@10=0.6"; BadLimit says what is wrong with it."""
    name, _, number = (part.strip() for part in text.rpartition("="))
    try:
        value = float(number)
    except ValueError:
        raise BadLimit(f"{text!r} is no limit; expected MEASURE=NUMBER, as in nDCG@10=0.6") from None
    known = {one.lower(): one for one in ANSWER_MEASURES}
    name = known.get(name.lower()) or _search_measure(name)
    if least == (name in SMALLER_IS_BETTER):
        flag = "--fail-over" if least else "--fail-under"
        raise BadLimit(f"{name}: {'smaller' if least else 'larger'} is better; guard it with {flag} {text!r}")
    return Limit(name, value, least)


def check(evaluation: Evaluation, limits: Sequence[Limit], baseline: Evaluation | None) -> list[Gate]:
    """Every guard: the limits, no significant loss against the baseline, and nothing left out.

    Judgements that can't be judged by fail, since nobody would see that a guard sleeps.
    """
    gates = [_check_limit(evaluation, limit) for limit in limits]
    if baseline:
        gates += _check_baseline(evaluation, baseline)
    if gates and evaluation.left_out:
        gates.append(
            Gate("judgements", False, f"{len(evaluation.left_out)} can't be judged by, first {evaluation.left_out[0]}")
        )
    return gates


def format_junit(evaluation: Evaluation, gates: Sequence[Gate]) -> str:
    """JUnit XML: a suite of the guards, and one of the questions, whose outcomes never fail."""
    root = ElementTree.Element("testsuites", name=evaluation.label)
    suite = _suite(root, "guards", len(gates), sum(not gate.passed for gate in gates))
    for gate in gates:
        case = ElementTree.SubElement(suite, "testcase", classname="guards", name=gate.name)
        if not gate.passed:
            ElementTree.SubElement(case, "failure", message=gate.message).text = gate.message
    suite = _suite(root, "questions", len(evaluation.outcomes), 0)
    for one in evaluation.outcomes:
        seconds = f"{one.milliseconds / 1000:.4f}"
        case = ElementTree.SubElement(suite, "testcase", classname="questions", name=_legal(one.question), time=seconds)
        values = ", ".join(f"{name} {value:.3f}" for name, value in one.measures.items())
        ElementTree.SubElement(case, "system-out").text = _legal(f"{one.verdict or 'searched'}: {values}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _search_measure(name: str) -> str:
    prefix, _, rest = name.rpartition(" ")
    if prefix.lower() not in ("", "quotation"):
        raise BadLimit(f"no measure is called {name!r}; nDCG@10, quotation nDCG@10, {', '.join(ANSWER_MEASURES)}")
    return f"{prefix.lower()} {parse_measure(rest)}".strip()


def _check_limit(evaluation: Evaluation, limit: Limit) -> Gate:
    sign = ">=" if limit.least else "<="
    name = f"{limit.name} {sign} {limit.value:g}"
    figure = evaluation.figure(limit.name)
    if figure is None:
        return Gate(name, False, f"{limit.name} is not measured on these questions")
    passed = figure.value >= limit.value if limit.least else figure.value <= limit.value
    ends = f"{figure.low:.3f} to {figure.high:.3f}"
    return Gate(name, passed, f"{limit.name} is {figure.value:.4f} ({ends}, n {figure.n})")


def _check_baseline(evaluation: Evaluation, baseline: Evaluation) -> list[Gate]:
    """One comparison for the search and one for the answers, corrected for being two."""
    from dataclasses import replace

    from qa.statistics import holm

    (old, new), warning = same_questions([baseline, evaluation])
    names = [decisive_measure([baseline, evaluation])]
    if "correct" not in names and baseline.figure("correct") and evaluation.figure("correct"):
        names.append("correct")
    found = [compare([old, new], name)[0] for name in names]
    adjusted = holm([one.p for one in found])
    return [
        _loss_gate(replace(one, p_adjusted=p), warning) for one, p in zip(found, adjusted, strict=True)
    ]


def _loss_gate(one: Comparison, warning: str | None) -> Gate:
    lost = one.winner is not None and one.difference < 0
    message = (
        f"{one.measure} {one.first_mean:.4f} before, {one.second_mean:.4f} now: {one.difference:+.4f} "
        f"({one.low:+.3f} to {one.high:+.3f}), p {format_p(one.p_adjusted)}, n {one.n}"
    )
    return Gate(f"no loss of {one.measure}", not lost, f"{message}; {warning}" if warning else message)


def _suite(root: ElementTree.Element, name: str, tests: int, failures: int) -> ElementTree.Element:
    return ElementTree.SubElement(root, "testsuite", name=name, tests=str(tests), failures=str(failures), errors="0")


def _legal(text: str) -> str:
    """Without the control characters that XML 1.0 can't hold."""
    return "".join(character for character in text if character >= " " or character in "\t\n")
