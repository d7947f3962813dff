import pytest
import torch
from torch import nn

from unitrans.errors import InputError
from unitrans.optimisation import WeightMean, weight_groups
from unitrans.tagger import new_tagger
from unitrans.tags import TagSet

RATES = {"learning_rate": 1e-3, "head_learning_rate": 1e-2, "weight_decay": 0.01}


@pytest.fixture
def tagger(tiny_encoder):
    return new_tagger(tiny_encoder, TagSet(("LOC",)), seed=1)


def peaks(tagger, decay):
    """The peak rate of every weight, by its name."""
    groups = weight_groups(tagger, **RATES, layer_decay=decay)
    rates = {id(weight): group["peak"] for group in groups for weight in group["params"]}
    return {name: rates[id(weight)] for name, weight in tagger.named_parameters()}


def test_the_rate_decays_from_the_top_layer_to_the_embeddings(tagger):
    expected = {"embeddings": 2.5e-4, "layer.0.": 5e-4, "layer.1.": 1e-3, "classifier": 1e-2}
    for name, rate in peaks(tagger, 0.5).items():
        assert rate == next(rate for part, rate in expected.items() if part in name), name


def test_without_decay_all_layers_share_their_groups(tagger):
    assert set(peaks(tagger, 1.0).values()) == {1e-3, 1e-2}
    assert len(weight_groups(tagger, **RATES, layer_decay=1.0)) == 4


def test_unknown_layers_cannot_decay(tagger):
    tagger.base_model.encoder.layer = nn.Sequential(*tagger.base_model.encoder.layer)
    with pytest.raises(InputError, match="layer_decay: found an encoder with no known stack"):
        peaks(tagger, 0.9)
    assert peaks(tagger, 1.0)


def test_each_state_of_the_weights_counts_the_same():
    weight = nn.Parameter(torch.tensor([9.0, 9.0]))
    mean = WeightMean([weight])
    states = torch.tensor([[1.0, 0.0], [2.0, 0.0], [6.0, 3.0]])
    for count, state in enumerate(states):
        weight.data.copy_(state)
        mean.add(count)
    mean.apply()
    assert torch.allclose(weight, states.mean(0))
