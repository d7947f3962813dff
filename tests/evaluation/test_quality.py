import numpy as np
import pytest

from unitrans.evaluation.quality import FEWEST, agreement, estimate, in_words, precision_curve

ONE = [("B-PER", "I-PER", "O"), ("O", "B-LOC", "O")] * 30
OTHER = [("B-PER", "O", "O"), ("O", "B-LOC", "O")] * 30
SURE = [np.array([0.9, 0.8, 1.0]), np.array([1.0, 0.7, 1.0])] * 30


def estimated(*teachers):
    names = ("source_teacher", "translated_teacher", "tuned_teacher")
    return estimate(ONE, SURE, dict(zip(names, teachers, strict=True)))


def test_agreement_is_f1_of_one_against_the_other():
    assert agreement(ONE, ONE) == 1
    assert agreement(ONE, OTHER) == agreement(OTHER, ONE) == pytest.approx(0.5)
    nothing = [("O", "O")]
    assert agreement(nothing, nothing) == 1


def test_teachers_that_agree_promise_more():
    alike, apart = estimated(ONE, ONE, ONE), estimated(ONE, OTHER, OTHER)
    assert alike["agreement"]["source_teacher"] == 100
    assert apart["agreement"]["tuned_teacher"] == 50
    for result in (alike, apart):
        low, high = result["f1"]["interval"]
        assert 0 < low < result["f1"]["estimate"] < high < 100
    assert alike["f1"]["estimate"] > apart["f1"]["estimate"]
    first, second = (result["precision"][0]["precision"] for result in (alike, apart))
    assert first > second


def test_the_curve_tells_what_is_left():
    scores = np.linspace(0.3, 0.9, 61)
    rows = precision_curve(scores)
    assert rows[0] == {"threshold": 0.0, "precision": 0.6, "kept": 1.0}
    assert [row["precision"] for row in rows] == sorted(row["precision"] for row in rows)
    assert rows[-1]["kept"] * len(scores) >= FEWEST
    assert precision_curve(scores[: FEWEST - 1]) == []


@pytest.mark.parametrize(("value", "word"), [(85, "good"), (70, "fair"), (40, "poor")])
def test_a_number_is_put_into_words(value, word):
    assert in_words(value).startswith(word)


def test_a_pool_without_entities_has_an_estimate():
    nothing = [("O",)] * 3
    result = estimate(nothing, [np.ones(1)] * 3, {"source_teacher": nothing})
    assert result["entities"] == 0
    assert result["precision"] == []
