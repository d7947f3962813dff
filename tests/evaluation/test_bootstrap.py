import numpy as np
import pytest

from unitrans.errors import InputError
from unitrans.evaluation import bootstrap
from unitrans.evaluation.bootstrap import (
    BootstrapSettings,
    count_entities,
    f1,
    interval,
    resampled_f1,
    two_sided_p,
)


def random_counts(seeds, sentences, seed=3):
    rng = np.random.default_rng(seed)
    gold, predicted = rng.integers(0, 4, (2, seeds, sentences))
    return np.stack([rng.integers(0, np.minimum(gold, predicted) + 1), predicted, gold], -1)


def test_counts_need_borders_and_type():
    gold = ["B-PER", "I-PER", "O", "B-LOC", "B-ORG"]
    assert count_entities(gold, ["B-PER", "I-PER", "O", "B-ORG", "B-ORG"]) == (2, 3, 3)
    assert count_entities(gold, ["B-PER", "O", "O", "O", "O"]) == (0, 1, 3)
    assert count_entities(["O"], ["O"]) == (0, 0, 0)


def test_f1_of_counts_by_hand():
    counts = np.array([[2, 3, 5], [0, 4, 0], [0, 0, 4], [0, 0, 0]])
    assert f1(counts).tolist() == [0.5, 0, 0, 0]


def test_resamples_agree_with_drawing_one_by_one():
    counts = [random_counts(2, 7), random_counts(3, 7, seed=4)]
    drawn = resampled_f1(counts, BootstrapSettings(resamples=50, seed=9))
    rng = np.random.default_rng(9)
    for resample in range(50):
        chosen = rng.integers(7, size=7)
        for model, array in enumerate(counts):
            expected = np.mean([f1(run[chosen].sum(0)) for run in array])
            assert drawn[model, resample] == pytest.approx(expected, abs=1e-12)


def test_resamples_do_not_depend_on_the_block(monkeypatch):
    counts = [random_counts(1, 30)]
    whole = resampled_f1(counts, BootstrapSettings(resamples=40))
    monkeypatch.setattr(bootstrap, "BLOCK_DRAWS", 90)
    assert np.array_equal(resampled_f1(counts, BootstrapSettings(resamples=40)), whole)


def test_resamples_depend_on_the_seed_alone():
    counts = [random_counts(1, 30)]
    first = resampled_f1(counts, BootstrapSettings(resamples=40, seed=1))
    assert np.array_equal(first, resampled_f1(counts, BootstrapSettings(resamples=40, seed=1)))
    other = resampled_f1(counts, BootstrapSettings(resamples=40, seed=2))
    assert not np.array_equal(first, other)


def test_one_sentence_leaves_nothing_to_draw():
    drawn = resampled_f1([np.array([[[1, 2, 2]]])], BootstrapSettings(resamples=20))
    assert interval(drawn[0], 0.95) == (0.5, 0.5)


def test_interval_covers_the_truth_as_often_as_it_says():
    rng, hits = np.random.default_rng(0), 0
    for trial in range(100):
        correct = rng.random(200) < 0.7  # one gold and one predicted entity a sentence
        counts = np.stack([correct, np.ones(200), np.ones(200)], -1).astype(int)[None]
        drawn = resampled_f1([counts], BootstrapSettings(resamples=300, seed=trial))
        low, high = interval(drawn[0], 0.95)
        hits += low <= 0.7 <= high
    assert 88 <= hits <= 100


def test_p_counts_both_sides():
    assert two_sided_p(np.array([1.0] * 97 + [-1.0] * 2)) == pytest.approx(2 * 3 / 100)
    assert two_sided_p(np.array([-1.0] * 97 + [1.0] * 2)) == pytest.approx(2 * 3 / 100)
    assert two_sided_p(np.ones(99)) == pytest.approx(0.02)
    assert two_sided_p(np.zeros(99)) == 1


@pytest.mark.parametrize(
    ("settings", "key"),
    [({"resamples": 0}, "resamples"), ({"level": 1.0}, "level"), ({"seed": -1}, "seed")],
)
def test_settings_out_of_range_are_named(settings, key):
    with pytest.raises(InputError, match=rf"bootstrap\.{key}: found"):
        BootstrapSettings(**settings)
