"""Measures, by values worked out by hand and by trec_eval's own."""

from __future__ import annotations

import math
import random

import pytest

from corpus import QuidError
from qa.answer_measures import (
    RiskPoint,
    area_under_risk_coverage,
    auroc,
    calibration_error,
    exact_match,
    reliability,
    risk_coverage,
    sentence_scores,
    token_f1,
    verdict,
)
from qa.measures import (
    DEFAULT_MEASURES,
    average_precision,
    grade_documents,
    judged,
    measure_ranking,
    ndcg,
    parse_measure,
    precision,
    recall,
    reciprocal_rank,
    success,
    trec_order,
)


def test_ndcg_divides_by_the_best_order() -> None:
    assert ndcg([0, 1], [1], 10) == pytest.approx(1 / math.log2(3))
    assert ndcg([1, 3], [3, 1], 10) == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert ndcg([None, None, 1], [1], 2) == 0.0


def test_recall_counts_what_was_never_found() -> None:
    assert recall([1, 0, 1], [1, 1, 1, 1], 2) == 0.25
    assert recall([1, 0, 1], [1, 1, 1, 1]) == 0.5


def test_places_that_a_short_ranking_leaves_empty_are_misses() -> None:
    assert precision([1], [1], 5) == 0.2


def test_reciprocal_rank_is_that_of_the_first_relevant_item() -> None:
    assert reciprocal_rank([0, None, 2, 1], [2, 1]) == pytest.approx(1 / 3)
    assert reciprocal_rank([0, None, 2], [2], 2) == 0.0


def test_average_precision_divides_by_all_relevant_items() -> None:
    assert average_precision([1, 0, 1], [1, 1, 1]) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision([1, 1, 1], [1, 1, 1], 1) == pytest.approx(1 / 3)


def test_success_needs_one_relevant_item_within_k() -> None:
    assert success([0, 1], [1], 1) == 0.0
    assert success([0, 1], [1], 2) == 1.0


def test_judged_counts_results_that_somebody_looked_at() -> None:
    assert judged([0, None, 1, None], [1], 4) == 0.5
    assert judged([0], [1], 10) == 1.0


@pytest.mark.parametrize("name", [name for name in DEFAULT_MEASURES])
def test_a_question_without_results_scores_zero(name: str) -> None:
    assert measure_ranking([], [1, 2], [name]) == {name: 0.0}


def test_equal_scores_are_ranked_from_the_last_id_to_the_first() -> None:
    assert trec_order({"a": 1.0, "c": 1.0, "b": 2.0, "B": 1.0}) == ["b", "c", "a", "B"]


def test_scores_that_single_precision_cannot_tell_apart_are_equal() -> None:
    assert trec_order({"a": 0.1 + 1e-12, "b": 0.1}) == ["b", "a"]


def test_a_measure_is_named_in_any_case() -> None:
    assert str(parse_measure(" NDCG@5 ")) == "nDCG@5"
    assert str(parse_measure("rr")) == "RR"


def test_an_unknown_measure_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(
        QuidError, match=r"no measure is called 'MRR@10'; one of nDCG, Recall, P, RR, AP, Success, judged"
    ):
        parse_measure("MRR@10")


