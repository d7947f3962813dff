import pytest

from unitrans.evaluation.error_analysis import (
    analyse,
    confusion,
    count_errors,
    mean_shares,
    vote_accuracy,
)
from unitrans.evaluation.predictions import TaggedSentence

KINDS = ["O", "PER", "LOC"]


def tagged(gold, predicted):
    gold, predicted = gold.split(), predicted.split()
    return TaggedSentence(tuple(f"w{n}" for n in range(len(gold))), tuple(gold), tuple(predicted))


@pytest.mark.parametrize(
    ("gold", "predicted", "errors"),
    [
        ("B-PER I-PER O", "B-PER I-PER O", []),
        ("B-PER I-PER O", "O O O", [("missed", "PER", None)]),
        ("O O O", "O B-LOC O", [("spurious", None, "LOC")]),
        ("B-PER I-PER O", "B-LOC I-LOC O", [("type", "PER", "LOC")]),
        ("B-PER I-PER O", "B-PER O O", [("border", "PER", "PER")]),
        ("B-PER I-PER O", "O B-LOC I-LOC", [("type and border", "PER", "LOC")]),
        ("B-PER I-PER B-LOC", "B-PER B-PER B-LOC", [("border", "PER", "PER")]),
        ("B-PER B-LOC", "B-PER O", [("missed", "LOC", None)]),
        ("B-PER B-PER", "B-PER I-PER", [("border", "PER", "PER")] * 2),
    ],
)
def test_errors_have_a_kind(gold, predicted, errors):
    (row,) = analyse([tagged(gold, predicted)])
    assert [tuple(error.values()) for error in row["errors"]] == errors


def test_errors_are_counted_by_gold_type_or_else_the_predicted():
    rows = analyse([tagged("B-PER O O", "B-LOC O B-LOC"), tagged("B-PER", "O")])
    counts = count_errors(rows, ["PER", "LOC"])
    assert counts["type"] == {"PER": 1, "LOC": 0, "all": 1}
    assert counts["spurious"] == {"PER": 0, "LOC": 1, "all": 1}
    assert counts["missed"] == {"PER": 1, "LOC": 0, "all": 1}
    assert counts["border"]["all"] == 0


def test_confusion_counts_every_word_once():
    counts = confusion([tagged("B-PER I-PER O O", "B-PER B-LOC O B-LOC")], KINDS)
    assert counts.tolist() == [[1, 0, 1], [0, 1, 1], [0, 0, 0]]


def test_votes_count_where_all_agree():
    gold = "B-PER O B-LOC O"
    teachers = [
        [tagged(gold, tags)] for tags in ("B-PER O O O", "B-PER B-LOC O O", "B-PER O O B-PER")
    ]
    assert vote_accuracy(teachers, KINDS) == {"PER": 1.0, "O": 0.0, "LOC": None}


def test_means_leave_out_what_there_is_not():
    assert mean_shares([{"O": 1.0, "PER": None}, {"O": 0.5, "PER": None}]) == {
        "O": 0.75,
        "PER": None,
    }
