"""The walk over the questions, over a shelf of three documents whose ranks are known."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corpus import Document, Passage, QuidError, Sentence, plain_document
from index import DocumentRecord, Hit, Interaction, UnknownDocument
from qa.answer import Answer, Citation
from qa.answering import BadQuestion
from qa.configuring import BadSetting, configurations
from qa.datasets import Dataset, Judgement, Question, read_dataset
from qa.evaluating import evaluate
from qa.evaluation import Evaluation, read_evaluations
from qa.gates import BadLimit, check, format_junit, parse_limit
from qa.judged import BadDataset
from qa.printing import format_evaluation, format_worst
from qa.progress import Progress, minutes
from qa.trec import format_qrels, format_run

TEXTS = {
    "tea.md": "Tea is hot. Green tea is mild.\n\nMint tea has no caffeine.",
    "ice.md": "Ice is cold. Ice floats on water.",
    "fog.md": "Fog is a cloud on the ground.",
}


class WordIndex:
    """A passage for each paragraph; the score is the share of the question's words that it has."""

    def __init__(self, texts: dict[str, str] = TEXTS) -> None:
        self._documents = {name: plain_document(name, name, name, text) for name, text in texts.items()}
        self.asked_for: list[int] = []

    def documents(self) -> list[DocumentRecord]:
        return [
            DocumentRecord(one.id, one.title, one.source, one.sha256, len(one.text), len(self.passages(one.id)), "")
            for one in self._documents.values()
        ]

    def document(self, document_id: str) -> Document:
        if document_id not in self._documents:
            raise UnknownDocument(document_id)
        return self._documents[document_id]

    def passages(self, document_id: str) -> list[Passage]:
        one = self._documents[document_id]
        return [
            Passage(one.id, one.title, one.source, (), None, match[0], match.start(), match.end(), tuple(
                Sentence(match.start() + inner.start(), match.start() + inner.end())
                for inner in re.finditer(r"[^ .][^.]*\.", match[0])
            ), one.sha256)
            for match in re.finditer(r"[^\n]+", one.text)
        ]  # fmt: skip

    def search(self, question: str, k: int = 10, before: str = "") -> list[Hit]:
        self.asked_for.append(k)
        words = re.findall(r"\w+", question.lower())
        passages = [passage for name in self._documents for passage in self.passages(name)]
        hits = [
            Hit(one, sum(word in re.findall(r"\w+", one.text.lower()) for word in words) / len(words))
            for one in passages
        ]
        return sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score)[:k]

    def interact(self, question: str, passages: Sequence[Passage]) -> Interaction:
        raise AssertionError("nothing here looks closer")

    def rarity(self, words: list[str]) -> list[float]:
        return [0.0 for _ in words]

    def correct(self, words: list[str]) -> dict[str, str]:
        return {}


class ScriptedAsker:
    """Answers each question with the quotations that the script has for it."""

    def __init__(self, index: WordIndex, script: dict[str, tuple[float, list[str]]]) -> None:
        self._index, self._script = index, script

    def ask(self, question: str, earlier: Sequence[str] = ()) -> Answer:
        if question not in self._script:
            raise BadQuestion("too long")
        confidence, quotes = self._script[question]
        cited = [
            (passage, passage.start + passage.text.index(quote))
            for quote in quotes
            for record in self._index.documents()
            for passage in self._index.passages(record.id)
            if quote in passage.text
        ]
        citations = tuple(
            Citation(number, passage, start, start + len(quote))
            for number, ((passage, start), quote) in enumerate(zip(cited, quotes, strict=True), start=1)
        )
        return Answer(question, " ".join([*earlier, question]), citations, confidence, (), "", {"total": 1.0})

    def rank(self, searched_for: str, k: int) -> list[Hit]:
        return self._index.search(searched_for, k)


def searched(dataset: Dataset, index: WordIndex | None = None) -> tuple[Evaluation, dict[str, dict[str, float]]]:
    """The search measured alone."""
    index = index or WordIndex()
    return evaluate(dataset, index, ScriptedAsker(index, SCRIPT), answers=False)


