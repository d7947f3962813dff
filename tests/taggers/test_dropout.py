import pytest
import torch
from torch import nn

from unitrans.corpora.sentences import Sentence
from unitrans.corpora.tags import TagSet
from unitrans.encoders.features import make_features
from unitrans.encoders.loading import load_tokenizer
from unitrans.taggers.dropout import ATTENTION, ByteDropout, drop, use_byte_dropout
from unitrans.taggers.model import new_tagger, word_logits
from unitrans.taggers.weights import working_copy


@pytest.mark.parametrize("number", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("probability", [0.1, 0.5])
def test_the_right_share_is_dropped_and_the_mean_stays(number, probability):
    torch.manual_seed(1)
    values = torch.ones(400, 501, dtype=number)  # no multiple of eight
    dropped = drop(values, probability)
    assert dropped.dtype == number
    share = (dropped == 0).float().mean().item()
    assert share == pytest.approx(probability, abs=0.005)
    assert dropped.float().mean().item() == pytest.approx(1, abs=0.01)


def test_neighbours_are_dropped_independently():
    torch.manual_seed(1)
    kept = (drop(torch.ones(200_000), 0.5) > 0).float() - 0.5
    for distance in range(1, 17):
        assert abs((kept[:-distance] * kept[distance:]).mean().item()) < 0.005


def test_gradients_pass_where_values_did():
    torch.manual_seed(1)
    values = torch.rand(50, 40, requires_grad=True)
    dropped = drop(values, 0.3)
    dropped.sum().backward()
    assert torch.allclose(values.grad * values.detach(), dropped.detach())


def test_the_ends_of_the_scale():
    values = torch.rand(10)
    assert torch.equal(drop(values, 0.0), values)
    assert not drop(values, 1.0).any()
    assert torch.equal(ByteDropout(0.5).eval()(values), values)


def test_without_dropout_the_exchange_changes_no_logits(tiny_encoder):
    sentences = [Sentence("0", ("In", "Oslo", "."), None), Sentence("1", ("Berlin",), None)]
    model = new_tagger(tiny_encoder, TagSet(("LOC",)), seed=1).eval()
    batch = make_features(sentences, load_tokenizer(tiny_encoder), max_subwords=32).batch([0, 1])
    before = word_logits(model, batch)
    use_byte_dropout(model)
    assert model.config._attn_implementation == ATTENTION
    assert not any(type(module) is nn.Dropout for module in model.modules())
    assert torch.allclose(word_logits(model, batch), before, atol=1e-5)
    assert not torch.allclose(word_logits(model.train(), batch), before, atol=1e-5)


def test_a_working_copy_leaves_the_model_as_it_was(tiny_encoder):
    model = new_tagger(tiny_encoder, TagSet(("LOC",)), seed=1)
    settings = model.config.to_json_string()
    low, shared = working_copy(model, torch.bfloat16), working_copy(model, torch.float32)
    assert {weight.dtype for weight in low.parameters()} == {torch.bfloat16}
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    for mine, its in zip(model.parameters(), shared.parameters(), strict=True):
        assert mine is its
    assert any(type(module) is nn.Dropout for module in model.modules())
    assert model.config.to_json_string() == settings
