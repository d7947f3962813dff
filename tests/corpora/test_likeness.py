import random

import pytest

from unitrans.corpora.likeness import near_duplicates

WORDS = [f"{first}{last}" for first in "bcdfghklmnprst" for last in ("a", "elo", "ina", "oro")]


def some_sentences(number, length=30):
    draw = random.Random(4)
    return [draw.choices(WORDS, k=length) for _ in range(number)]


def changed(tokens, words):
    """The sentence with so many other words, far from one another."""
    step = len(tokens) // words
    return ["altered" if place % step == 1 else token for place, token in enumerate(tokens)]


@pytest.mark.parametrize(("words", "least", "most"), [(0, 200, 200), (1, 185, 200), (10, 0, 10)])
def test_sentences_are_found_by_the_pairs_that_they_share(words, least, most):
    sentences = some_sentences(200)
    others = [changed(tokens, words) if words else [*tokens] for tokens in sentences]
    found = near_duplicates([*sentences, *others])
    assert not found[:200].any()
    assert least <= found[200:].sum() <= most


def test_the_first_stays():
    table = [
        ["Lugo", "2", "-", "1"],
        ["Ana", "va"],
        ["LUGO", "0", "-", "3"],
        ["Lugo", "٤", "-", "1"],
    ]
    assert near_duplicates(table).tolist() == [False, False, True, True]


def test_there_may_be_none():
    assert near_duplicates([]).tolist() == []