def judged(*questions: tuple[str, list[tuple[str, str]]]) -> Dataset:
    return Dataset(
        "drinks",
        "judged",
        tuple(
            Question(
                f"q{number}",
                text,
                tuple(
                    Judgement(document, quote=quote, place=f"drinks.jsonl:{number}") for document, quote in judgements
                ),
            )
            for number, (text, judgements) in enumerate(questions, start=1)
        ),
    )


QUESTIONS = judged(
    ("is ice cold", [("ice.md", "Ice is  cold.")]),
    ("has mint caffeine", [("tea.md", "Mint tea has no caffeine.")]),
    ("is tea mild", [("tea.md", "Green tea is mild.")]),
    ("zebra", [("fog.md", "a cloud")]),
    ("is blue", []),
    ("is red", []),
)
SCRIPT = {
    "is ice cold": (0.9, ["Ice is cold."]),
    "has mint caffeine": (0.8, ["Tea is hot."]),
    "is tea mild": (0.7, ["Green tea is mild.", "Tea is hot."]),
    "zebra": (0.1, []),
    "is blue": (0.2, []),
    "is red": (0.6, ["Fog is a cloud on the ground."]),
}


@pytest.fixture
def evaluation() -> Evaluation:
    index = WordIndex()
    return evaluate(QUESTIONS, index, ScriptedAsker(index, SCRIPT))[0]


def value(evaluation: Evaluation, name: str) -> tuple[float, int]:
    figure = evaluation.figure(name)
    assert figure is not None, name
    assert figure.low <= figure.value <= figure.high
    return figure.value, figure.n


def test_a_judged_question_without_results_scores_zero(evaluation: Evaluation) -> None:
    assert value(evaluation, "RR") == (3 / 4, 4)
    assert value(evaluation, "Success@1") == (3 / 4, 4)
    assert evaluation.outcomes[3].measures["nDCG@10"] == 0.0
    assert evaluation.outcomes[3].expected[0].rank is None


def test_each_question_has_one_verdict(evaluation: Evaluation) -> None:
    assert [one.verdict for one in evaluation.outcomes] == [
        "right", "wrong", "right", "wrongly refused", "rightly refused", "wrongly answered",
    ]  # fmt: skip


def test_answerable_and_unanswerable_questions_are_counted_apart(evaluation: Evaluation) -> None:
    assert value(evaluation, "right") == (1 / 2, 4)
    assert value(evaluation, "wrong") == (1 / 4, 4)
    assert value(evaluation, "wrongly refused") == (1 / 4, 4)
    assert value(evaluation, "rightly refused") == (1 / 2, 2)
    assert value(evaluation, "wrongly answered") == (1 / 2, 2)
    assert value(evaluation, "correct") == (1 / 2, 6)


def test_cited_sentences_are_scored_against_those_of_the_quotation(evaluation: Evaluation) -> None:
    assert value(evaluation, "sentence precision") == ((1 + 0 + 1 / 2 + 0) / 4, 4)
    assert value(evaluation, "sentence recall") == (2 / 4, 4)
    assert value(evaluation, "sentence F1") == ((1 + 2 / 3) / 4, 4)


def test_words_are_scored_over_all_questions_and_a_right_refusal_matches(evaluation: Evaluation) -> None:
    assert value(evaluation, "exact match") == (pytest.approx(2 / 6), 6)


def test_confidence_is_measured_over_questions_and_over_answers(evaluation: Evaluation) -> None:
    auroc = evaluation.figure("AUROC")
    assert auroc is not None
    assert (auroc.value, auroc.n) == (6 / 8, 6)
    assert value(evaluation, "ECE") == (pytest.approx((0.1 + 0.8 + 0.3 + 0.6) / 4), 4)
    assert value(evaluation, "AURC") == (pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4), 4)


def test_a_passage_is_right_only_if_it_holds_the_whole_quotation() -> None:
    index = WordIndex()
    spanning = judged(("green mint", [("tea.md", "Green tea is mild. Mint tea has no caffeine.")]))
    evaluation, _ = evaluate(spanning, index, ScriptedAsker(index, {"green mint": (0.5, ["Tea is hot."])}))
    (outcome,) = evaluation.outcomes
    assert outcome.measures["Success@1"] == 1.0
    assert outcome.measures["quotation Success@10"] == outcome.measures["quotation nDCG@10"] == 0.0
    assert (outcome.expected[0].rank, outcome.expected[0].passage_rank) == (1, None)


