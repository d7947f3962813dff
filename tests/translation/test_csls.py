import numpy as np
import pytest
import torch

from translation.vectors import unit_vectors
from unitrans.translation import csls
from unitrans.translation.csls import best_matches


def csls_by_hand(x, y, k):
    similarity = x @ y.T
    near_x = np.sort(similarity, 1)[:, -k:].mean(1)
    near_y = np.sort(similarity, 0)[-k:].mean(0)
    return 2 * similarity - near_x[:, None] - near_y


@pytest.mark.parametrize("cells", [1, 60, 1 << 20])
def test_csls_is_exact_in_blocks(monkeypatch, cells):
    monkeypatch.setattr(csls, "BLOCK_CELLS", cells)
    x, y = unit_vectors(25), unit_vectors(20, seed=3)
    scores = csls_by_hand(x.numpy(), y.numpy(), k=4)
    found = best_matches(x, y, torch.zeros(25), torch.zeros(20), neighbours=4, frequency_weight=0.1)
    assert found.targets.tolist() == scores.argmax(1).tolist()
    assert found.scores == pytest.approx(scores.max(1), abs=1e-5)
    mutual = scores.argmax(0)[scores.argmax(1)] == np.arange(25)
    assert found.mutual.tolist() == mutual.tolist()


def test_fewer_words_than_neighbours():
    x = unit_vectors(3)
    found = best_matches(x, x, torch.zeros(3), torch.zeros(3), neighbours=10, frequency_weight=0.0)
    assert found.targets.tolist() == [0, 1, 2]


def test_unlike_frequencies_cost():
    x = unit_vectors(1)
    y = torch.cat([x, torch.nn.functional.normalize(x + 0.05 * unit_vectors(1, seed=5), dim=1)])
    bits = torch.tensor([-3.0]), torch.tensor([-13.0, -3.0])
    free = best_matches(x, y, *bits, neighbours=1, frequency_weight=0.0)
    priced = best_matches(x, y, *bits, neighbours=1, frequency_weight=0.1)
    assert (free.targets[0], priced.targets[0]) == (0, 1)


def two_languages(words=3000, width=48):
    """Vectors of words and of their translations, in bundles and lopsided, as real ones are."""
    middle = 3 * unit_vectors(60, width, seed=1)[torch.arange(words) % 60]
    x = (middle + unit_vectors(words, width, seed=2)) * torch.linspace(1, 0, width) ** 2
    y = x + 0.2 * unit_vectors(words, width, seed=3)
    order = torch.randperm(words, generator=torch.Generator().manual_seed(4))
    bits = [-17 * torch.rand(words, generator=torch.Generator().manual_seed(n)) for n in (5, 6)]
    return *(torch.nn.functional.normalize(one, dim=1) for one in (x, y[order])), *bits


def near_matches(*words, **settings):
    """Matches as of many words, which are not all compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csls, "EXACT_PAIRS", 0)
        return best_matches(*words, **settings)


@pytest.mark.parametrize(("short", "least"), [(48, 0.99), (24, 0.95)])
def test_neighbours_hold_what_comparing_all_pairs_finds(monkeypatch, short, least):
    monkeypatch.setattr(csls, "SHORT", short)
    exact, near = (
        find(*two_languages(), neighbours=10, frequency_weight=0.02)
        for find in (best_matches, near_matches)
    )
    same = exact.targets == near.targets
    assert same.mean() >= least
    assert near.scores[same] == pytest.approx(exact.scores[same], abs=0.01)
    assert (exact.mutual == near.mutual).mean() > 0.97
    assert 0.2 < exact.mutual.mean() < 1


def test_neighbours_are_the_same_by_any_number_of_threads():
    found = []
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(near_matches(*two_languages(), neighbours=10, frequency_weight=0.02))
    finally:
        torch.set_num_threads(before)
    for name in ("targets", "scores", "mutual"):
        assert np.array_equal(*(getattr(one, name) for one in found))


def test_fewer_words_than_are_looked_at():
    x = unit_vectors(3)
    found = near_matches(x, x, torch.zeros(3), torch.zeros(3), neighbours=10, frequency_weight=0.0)
    assert found.targets.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("pairs", "name"), [(9, "_exact_matches"), (8, "_near_matches")])
def test_many_words_are_not_all_compared(monkeypatch, pairs, name):
    called = []
    monkeypatch.setattr(csls, "EXACT_PAIRS", pairs)
    monkeypatch.setattr(csls, name, lambda *args, **keys: called.append((len(args), *keys)))
    best_matches(*[torch.zeros(3, 1)] * 2, *[torch.zeros(3)] * 2, neighbours=1, frequency_weight=0)
    assert called == [(4, "neighbours", "frequency_weight")]