def random_collection(seed: int) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Judgements with grades -1 to 3 and runs full of ties; some questions have no results."""
    draw = random.Random(seed)
    documents = [f"d{number}" for number in range(60)]
    qrels, run = {}, {}
    for number in range(40):
        name = f"q{number}"
        judged_ones = draw.sample(documents, draw.randint(1, 20))
        qrels[name] = {document: draw.choice([0, 0, 1, 1, 2, 3]) for document in judged_ones}
        if draw.random() < 0.9:
            found = draw.sample(documents, draw.randint(1, 60))
            run[name] = {document: draw.choice([0.0, 0.25, 0.5, draw.random()]) for document in found}
    return qrels, run


@pytest.mark.parametrize("seed", range(12))
def test_every_measure_equals_trec_eval_ties_included(seed: int) -> None:
    import ir_measures

    qrels, run = random_collection(seed)
    names = [name for name in DEFAULT_MEASURES if not name.startswith("judged")]
    names += ["nDCG", "nDCG@3", "P@20", "Recall@20", "AP@10", "Success@3", "AP@100", "nDCG@100"]
    theirs: dict[tuple[str, str], float] = {
        (one.query_id, str(one.measure)): one.value
        for one in ir_measures.iter_calc(
            [ir_measures.parse_measure(name.replace("Recall", "R")) for name in names], qrels, run
        )
    }
    for question, judgements in qrels.items():
        ranking = trec_order(run.get(question, {}))
        ours = measure_ranking(*grade_documents(ranking, judgements), names)
        for name, value in ours.items():
            assert value == pytest.approx(theirs[question, name.replace("Recall", "R")], abs=1e-9), (question, name)


@pytest.mark.parametrize("seed", range(3))
def test_judged_equals_ir_measures_where_there_are_no_ties(seed: int) -> None:
    import ir_measures

    qrels, ties = random_collection(seed)
    run = {
        question: {document: float(-place) for place, document in enumerate(scores)}
        for question, scores in ties.items()
    }
    theirs = {
        one.query_id: one.value for one in ir_measures.iter_calc([ir_measures.parse_measure("Judged@10")], qrels, run)
    }
    for question in run:
        value = theirs[question]
        grades, relevant = grade_documents(trec_order(run[question]), qrels[question])
        assert judged(grades, relevant, 10) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("answerable", "answered", "right", "expected"),
    [
        (True, True, True, "right"),
        (True, True, False, "wrong"),
        (True, False, False, "wrongly refused"),
        (False, False, False, "rightly refused"),
        (False, True, False, "wrongly answered"),
    ],
)
def test_verdicts(answerable: bool, answered: bool, right: bool, expected: str) -> None:
    assert verdict(answerable, answered, right) == expected


def test_a_cited_sentence_may_come_from_any_judgement_and_the_best_one_gives_recall() -> None:
    assert sentence_scores({1, 9}, [{1, 2}, {1, 3, 4, 5}]) == (0.5, 0.5, 0.5)
    assert sentence_scores({1, 2}, [{1, 2}, {7}]) == (1.0, 1.0, 1.0)
    assert sentence_scores(set(), [{1}]) == (0.0, 0.0, 0.0)


def test_words_are_compared_as_squad_normalises_them() -> None:
    assert exact_match("The  Normans!", ["normans"]) == 1.0
    assert exact_match("in Normandy", ["normans", "Normandy"]) == 0.0
    assert token_f1("in the Normandy region", ["Normandy"]) == pytest.approx(0.5)
    assert token_f1("no shared word", ["Normandy"]) == 0.0


def test_a_refusal_matches_a_question_without_an_answer_and_no_other() -> None:
    assert (exact_match("", []), token_f1("", [])) == (1.0, 1.0)
    assert (exact_match("", ["x"]), token_f1("", ["x"])) == (0.0, 0.0)
    assert (exact_match("x", []), token_f1("x", [])) == (0.0, 0.0)


def test_auroc_is_the_share_of_pairs_in_order_and_a_tie_is_a_half() -> None:
    assert auroc([0.9, 0.8, 0.1], [True, True, False]) == 1.0
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert auroc([0.2, 0.2], [True, False]) == 0.5
    assert math.isnan(auroc([0.2, 0.3], [True, True]))


def test_risk_grows_as_less_sure_answers_are_given() -> None:
    points = risk_coverage([0.9, 0.6, 0.6, 0.2], [True, False, True, False], questions=8)
    assert points == [RiskPoint(0.9, 0.125, 0.0), RiskPoint(0.6, 0.375, pytest.approx(1 / 3)), RiskPoint(0.2, 0.5, 0.5)]


def test_area_under_risk_coverage_is_the_mean_risk() -> None:
    assert area_under_risk_coverage([0.9, 0.8], [True, False]) == pytest.approx(0.25)
    assert area_under_risk_coverage([0.9, 0.8], [True, True]) == 0.0
    assert math.isnan(area_under_risk_coverage([], []))


def test_calibration_error_weighs_each_bin_by_its_answers() -> None:
    confidences, right = [0.95, 0.95, 0.95, 0.15], [True, True, False, False]
    assert [(one.answers, one.right) for one in reliability(confidences, right)] == [
        (1, 0.0),
        (3, pytest.approx(2 / 3)),
    ]
    assert calibration_error(confidences, right) == pytest.approx((3 * (0.95 - 2 / 3) + 0.15) / 4)
    assert calibration_error([1.0], [True]) == 0.0
    assert math.isnan(calibration_error([], []))