def test_the_rank_of_the_passage_that_holds_the_quotation_is_told(evaluation: Evaluation) -> None:
    assert [one.expected[0].passage_rank for one in evaluation.outcomes[:4]] == [1, 1, 1, None]
    assert value(evaluation, "quotation RR") == (3 / 4, 4)


def test_a_quotation_that_is_nowhere_is_said_with_the_nearest_text_and_the_rest_goes_on() -> None:
    dataset = judged(
        ("is ice cold", [("ice.md", "Ice is cold.")]),
        ("does ice float", [("ice.md", "Ice always floats on water.")]),
        ("is tea hot", [("fog.md", "Tea is hot.")]),
        ("is fog wet", [("fig.md", "Fog")]),
    )
    evaluation, _ = searched(dataset)
    assert [one.question for one in evaluation.outcomes] == ["is ice cold"]
    assert [str(one) for one in evaluation.left_out] == [
        "drinks.jsonl:2: 'ice.md' doesn't say 'Ice always floats on water.'; "
        "the nearest there is: 'Ice floats on water.'",
        "drinks.jsonl:3: not in 'fog.md' but in 'tea.md': 'Tea is hot.'",
        "drinks.jsonl:4: no document 'fig.md' in the index; the nearest is 'fog.md'",
    ]


def test_no_question_left_is_an_error() -> None:
    with pytest.raises(BadDataset, match=r"drinks: no question can be judged by these documents; drinks.jsonl:1: "):
        searched(judged(("a", [("tea.md", "Coffee")])))


def test_a_collection_about_other_documents_is_an_error() -> None:
    dataset = Dataset("drinks", "BEIR", (Question("q", "a", (Judgement("d1"),)),))
    with pytest.raises(BadDataset, match=r"drinks: none of its judged documents is in this index \('d1' is not\)"):
        searched(dataset)


def test_a_citation_of_a_relevant_document_is_right_where_only_documents_are_judged() -> None:
    dataset = Dataset("drinks", "BEIR", (Question("a", "is tea mild", (Judgement("tea.md"), Judgement("fog.md", 0))),))
    index = WordIndex()
    for quote, verdict in (("Mint tea has no caffeine.", "right"), ("Fog is a cloud on the ground.", "wrong")):
        evaluation, _ = evaluate(dataset, index, ScriptedAsker(index, {"is tea mild": (0.5, [quote])}))
        assert evaluation.outcomes[0].verdict == verdict
        assert evaluation.figure("exact match") is None


def test_a_citation_must_hold_the_span_where_spans_are_judged() -> None:
    span = Judgement("ice.md", quote="Ice", near=13)
    dataset = Dataset("drinks", "SQuAD", (Question("a", "what floats", (span,)),))
    index = WordIndex()
    for quote, verdict in (("Ice floats on water.", "right"), ("Ice is cold.", "wrong"), ("ce floats", "wrong")):
        evaluation, _ = evaluate(dataset, index, ScriptedAsker(index, {"what floats": (0.5, [quote])}))
        assert evaluation.outcomes[0].verdict == verdict
        assert evaluation.outcomes[0].expected[0].ranges == ((13, 16),)


def test_a_question_that_cannot_be_asked_counts_as_refused() -> None:
    index = WordIndex()
    evaluation, _ = evaluate(judged(("is ice cold", [("ice.md", "cold")])), index, ScriptedAsker(index, {}))
    assert evaluation.outcomes[0].verdict == "wrongly refused"


def test_a_follow_up_is_searched_for_as_the_answerer_understands_it() -> None:
    follow_up = Question("q", "is ice cold", (Judgement("fog.md", quote="cloud"),), earlier=("cloud on the ground",))
    for answers in (True, False):
        index = WordIndex()
        dataset = Dataset("drinks", "judged", (follow_up,))
        evaluation, _ = evaluate(dataset, index, ScriptedAsker(index, SCRIPT), answers)
        assert evaluation.outcomes[0].searched_for == "cloud on the ground is ice cold"
        assert evaluation.outcomes[0].measures["RR"] == 1.0
        assert evaluation.outcomes[0].verdict == ("wrong" if answers else None)


def test_more_passages_are_asked_for_until_a_hundred_documents_are_found() -> None:
    texts = {"long": "\n".join(["ice"] * 300)} | {
        f"d{number:03}": "ice" if number < 150 else "fog" for number in range(650)
    }
    index = WordIndex(texts)
    dataset = Dataset("many", "BEIR", (Question("q", "ice", (Judgement("long"),)),))
    _, rankings = searched(dataset, index)
    assert len(rankings["q"]) == 100
    assert index.asked_for[1:] == [218, 436]
    assert list(rankings["q"])[:2] == ["long", "d135"]


def test_an_evaluation_outlives_its_file(tmp_path: Path, evaluation: Evaluation) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(evaluation.to_json()))
    assert read_evaluations(path) == [evaluation]


def test_figures_are_the_same_twice(evaluation: Evaluation) -> None:
    index = WordIndex()
    assert evaluate(QUESTIONS, index, ScriptedAsker(index, SCRIPT))[0].figures == evaluation.figures


def test_a_file_that_is_no_evaluation_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"question": 1}')
    with pytest.raises(
        BadDataset, match=r"a.json: no evaluation of this version \('format'\); expected a file that python -m qa"
    ):
        read_evaluations(path)


def test_the_run_is_in_trec_format_with_spaces_written_out() -> None:
    assert format_run({"q 1": {"a": 0.5, "b b": 0.5}}, "tea") == "q%201 Q0 b%20b 1 0.5 tea\nq%201 Q0 a 2 0.5 tea\n"
    assert format_qrels([("q1", "a", 2)]) == "q1 0 a 2\n"


def test_a_grid_of_settings_has_every_combination() -> None:
    from qa.configuring import known_settings

    found = configurations(["threshold=0.3"], ["lexical_weight=0,1", "depth=10,20"], None, known_settings())
    assert [one.label for one in found] == [
        "lexical_weight=0 depth=10", "lexical_weight=0 depth=20",
        "lexical_weight=1 depth=10", "lexical_weight=1 depth=20",
    ]  # fmt: skip
    assert found[2].values == {"threshold": 0.3, "lexical_weight": 1.0, "depth": 10}
    assert configurations([], [], "vectors", known_settings())[0].values == {"lexical_weight": 0.0, "reranked": 0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("passage_token=9", "no setting is called 'passage_token'; did you mean passage_tokens?"),
        ("depth=many", "depth='many' can't be; expected a whole number"),
        ("depth", "'depth' sets nothing; expected NAME=VALUE, as in passage_tokens=256"),
        ("follow_ups=perhaps", "follow_ups='perhaps' can't be; expected true or false"),
    ],
)
def test_a_wrong_setting_is_answered_with_what_can_be(text: str, message: str) -> None:
    from qa.configuring import known_settings

    with pytest.raises(BadSetting) as caught:
        configurations([text], [], None, known_settings())
    assert str(caught.value) == message


def test_a_limit_passes_or_fails_with_the_figure_beside_it(evaluation: Evaluation) -> None:
    gates = check(
        evaluation, [parse_limit("rr=0.75", True), parse_limit("right=0.6", True), parse_limit("ece=0.1", False)], None
    )
    assert [(one.name, one.passed) for one in gates] == [
        ("RR >= 0.75", True),
        ("right >= 0.6", False),
        ("ECE <= 0.1", False),
    ]
    assert gates[1].message.startswith("right is 0.5000 (")


@pytest.mark.parametrize(
    ("text", "least", "message"),
    [
        ("ECE=0.1", True, "ECE: smaller is better; guard it with --fail-over 'ECE=0.1'"),
        ("RR=0.1", False, "RR: larger is better; guard it with --fail-under 'RR=0.1'"),
        ("RR", True, "'RR' is no limit; expected MEASURE=NUMBER, as in nDCG@10=0.6"),
        ("MRR=1", True, "no measure is called 'MRR'; one of nDCG, Recall, P, RR, AP, Success, judged, as in nDCG@10"),
    ],
)
def test_a_limit_that_guards_nothing_is_refused(text: str, least: bool, message: str) -> None:
    with pytest.raises(QuidError) as caught:
        parse_limit(text, least)
    assert str(caught.value) == message
    assert isinstance(caught.value, BadLimit) or "MRR" in text


def test_a_guard_does_not_sleep_when_judgements_are_broken() -> None:
    dataset = judged(("is ice cold", [("ice.md", "cold")]), ("b", [("ice.md", "Coffee")]))
    evaluation, _ = searched(dataset)
    gates = check(evaluation, [parse_limit("RR=0.5", True)], None)
    assert [(one.name, one.passed) for one in gates] == [("RR >= 0.5", True), ("judgements", False)]


def test_junit_has_a_failure_for_each_guard_that_failed(evaluation: Evaluation) -> None:
    gates = check(evaluation, [parse_limit("RR=0.9", True), parse_limit("RR=0.1", True)], None)
    root = ElementTree.fromstring(format_junit(evaluation, gates))
    assert [(one.get("name"), one.get("tests"), one.get("failures")) for one in root] == [
        ("guards", "2", "1"),
        ("questions", "6", "0"),
    ]
    assert [one.get("name") for one in root.iter("testcase") if one.find("failure") is not None] == ["RR >= 0.9"]


def test_questions_that_were_judged_ship_and_can_be_read() -> None:
    dataset = read_dataset(Path(__file__).resolve().parents[1] / "qa" / "questions")
    assert dataset.problems == ()
    assert {one.answerable for one in dataset.questions} == {True, False}


def test_a_log_gets_a_line_of_progress_every_fifteen_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 10.0, 20.0, 34.0, 40.0])
    progress = Progress("questions", 10, clock=lambda: next(times))
    for done in (1, 2, 3, 4):
        progress.show(done)
    assert capsys.readouterr().err == "questions 2 of 10, 1 min 20 s left\nquestions 4 of 10, 1 min 0 s left\n"


def test_a_span_of_time_is_said_as_people_say_it() -> None:
    assert [minutes(one) for one in (0.4, 59, 61, 7500)] == ["0 s", "59 s", "1 min 1 s", "2 h 5 min"]


def test_what_is_printed_has_every_figure_with_interval_and_number(evaluation: Evaluation) -> None:
    text = format_evaluation(evaluation)
    assert text.splitlines()[0] == "drinks: 6 questions (2 unanswerable) about 3 documents, 4 passages"
    meaning = "1 divided by the rank of the first relevant one"
    assert re.search(rf"^  RR +0\.750  0\.\d{{3}} to 1\.000  4  {meaning}$", text, re.M)
    assert re.search(r"^  rightly refused +0\.500  0\.000 to 1\.000  2  of the unanswerable, refused$", text, re.M)
    assert max(map(len, text.splitlines())) <= 100


def test_unanswerable_questions_alone_leave_nothing_to_search_for() -> None:
    evaluation, _ = searched(judged(("is blue", []), ("is red", [])))
    assert "Nothing to measure: no question is answerable" in format_evaluation(evaluation)


def test_the_surest_mistakes_are_shown_first_with_what_was_expected_and_found(evaluation: Evaluation) -> None:
    assert format_worst(evaluation, 2).splitlines() == [
        "3 of 6 questions were not answered right, surest mistakes first",
        "",
        "0.80    has mint caffeine",
        "        expected: tea.md: Mint tea has no caffeine.",
        "        found: wrong: tea.md: Tea is hot.",
        "",
        "0.60    is red",
        "        expected: no answer: the documents do not say",
        "        found: wrongly answered: fog.md: Fog is a cloud on the ground.",
    ]


def test_without_answers_the_questions_found_last_are_shown() -> None:
    evaluation, _ = searched(QUESTIONS)
    assert format_worst(evaluation, 5).splitlines() == [
        "1 of 4 questions were not found at rank 1, lowest ranks first",
        "",
        "0.000   zebra",
        "        expected: fog.md: a cloud",
        "        found: nothing",
    ]
